// P4-16 7.2.11, 10, 15: generic structs, headers, unions, functions, parsers and controls;
// constructor parameters; controls of controls; abstract type arguments given and inferred.
#include "bytes.inc"

struct box_t<T> { T value; bit<8> tag; }
struct two_t<A, B> { A first; B second; }
header wrapped_t<T> { T inside; }

T First<T>(in T x, in T y) { return x; }
void Put<T>(out T to, in T from) { to = from; }
box_t<T> Box<T>(in T x, in bit<8> tag) { return { x, tag }; }

control Add(inout bit<8> x)(bit<8> n) {
    apply { x = x + n; }
}
control Twice(inout bit<8> x)(bit<8> n) {
    Add(n) inner;
    Add(n * 2) outer;
    apply {
        inner.apply(x);
        inner.apply(x);
        outer.apply(x);
    }
}
parser Inner(packet_in packet, out bytes_t h)(bool skip) {
    state start {
        transition select(skip) {
            true: over;
            false: take;
        }
    }
    state over { packet.advance(8); transition take; }
    state take { packet.extract(h); transition accept; }
}

parser Outer(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    Inner(false) plain;
    Inner(true) skipping;
    state start {
        plain.apply(packet, hdr.h);
        transition select(hdr.h.a) {
            0xff: more;
            default: accept;
        }
    }
    state more {
        skipping.apply(packet, hdr.g);
        transition accept;
    }
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    Twice(1) once;
    Twice(10) again;
    apply {
        std.egress_spec = 1;
        box_t<bit<16>> b = Box<bit<16>>(hdr.h.e, 7);
        two_t<box_t<bit<16>>, bit<8>> t = { b, hdr.h.a };
        two_t<box_t<bit<8>>, bool> nested = { first = { value = hdr.h.b, tag = 1 }, second = true };
        wrapped_t<bit<8>> w = { hdr.h.c };
        Put(hdr.h.f, First(t.first.value, 16w3));
        hdr.h.e = (bit<16>) t.first.tag + (bit<16>) nested.first.value + (bit<16>) w.inside;
        once.apply(hdr.h.c);
        again.apply(hdr.h.d);
        hdr.h.b = t.second;

    }
}
V1Switch(Outer(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
