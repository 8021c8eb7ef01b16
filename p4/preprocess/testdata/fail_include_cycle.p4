#include "fail_include_cycle.p4"

// CHECK:ERR: fail_include_cycle.p4:1:10: error: includes are nested more than 64 deep: does 'fail_include_cycle.p4' include itself? [include-too-deep]
// CHECK:ERR:     1 | #include "fail_include_cycle.p4"
// CHECK:ERR:       |          ^~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
// CHECK:ERR: fail_include_cycle.p4:1:10: note: included from here
