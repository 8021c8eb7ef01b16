struct S { bit<8> a; bool b; }
header H { bit<8> a; }
const S missing = { a = 1 };
const S unknown = { a = 1, c = true };
const S twice = { a = 1, a = 2, b = true };
const S wrong = { 1, 2 };
const S many = { 1, true, 3 };
const S dots = { ..., 1 };
const bit<8> invalid = {#};
const H[2] stack = { { 1 }, { 2 }, { 3 } };
const bit<8> from_list = { 1 };
const error rest = { ... };
const match_kind nothing = ...;

// CHECK:ERR: fail_initializers.p4:3:19: error: the value of 'missing' must be of type S, this is {a = int} (S has 2 fields, 1 are given) [type-mismatch]
// CHECK:ERR:     3 | const S missing = { a = 1 };
// CHECK:ERR:       |                   ^~~~~~~~~
// CHECK:ERR: fail_initializers.p4:4:19: error: the value of 'unknown' must be of type S, this is {a = int, c = bool} (S has no field 'c') [type-mismatch]
// CHECK:ERR:     4 | const S unknown = { a = 1, c = true };
// CHECK:ERR:       |                   ^~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_initializers.p4:5:26: error: field 'a' is given twice [bad-initializer]
// CHECK:ERR:     5 | const S twice = { a = 1, a = 2, b = true };
// CHECK:ERR:       |                          ^
// CHECK:ERR: fail_initializers.p4:6:17: error: the value of 'wrong' must be of type S, this is {int, int} (element 2 is bool, not int) [type-mismatch]
// CHECK:ERR:     6 | const S wrong = { 1, 2 };
// CHECK:ERR:       |                 ^~~~~~~~
// CHECK:ERR: fail_initializers.p4:7:16: error: the value of 'many' must be of type S, this is {int, bool, int} (S has 2 elements, 3 are given) [type-mismatch]
// CHECK:ERR:     7 | const S many = { 1, true, 3 };
// CHECK:ERR:       |                ^~~~~~~~~~~~~~
// CHECK:ERR: fail_initializers.p4:8:18: error: '...' must be the last element [bad-initializer]
// CHECK:ERR:     8 | const S dots = { ..., 1 };
// CHECK:ERR:       |                  ^~~
// CHECK:ERR: fail_initializers.p4:8:16: error: the value of 'dots' must be of type S, this is {..., int} (element 2 is bool, not int) [type-mismatch]
// CHECK:ERR:     8 | const S dots = { ..., 1 };
// CHECK:ERR:       |                ^~~~~~~~~~
// CHECK:ERR: fail_initializers.p4:9:24: error: the value of 'invalid' must be of type bit<8>, this is {#} [type-mismatch]
// CHECK:ERR:     9 | const bit<8> invalid = {#};
// CHECK:ERR:       |                        ^~~
// CHECK:ERR: fail_initializers.p4:10:20: error: the value of 'stack' must be of type H[2], this is {{int}, {int}, {int}} (the stack has 2 elements, 3 are given) [type-mismatch]
// CHECK:ERR:    10 | const H[2] stack = { { 1 }, { 2 }, { 3 } };
// CHECK:ERR:       |                    ^~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_initializers.p4:11:26: error: the value of 'from_list' must be of type bit<8>, this is {int} [type-mismatch]
// CHECK:ERR:    11 | const bit<8> from_list = { 1 };
// CHECK:ERR:       |                          ^~~~~
// CHECK:ERR: fail_initializers.p4:12:20: error: the value of 'rest' must be of type error, this is {...} [type-mismatch]
// CHECK:ERR:    12 | const error rest = { ... };
// CHECK:ERR:       |                    ^~~~~~~
// CHECK:ERR: fail_initializers.p4:13:7: error: a constant may not be of type match_kind [bad-type]
// CHECK:ERR:    13 | const match_kind nothing = ...;
// CHECK:ERR:       |       ^~~~~~~~~~
// CHECK:ERR: fail_initializers.p4:13:28: error: the value of 'nothing' must be of type match_kind, this is ... [type-mismatch]
// CHECK:ERR:    13 | const match_kind nothing = ...;
// CHECK:ERR:       |                            ^~~
