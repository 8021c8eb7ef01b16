// P4-16 6.7, 6.8, 9, 14.1: calls of functions, actions, tables and methods wherever they are legal:
// in conditions, arguments, indices, initialisers, keys and returned values; exit inside functions'
// callers; named and default arguments; out parameters start at 0.
#include "bytes.inc"

bit<8> Inc(inout bit<8> x) { x = x + 1; return x; }
bit<8> Sum(in bit<8> x, in bit<8> y = 5) { return x + y; }
void Give(out bit<8> a, out bit<8> b) { b = b + 7; }
bool Odd(in bit<8> x) { return x[0:0] == 1; }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    bit<8> local = 3;
    action act(inout bit<8> x, bit<8> v) { x = x + v; local = local + 1; }
    action plain(bit<8> v) { meta.y = v; if (v == 9) return; meta.y = meta.y + 1; }
    action stop() { meta.y = 0xee; exit; }
    table t {
        key = { Inc(local): exact @name("k"); hdr.h.a + 1: exact @name("a"); }
        actions = { plain; act(meta.x); stop; }
        const default_action = plain(9);
        const entries = {
            (5, 2): plain(4);
            (5, 3): act(meta.x, 3);
            (5, 4): stop();
        }
    }
    action outer(bit<8> v) {
        plain(v);
        act(v = v + 1, x = meta.x);
    }
    apply {
        std.egress_spec = 1;
        outer(2);
        bool hit = t.apply().hit;
        hdr.h.b = Sum(y = Inc(meta.x), x = meta.x);
        hdr.h.c = Sum(hdr.h.c);
        Give(hdr.h.d, hdr.h.e[15:8]);
        if (Odd(Inc(local)) && !Odd(Inc(local)) || Odd(local)) hdr.h.f[7:0] = local;
        hdr.h.e[7:0] = meta.y;
        hdr.h.f[15:8] = hit ? meta.x : 8w0xaa;
    }
}
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
