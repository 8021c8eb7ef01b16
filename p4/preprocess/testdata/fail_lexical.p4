text "a string without an end;
more /* a comment without an end
still

// CHECK:OUT: text "a string without an end;
// CHECK:OUT: more
// CHECK:ERR: fail_lexical.p4:1:6: error: this string has no end: '"' is missing [unterminated-string]
// CHECK:ERR:     1 | text "a string without an end;
// CHECK:ERR:       |      ^
// CHECK:ERR: fail_lexical.p4:2:6: error: this comment has no end: '*/' is missing [unterminated-comment]
// CHECK:ERR:     2 | more /* a comment without an end
// CHECK:ERR:       |      ^~
