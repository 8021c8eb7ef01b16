// P4-16 8.11 to 8.16, 8.26: structure-valued and tuple expressions, lists, "...", {#}, default
// values, casts of them, comparisons.
#include "bytes.inc"

struct inner_t { bit<8> p; bit<8> q; }
struct outer_t { inner_t one; inner_t two; bit<16> r; bool s; }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        outer_t o = { one = { p = hdr.h.a, ... }, ... };
        outer_t d = ...;
        o.two = { q = 3, p = hdr.h.b };
        tuple<bit<8>, inner_t> t = { hdr.h.c, { 1, 2 } };
        hdr.h.a = o.one.p + o.one.q + o.two.q;
        hdr.h.b = t[0] + t[1].q;
        hdr.h.c = d == { one = { 0, 0 }, two = { 0, 0 }, r = 0, s = false } ? 8w0x77 : 8w0;
        if (t == { hdr.h.c, { 1, 2 } }) hdr.h.d = 1;
        tuple<bit<16>, bool> left = { hdr.h.e, true };
        if (left == { hdr.h.f, !false }) hdr.h.d = 2;
        hdr.g = { a = 1, f = 0xffff, ... };
        bytes_t nothing = {#};
        if (hdr.h.e == 5) hdr.g = nothing;
        if (hdr.h.e == 6) hdr.g = {#};
        if (hdr.g == (bytes_t) {#}) hdr.h.d = hdr.h.d | 0x40;
        headers all = { h = hdr.h, g = {#} };
        if (!all.g.isValid() && all.h.isValid()) hdr.h.d = hdr.h.d | 0x80;
        if (hdr.h.e == 7) {
            hdr = { h = { a = hdr.h.b, b = hdr.h.a, ... }, ... };
        }
    }
}
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
