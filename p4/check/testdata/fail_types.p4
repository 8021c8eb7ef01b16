header Bad { string s; }
header_union U { bit<8> x; }
struct Wide { bit<(1 << 30)> w; }
struct Negative { int<0> n; }
struct G<T> { T t; }
const G x = { 1 };
const G<bit<8>, bit<8>> y = { 1 };
const G<_> open = { 1 };


type tuple<bit<8>> NewTuple;
extern E { E(); }
void f(in E e) {}
int g() { return 1; }
control C() {
    int i;
    string text;
    E object;
    bit<8>[-1] stack;
    apply { }
}
enum int Unsized { A = 1 }
enum bit<8> Twice { A = 1, B = 1 }
header Inside<T> { T t; }
const Inside<Inside<bit<8>>> inside = { { 1 } };
control D(inout list<bit<8>> l) { apply { } }

extern void use(in bit<8> x);
struct Row { bit<8> x; }
void misplaced(in Row[2] rows) {
    use(this);
}
header Cell { bit<8> x; }
control Stacks(inout Cell[2] cells) {
    Cell[4] more;
    varbit<16> bits;
    apply {
        cells.next.x = 1;
        more = cells;
        bits = 1;
    }
}

// CHECK:ERR: fail_types.p4:1:14: error: field 's' of header 'Bad' may not be of type string; bits, integers of fixed width, varbits, booleans, serialisable enums and structs of them may [field-type]
// CHECK:ERR:     1 | header Bad { string s; }
// CHECK:ERR:       |              ^~~~~~
// CHECK:ERR: fail_types.p4:2:18: error: field 'x' of header_union 'U' may not be of type bit<8>; only a header may [field-type]
// CHECK:ERR:     2 | header_union U { bit<8> x; }
// CHECK:ERR:       |                  ^~~~~~
// CHECK:ERR: fail_types.p4:3:19: error: the width of bit<> is 1073741824, it must be 0 to 1048576 [bad-width]
// CHECK:ERR:     3 | struct Wide { bit<(1 << 30)> w; }
// CHECK:ERR:       |                   ^~~~~~~~~
// CHECK:ERR: fail_types.p4:4:23: error: the width of int<> is 0, it must be 1 to 1048576 [bad-width]
// CHECK:ERR:     4 | struct Negative { int<0> n; }
// CHECK:ERR:       |                       ^
// CHECK:ERR: fail_types.p4:6:7: error: 'G' is generic: it wants 1 type argument, as in G<T> [type-arguments]
// CHECK:ERR:     6 | const G x = { 1 };
// CHECK:ERR:       |       ^
// CHECK:ERR: fail_types.p4:7:7: error: 'G' takes 1 type argument, 2 are given [type-arguments]
// CHECK:ERR:     7 | const G<bit<8>, bit<8>> y = { 1 };
// CHECK:ERR:       |       ^~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_types.p4:8:7: error: the type of a constant may not leave a part open with '_' [bad-type]
// CHECK:ERR:     8 | const G<_> open = { 1 };
// CHECK:ERR:       |       ^~~~
// CHECK:ERR: fail_types.p4:11:1: error: 'type' makes a new type of bits, integers of fixed width, booleans and such new types; not of tuple<bit<8>> [bad-type]
// CHECK:ERR:    11 | type tuple<bit<8>> NewTuple;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_types.p4:13:11: error: parameter 'e' of type E may not have a direction [parameter-type]
// CHECK:ERR:    13 | void f(in E e) {}
// CHECK:ERR:       |           ^
// CHECK:ERR: fail_types.p4:14:1: error: the result of 'g' may not be of type int [return-type]
// CHECK:ERR:    14 | int g() { return 1; }
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_types.p4:16:5: error: variable 'i' may not be of type int; give it a width, as in bit<32> [variable-type]
// CHECK:ERR:    16 |     int i;
// CHECK:ERR:       |     ^~~
// CHECK:ERR: fail_types.p4:17:5: error: variable 'text' may not be of type string [variable-type]
// CHECK:ERR:    17 |     string text;
// CHECK:ERR:       |     ^~~~~~
// CHECK:ERR: fail_types.p4:18:5: error: variable 'object' may not be of type E; write an instantiation: T(...) name; [variable-type]
// CHECK:ERR:    18 |     E object;
// CHECK:ERR:       |     ^
// CHECK:ERR: fail_types.p4:19:12: error: the size of a stack is -1, it must be 0 to 16777216 [bad-size]
// CHECK:ERR:    19 |     bit<8>[-1] stack;
// CHECK:ERR:       |            ^~
// CHECK:ERR: fail_types.p4:22:6: error: the type under an enum must be bit<> or int<> with a width, this is int [bad-type]
// CHECK:ERR:    22 | enum int Unsized { A = 1 }
// CHECK:ERR:       |      ^~~
// CHECK:ERR: fail_types.p4:23:28: warning: 'A' and 'B' have one value, 1 [enum-value-shared]
// CHECK:ERR:    23 | enum bit<8> Twice { A = 1, B = 1 }
// CHECK:ERR:       |                            ^~~~~
// CHECK:ERR: fail_types.p4:25:7: error: 'Inside' stands inside its own type arguments [type-arguments]
// CHECK:ERR:    25 | const Inside<Inside<bit<8>>> inside = { { 1 } };
// CHECK:ERR:       |       ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_types.p4:26:17: error: parameter 'l' of type list<bit<8>> may not have a direction [parameter-type]
// CHECK:ERR:    26 | control D(inout list<bit<8>> l) { apply { } }
// CHECK:ERR:       |                 ^~~~~~~~~~~~
// CHECK:ERR: fail_types.p4:31:9: error: 'this' stands only in the methods that an instance implements [misplaced-expression]
// CHECK:ERR:    31 |     use(this);
// CHECK:ERR:       |         ^~~~
// CHECK:ERR: fail_types.p4:38:15: error: 'next' of a stack may only be used in a parser [misplaced-expression]
// CHECK:ERR:    38 |         cells.next.x = 1;
// CHECK:ERR:       |               ^~~~
// CHECK:ERR: fail_types.p4:39:16: error: the assigned value must be of type Cell[4], this is Cell[2] [type-mismatch]
// CHECK:ERR:    39 |         more = cells;
// CHECK:ERR:       |                ^~~~~
// CHECK:ERR: fail_types.p4:40:16: error: the assigned value must be of type varbit<16>, this is int [type-mismatch]
// CHECK:ERR:    40 |         bits = 1;
// CHECK:ERR:       |                ^
