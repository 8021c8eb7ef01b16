control C(inout bit<8> x) {
    action a() { return 1; }
    action b() { }
    table t { actions = { a; b; } }
    apply {
        break;
        switch (t.apply().action_run) {
            default: { }
            a: { }
        }
        switch (t.apply().action_run) {
            a: { }
            a: { }
            c: { }
        }
        switch (x) {
            1: { }
            1: { }
            x: { }
        }
        switch ("x") { default: { } }
        if (x) { }
        for (bit<8> i in x) { }
        for (bool i in 1 .. 2) { }
        return x;
    }
}
bit<8> no_return(in bit<8> x) {
    if (x == 1) return 2;
}
bit<8> wrong_return() { return; }
void leaves() { exit; }

// CHECK:ERR: fail_statements.p4:2:25: error: 'return' may not have a value here: there is nothing that it could be returned to [bad-return]
// CHECK:ERR:     2 |     action a() { return 1; }
// CHECK:ERR:       |                         ^
// CHECK:ERR: fail_statements.p4:6:9: error: 'break' stands only in a loop [bad-jump]
// CHECK:ERR:     6 |         break;
// CHECK:ERR:       |         ^~~~~~
// CHECK:ERR: fail_statements.p4:9:13: error: 'default' must be the last label [bad-switch]
// CHECK:ERR:     9 |             a: { }
// CHECK:ERR:       |             ^~~~~~
// CHECK:ERR: fail_statements.p4:8:13: note: 'default' stands here
// CHECK:ERR:     8 |             default: { }
// CHECK:ERR:       |             ^~~~~~~~~~~~
// CHECK:ERR: fail_statements.p4:13:13: error: the label a stands twice [bad-switch]
// CHECK:ERR:    13 |             a: { }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_statements.p4:12:13: note: first here
// CHECK:ERR:    12 |             a: { }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_statements.p4:14:13: error: 'c' is not an action of table 't' [bad-switch]
// CHECK:ERR:    14 |             c: { }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_statements.p4:18:13: error: the label 1 stands twice [bad-switch]
// CHECK:ERR:    18 |             1: { }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_statements.p4:17:13: note: first here
// CHECK:ERR:    17 |             1: { }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_statements.p4:19:13: error: a label must be known at compile time [not-constant]
// CHECK:ERR:    19 |             x: { }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_statements.p4:21:17: error: 'switch' cannot be over string; bits, integers, enums, errors, and the action_run of a table can [bad-switch]
// CHECK:ERR:    21 |         switch ("x") { default: { } }
// CHECK:ERR:       |                 ^~~
// CHECK:ERR: fail_statements.p4:22:13: error: the condition of 'if' must be of type bool, this is bit<8> [type-mismatch]
// CHECK:ERR:    22 |         if (x) { }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_statements.p4:23:26: error: 'for ... in' goes over a stack, a list or a range, this is bit<8> [bad-loop]
// CHECK:ERR:    23 |         for (bit<8> i in x) { }
// CHECK:ERR:       |                          ^
// CHECK:ERR: fail_statements.p4:24:14: error: a range counts in bit<> or int<>, this variable is bool [bad-loop]
// CHECK:ERR:    24 |         for (bool i in 1 .. 2) { }
// CHECK:ERR:       |              ^~~~
// CHECK:ERR: fail_statements.p4:25:16: error: 'return' may not have a value here: there is nothing that it could be returned to [bad-return]
// CHECK:ERR:    25 |         return x;
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_statements.p4:28:8: error: function 'no_return' returns bit<8>, but its end can be reached without a return [missing-return]
// CHECK:ERR:    28 | bit<8> no_return(in bit<8> x) {
// CHECK:ERR:       |        ^~~~~~~~~
// CHECK:ERR: fail_statements.p4:31:25: error: 'return' needs a value of type bit<8> [bad-return]
// CHECK:ERR:    31 | bit<8> wrong_return() { return; }
// CHECK:ERR:       |                         ^~~~~~~
// CHECK:ERR: fail_statements.p4:32:17: error: 'exit' stands only in actions and in the apply block of a control [bad-jump]
// CHECK:ERR:    32 | void leaves() { exit; }
// CHECK:ERR:       |                 ^~~~~
