// Tables: hit, miss, action_run, keys with effects, several places, entries with priorities, default actions.
#include "switch.inc"

bit<8> Next(inout bit<8> x) {
    x = x + 1;
    return x;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    action set_b(bit<8> value) { hdr.h.b = value; }
    action add_b(bit<8> value) { hdr.h.b = hdr.h.b + value; }
    action copy_to(out bit<8> place, bit<8> value) { place = value; }
    action leave() { exit; }

    table exact_t {
        key = { hdr.h.a : exact; }
        actions = { set_b; add_b; @defaultonly NoAction; }
        const entries = {
            0x01 : set_b(0x11);
            0x02 : add_b(0x01);
        }
        const default_action = NoAction;
    }
    // The call in the key runs once for each application.
    table counted {
        key = { Next(meta.x) : exact @name("count"); }
        actions = { set_b; add_b; leave; NoAction; }
        const entries = {
            1 : add_b(0x10);
            2 : add_b(0x20);
            4 : leave();
        }
    }
    table ranked {
        key = {
            hdr.h.e : ternary;
            hdr.h.c : range;
        }
        actions = { copy_to(hdr.h.d); NoAction; }
        largest_priority_wins = false;
        entries = {
            const priority = 20: (0x1200 &&& 0xff00, _) : copy_to(hdr.h.d, 1);
            priority = 10: (0x1234, 5 .. 9) : copy_to(hdr.h.d, 2);
            priority = 30: (_, _) : copy_to(hdr.h.d, 3);
        }
    }
    table lpm_t {
        key = { hdr.h.f : lpm; }
        actions = { set_b; }
        default_action = set_b(0xdd);
        const entries = {
            0x1000 &&& 0xf000 : set_b(0xd1);
            0x1200 &&& 0xff00 : set_b(0xd2);
            0x1234 : set_b(0xd3);
        }
    }
    apply {
        std.egress_spec = 1;
        switch (hdr.h.c) {
            0x80: {
                lpm_t.apply();
            }
            0x81: {
                if (exact_t.apply().hit) {
                    hdr.h.d = 0x0a;
                } else {
                    hdr.h.d = 0x0b;
                }
            }
            0x82: {
                switch (exact_t.apply().action_run) {
                    set_b: { hdr.h.d = 1; }
                    add_b:
                    NoAction: { hdr.h.d = 2; }
                }
            }
            0x83: {
                bool first = counted.apply().hit;
                bool second = !counted.apply().miss;
                bool third = counted.apply().hit;
                hdr.h.d = (first ? 8w1 : 0) | (second ? 8w2 : 0) | (third ? 8w4 : 0);
                if (hdr.h.a == 0x77) {
                    counted.apply();
                }
                hdr.h.f = 0xffff;
            }
            default: {
                ranked.apply();
            }
        }
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
