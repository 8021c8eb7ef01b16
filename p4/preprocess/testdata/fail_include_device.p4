// What is no regular file cannot be included.
#include "/dev/null"

// CHECK:ERR: fail_include_device.p4:2:10: error: cannot find the file '/dev/null' to include; looked for '/dev/null' [include-not-found]
// CHECK:ERR:     2 | #include "/dev/null"
// CHECK:ERR:       |          ^~~~~~~~~~~
