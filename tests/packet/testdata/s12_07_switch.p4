// P4-16 12.7: switch over expressions (bit, int, enum, serialisable enum, error, bool is not one)
// and over action_run, fall-through, tables that are missed.
#include "bytes.inc"

enum Colour { red, green, blue }
enum bit<8> Code { one = 1, two = 2, other = 0x80 }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    action set(bit<8> v) { meta.x = v; }
    action other() { }
    table t {
        key = { hdr.h.b: exact; }
        actions = { set; other; NoAction; }
        const entries = {
            1: set(0x11);
            2: other();
        }
    }
    apply {
        std.egress_spec = 1;
        Colour c = hdr.h.a == 0 ? Colour.red : hdr.h.a == 1 ? Colour.green : Colour.blue;
        switch (c) {
            Colour.red: { hdr.h.c = 1; }
            Colour.green:
            Colour.blue: { hdr.h.c = 2; }
        }
        switch ((Code) hdr.h.a) {
            Code.one: { hdr.h.d = 1; }
            Code.other: { hdr.h.d = 2; }
            Code.two: { hdr.h.d = 4; }
            default: { hdr.h.d = 3; }
        }
        switch (hdr.h.e & 0xff00) {
            16w0x100: { meta.z = 1; }
            0x200: { meta.z = 2; return; }
            16w0x300: { exit; }
        }
        switch (t.apply().action_run) {
            set: { hdr.h.f = 1; }
            other:
            default: { hdr.h.f = 2; }
        }
        hdr.h.e = meta.z ^ (bit<16>) meta.x;
        if (t.apply().hit) { hdr.h.e[15:12] = 1; }
        if (!t.apply().miss && hdr.h.a == 2) { hdr.h.e[11:8] = 1; }
        switch (std.parser_error) {
            error.NoError: { hdr.h.a = 0x40; }
            error.NoMatch: { hdr.h.a = 0x41; }
        }
        switch ((int<8>) hdr.h.b) {
            -1: { hdr.h.b = 0x42; }
            -128: { hdr.h.b = 0x43; }
        }
    }
}
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
