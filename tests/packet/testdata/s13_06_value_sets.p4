// P4-16 13.11: value sets of one field, of a struct, of a struct in a struct, beside other keys.
#include "bytes.inc"

struct pair_t {
    @match(ternary) bit<8> left;
    bit<8> right;
}
struct nested_t {
    pair_t pair;
    @match(range) bit<16> span;
}

parser Sets(packet_in packet, out headers hdr, inout metadata meta,
            inout standard_metadata_t std) {
    value_set<bit<8>>(4) single;
    value_set<pair_t>(4) pairs;
    value_set<nested_t>(4) nested;
    value_set<tuple<bit<8>, bit<8>>>(4) tuples;
    state start {
        packet.extract(hdr.h);
        transition select(hdr.h.a) {
            single: one;
            default: more;
        }
    }
    state one {
        meta.x = 1;
        // A value set is one of several keysets of a tuple.
        transition select(hdr.h.b, hdr.h.c) {
            (single, 0x33): both;
            (_, single): right;
            default: accept;
        }
    }
    state both { meta.y = 0x10; transition accept; }
    state right { meta.y = 0x20; transition accept; }
    state more {
        transition select(hdr.h.a, hdr.h.b) {
            pairs: two;
            tuples: three;
            default: last;
        }
    }
    state two { meta.x = 2; transition accept; }
    state three { meta.x = 3; transition accept; }
    state last {
        transition select(hdr.h.c, hdr.h.d, hdr.h.e) {
            nested: four;
            default: accept;
        }
    }
    state four { meta.x = 4; transition accept; }
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        hdr.h.f = meta.x ++ meta.y;
    }
}
V1Switch(Sets(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
