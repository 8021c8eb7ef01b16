// Appendix G: texts that are nearly P4.
error { }
error { Last, }
enum Empty { }
enum bit<8> EmptyValues { }
match_kind { }
@name("x") error { Annotated }
@name("x") match_kind { annotated, }
const int W = 3;
const bit<W> warned_name_without_parentheses = 1;
const bit<3 + 1> warned_sum_without_parentheses = 1;
const bit<(W + 1)> right = 1;
control C(inout bit<8> x) {
    action a() {};
    table t {
        key = { x: exact; };
        actions = { a; }
    }
    apply {
        if (x == 1) bit<8> y;
        else const bit<8> z = 1;
        for (bit<8> i in 1..2) bit<8> y;
    }
}
parser P(in bit<8> x) {
    bit<8> y;;
    state start {
        transition select(x, ) { _: accept; }
    }
}

// CHECK:ERR: fail_spec_grammar.p4:2:9: error: expected the name of a member, found '}' [syntax]
// CHECK:ERR:     2 | error { }
// CHECK:ERR:       |         ^
// CHECK:ERR: fail_spec_grammar.p4:3:15: error: expected the name of a member, found '}' [syntax]
// CHECK:ERR:     3 | error { Last, }
// CHECK:ERR:       |               ^
// CHECK:ERR: fail_spec_grammar.p4:4:14: error: expected the name of a member, found '}' [syntax]
// CHECK:ERR:     4 | enum Empty { }
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_spec_grammar.p4:5:27: error: expected the name of a member, found '}' [syntax]
// CHECK:ERR:     5 | enum bit<8> EmptyValues { }
// CHECK:ERR:       |                           ^
// CHECK:ERR: fail_spec_grammar.p4:6:14: error: expected the name of a member, found '}' [syntax]
// CHECK:ERR:     6 | match_kind { }
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_spec_grammar.p4:7:1: error: an annotation cannot stand before 'error' [misplaced-annotation]
// CHECK:ERR:     7 | @name("x") error { Annotated }
// CHECK:ERR:       | ^~~~~~~~~~
// CHECK:ERR: fail_spec_grammar.p4:8:1: error: an annotation cannot stand before 'match_kind' [misplaced-annotation]
// CHECK:ERR:     8 | @name("x") match_kind { annotated, }
// CHECK:ERR:       | ^~~~~~~~~~
// CHECK:ERR: fail_spec_grammar.p4:10:11: warning: a width that is not a number should stand in parentheses [width-parentheses]
// CHECK:ERR:    10 | const bit<W> warned_name_without_parentheses = 1;
// CHECK:ERR:       |           ^
// CHECK:ERR: fail_spec_grammar.p4:11:11: warning: a width that is not a number should stand in parentheses [width-parentheses]
// CHECK:ERR:    11 | const bit<3 + 1> warned_sum_without_parentheses = 1;
// CHECK:ERR:       |           ^~~~~
// CHECK:ERR: fail_spec_grammar.p4:14:18: error: expected an action, table, constant, variable or instance of the control, or 'apply', found ';' [syntax]
// CHECK:ERR:    14 |     action a() {};
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_spec_grammar.p4:16:28: error: expected the name of a table property, found ';' [syntax]
// CHECK:ERR:    16 |         key = { x: exact; };
// CHECK:ERR:       |                            ^
// CHECK:ERR: fail_spec_grammar.p4:20:21: error: a declaration cannot stand alone as a branch or a loop's body; put it into braces [misplaced-declaration]
// CHECK:ERR:    20 |         if (x == 1) bit<8> y;
// CHECK:ERR:       |                     ^~~
// CHECK:ERR: fail_spec_grammar.p4:21:14: error: a declaration cannot stand alone as a branch or a loop's body; put it into braces [misplaced-declaration]
// CHECK:ERR:    21 |         else const bit<8> z = 1;
// CHECK:ERR:       |              ^~~~~
// CHECK:ERR: fail_spec_grammar.p4:22:32: error: a declaration cannot stand alone as a branch or a loop's body; put it into braces [misplaced-declaration]
// CHECK:ERR:    22 |         for (bit<8> i in 1..2) bit<8> y;
// CHECK:ERR:       |                                ^~~
// CHECK:ERR: fail_spec_grammar.p4:26:14: error: expected a state, constant, variable, instance or value_set of the parser, found ';' [syntax]
// CHECK:ERR:    26 |     bit<8> y;;
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_spec_grammar.p4:28:30: error: expected a value to select by, found ')' [syntax]
// CHECK:ERR:    28 |         transition select(x, ) { _: accept; }
// CHECK:ERR:       |                              ^
