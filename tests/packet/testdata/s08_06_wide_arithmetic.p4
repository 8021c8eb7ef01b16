// P4-16 8.6, 8.7, 8.9: 1,000-bit, signed and saturating arithmetic, shifts by more than the width,
// infinite precision at compile time.
#include "bytes.inc"

typedef bit<1000> wide;
const int HUGE = 1 << 900;
const int SMALL = (HUGE + 5) % 7;  // 2^900 = (2^3)^300 = 1 (mod 7)

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        wide w = (wide) hdr.h.a;
        w = w << 990;
        w = w + (wide) hdr.h.b;
        wide squared = (wide) hdr.h.e * (wide) hdr.h.e;
        wide product = (w * (wide) hdr.h.c) >> 990;
        int<8> s = (int<8>) hdr.h.d;
        bit<8> more = hdr.h.d;
        // d = 0x90: -112 |-| 112 saturates at -128; >> keeps the sign; << by 200 gives 0.
        int<8> low = s |-| 112;
        int<8> high = -s |+| 100;
        hdr.h.a = (bit<8>) product;
        hdr.h.b = squared[31:24];
        hdr.h.c = (bit<8>) (s >> 3);
        hdr.h.d = (bit<8>) low;
        hdr.h.e = (bit<8>) high ++ (more << 200);
        hdr.h.f[15:8] = (bit<8>) SMALL;
        hdr.h.f[7:0] = (w >> hdr.h.f == 0 ? 8w1 : 8w0) |
            ((int<1000>) w < 0 ? 8w2 : 8w0) | ((bit<8>) (s >> 100) & 4);
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
