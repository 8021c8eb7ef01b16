@bare @tokens(any + "thing" (nested, (parens)) => ; } 5w3) @empty()
@list["a", 1 + 2, x,] @none[] @pairs[a = 1, b = "two", ]
@pragma old style "until the" end of line
@pragma bare
@if @_(ok) @table
const bit<8> c = 1;
@pragma with (parens) 1
void f(@param("x") in bit<8> a) { @local bit<8> b; }
enum E { @first A, B }
// A type's name in an annotation's list.
struct T { bit<8> x; }
@uses[(T){1}] const bit<8> d = 1;

// CHECK:OUT: @bare @tokens(any + "thing" (nested, (parens)) => ; } 5w3) @empty() @list["a", (1 + 2), x] @none[] @pairs[a = 1, b = "two"] @old(style "until the" end of line) @bare @if @_(ok) @table const bit<8> c = 1;
// CHECK:OUT: @with((parens) 1) void f(@param("x") in bit<8> a) {
// CHECK:OUT:   @local bit<8> b;
// CHECK:OUT: }
// CHECK:OUT: enum E {
// CHECK:OUT:   @first A,
// CHECK:OUT:   B
// CHECK:OUT: }
// CHECK:OUT: struct T {
// CHECK:OUT:   bit<8> x;
// CHECK:OUT: }
// CHECK:OUT: @uses[((T) {1})] const bit<8> d = 1;
