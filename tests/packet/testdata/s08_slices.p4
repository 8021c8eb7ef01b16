// P4-16 8.6, 8.9: slices as l-values, of l-values chosen at run time, nested; concatenation;
// division and remainder by constants; casts between widths and signs; masks; compound assignment.
#include "bytes.inc"

void Half(inout bit<4> x, out bit<4> y) { y = x; x = x + 1; }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        hdr.h.a[7:4] = hdr.h.a[3:0];
        Half(hdr.h.b[7:4], hdr.h.b[3:0]);
        hdr.h.c[6:1][3:2] = 3;
        bit<13> odd = 13w0x1234[12:0];
        odd[12:12] = 0;
        hdr.h.d = (bit<8>) (odd >> 4);
        hdr.h.e = hdr.h.e[7:0] ++ hdr.h.e[15:8];
        hdr.h.f += 3;
        hdr.h.f <<= 1;
        hdr.h.f[3:0] |= 9;
        hdr.h.f |+|= 0xff00;
        int<4> narrow = (int<4>) hdr.h.d[3:0];
        hdr.h.d = (bit<8>) (int<8>) narrow;
    }
}
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
