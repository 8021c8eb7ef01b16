control C(inout bit<8> x) {
    apply {
        if (x == 1) {
            x = 2;
    }

// CHECK:ERR: fail_unclosed.p4:6:1: error: expected '}', found the end of the program [syntax]
// CHECK:ERR:     6 |
// CHECK:ERR:       | ^
// CHECK:ERR: fail_unclosed.p4:2:11: note: to match this
// CHECK:ERR:     2 |     apply {
// CHECK:ERR:       |           ^
