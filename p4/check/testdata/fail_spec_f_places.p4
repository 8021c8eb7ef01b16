// Appendix F: what may be a parameter of what, what may be made where, and what may be called.
extern X { X(); bit<8> get(); }
parser PT();
control CT();
package K();
control ParserInControl()(PT p) { apply {} }
parser ControlInParser()(CT c) { state start { transition accept; } }
extern ParserInExtern { ParserInExtern(PT p); }
extern PackageInExtern { PackageInExtern(K k); }
void ExternInFunction(X x) {}
X returns_extern() { return 1; }
control Sub() { apply {} }
parser Sup() { state start { transition accept; } }
Sub() control_at_top;
Sup() parser_at_top;
control InApply() { apply { X() x; } }
parser InState() { state start { X() x; transition accept; } }
control TableInActions(inout bit<8> v) {
    action one() {}
    action two(in bit<8> b) {}
    table t { actions = { one; } }
    table u { actions = { two(t.apply().hit ? 8w1 : 8w2); } }
    apply { u.apply(); }
}
extern Twice { Twice(); abstract void m(in bit<8> a); abstract void m(in bit<8> a, in bit<8> b); }
bit<8> same(in bit<8> x) { return x; }
bit<8> same(in bit<8> x) { return 1; }
control Ambiguous(inout bit<8> v) { apply { v = same(v); } }

// CHECK:ERR: fail_spec_f_places.p4:6:27: error: parameter 'p' may not be a parser: parsers cannot be called from here [parameter-type]
// CHECK:ERR:     6 | control ParserInControl()(PT p) { apply {} }
// CHECK:ERR:       |                           ^~
// CHECK:ERR: fail_spec_f_places.p4:7:26: error: parameter 'c' may not be a control: controls cannot be called from here [parameter-type]
// CHECK:ERR:     7 | parser ControlInParser()(CT c) { state start { transition accept; } }
// CHECK:ERR:       |                          ^~
// CHECK:ERR: fail_spec_f_places.p4:8:40: error: parameter 'p' may not be a parser: parsers cannot be called from here [parameter-type]
// CHECK:ERR:     8 | extern ParserInExtern { ParserInExtern(PT p); }
// CHECK:ERR:       |                                        ^~
// CHECK:ERR: fail_spec_f_places.p4:9:42: error: parameter 'k' may not be a package [parameter-type]
// CHECK:ERR:     9 | extern PackageInExtern { PackageInExtern(K k); }
// CHECK:ERR:       |                                          ^
// CHECK:ERR: fail_spec_f_places.p4:10:23: error: parameter 'x' of a function may not be an extern; parsers and controls take such [parameter-type]
// CHECK:ERR:    10 | void ExternInFunction(X x) {}
// CHECK:ERR:       |                       ^
// CHECK:ERR: fail_spec_f_places.p4:11:1: error: the result of 'returns_extern' may not be of type X [return-type]
// CHECK:ERR:    11 | X returns_extern() { return 1; }
// CHECK:ERR:       | ^
// CHECK:ERR: fail_spec_f_places.p4:11:29: error: the returned value must be of type X, this is int [type-mismatch]
// CHECK:ERR:    11 | X returns_extern() { return 1; }
// CHECK:ERR:       |                             ^
// CHECK:ERR: fail_spec_f_places.p4:14:1: error: 'control_at_top': a parser or control may not be instantiated at the top level; give it to a package [misplaced-instance]
// CHECK:ERR:    14 | Sub() control_at_top;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_f_places.p4:15:1: error: 'parser_at_top': a parser or control may not be instantiated at the top level; give it to a package [misplaced-instance]
// CHECK:ERR:    15 | Sup() parser_at_top;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_f_places.p4:16:29: error: 'x': nothing may be instantiated in the apply block of a control; do it before 'apply' [misplaced-instance]
// CHECK:ERR:    16 | control InApply() { apply { X() x; } }
// CHECK:ERR:       |                             ^~~~~~
// CHECK:ERR: fail_spec_f_places.p4:17:34: error: 'x': nothing may be instantiated in a parser state; do it before the first state [misplaced-instance]
// CHECK:ERR:    17 | parser InState() { state start { X() x; transition accept; } }
// CHECK:ERR:       |                                  ^~~~~~
// CHECK:ERR: fail_spec_f_places.p4:22:31: error: a table may only be applied in the apply block of a control [misplaced-call]
// CHECK:ERR:    22 |     table u { actions = { two(t.apply().hit ? 8w1 : 8w2); } }
// CHECK:ERR:       |                               ^~~~~~~~~
// CHECK:ERR: fail_spec_f_places.p4:25:69: error: abstract methods may not be overloaded: 'm' is already one [duplicate-name]
// CHECK:ERR:    25 | extern Twice { Twice(); abstract void m(in bit<8> a); abstract void m(in bit<8> a, in bit<8> b); }
// CHECK:ERR:       |                                                                     ^
// CHECK:ERR: fail_spec_f_places.p4:25:39: note: declared here
// CHECK:ERR:    25 | extern Twice { Twice(); abstract void m(in bit<8> a); abstract void m(in bit<8> a, in bit<8> b); }
// CHECK:ERR:       |                                       ^
// CHECK:ERR: fail_spec_f_places.p4:27:8: warning: function 'same' has the parameters of an earlier one [duplicate-function]
// CHECK:ERR:    27 | bit<8> same(in bit<8> x) { return 1; }
// CHECK:ERR:       |        ^~~~
// CHECK:ERR: fail_spec_f_places.p4:26:8: note: declared here
// CHECK:ERR:    26 | bit<8> same(in bit<8> x) { return x; }
// CHECK:ERR:       |        ^~~~
// CHECK:ERR: fail_spec_f_places.p4:28:49: error: this call of 'same' fits more than one declaration [no-such-overload]
// CHECK:ERR:    28 | control Ambiguous(inout bit<8> v) { apply { v = same(v); } }
// CHECK:ERR:       |                                                 ^~~~~~~
// CHECK:ERR: fail_spec_f_places.p4:26:8: note: same(x)
// CHECK:ERR:    26 | bit<8> same(in bit<8> x) { return x; }
// CHECK:ERR:       |        ^~~~
// CHECK:ERR: fail_spec_f_places.p4:27:8: note: same(x)
// CHECK:ERR:    27 | bit<8> same(in bit<8> x) { return 1; }
// CHECK:ERR:       |        ^~~~
