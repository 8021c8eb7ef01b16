#include "missing.p4"
#include <also_missing.p4>
#include
#include "no_end
#frobnicate
#if
#endif
#if 1 +
#endif
#if (1
#endif
#if 1/0
#endif
#if 99999999999999999999999
#endif
#if 1 2
#endif
#if defined(
#endif
#if "text"
#endif
#ifdef
#endif
#undef 7
#line x
#line 1 x
#error this is wrong
#else
#endif
#if 1
#else
#else
#elif 1
#endif
#if 1
#ifdef Y

// CHECK:ERR: fail_directives.p4:1:10: error: cannot find the file 'missing.p4' to include; looked for 'missing.p4', 'p4/include/missing.p4' [include-not-found]
// CHECK:ERR:     1 | #include "missing.p4"
// CHECK:ERR:       |          ^~~~~~~~~~~~
// CHECK:ERR: fail_directives.p4:2:10: error: cannot find the file 'also_missing.p4' to include; looked for 'p4/include/also_missing.p4' [include-not-found]
// CHECK:ERR:     2 | #include <also_missing.p4>
// CHECK:ERR:       |          ^~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_directives.p4:3:1: error: '#include' wants "file" or <file> [bad-directive]
// CHECK:ERR:     3 | #include
// CHECK:ERR:       | ^~~~~~~~
// CHECK:ERR: fail_directives.p4:4:10: error: this string has no end: '"' is missing [unterminated-string]
// CHECK:ERR:     4 | #include "no_end
// CHECK:ERR:       |          ^
// CHECK:ERR: fail_directives.p4:4:1: error: '#include' wants "file" or <file> [bad-directive]
// CHECK:ERR:     4 | #include "no_end
// CHECK:ERR:       | ^~~~~~~~
// CHECK:ERR: fail_directives.p4:5:1: error: '#frobnicate' is not a directive; there are include, define, undef, if, ifdef, ifndef, elif, else, endif, error, warning, line and pragma [bad-directive]
// CHECK:ERR:     5 | #frobnicate
// CHECK:ERR:       | ^~~~~~~~~~~
// CHECK:ERR: fail_directives.p4:6:1: error: this condition is empty [bad-condition]
// CHECK:ERR:     6 | #if
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_directives.p4:8:1: error: this condition ends too early [bad-condition]
// CHECK:ERR:     8 | #if 1 +
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_directives.p4:10:1: error: ')' is missing [bad-condition]
// CHECK:ERR:    10 | #if (1
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_directives.p4:12:6: error: division by zero [bad-condition]
// CHECK:ERR:    12 | #if 1/0
// CHECK:ERR:       |      ^
// CHECK:ERR: fail_directives.p4:14:5: error: '99999999999999999999999' does not fit into 64 bits [bad-condition]
// CHECK:ERR:    14 | #if 99999999999999999999999
// CHECK:ERR:       |     ^~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_directives.p4:16:7: error: '2' is left over after the condition [bad-condition]
// CHECK:ERR:    16 | #if 1 2
// CHECK:ERR:       |       ^
// CHECK:ERR: fail_directives.p4:18:5: error: 'defined' wants a name, as in 'defined(NAME)' [bad-condition]
// CHECK:ERR:    18 | #if defined(
// CHECK:ERR:       |     ^~~~~~~
// CHECK:ERR: fail_directives.p4:20:5: error: expected a number, found '"text"' [bad-condition]
// CHECK:ERR:    20 | #if "text"
// CHECK:ERR:       |     ^~~~~~
// CHECK:ERR: fail_directives.p4:22:1: error: '#ifdef' wants a name [bad-directive]
// CHECK:ERR:    22 | #ifdef
// CHECK:ERR:       | ^~~~~~
// CHECK:ERR: fail_directives.p4:24:8: error: '#undef' wants a name [bad-directive]
// CHECK:ERR:    24 | #undef 7
// CHECK:ERR:       |        ^
// CHECK:ERR: fail_directives.p4:25:1: error: '#line' wants a number below 2147483648 and perhaps a "file" [bad-directive]
// CHECK:ERR:    25 | #line x
// CHECK:ERR:       | ^~~~~
// CHECK:ERR: fail_directives.p4:26:1: error: '#line' wants a number below 2147483648 and perhaps a "file" [bad-directive]
// CHECK:ERR:    26 | #line 1 x
// CHECK:ERR:       | ^~~~~
// CHECK:ERR: fail_directives.p4:27:1: error: #error this is wrong [error-directive]
// CHECK:ERR:    27 | #error this is wrong
// CHECK:ERR:       | ^
// CHECK:ERR: fail_directives.p4:28:1: error: '#else' without '#if' [unbalanced-condition]
// CHECK:ERR:    28 | #else
// CHECK:ERR:       | ^~~~~
// CHECK:ERR: fail_directives.p4:29:1: error: '#endif' without '#if' [unbalanced-condition]
// CHECK:ERR:    29 | #endif
// CHECK:ERR:       | ^~~~~~
// CHECK:ERR: fail_directives.p4:32:1: error: '#else' after '#else' [unbalanced-condition]
// CHECK:ERR:    32 | #else
// CHECK:ERR:       | ^~~~~
// CHECK:ERR: fail_directives.p4:30:1: note: the condition began here
// CHECK:ERR:    30 | #if 1
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_directives.p4:33:1: error: '#elif' after '#else' [unbalanced-condition]
// CHECK:ERR:    33 | #elif 1
// CHECK:ERR:       | ^~~~~
// CHECK:ERR: fail_directives.p4:30:1: note: the condition began here
// CHECK:ERR:    30 | #if 1
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_directives.p4:35:1: error: this condition has no '#endif' [unbalanced-condition]
// CHECK:ERR:    35 | #if 1
// CHECK:ERR:       | ^~~
// CHECK:ERR: fail_directives.p4:36:1: error: this condition has no '#endif' [unbalanced-condition]
// CHECK:ERR:    36 | #ifdef Y
// CHECK:ERR:       | ^~~~~~
