// Names that hide, functions that no call can tell apart, and what is deprecated.
@deprecated("use two()") extern void one();
extern void two();
@deprecated("there is a better one") extern Old { Old(); void m(); }
bit<8> same(in bit<8> x) { return x; }
bit<8> same(in bit<8> x) { return 1; }
control C(inout bit<8> x, in bit<8> same) {
    Old() old;
    bit<8> local = 1;
    action a(bit<8> local) { x = local; }
    table t { actions = { a; } }
    apply {
        one();
        two();
        t.apply();
        old.m();
        if (x == 1) {
            bit<8> inner = same;
            {
                bit<8> inner = local;
                x = inner;
            }
            x = inner;
        }
    }
}
parser P() { state start { } }

// CHECK:ERR: warn_names.p4:6:8: warning: function 'same' has the parameters of an earlier one [duplicate-function]
// CHECK:ERR:     6 | bit<8> same(in bit<8> x) { return 1; }
// CHECK:ERR:       |        ^~~~
// CHECK:ERR: warn_names.p4:5:8: note: declared here
// CHECK:ERR:     5 | bit<8> same(in bit<8> x) { return x; }
// CHECK:ERR:       |        ^~~~
// CHECK:ERR: warn_names.p4:10:21: warning: 'local' hides a variable of that name [shadow-outer]
// CHECK:ERR:    10 |     action a(bit<8> local) { x = local; }
// CHECK:ERR:       |                     ^~~~~
// CHECK:ERR: warn_names.p4:9:5: note: declared here
// CHECK:ERR:     9 |     bit<8> local = 1;
// CHECK:ERR:       |     ^~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_names.p4:20:24: warning: 'inner' hides a variable of that name [shadow-outer]
// CHECK:ERR:    20 |                 bit<8> inner = local;
// CHECK:ERR:       |                        ^~~~~
// CHECK:ERR: warn_names.p4:18:13: note: declared here
// CHECK:ERR:    18 |             bit<8> inner = same;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_names.p4:27:20: warning: state 'start' has no transition, so it rejects the packet [parser-transition]
// CHECK:ERR:    27 | parser P() { state start { } }
// CHECK:ERR:       |                    ^~~~~
// CHECK:ERR: warn_names.p4:8:5: warning: 'Old' is deprecated: there is a better one [deprecated]
// CHECK:ERR:     8 |     Old() old;
// CHECK:ERR:       |     ^~~
// CHECK:ERR: warn_names.p4:4:45: note: declared here
// CHECK:ERR:     4 | @deprecated("there is a better one") extern Old { Old(); void m(); }
// CHECK:ERR:       |                                             ^~~
// CHECK:ERR: warn_names.p4:13:9: warning: 'one' is deprecated: use two() [deprecated]
// CHECK:ERR:    13 |         one();
// CHECK:ERR:       |         ^~~
// CHECK:ERR: warn_names.p4:2:38: note: declared here
// CHECK:ERR:     2 | @deprecated("use two()") extern void one();
// CHECK:ERR:       |                                      ^~~
