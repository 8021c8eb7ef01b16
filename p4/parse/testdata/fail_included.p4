#include "part.p4"
#line 50 "generated.p4"
const bit<8> b = ;
#define BAD 1 +
const bit<8> c = BAD;
// --- part.p4
const bit<8> a = ;

// CHECK:ERR: part.p4:1:18: error: expected an expression, found ';' [syntax]
// CHECK:ERR:     1 | const bit<8> a = ;
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_included.p4:1:10: note: included from here
// CHECK:ERR: generated.p4:50:18: error: expected an expression, found ';' [syntax]
// CHECK:ERR:    50 | const bit<8> b = ;
// CHECK:ERR:       |                  ^
// CHECK:ERR: generated.p4:52:21: error: expected an expression, found ';' [syntax]
// CHECK:ERR:    52 | const bit<8> c = BAD;
// CHECK:ERR:       |                     ^
