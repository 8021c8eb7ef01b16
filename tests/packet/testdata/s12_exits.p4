// exit and return: what is copied out, and where control goes on. P4-16 12.4, 12.5.
#include "switch.inc"

control Inner(inout bit<8> x, inout bit<8> y, in bit<8> n) {
    action leave() {
        x = 0xe1;
        exit;
    }
    apply {
        x = x + 1;
        if (n == 1) {
            return;
        }
        y = y + 1;
        if (n == 2) {
            leave();
        }
        y = y + 1;
        if (n == 3) {
            exit;
        }
        y = y + 1;
    }
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    Inner() once;
    Inner() twice;
    action stop(inout bit<8> x) {
        x = x + 1;
        hdr.h.f = hdr.h.f + 1;
        if (hdr.h.a == 0x21) {
            exit;
        }
        if (hdr.h.a == 0x22) {
            return;
        }
        x = x + 1;
    }
    apply {
        std.egress_spec = 1;
        if (hdr.h.a[7:4] == 0) {
            once.apply(hdr.h.b, hdr.h.c, hdr.h.a);
        } else if (hdr.h.a[7:4] == 1) {
            // The same place twice: copies, also when it exits.
            twice.apply(hdr.h.b, hdr.h.b, hdr.h.a & 0xf);
            twice.apply(hdr.h.c, hdr.h.d, 4);
        } else {
            stop(hdr.h.f[15:8]);
        }
        hdr.h.e = 0xffff;
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
