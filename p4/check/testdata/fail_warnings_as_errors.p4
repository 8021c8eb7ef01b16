// ARGS: -Wno-unused -Werror=overflow -Wno-such-warning
control C() {
    bit<4> x = 16;
    apply {}
}

// CHECK:ERR: warning: there is no warning 'such-warning' [unknown-warning]
// CHECK:ERR: fail_warnings_as_errors.p4:3:16: error: 16 does not fit bit<4>, it becomes 0 [overflow]
// CHECK:ERR:     3 |     bit<4> x = 16;
// CHECK:ERR:       |                ^~
