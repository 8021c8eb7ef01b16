const bit<8> limit = 1;
const bit<8> limit = 2;
const bit<8> a = limits;
struct S { bit<8> x; }
struct Again { Again inner; }
header H { bit<8> f; bit<8> f; }
enum Color { Red, Green, Red }
error { TooLong, TooLong }
typedef limit T;
const S s = { 1 };
const bit<8> b = s.y;
const bit<8> c = S;
control C(inout bit<8> x) {
    apply {
        bit<8> x = 3;
        bit<8> z = error.Missing;
        Color d = Color.Blue;
    }
}
void twice(in bit<8> p, in bit<8> p) {}

// CHECK:ERR: fail_names.p4:2:14: error: 'limit' is already a constant [duplicate-name]
// CHECK:ERR:     2 | const bit<8> limit = 2;
// CHECK:ERR:       |              ^~~~~
// CHECK:ERR: fail_names.p4:1:14: note: declared here
// CHECK:ERR:     1 | const bit<8> limit = 1;
// CHECK:ERR:       |              ^~~~~
// CHECK:ERR: fail_names.p4:3:18: error: 'limits' is not declared; did you mean 'limit'? [unknown-name]
// CHECK:ERR:     3 | const bit<8> a = limits;
// CHECK:ERR:       |                  ^~~~~~
// CHECK:ERR: fail_names.p4:5:16: error: 'Again' is used inside its own declaration [used-in-itself]
// CHECK:ERR:     5 | struct Again { Again inner; }
// CHECK:ERR:       |                ^~~~~
// CHECK:ERR: fail_names.p4:6:29: error: 'H' has field 'f' twice [duplicate-name]
// CHECK:ERR:     6 | header H { bit<8> f; bit<8> f; }
// CHECK:ERR:       |                             ^
// CHECK:ERR: fail_names.p4:6:19: note: declared here
// CHECK:ERR:     6 | header H { bit<8> f; bit<8> f; }
// CHECK:ERR:       |                   ^
// CHECK:ERR: fail_names.p4:7:26: error: enum 'Color' has 'Red' twice [duplicate-name]
// CHECK:ERR:     7 | enum Color { Red, Green, Red }
// CHECK:ERR:       |                          ^~~
// CHECK:ERR: fail_names.p4:7:14: note: declared here
// CHECK:ERR:     7 | enum Color { Red, Green, Red }
// CHECK:ERR:       |              ^~~
// CHECK:ERR: fail_names.p4:8:18: error: error 'TooLong' is already declared [duplicate-name]
// CHECK:ERR:     8 | error { TooLong, TooLong }
// CHECK:ERR:       |                  ^~~~~~~
// CHECK:ERR: fail_names.p4:8:9: note: declared here
// CHECK:ERR:     8 | error { TooLong, TooLong }
// CHECK:ERR:       |         ^~~~~~~
// CHECK:ERR: fail_names.p4:9:9: error: 'limit' is a constant, not a type [not-a-type]
// CHECK:ERR:     9 | typedef limit T;
// CHECK:ERR:       |         ^~~~~
// CHECK:ERR: fail_names.p4:11:20: error: S has no 'y' [unknown-member]
// CHECK:ERR:    11 | const bit<8> b = s.y;
// CHECK:ERR:       |                    ^
// CHECK:ERR: fail_names.p4:12:18: error: 'S' is a struct, not a value [not-a-value]
// CHECK:ERR:    12 | const bit<8> c = S;
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_names.p4:15:16: error: 'x' hides a parameter of that name [shadows]
// CHECK:ERR:    15 |         bit<8> x = 3;
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_names.p4:13:11: note: declared here
// CHECK:ERR:    13 | control C(inout bit<8> x) {
// CHECK:ERR:       |           ^~~~~~~~~~~~~~
// CHECK:ERR: fail_names.p4:16:26: error: the type error has no 'Missing' [unknown-member]
// CHECK:ERR:    16 |         bit<8> z = error.Missing;
// CHECK:ERR:       |                          ^~~~~~~
// CHECK:ERR: fail_names.p4:17:25: error: the type Color has no 'Blue' [unknown-member]
// CHECK:ERR:    17 |         Color d = Color.Blue;
// CHECK:ERR:       |                         ^~~~
// CHECK:ERR: fail_names.p4:20:35: error: 'p' is already a parameter [duplicate-name]
// CHECK:ERR:    20 | void twice(in bit<8> p, in bit<8> p) {}
// CHECK:ERR:       |                                   ^
// CHECK:ERR: fail_names.p4:20:22: note: declared here
// CHECK:ERR:    20 | void twice(in bit<8> p, in bit<8> p) {}
// CHECK:ERR:       |                      ^
