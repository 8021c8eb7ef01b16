const int big = 1 << 1000000;
const int bigger = big << 1000000;
const int product = big * big;

// CHECK:ERR: fail_huge.p4:2:20: error: the number would have more than 1048576 bits [too-complex]
// CHECK:ERR:     2 | const int bigger = big << 1000000;
// CHECK:ERR:       |                    ^~~~~~~~~~~~~~
// CHECK:ERR: fail_huge.p4:3:21: error: the number would have more than 1048576 bits [too-complex]
// CHECK:ERR:     3 | const int product = big * big;
// CHECK:ERR:       |                     ^~~~~~~~~
