#define
#define 5 x
#define defined 1
#define F(a, a) a
#define G(a b) a
#define H(a
#define I(..., a) a
#define J(5) a
#define K(a) #b
#define L ## a
#define M(x, y) x ## y
M(+, -)
M(1, 2, 3)
M(1
#define N(

// CHECK:OUT: + -
// CHECK:ERR: fail_macros.p4:1:1: error: '#define' wants the name of a macro [bad-macro]
// CHECK:ERR:     1 | #define
// CHECK:ERR:       | ^~~~~~~
// CHECK:ERR: fail_macros.p4:2:9: error: '#define' wants the name of a macro [bad-macro]
// CHECK:ERR:     2 | #define 5 x
// CHECK:ERR:       |         ^
// CHECK:ERR: fail_macros.p4:3:9: error: 'defined' cannot be a macro [bad-macro]
// CHECK:ERR:     3 | #define defined 1
// CHECK:ERR:       |         ^~~~~~~
// CHECK:ERR: fail_macros.p4:4:14: error: the parameter 'a' stands twice [bad-macro]
// CHECK:ERR:     4 | #define F(a, a) a
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_macros.p4:5:13: error: expected ',' or ')', found 'b' [bad-macro]
// CHECK:ERR:     5 | #define G(a b) a
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_macros.p4:6:11: error: ')' is missing after the parameters [bad-macro]
// CHECK:ERR:     6 | #define H(a
// CHECK:ERR:       |           ^
// CHECK:ERR: fail_macros.p4:7:14: error: expected ')', found ',' [bad-macro]
// CHECK:ERR:     7 | #define I(..., a) a
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_macros.p4:8:11: error: expected a parameter's name, found '5' [bad-macro]
// CHECK:ERR:     8 | #define J(5) a
// CHECK:ERR:       |           ^
// CHECK:ERR: fail_macros.p4:9:14: error: '#' wants a parameter of the macro after it [bad-macro]
// CHECK:ERR:     9 | #define K(a) #b
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_macros.p4:10:11: error: '##' cannot stand first or last in a macro [bad-macro]
// CHECK:ERR:    10 | #define L ## a
// CHECK:ERR:       |           ^~
// CHECK:ERR: fail_macros.p4:12:1: error: '##' makes '+-' of '+' and '-', which is not one token [bad-paste]
// CHECK:ERR:    12 | M(+, -)
// CHECK:ERR:       | ^
// CHECK:ERR: fail_macros.p4:13:1: error: macro 'M' wants 2 arguments, got 3 [macro-arguments]
// CHECK:ERR:    13 | M(1, 2, 3)
// CHECK:ERR:       | ^
// CHECK:ERR: fail_macros.p4:11:9: note: the macro is defined here
// CHECK:ERR:    11 | #define M(x, y) x ## y
// CHECK:ERR:       |         ^
// CHECK:ERR: fail_macros.p4:15:10: error: ')' is missing after the parameters [bad-macro]
// CHECK:ERR:    15 | #define N(
// CHECK:ERR:       |          ^
// CHECK:ERR: fail_macros.p4:14:1: error: the arguments of macro 'M' have no end: ')' is missing [macro-arguments]
// CHECK:ERR:    14 | M(1
// CHECK:ERR:       | ^
