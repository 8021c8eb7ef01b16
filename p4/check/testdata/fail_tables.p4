match_kind { exact, lpm, ternary, range }
header H { varbit<32> v; bit<8> f; }
control C(inout bit<8> x, inout bool b, in H h) {
    action set(bit<8> v) { x = v; }
    action bound(inout bit<8> p, bit<8> v) { p = v; }
    action other() { }
    bit<8> variable = 1;
    table no_actions { key = { x: exact; } }
    table keys {
        key = {
            x: fuzzy;
            h.v: exact;
            b: lpm;
            x + 1: exact;
        }
        actions = { set; set; variable; bound; }
        default_action = other();
        default_action = set(1);
    }
    table defaults {
        actions = { set; bound(x); }
        default_action = set();
        size = true;
    }
    table more_defaults {
        actions = { set(1); bound(x); }
        default_action = bound(variable, 1);
    }
    table runtime_default {
        actions = { set; }
        default_action = set(variable);
    }
    table entries {
        key = { x: exact; x: lpm; }
        actions = { set; @defaultonly other; }
        const entries = {
            (1, 2 &&& 0xFE): set(1);
            (_, 2): set(1);
            (1 &&& 1, 2): set(1);
            (1, 2 &&& 0x0F): set(1);
            (1, 1 .. 2): set(1);
            (1): set(1);
            (1, 2): other();
            (1, 2): bound(x, 1);
            (1, variable): set(1);
            (1, true): set(1);
        }
    }
    table keyless {
        actions = { set; @tableonly other; }
        default_action = other;
        entries = { 1: set(1); }
    }
    table priorities {
        key = { x: ternary; }
        actions = { set; }
        const entries = { priority = 1: 1: set(1); }
    }
    action applies() { keyless.apply(); }
    apply { }
}

// CHECK:ERR: fail_tables.p4:8:11: error: table 'no_actions' has no property 'actions' [bad-table]
// CHECK:ERR:     8 |     table no_actions { key = { x: exact; } }
// CHECK:ERR:       |           ^~~~~~~~~~
// CHECK:ERR: fail_tables.p4:18:9: error: table 'keys' has the property 'default_action' twice [bad-table]
// CHECK:ERR:    18 |         default_action = set(1);
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_tables.p4:17:9: note: first given here
// CHECK:ERR:    17 |         default_action = other();
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_tables.p4:11:16: error: 'fuzzy' is not a match_kind; is an architecture file missing? [bad-key]
// CHECK:ERR:    11 |             x: fuzzy;
// CHECK:ERR:       |                ^~~~~
// CHECK:ERR: fail_tables.p4:12:13: error: a key may not be of type varbit<32>; bits, integers, booleans, enums and errors may [bad-key]
// CHECK:ERR:    12 |             h.v: exact;
// CHECK:ERR:       |             ^~~
// CHECK:ERR: fail_tables.p4:13:13: error: 'lpm' matches bits and integers, this key is bool [bad-key]
// CHECK:ERR:    13 |             b: lpm;
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_tables.p4:14:13: error: a key that is more than a field needs a name for the control plane: @name("...") [bad-key]
// CHECK:ERR:    14 |             x + 1: exact;
// CHECK:ERR:       |             ^~~~~
// CHECK:ERR: fail_tables.p4:16:26: error: action 'set' is listed twice [bad-action]
// CHECK:ERR:    16 |         actions = { set; set; variable; bound; }
// CHECK:ERR:       |                          ^~~~
// CHECK:ERR: fail_tables.p4:16:21: note: first listed here
// CHECK:ERR:    16 |         actions = { set; set; variable; bound; }
// CHECK:ERR:       |                     ^~~~
// CHECK:ERR: fail_tables.p4:16:31: error: 'variable' is a variable, not an action [bad-action]
// CHECK:ERR:    16 |         actions = { set; set; variable; bound; }
// CHECK:ERR:       |                               ^~~~~~~~
// CHECK:ERR: fail_tables.p4:16:41: error: action 'bound': no argument is given for parameter 'p' [bad-action]
// CHECK:ERR:    16 |         actions = { set; set; variable; bound; }
// CHECK:ERR:       |                                         ^~~~~
// CHECK:ERR: fail_tables.p4:5:12: note: declared here
// CHECK:ERR:     5 |     action bound(inout bit<8> p, bit<8> v) { p = v; }
// CHECK:ERR:       |            ^~~~~
// CHECK:ERR: fail_tables.p4:17:26: error: action 'other' is not in the table's list of actions [bad-default-action]
// CHECK:ERR:    17 |         default_action = other();
// CHECK:ERR:       |                          ^~~~~~~
// CHECK:ERR: fail_tables.p4:22:26: error: action 'set': no argument is given for parameter 'v' [bad-action]
// CHECK:ERR:    22 |         default_action = set();
// CHECK:ERR:       |                          ^~~~~
// CHECK:ERR: fail_tables.p4:4:12: note: declared here
// CHECK:ERR:     4 |     action set(bit<8> v) { x = v; }
// CHECK:ERR:       |            ^~~
// CHECK:ERR: fail_tables.p4:23:16: error: the property 'size' must be an integer, this is bool [bad-table]
// CHECK:ERR:    23 |         size = true;
// CHECK:ERR:       |                ^~~~
// CHECK:ERR: fail_tables.p4:26:25: error: parameter 'v' of action 'set' has no direction: the control plane gives it, not the list [bad-action]
// CHECK:ERR:    26 |         actions = { set(1); bound(x); }
// CHECK:ERR:       |                         ^
// CHECK:ERR: fail_tables.p4:27:32: error: the argument for 'p' differs from the one in the list of actions [bad-default-action]
// CHECK:ERR:    27 |         default_action = bound(variable, 1);
// CHECK:ERR:       |                                ^~~~~~~~
// CHECK:ERR: fail_tables.p4:26:35: note: listed here
// CHECK:ERR:    26 |         actions = { set(1); bound(x); }
// CHECK:ERR:       |                                   ^
// CHECK:ERR: fail_tables.p4:31:30: error: the argument for 'v' must be known at compile time [not-constant]
// CHECK:ERR:    31 |         default_action = set(variable);
// CHECK:ERR:       |                              ^~~~~~~~
// CHECK:ERR: fail_tables.p4:38:14: error: '_' cannot be matched by a key of kind 'exact' [bad-entry]
// CHECK:ERR:    38 |             (_, 2): set(1);
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_tables.p4:39:14: error: a mask cannot be matched by a key of kind 'exact' [bad-entry]
// CHECK:ERR:    39 |             (1 &&& 1, 2): set(1);
// CHECK:ERR:       |              ^~~~~~~
// CHECK:ERR: fail_tables.p4:40:23: error: the mask of a key of kind 'lpm' must be a prefix: ones, then zeros [bad-entry]
// CHECK:ERR:    40 |             (1, 2 &&& 0x0F): set(1);
// CHECK:ERR:       |                       ^~~~
// CHECK:ERR: fail_tables.p4:41:17: error: a range cannot be matched by a key of kind 'lpm' [bad-entry]
// CHECK:ERR:    41 |             (1, 1 .. 2): set(1);
// CHECK:ERR:       |                 ^~~~~~
// CHECK:ERR: fail_tables.p4:42:14: error: table 'entries' has 2 keys, this entry gives 1 [bad-entry]
// CHECK:ERR:    42 |             (1): set(1);
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_tables.p4:43:21: error: action 'other' is marked @defaultonly, so it may not be in an entry [bad-entry]
// CHECK:ERR:    43 |             (1, 2): other();
// CHECK:ERR:       |                     ^~~~~~~
// CHECK:ERR: fail_tables.p4:44:21: error: action 'bound' is not in the table's list of actions [bad-entry]
// CHECK:ERR:    44 |             (1, 2): bound(x, 1);
// CHECK:ERR:       |                     ^~~~~~~~~~~
// CHECK:ERR: fail_tables.p4:45:17: error: a value of an entry must be known at compile time [not-constant]
// CHECK:ERR:    45 |             (1, variable): set(1);
// CHECK:ERR:       |                 ^~~~~~~~
// CHECK:ERR: fail_tables.p4:46:17: error: the value to match must be of type bit<8>, this is bool [type-mismatch]
// CHECK:ERR:    46 |             (1, true): set(1);
// CHECK:ERR:       |                 ^~~~
// CHECK:ERR: fail_tables.p4:51:26: error: action 'other' is marked @tableonly, so it may not be the default [bad-default-action]
// CHECK:ERR:    51 |         default_action = other;
// CHECK:ERR:       |                          ^~~~~
// CHECK:ERR: fail_tables.p4:52:9: error: table 'keyless' has no key, so it may not have entries [bad-entry]
// CHECK:ERR:    52 |         entries = { 1: set(1); }
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_tables.p4:57:38: error: const entries take their priority from their order, so none may be written [bad-entry]
// CHECK:ERR:    57 |         const entries = { priority = 1: 1: set(1); }
// CHECK:ERR:       |                                      ^
// CHECK:ERR: fail_tables.p4:59:24: error: a table may only be applied in the apply block of a control [misplaced-call]
// CHECK:ERR:    59 |     action applies() { keyless.apply(); }
// CHECK:ERR:       |                        ^~~~~~~~~~~~~~~
