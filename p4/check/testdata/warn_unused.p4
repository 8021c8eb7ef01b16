// ARGS: -Wunused-parameter
#include "lib.p4"
control Used(inout bit<8> x) {
    const bit<8> no_constant = 1;
    bit<8> no_variable;
    bit<8> _meant;
    @noWarn("unused") bit<8> silenced;
    action in_table() {}
    action called() { x = 1; }
    action no_action() {}
    action parameters(in bit<8> read, in bit<8> ignored, bit<8> _ignored) { x = read; }
    table applied { actions = { in_table; } }
    table no_table { actions = { in_table; } }
    apply {
        bit<8> in_block;
        applied.apply();
        called();
        parameters(x, x, 1);
    }
}
control NoControl() { apply {} }
parser NoParser() { state start { transition accept; } }
bit<8> no_function() { return 1; }
action no_top_action() {}
control CT(inout bit<8> x);
package Top(CT c);
Top(Used()) main;
// --- lib.p4
bit<8> of_a_library() { return 1; }

// CHECK:ERR: warn_unused.p4:4:18: warning: constant 'no_constant' is never used [unused-variable]
// CHECK:ERR:     4 |     const bit<8> no_constant = 1;
// CHECK:ERR:       |                  ^~~~~~~~~~~
// CHECK:ERR: warn_unused.p4:5:12: warning: variable 'no_variable' is never used [unused-variable]
// CHECK:ERR:     5 |     bit<8> no_variable;
// CHECK:ERR:       |            ^~~~~~~~~~~
// CHECK:ERR: warn_unused.p4:10:12: warning: action 'no_action' is never used [unused-action]
// CHECK:ERR:    10 |     action no_action() {}
// CHECK:ERR:       |            ^~~~~~~~~
// CHECK:ERR: warn_unused.p4:13:11: warning: table 'no_table' is never applied [unused-table]
// CHECK:ERR:    13 |     table no_table { actions = { in_table; } }
// CHECK:ERR:       |           ^~~~~~~~
// CHECK:ERR: warn_unused.p4:15:16: warning: variable 'in_block' is never used [unused-variable]
// CHECK:ERR:    15 |         bit<8> in_block;
// CHECK:ERR:       |                ^~~~~~~~
// CHECK:ERR: warn_unused.p4:11:49: warning: parameter 'ignored' is never used [unused-parameter]
// CHECK:ERR:    11 |     action parameters(in bit<8> read, in bit<8> ignored, bit<8> _ignored) { x = read; }
// CHECK:ERR:       |                                                 ^~~~~~~
// CHECK:ERR: warn_unused.p4:21:9: warning: control 'NoControl' is never instantiated [unused-block]
// CHECK:ERR:    21 | control NoControl() { apply {} }
// CHECK:ERR:       |         ^~~~~~~~~
// CHECK:ERR: warn_unused.p4:22:8: warning: parser 'NoParser' is never instantiated [unused-block]
// CHECK:ERR:    22 | parser NoParser() { state start { transition accept; } }
// CHECK:ERR:       |        ^~~~~~~~
// CHECK:ERR: warn_unused.p4:23:8: warning: function 'no_function' is never called [unused-function]
// CHECK:ERR:    23 | bit<8> no_function() { return 1; }
// CHECK:ERR:       |        ^~~~~~~~~~~
// CHECK:ERR: warn_unused.p4:24:8: warning: action 'no_top_action' is never used [unused-action]
// CHECK:ERR:    24 | action no_top_action() {}
// CHECK:ERR:       |        ^~~~~~~~~~~~~
