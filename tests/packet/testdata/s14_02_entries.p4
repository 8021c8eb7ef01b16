// P4-16 14.2.1.4: entries with priorities, largest_priority_wins and priority_delta, const and
// initial; all match kinds; masks, ranges and "_" in entries; @optional of v1model.
#include "bytes.inc"

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    action x(bit<8> v) { meta.x = v; }
    action y(bit<8> v) { meta.y = v; }
    table largest {
        key = { hdr.h.a: ternary; }
        actions = { x; }
        default_action = x(0xff);
        largest_priority_wins = true;
        priority_delta = 10;
        entries = {
            const priority = 100: (0x10 &&& 0xf0): x(1);
            0x12: x(2);                       // 90
            priority = 200: 0x13: x(3);
            0x13: x(4);                       // 190
            _: x(5);                          // 180
        }
    }
    table smallest {
        key = { hdr.h.b: range; hdr.h.c: optional; hdr.h.e: lpm; }
        actions = { y; NoAction; }
        largest_priority_wins = false;
        const default_action = y(0xfe);
        entries = {
            const priority = 10: (1 .. 5, _, 0x1200 &&& 0xff00): y(1);
            const priority = 5: (3 .. 9, 7, _): y(2);
            const (4, _, _): y(3);                  // 6
            const priority = 1: (0xf0 .. 0xff, _, 0x1234): y(4);
        }
    }
    apply {
        std.egress_spec = 1;
        largest.apply();
        smallest.apply();
        hdr.h.f = meta.x ++ meta.y;
    }
}
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
