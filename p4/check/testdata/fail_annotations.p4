@name(4) void f() {}
@structured[1, 2] @structured[3] void g() {}
@structured[x = 1, x = 2] void h() {}
@structured[f] void i() {}
struct S { @match(1) bit<8> x; }

// CHECK:ERR: fail_annotations.p4:1:1: error: '@name' wants a string: @name("...") [bad-annotation]
// CHECK:ERR:     1 | @name(4) void f() {}
// CHECK:ERR:       | ^~~~~~~~
// CHECK:ERR: fail_annotations.p4:2:19: error: the structured annotation '@structured' stands more than once [bad-annotation]
// CHECK:ERR:     2 | @structured[1, 2] @structured[3] void g() {}
// CHECK:ERR:       |                   ^~~~~~~~~~~~~~
// CHECK:ERR: fail_annotations.p4:2:1: note: first here
// CHECK:ERR:     2 | @structured[1, 2] @structured[3] void g() {}
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_annotations.p4:3:20: error: '@structured' has 'x' twice [bad-annotation]
// CHECK:ERR:     3 | @structured[x = 1, x = 2] void h() {}
// CHECK:ERR:       |                    ^
// CHECK:ERR: fail_annotations.p4:4:13: error: a structured annotation holds compile-time integers, booleans and strings, this is function f [bad-annotation]
// CHECK:ERR:     4 | @structured[f] void i() {}
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_annotations.p4:5:12: error: '@match' wants a match_kind: @match(ternary) [bad-annotation]
// CHECK:ERR:     5 | struct S { @match(1) bit<8> x; }
// CHECK:ERR:       |            ^~~~~~~~~
