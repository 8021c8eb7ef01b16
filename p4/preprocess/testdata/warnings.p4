#define X 1
#define X 2
#warning take care of "this
X

// CHECK:OUT: 2
// CHECK:ERR: warnings.p4:2:9: warning: the macro 'X' is defined again, differently [macro-redefined]
// CHECK:ERR:     2 | #define X 2
// CHECK:ERR:       |         ^
// CHECK:ERR: warnings.p4:1:9: note: defined here before
// CHECK:ERR:     1 | #define X 1
// CHECK:ERR:       |         ^
// CHECK:ERR: warnings.p4:3:1: warning: #warning take care of "this [warning-directive]
// CHECK:ERR:     3 | #warning take care of "this
// CHECK:ERR:       | ^
