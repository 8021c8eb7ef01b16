extern Virtual {
    Virtual();
    abstract bit<8> f(in bit<8> x);
    bit<8> g();
}
control Plain() { apply { } }
control PlainType();
package Top(PlainType c);
control C() {
    Virtual() missing;
    Virtual() wrong_type = { bool f(in bit<8> x) { return true; } };
    Virtual() wrong_direction = { bit<8> f(inout bit<8> x) { return x; } };
    Virtual() wrong_name = {
        bit<8> f(in bit<8> x) { return x; }
        bit<8> h() { return 1; }
    };
    Plain() body = { bit<8> f() { return 1; } };
    Top(Plain()) package_here;
    action a() { Plain() in_action; }
    apply { }
}
PlainType() abstract_type;
extern X { void X(); }
extern Y { Z(); }
void f(out bit<8> a = 1) {}
action order(bit<8> data, in bit<8> x) {}
control Optional(@optional in bit<8> x)(@optional bit<8> y) { apply { } }
Plain() main;

// CHECK:ERR: fail_instances.p4:10:15: error: 'missing' does not implement the abstract method 'f' of 'Virtual' [abstract]
// CHECK:ERR:    10 |     Virtual() missing;
// CHECK:ERR:       |               ^~~~~~~
// CHECK:ERR: fail_instances.p4:3:21: note: declared here
// CHECK:ERR:     3 |     abstract bit<8> f(in bit<8> x);
// CHECK:ERR:       |                     ^
// CHECK:ERR: fail_instances.p4:11:35: error: 'f' returns bool, the abstract method returns bit<8> [abstract]
// CHECK:ERR:    11 |     Virtual() wrong_type = { bool f(in bit<8> x) { return true; } };
// CHECK:ERR:       |                                   ^
// CHECK:ERR: fail_instances.p4:3:21: note: declared here
// CHECK:ERR:     3 |     abstract bit<8> f(in bit<8> x);
// CHECK:ERR:       |                     ^
// CHECK:ERR: fail_instances.p4:12:44: error: parameter 'x' of 'f' must be 'in', as in the abstract method [abstract]
// CHECK:ERR:    12 |     Virtual() wrong_direction = { bit<8> f(inout bit<8> x) { return x; } };
// CHECK:ERR:       |                                            ^~~~~~~~~~~~~~
// CHECK:ERR: fail_instances.p4:3:23: note: declared here
// CHECK:ERR:     3 |     abstract bit<8> f(in bit<8> x);
// CHECK:ERR:       |                       ^~~~~~~~~~~
// CHECK:ERR: fail_instances.p4:15:16: error: extern 'Virtual' has no abstract method 'h' [abstract]
// CHECK:ERR:    15 |         bit<8> h() { return 1; }
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_instances.p4:17:5: error: only an instance of an extern may have a body, 'body' is control Plain [abstract]
// CHECK:ERR:    17 |     Plain() body = { bit<8> f() { return 1; } };
// CHECK:ERR:       |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_instances.p4:18:5: error: 'package_here': a package may only be instantiated at the top level [misplaced-instance]
// CHECK:ERR:    18 |     Top(Plain()) package_here;
// CHECK:ERR:       |     ^~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_instances.p4:19:18: error: 'in_action': nothing may be instantiated in a function or action [misplaced-instance]
// CHECK:ERR:    19 |     action a() { Plain() in_action; }
// CHECK:ERR:       |                  ^~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_instances.p4:22:1: error: 'PlainType' is a control type: only a control declaration with a body can be instantiated [not-callable]
// CHECK:ERR:    22 | PlainType() abstract_type;
// CHECK:ERR:       | ^~~~~~~~~
// CHECK:ERR: fail_instances.p4:23:17: error: a method may not have the name of its extern; a constructor has no return type [bad-declaration]
// CHECK:ERR:    23 | extern X { void X(); }
// CHECK:ERR:       |                 ^
// CHECK:ERR: fail_instances.p4:24:12: error: 'Z' has no return type, so it must be the constructor 'Y' [bad-declaration]
// CHECK:ERR:    24 | extern Y { Z(); }
// CHECK:ERR:       |            ^
// CHECK:ERR: fail_instances.p4:25:23: error: parameter 'a' is 'out', so it may not have a default value [bad-parameter]
// CHECK:ERR:    25 | void f(out bit<8> a = 1) {}
// CHECK:ERR:       |                       ^
// CHECK:ERR: fail_instances.p4:26:27: error: parameter 'x' has a direction and stands after 'data', which has none [bad-parameter]
// CHECK:ERR:    26 | action order(bit<8> data, in bit<8> x) {}
// CHECK:ERR:       |                           ^~~~~~~~~~~
// CHECK:ERR: fail_instances.p4:27:51: error: parameter 'y' may not be @optional: a body would not know whether it is there [bad-parameter]
// CHECK:ERR:    27 | control Optional(@optional in bit<8> x)(@optional bit<8> y) { apply { } }
// CHECK:ERR:       |                                                   ^~~~~~~~
// CHECK:ERR: fail_instances.p4:28:1: error: 'main': a parser or control may not be instantiated at the top level; give it to a package [misplaced-instance]
// CHECK:ERR:    28 | Plain() main;
// CHECK:ERR:       | ^~~~~~~~~~~~~
// CHECK:ERR: fail_instances.p4:28:9: error: 'main' must be an instance of a package, this is control Plain [bad-declaration]
// CHECK:ERR:    28 | Plain() main;
// CHECK:ERR:       |         ^~~~
