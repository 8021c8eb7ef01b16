// Many errors in one run: each statement and declaration by itself.
header h_t {
    bit<8> a
    bit<8> b;
    bit<> c;
    int<8 d;
}
struct { bit<8> x; }
const bit<8> n 5;
const bit<8> m = ;
bit<8> global = 1;
control C(inout h_t h) {
    action a() { h.a = ; h.b = 1 }
    table t {
        key = { h.a exact; h.b : ; }
        actions = { a b; a(; }
        size 5;
    }
    apply {
        if h.a == 1 { }
        h.a;
        h.a = (1 + 2;
        h.a = 1 +;
        f(1,);
        @x h.a = 1;
        else h.a = 1;
        table x { }
        switch (h.a) { 1 { } }
        return 1
    }
}
control NoApply(inout h_t h) { bit<8> x; }
parser P(packet_in p) {
    state start { return; transition select(1) { 1 next; 2: } }
    bit<8> late;
    action a() { }
    state s { transition accept; h = 1; }
    state t { transition; }
}
extern X { void m() { } Y; }
enum E { A, , B }
enum bit<8> F { A, B = 1 }
table t { }
if (1) { }
}
const bit<8> back = 1;
const keyword default = 1;
package p(in bit<8> x)

// CHECK:ERR: fail_many.p4:3:13: error: expected ';', found 'bit' [syntax]
// CHECK:ERR:     3 |     bit<8> a
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_many.p4:5:9: error: expected an expression, found '>' [syntax]
// CHECK:ERR:     5 |     bit<> c;
// CHECK:ERR:       |         ^
// CHECK:ERR: fail_many.p4:6:11: error: expected '>', found 'd' [syntax]
// CHECK:ERR:     6 |     int<8 d;
// CHECK:ERR:       |           ^
// CHECK:ERR: fail_many.p4:6:8: note: to match this
// CHECK:ERR:     6 |     int<8 d;
// CHECK:ERR:       |        ^
// CHECK:ERR: fail_many.p4:8:8: error: expected the name of the type, found '{' [syntax]
// CHECK:ERR:     8 | struct { bit<8> x; }
// CHECK:ERR:       |        ^
// CHECK:ERR: fail_many.p4:9:16: error: expected '=' and the constant's value, found '5' [syntax]
// CHECK:ERR:     9 | const bit<8> n 5;
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_many.p4:10:18: error: expected an expression, found ';' [syntax]
// CHECK:ERR:    10 | const bit<8> m = ;
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_many.p4:11:1: error: a variable cannot be declared at the top level; make 'global' a 'const', or declare it in a parser or control [misplaced-declaration]
// CHECK:ERR:    11 | bit<8> global = 1;
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_many.p4:13:24: error: expected an expression, found ';' [syntax]
// CHECK:ERR:    13 |     action a() { h.a = ; h.b = 1 }
// CHECK:ERR:       |                        ^
// CHECK:ERR: fail_many.p4:13:34: error: expected ';', found '}' [syntax]
// CHECK:ERR:    13 |     action a() { h.a = ; h.b = 1 }
// CHECK:ERR:       |                                  ^
// CHECK:ERR: fail_many.p4:15:21: error: expected ':' and a match kind, found 'exact' [syntax]
// CHECK:ERR:    15 |         key = { h.a exact; h.b : ; }
// CHECK:ERR:       |                     ^~~~~
// CHECK:ERR: fail_many.p4:15:34: error: expected a match kind, found ';' [syntax]
// CHECK:ERR:    15 |         key = { h.a exact; h.b : ; }
// CHECK:ERR:       |                                  ^
// CHECK:ERR: fail_many.p4:16:23: error: expected ';', found 'b' [syntax]
// CHECK:ERR:    16 |         actions = { a b; a(; }
// CHECK:ERR:       |                       ^
// CHECK:ERR: fail_many.p4:16:28: error: expected an expression, found ';' [syntax]
// CHECK:ERR:    16 |         actions = { a b; a(; }
// CHECK:ERR:       |                            ^
// CHECK:ERR: fail_many.p4:17:14: error: expected '=' after the property's name, found '5' [syntax]
// CHECK:ERR:    17 |         size 5;
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_many.p4:20:12: error: expected '(' after 'if', found 'h' [syntax]
// CHECK:ERR:    20 |         if h.a == 1 { }
// CHECK:ERR:       |            ^
// CHECK:ERR: fail_many.p4:21:9: error: this expression alone is no statement; expected an assignment or a call [syntax]
// CHECK:ERR:    21 |         h.a;
// CHECK:ERR:       |         ^~~
// CHECK:ERR: fail_many.p4:22:21: error: expected ')', found ';' [syntax]
// CHECK:ERR:    22 |         h.a = (1 + 2;
// CHECK:ERR:       |                     ^
// CHECK:ERR: fail_many.p4:22:15: note: to match this
// CHECK:ERR:    22 |         h.a = (1 + 2;
// CHECK:ERR:       |               ^
// CHECK:ERR: fail_many.p4:23:18: error: expected an expression, found ';' [syntax]
// CHECK:ERR:    23 |         h.a = 1 +;
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_many.p4:24:13: error: expected an argument, found ')' [syntax]
// CHECK:ERR:    24 |         f(1,);
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_many.p4:25:9: error: an annotation can stand before a block, a 'for' or a declaration, not before this statement; put the statement into braces [misplaced-annotation]
// CHECK:ERR:    25 |         @x h.a = 1;
// CHECK:ERR:       |         ^~
// CHECK:ERR: fail_many.p4:26:9: error: 'else' without 'if' [syntax]
// CHECK:ERR:    26 |         else h.a = 1;
// CHECK:ERR:       |         ^~~~
// CHECK:ERR: fail_many.p4:27:9: error: 'table' cannot be declared among statements; declare it before 'apply' [misplaced-declaration]
// CHECK:ERR:    27 |         table x { }
// CHECK:ERR:       |         ^~~~~
// CHECK:ERR: fail_many.p4:28:26: error: expected ':' after the label, found '{' [syntax]
// CHECK:ERR:    28 |         switch (h.a) { 1 { } }
// CHECK:ERR:       |                          ^
// CHECK:ERR: fail_many.p4:29:17: error: expected ';', found '}' [syntax]
// CHECK:ERR:    29 |         return 1
// CHECK:ERR:       |                 ^
// CHECK:ERR: fail_many.p4:32:42: error: control 'NoApply' has no 'apply { }' [syntax]
// CHECK:ERR:    32 | control NoApply(inout h_t h) { bit<8> x; }
// CHECK:ERR:       |                                          ^
// CHECK:ERR: fail_many.p4:32:30: note: the control begins here
// CHECK:ERR:    32 | control NoApply(inout h_t h) { bit<8> x; }
// CHECK:ERR:       |                              ^
// CHECK:ERR: fail_many.p4:34:19: error: 'return' cannot stand in a parser state; there are assignments, calls, 'if', blocks, declarations, and one 'transition' at the end [misplaced-statement]
// CHECK:ERR:    34 |     state start { return; transition select(1) { 1 next; 2: } }
// CHECK:ERR:       |                   ^~~~~~
// CHECK:ERR: fail_many.p4:34:52: error: expected ':' and a state, found 'next' [syntax]
// CHECK:ERR:    34 |     state start { return; transition select(1) { 1 next; 2: } }
// CHECK:ERR:       |                                                    ^~~~
// CHECK:ERR: fail_many.p4:34:61: error: expected the name of a state, found '}' [syntax]
// CHECK:ERR:    34 |     state start { return; transition select(1) { 1 next; 2: } }
// CHECK:ERR:       |                                                             ^
// CHECK:ERR: fail_many.p4:35:5: error: the declarations of a parser stand before its first state [misplaced-declaration]
// CHECK:ERR:    35 |     bit<8> late;
// CHECK:ERR:       |     ^~~
// CHECK:ERR: fail_many.p4:36:5: error: 'action' cannot be declared in a parser; declare it in a control [misplaced-declaration]
// CHECK:ERR:    36 |     action a() { }
// CHECK:ERR:       |     ^~~~~~
// CHECK:ERR: fail_many.p4:37:34: error: nothing can follow the 'transition' [misplaced-statement]
// CHECK:ERR:    37 |     state s { transition accept; h = 1; }
// CHECK:ERR:       |                                  ^
// CHECK:ERR: fail_many.p4:38:25: error: expected the name of a state, or 'select', found ';' [syntax]
// CHECK:ERR:    38 |     state t { transition; }
// CHECK:ERR:       |                         ^
// CHECK:ERR: fail_many.p4:40:21: error: a method of an extern has no body; expected ';' [misplaced-statement]
// CHECK:ERR:    40 | extern X { void m() { } Y; }
// CHECK:ERR:       |                     ^
// CHECK:ERR: fail_many.p4:40:26: error: expected the name of the function, found ';' [syntax]
// CHECK:ERR:    40 | extern X { void m() { } Y; }
// CHECK:ERR:       |                          ^
// CHECK:ERR: fail_many.p4:41:13: error: expected the name of a member, found ',' [syntax]
// CHECK:ERR:    41 | enum E { A, , B }
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_many.p4:42:18: error: expected '=' and the member's value, found ',' [syntax]
// CHECK:ERR:    42 | enum bit<8> F { A, B = 1 }
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_many.p4:43:1: error: 'table' cannot stand at the top level; it belongs into a control [misplaced-declaration]
// CHECK:ERR:    43 | table t { }
// CHECK:ERR:       | ^~~~~
// CHECK:ERR: fail_many.p4:44:1: error: 'if' cannot stand at the top level; statements belong into an action, a function, a parser state or the 'apply' of a control [misplaced-statement]
// CHECK:ERR:    44 | if (1) { }
// CHECK:ERR:       | ^~
// CHECK:ERR: fail_many.p4:45:1: error: expected a declaration, found '}' [syntax]
// CHECK:ERR:    45 | }
// CHECK:ERR:       | ^
// CHECK:ERR: fail_many.p4:47:15: error: expected the name of the constant, found 'default', which is a keyword [syntax]
// CHECK:ERR:    47 | const keyword default = 1;
// CHECK:ERR:       |               ^~~~~~~
// CHECK:ERR: fail_many.p4:48:23: error: expected ';', found the end of the program [syntax]
// CHECK:ERR:    48 | package p(in bit<8> x)
// CHECK:ERR:       |                       ^
