header H { bit<8> f; }
enum bit<8> E { A = 1 }
const bit<8> zero = 8w1 / 0;
const bit<8> shift = 8w1 >> -1;
const bit<8> mixed = 8w1 + 16w1;
const bit<8> sign = 8w1 + 8s1;
const bool compare = 8w1 == true;
const bool logic = 1 && true;
const bit<8> cast = (bit<8>)8s1 + (bit<8>)16s1;
const bool to_bool = (bool)2;
const bit<4> part = 8w0xFF[8:5];
const bit<4> backwards = 8w0xFF[1:4];
const int huge = 1 << (1 << 30);
const bit<8> cut = 300;
const bit<16> words = "a" ++ 8w1;
const int minus = !5;
const bit<9> both = true ? 1 : 9w2;
const bit<16> enumerated = 16w11 * E.A;
const int<8> quotient = 8s4 / 8s2;
control C(inout bit<8> x, inout int<8> s, in H h) {
    apply {
        x = s;
        h.f = 1;
        8w1 = x;
        x[7:4] = 8w1;
        x = x << s;
        x = 1 << x;
        x += true;
        tuple<bit<8>> t = { 1, 2 };
        x = t[1];
        x = t[x];
        bool b = x ? true : false;
    }
}

// CHECK:ERR: fail_operators.p4:3:27: error: division by zero [division-by-zero]
// CHECK:ERR:     3 | const bit<8> zero = 8w1 / 0;
// CHECK:ERR:       |                           ^
// CHECK:ERR: fail_operators.p4:4:29: error: cannot shift by a negative number (-1) [bad-shift]
// CHECK:ERR:     4 | const bit<8> shift = 8w1 >> -1;
// CHECK:ERR:       |                             ^~
// CHECK:ERR: fail_operators.p4:5:22: error: '+' wants two integers of one type, these are bit<8> and bit<16> [operand-type]
// CHECK:ERR:     5 | const bit<8> mixed = 8w1 + 16w1;
// CHECK:ERR:       |                      ^~~~~~~~~~
// CHECK:ERR: fail_operators.p4:6:21: error: '+' wants two integers of one type, these are bit<8> and int<8> [operand-type]
// CHECK:ERR:     6 | const bit<8> sign = 8w1 + 8s1;
// CHECK:ERR:       |                     ^~~~~~~~~
// CHECK:ERR: fail_operators.p4:7:22: error: '==' cannot compare bit<8> and bool [operand-type]
// CHECK:ERR:     7 | const bool compare = 8w1 == true;
// CHECK:ERR:       |                      ^~~~~~~~~~~
// CHECK:ERR: fail_operators.p4:8:20: error: '&&' wants bool, this is int [operand-type]
// CHECK:ERR:     8 | const bool logic = 1 && true;
// CHECK:ERR:       |                    ^
// CHECK:ERR: fail_operators.p4:9:35: error: int<16> cannot be cast to bit<8> [bad-cast]
// CHECK:ERR:     9 | const bit<8> cast = (bit<8>)8s1 + (bit<8>)16s1;
// CHECK:ERR:       |                                   ^~~~~~~~~~~~
// CHECK:ERR: fail_operators.p4:10:22: error: int cannot be cast to bool [bad-cast]
// CHECK:ERR:    10 | const bool to_bool = (bool)2;
// CHECK:ERR:       |                      ^~~~~~~
// CHECK:ERR: fail_operators.p4:11:28: error: the high bit of a slice is 8, it must be 0 to 7 [bad-slice]
// CHECK:ERR:    11 | const bit<4> part = 8w0xFF[8:5];
// CHECK:ERR:       |                            ^
// CHECK:ERR: fail_operators.p4:12:26: error: the high bit 1 is below the low bit 4 [bad-slice]
// CHECK:ERR:    12 | const bit<4> backwards = 8w0xFF[1:4];
// CHECK:ERR:       |                          ^~~~~~~~~~~
// CHECK:ERR: fail_operators.p4:13:18: error: the number would have more than 1048576 bits [too-complex]
// CHECK:ERR:    13 | const int huge = 1 << (1 << 30);
// CHECK:ERR:       |                  ^~~~~~~~~~~~~~
// CHECK:ERR: fail_operators.p4:14:20: warning: 300 does not fit bit<8>, it becomes 44 [overflow]
// CHECK:ERR:    14 | const bit<8> cut = 300;
// CHECK:ERR:       |                    ^~~
// CHECK:ERR: fail_operators.p4:15:23: error: '++' wants bit<>, int<> or two strings, this is string [operand-type]
// CHECK:ERR:    15 | const bit<16> words = "a" ++ 8w1;
// CHECK:ERR:       |                       ^~~
// CHECK:ERR: fail_operators.p4:16:19: error: '!' wants bool, this is int [operand-type]
// CHECK:ERR:    16 | const int minus = !5;
// CHECK:ERR:       |                   ^~
// CHECK:ERR: fail_operators.p4:18:28: error: '*' wants two integers of one type, these are bit<16> and E [operand-type]
// CHECK:ERR:    18 | const bit<16> enumerated = 16w11 * E.A;
// CHECK:ERR:       |                            ^~~~~~~~~~~
// CHECK:ERR: fail_operators.p4:19:25: error: division is not defined on signed integers, this is int<8> [operand-type]
// CHECK:ERR:    19 | const int<8> quotient = 8s4 / 8s2;
// CHECK:ERR:       |                         ^~~~~~~~~
// CHECK:ERR: fail_operators.p4:22:13: error: the assigned value must be of type bit<8>, this is int<8> [type-mismatch]
// CHECK:ERR:    22 |         x = s;
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_operators.p4:23:9: error: the left of an assignment must be something that can be written: a variable, or an out or inout parameter, or a part of one [not-assignable]
// CHECK:ERR:    23 |         h.f = 1;
// CHECK:ERR:       |         ^~~
// CHECK:ERR: fail_operators.p4:24:9: error: the left of an assignment must be something that can be written: a variable, or an out or inout parameter, or a part of one [not-assignable]
// CHECK:ERR:    24 |         8w1 = x;
// CHECK:ERR:       |         ^~~
// CHECK:ERR: fail_operators.p4:25:18: error: the assigned value must be of type bit<4>, this is bit<8> [type-mismatch]
// CHECK:ERR:    25 |         x[7:4] = 8w1;
// CHECK:ERR:       |                  ^~~
// CHECK:ERR: fail_operators.p4:26:18: error: the number of bits to shift by must be unsigned or a constant, this is int<8> [bad-shift]
// CHECK:ERR:    26 |         x = x << s;
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_operators.p4:27:13: error: a number without a width can only be shifted by a constant; give it a width [bad-shift]
// CHECK:ERR:    27 |         x = 1 << x;
// CHECK:ERR:       |             ^~~~~~
// CHECK:ERR: fail_operators.p4:28:14: error: the operand must be of type bit<8>, this is bool [type-mismatch]
// CHECK:ERR:    28 |         x += true;
// CHECK:ERR:       |              ^~~~
// CHECK:ERR: fail_operators.p4:29:27: error: the value of 't' must be of type tuple<bit<8>>, this is {int, int} (tuple<bit<8>> has 1 elements, 2 are given) [type-mismatch]
// CHECK:ERR:    29 |         tuple<bit<8>> t = { 1, 2 };
// CHECK:ERR:       |                           ^~~~~~~~
// CHECK:ERR: fail_operators.p4:30:15: error: index 1 is outside tuple<bit<8>>, which has 1 elements [bad-index]
// CHECK:ERR:    30 |         x = t[1];
// CHECK:ERR:       |               ^
// CHECK:ERR: fail_operators.p4:31:15: error: the index of a tuple must be a compile-time constant [not-constant]
// CHECK:ERR:    31 |         x = t[x];
// CHECK:ERR:       |               ^
// CHECK:ERR: fail_operators.p4:32:18: error: the condition of '?:' must be of type bool, this is bit<8> [type-mismatch]
// CHECK:ERR:    32 |         bool b = x ? true : false;
// CHECK:ERR:       |                  ^
