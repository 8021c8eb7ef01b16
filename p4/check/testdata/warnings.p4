enum bit<8> Shared { A = 1, B = 1 }
const bit<4> cut = 16;
parser P(in bit<8> x) {
    state start {
        transition select(x) {
            _: accept;
            1: reject;
        }
    }
    state island { transition accept; }
}

// CHECK:ERR: warnings.p4:1:29: warning: 'A' and 'B' have one value, 1 [enum-value-shared]
// CHECK:ERR:     1 | enum bit<8> Shared { A = 1, B = 1 }
// CHECK:ERR:       |                             ^~~~~
// CHECK:ERR: warnings.p4:2:20: warning: 16 does not fit bit<4>, it becomes 0 [overflow]
// CHECK:ERR:     2 | const bit<4> cut = 16;
// CHECK:ERR:       |                    ^~
// CHECK:ERR: warnings.p4:7:13: warning: this case is never reached: a case before it matches everything [unreachable-case]
// CHECK:ERR:     7 |             1: reject;
// CHECK:ERR:       |             ^~~~~~~~~~
// CHECK:ERR: warnings.p4:10:11: warning: state 'island' cannot be reached [unreachable-state]
// CHECK:ERR:    10 |     state island { transition accept; }
// CHECK:ERR:       |           ^~~~~~
