#include <core.p4>
action nothing() { }

// CHECK:ERR: fail_no_main.p4:2:1: error: the program has no package 'main', so there is nothing to run; declare one of an architecture (V1Switch(...) main;) or use `ipdk check` [no-main]
// CHECK:ERR:     2 | action nothing() { }
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~
