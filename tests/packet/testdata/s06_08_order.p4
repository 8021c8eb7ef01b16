// Order of evaluation: P4-16 8.1 (operands from left to right), 6.8 (copy in, copy out), 8.6.1 (&& and || skip).
#include "switch.inc"

bit<8> Bump(inout bit<8> x) {
    x = x + 1;
    return x;
}

bool Mark(inout bit<8> x, in bit<8> bits, in bool result) {
    x = x | bits;
    return result;
}

void Swap(inout bit<8> x, inout bit<8> y) {
    bit<8> t = x;
    x = y;
    y = t;
}

void Both(inout bit<8> x, inout bit<8> y) {
    x = x + 1;
    y = y + 0x10;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    action plain() { hdr.h.f = hdr.h.f + 1; }
    action aliased(inout bit<8> x) {
        // hdr.h.d is x's argument: the copy is not seen through the name, and comes back last.
        x = x + 1;
        hdr.h.d = hdr.h.d + 0x40;
        x = x + 1;
    }
    apply {
        std.egress_spec = 1;
        // a: 1 - (2 then 3): the left operand is read before the call changes it.
        hdr.h.a = hdr.h.a - Bump(hdr.h.a) + Bump(hdr.h.a);
        // Skipped calls leave no mark.
        bool both = Mark(meta.x, 1, false) && Mark(meta.x, 2, true);
        bool either = Mark(meta.x, 4, true) || Mark(meta.x, 8, true);
        bool neither = Mark(meta.x, 16, true) && Mark(meta.x, 32, false);
        hdr.h.b = meta.x;
        Swap(hdr.h.c, hdr.h.d);
        // One place for two parameters: copies, written back from left to right.
        meta.y = 1;
        Both(meta.y, meta.y);
        hdr.h.e[7:0] = meta.y;
        hdr.h.e[15:8] = both || !either || neither ? 8w1 : 8w0;
        aliased(hdr.h.d);
        plain();
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
