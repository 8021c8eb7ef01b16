// 14.2.1: properties, actions and entries.
match_kind { exact, ternary, lpm }
action named() {}
control C(inout bit<8> x) {
    action named() {}
    action a() {}
    table two_names { actions = { named; .named; } }
    table const_size {
        actions = { a; }
        const size = 4;
    }
    table twice {
        key = { x: exact; }
        actions = { a; }
        const entries = { 1: a(); 2: a(); 1: a(); }
    }
    table negative {
        key = { x: ternary; }
        actions = { a; }
        entries = { priority = 1: 1: a(); 2: a(); 3: a(); }
    }
    table default_first {
        default_action = a;
        actions = { a; }
    }
    table entries_first {
        entries = { 1: a(); }
        key = { x: exact; }
        actions = { a; }
    }
    apply {
        two_names.apply();
        const_size.apply();
        twice.apply();
        negative.apply();
    }
}

// CHECK:ERR: fail_spec_14_tables.p4:7:42: error: two actions of the table are named 'named'; rename one, or give it another @name [bad-action]
// CHECK:ERR:     7 |     table two_names { actions = { named; .named; } }
// CHECK:ERR:       |                                          ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:7:35: note: first listed here
// CHECK:ERR:     7 |     table two_names { actions = { named; .named; } }
// CHECK:ERR:       |                                   ^~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:10:9: error: the property 'size' may not be 'const': nothing changes it anyway [bad-table]
// CHECK:ERR:    10 |         const size = 4;
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:15:43: error: table 'twice' has this key twice; an exact key has one entry [duplicate-entry]
// CHECK:ERR:    15 |         const entries = { 1: a(); 2: a(); 1: a(); }
// CHECK:ERR:       |                                           ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:15:27: note: first here
// CHECK:ERR:    15 |         const entries = { 1: a(); 2: a(); 1: a(); }
// CHECK:ERR:       |                           ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:20:51: error: the priority of this entry would be -1, it may not be negative [bad-entry]
// CHECK:ERR:    20 |         entries = { priority = 1: 1: a(); 2: a(); 3: a(); }
// CHECK:ERR:       |                                                   ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:23:9: error: 'default_action' must stand behind 'actions' [bad-table]
// CHECK:ERR:    23 |         default_action = a;
// CHECK:ERR:       |         ^~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:24:9: note: 'actions' stands here
// CHECK:ERR:    24 |         actions = { a; }
// CHECK:ERR:       |         ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:27:9: error: 'entries' must stand behind 'actions' [bad-table]
// CHECK:ERR:    27 |         entries = { 1: a(); }
// CHECK:ERR:       |         ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:29:9: note: 'actions' stands here
// CHECK:ERR:    29 |         actions = { a; }
// CHECK:ERR:       |         ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:27:9: error: 'entries' must stand behind 'key' [bad-table]
// CHECK:ERR:    27 |         entries = { 1: a(); }
// CHECK:ERR:       |         ^~~~~~~
// CHECK:ERR: fail_spec_14_tables.p4:28:9: note: 'key' stands here
// CHECK:ERR:    28 |         key = { x: exact; }
// CHECK:ERR:       |         ^~~
