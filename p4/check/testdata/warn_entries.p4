// 13.6 and 14.2.1.4: sets that leave nothing to later ones, and priorities.
match_kind { exact, ternary, lpm, range }
parser P(in bit<8> x, in bit<4> y) {
    state start {
        transition select(x) {
            1: accept;
            0x10 &&& 0xf0: accept;
            0x15: reject;
            0x10 &&& 0x70: accept;
            0x90 &&& 0xf8: reject;
            1: reject;
            20..30: accept;
            25: reject;
            default: accept;
            2: reject;
        }
    }
    state two {
        transition select(x, y) {
            (1, 2): accept;
            (_, 3): accept;
            (1, 3): reject;
            (1, 4): reject;
        }
    }
}
control C(in bit<8> x) {
    action a() {}
    table in_order {
        key = { x: ternary; }
        actions = { a; }
        const entries = {
            1 &&& 1: a();
            3: a();
            2: a();
        }
        size = 2;
    }
    table by_priority {
        key = { x: ternary; }
        actions = { a; }
        entries = {
            priority = 5: 1: a();
            priority = 5: 2: a();
            priority = 9: 3: a();
            4: a();
        }
    }
    table silenced {
        key = { x: ternary; }
        actions = { a; }
        @noWarn("duplicate_priorities") @noWarn("entries_out_of_priority_order")
        entries = {
            priority = 5: 1: a();
            priority = 5: 2: a();
            priority = 9: 3: a();
        }
    }
    table smallest {
        key = { x: ternary; }
        actions = { a; }
        largest_priority_wins = false;
        priority_delta = 10;
        entries = {
            priority = 5: 1: a();
            2: a();
            priority = 14: 3: a();
        }
    }
    apply {
        in_order.apply();
        by_priority.apply();
        silenced.apply();
        smallest.apply();
    }
}

// CHECK:ERR: warn_entries.p4:15:13: warning: this case is never reached: a case before it matches everything [unreachable-case]
// CHECK:ERR:    15 |             2: reject;
// CHECK:ERR:       |             ^~~~~~~~~~
// CHECK:ERR: warn_entries.p4:8:13: warning: this case is never reached: an earlier one matches all its values [unreachable-case]
// CHECK:ERR:     8 |             0x15: reject;
// CHECK:ERR:       |             ^~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:7:13: note: the earlier case
// CHECK:ERR:     7 |             0x10 &&& 0xf0: accept;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:10:13: warning: this case is never reached: an earlier one matches all its values [unreachable-case]
// CHECK:ERR:    10 |             0x90 &&& 0xf8: reject;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:9:13: note: the earlier case
// CHECK:ERR:     9 |             0x10 &&& 0x70: accept;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:11:13: warning: this case is never reached: an earlier one matches all its values [unreachable-case]
// CHECK:ERR:    11 |             1: reject;
// CHECK:ERR:       |             ^~~~~~~~~~
// CHECK:ERR: warn_entries.p4:6:13: note: the earlier case
// CHECK:ERR:     6 |             1: accept;
// CHECK:ERR:       |             ^~~~~~~~~~
// CHECK:ERR: warn_entries.p4:13:13: warning: this case is never reached: an earlier one matches all its values [unreachable-case]
// CHECK:ERR:    13 |             25: reject;
// CHECK:ERR:       |             ^~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:7:13: note: the earlier case
// CHECK:ERR:     7 |             0x10 &&& 0xf0: accept;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:22:13: warning: this case is never reached: an earlier one matches all its values [unreachable-case]
// CHECK:ERR:    22 |             (1, 3): reject;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:21:13: note: the earlier case
// CHECK:ERR:    21 |             (_, 3): accept;
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:18:11: warning: state 'two' cannot be reached [unreachable-state]
// CHECK:ERR:    18 |     state two {
// CHECK:ERR:       |           ^~~
// CHECK:ERR: warn_entries.p4:34:13: warning: this entry is never hit: an earlier one matches all its keys [unreachable-entry]
// CHECK:ERR:    34 |             3: a();
// CHECK:ERR:       |             ^~~~~~~
// CHECK:ERR: warn_entries.p4:33:13: note: the earlier entry
// CHECK:ERR:    33 |             1 &&& 1: a();
// CHECK:ERR:       |             ^~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:32:15: warning: table 'in_order' has size 2 and 3 entries [too-many-entries]
// CHECK:ERR:    32 |         const entries = {
// CHECK:ERR:       |               ^~~~~~~
// CHECK:ERR: warn_entries.p4:44:13: warning: two entries of table 'by_priority' have the priority 5 [duplicate-priorities]
// CHECK:ERR:    44 |             priority = 5: 2: a();
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:43:13: note: the other one
// CHECK:ERR:    43 |             priority = 5: 1: a();
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:45:13: warning: this entry wins over the one before it: its priority is 9, that one's 5 [entries-out-of-priority-order]
// CHECK:ERR:    45 |             priority = 9: 3: a();
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:44:13: note: the one before it
// CHECK:ERR:    44 |             priority = 5: 2: a();
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:67:13: warning: this entry wins over the one before it: its priority is 14, that one's 15 [entries-out-of-priority-order]
// CHECK:ERR:    67 |             priority = 14: 3: a();
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: warn_entries.p4:66:13: note: the one before it
// CHECK:ERR:    66 |             2: a();
// CHECK:ERR:       |             ^~~~~~~
