match_kind { exact, ternary }
struct S { bit<8> a; }
parser NoStart() { state first { transition accept; } }
parser Builtin() { state start { transition accept; } state accept { } }
parser Lost(in bit<8> x) {
    state start { transition next; }
    state next { transition start; }
    state island { transition accept; }
}
parser Selects(in bit<8> x, in bool b, in S s, in varbit<8> v) {
    value_set<bit<16>>(4) set;
    state start {
        transition select(x, b) {
            (1, true): accept;
            (1, 2): accept;
            (1, true, 3): accept;
            default: nowhere;
            (2, true): accept;
        }
    }
    state second {
        transition select(x) {
            set: accept;
            16w1 &&& 0xF: accept;
            1 .. 0: accept;
        }
    }
    state third { transition select(s) { _: accept; } }
    state fourth { transition select(v) { _: accept; } }
    state fifth { transition select(5) { _: accept; } }
}
control Stack(inout S[2] s) {
    apply { s.next.a = 1; }
}

// CHECK:ERR: fail_parsers.p4:3:8: error: parser 'NoStart' has no state 'start' [bad-state]
// CHECK:ERR:     3 | parser NoStart() { state first { transition accept; } }
// CHECK:ERR:       |        ^~~~~~~
// CHECK:ERR: fail_parsers.p4:4:61: error: the state 'accept' is built in, it may not be declared [bad-state]
// CHECK:ERR:     4 | parser Builtin() { state start { transition accept; } state accept { } }
// CHECK:ERR:       |                                                             ^~~~~~
// CHECK:ERR: fail_parsers.p4:5:8: error: parser 'Lost' never reaches accept or reject, whatever the packet [bad-state]
// CHECK:ERR:     5 | parser Lost(in bit<8> x) {
// CHECK:ERR:       |        ^~~~
// CHECK:ERR: fail_parsers.p4:8:11: warning: state 'island' cannot be reached [unreachable-state]
// CHECK:ERR:     8 |     state island { transition accept; }
// CHECK:ERR:       |           ^~~~~~
// CHECK:ERR: fail_parsers.p4:15:17: error: the value to match must be of type bool, this is int [type-mismatch]
// CHECK:ERR:    15 |             (1, 2): accept;
// CHECK:ERR:       |                 ^
// CHECK:ERR: fail_parsers.p4:16:13: error: select has 2 keys, this case matches 3 [bad-select]
// CHECK:ERR:    16 |             (1, true, 3): accept;
// CHECK:ERR:       |             ^~~~~~~~~~~~
// CHECK:ERR: fail_parsers.p4:17:22: error: there is no state 'nowhere' [unknown-name]
// CHECK:ERR:    17 |             default: nowhere;
// CHECK:ERR:       |                      ^~~~~~~
// CHECK:ERR: fail_parsers.p4:18:13: warning: this case is never reached: a case before it matches everything [unreachable-case]
// CHECK:ERR:    18 |             (2, true): accept;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_parsers.p4:23:13: error: a set of bit<16> is matched against bit<8> [bad-select]
// CHECK:ERR:    23 |             set: accept;
// CHECK:ERR:       |             ^~~
// CHECK:ERR: fail_parsers.p4:24:13: error: the left of '&&&' must be of type bit<8>, this is bit<16> [type-mismatch]
// CHECK:ERR:    24 |             16w1 &&& 0xF: accept;
// CHECK:ERR:       |             ^~~~
// CHECK:ERR: fail_parsers.p4:25:13: warning: the range 1..0 is empty [entry-order]
// CHECK:ERR:    25 |             1 .. 0: accept;
// CHECK:ERR:       |             ^~~~~~
// CHECK:ERR: fail_parsers.p4:28:37: error: select cannot match S [bad-select]
// CHECK:ERR:    28 |     state third { transition select(s) { _: accept; } }
// CHECK:ERR:       |                                     ^
// CHECK:ERR: fail_parsers.p4:29:38: error: select cannot match varbit<8> [bad-select]
// CHECK:ERR:    29 |     state fourth { transition select(v) { _: accept; } }
// CHECK:ERR:       |                                      ^
// CHECK:ERR: fail_parsers.p4:30:37: error: select cannot match a number without a width; give it one, as in 8w1 [bad-select]
// CHECK:ERR:    30 |     state fifth { transition select(5) { _: accept; } }
// CHECK:ERR:       |                                     ^
// CHECK:ERR: fail_parsers.p4:21:11: warning: state 'second' cannot be reached [unreachable-state]
// CHECK:ERR:    21 |     state second {
// CHECK:ERR:       |           ^~~~~~
// CHECK:ERR: fail_parsers.p4:28:11: warning: state 'third' cannot be reached [unreachable-state]
// CHECK:ERR:    28 |     state third { transition select(s) { _: accept; } }
// CHECK:ERR:       |           ^~~~~
// CHECK:ERR: fail_parsers.p4:29:11: warning: state 'fourth' cannot be reached [unreachable-state]
// CHECK:ERR:    29 |     state fourth { transition select(v) { _: accept; } }
// CHECK:ERR:       |           ^~~~~~
// CHECK:ERR: fail_parsers.p4:30:11: warning: state 'fifth' cannot be reached [unreachable-state]
// CHECK:ERR:    30 |     state fifth { transition select(5) { _: accept; } }
// CHECK:ERR:       |           ^~~~~
// CHECK:ERR: fail_parsers.p4:33:15: error: 'next' belongs to stacks of headers, this is S[2] [unknown-member]
// CHECK:ERR:    33 |     apply { s.next.a = 1; }
// CHECK:ERR:       |               ^~~~
