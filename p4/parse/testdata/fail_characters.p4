const bit<8> a = 1 $ 2;
const bit<8> b = 'x';
const bit<8> ü = 5;
const bit<8> c = 8w;
const bit<8> d = 0xFG;
const bit<8> e = 12abc;
const bit<8> f = 0b12;
const bit<8> g = 99999999999w1;
const bit<8> h = `5`;
control c { # }

// CHECK:ERR: fail_characters.p4:1:20: error: P4 does not use the character '$' here; expected ';' [unexpected-character]
// CHECK:ERR:     1 | const bit<8> a = 1 $ 2;
// CHECK:ERR:       |                    ^
// CHECK:ERR: fail_characters.p4:2:18: error: P4 does not use the character ''' here; expected an expression [unexpected-character]
// CHECK:ERR:     2 | const bit<8> b = 'x';
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_characters.p4:3:14: error: P4 does not use the character 'ü' here; expected the name of the constant [unexpected-character]
// CHECK:ERR:     3 | const bit<8> ü = 5;
// CHECK:ERR:       |              ^~
// CHECK:ERR: fail_characters.p4:4:18: error: '8w' is not a number: it has no digits [bad-number]
// CHECK:ERR:     4 | const bit<8> c = 8w;
// CHECK:ERR:       |                  ^~
// CHECK:ERR: fail_characters.p4:5:18: error: '0xFG' is not a number: 'G' is not a digit in base 16 [bad-number]
// CHECK:ERR:     5 | const bit<8> d = 0xFG;
// CHECK:ERR:       |                  ^~~~
// CHECK:ERR: fail_characters.p4:6:18: error: '12abc' is not a number: 'a' is not a digit in base 10 [bad-number]
// CHECK:ERR:     6 | const bit<8> e = 12abc;
// CHECK:ERR:       |                  ^~~~~
// CHECK:ERR: fail_characters.p4:7:18: error: '0b12' is not a number: '2' is not a digit in base 2 [bad-number]
// CHECK:ERR:     7 | const bit<8> f = 0b12;
// CHECK:ERR:       |                  ^~~~
// CHECK:ERR: fail_characters.p4:8:18: error: '99999999999w1' is not a number: the width 99999999999 is too large, at most 4294967295 is possible [bad-number]
// CHECK:ERR:     8 | const bit<8> g = 99999999999w1;
// CHECK:ERR:       |                  ^~~~~~~~~~~~~
// CHECK:ERR: fail_characters.p4:9:18: error: P4 does not use the character '`' here; expected an expression [unexpected-character]
// CHECK:ERR:     9 | const bit<8> h = `5`;
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_characters.p4:10:11: error: expected '(' and parameters, found '{' [syntax]
// CHECK:ERR:    10 | control c { # }
// CHECK:ERR:       |           ^
