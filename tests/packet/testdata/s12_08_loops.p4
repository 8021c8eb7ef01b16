// P4-16 12.8: for and for-in loops with break, continue, exit and return from inside; ranges that
// end at the type's largest value; loops over stacks and lists.
#include "bytes.inc"

bit<8> FirstBit(in bit<16> x) {
    for (bit<8> i in 0 .. 15) {
        if ((x >> i)[0:0] == 1) return i;
    }
    return 0xff;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    action leave() {
        for (bit<8> i = 0; true; i = i + 1) {
            meta.x = meta.x + 1;
            if (i == 4) exit;
        }
    }
    apply {
        std.egress_spec = 1;
        bit<16> sum = 0;
        for (bit<16> i = 0, bit<8> j = hdr.h.a; j != 0; i = i + 1, j = j - 1) {
            if (i == 2) continue;
            if (i == 6) break;
            for (bit<4> k in 13 .. 15) {
                if (k == 14) continue;
                sum = sum + (bit<16>) k;
            }
            sum = sum + 0x100;
        }
        hdr.h.e = sum;
        hdr.h.b = FirstBit(hdr.h.f);
        bit<8> n = 0;
        for (int<8> i in -2 .. 2) { n = n + 1; }
        for (bit<8> i in 5 .. 3) { n = n + 100; }
        for (bit<8> x in ((list<bit<8>>) { 1, 2, hdr.h.d })) { n = n + x; }
        hdr.h.c = n;
        if (hdr.h.d == 9) leave();
        hdr.h.d = 0xdd;
    }
}
control Mark(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply { hdr.h.a = meta.x; }
}
V1Switch(Parse(), NoCheck(), Run(), Mark(), NoCheck(), Deparse()) main;
