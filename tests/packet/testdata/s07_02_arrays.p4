// P4-16 7.2.3: arrays of bits, signed values, structs and arrays: as fields of headers and structs,
// as variables, parameters and results; indices known and not known at compile time.
#include <v1model.p4>

struct pair_t { bit<8> x; int<8> y; }
header h_t { bit<8> kind; bit<8> at; bit<8>[4] list; bit<4> lo; bit<4>[3] nibbles; }
struct headers { h_t h; }
struct metadata { pair_t[3] pairs; bit<16>[2] two; }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    state start { packet.extract(hdr.h); transition accept; }
}
control NoCheck(inout headers hdr, inout metadata meta) { apply { } }

bit<8> Sum(in bit<8>[4] list) {
    bit<8> all = 0;
    for (bit<8> x in list) { all = all + x; }
    return all;
}
void Turn(inout bit<8>[4] list) {
    bit<8> first = list[0];
    for (bit<8> i in 0 .. 2) { list[i] = list[i + 1]; }
    list[3] = first;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        bit<8> i = hdr.h.at;
        if (hdr.h.kind == 0) {
            hdr.h.list[i] = 0x99;
        } else if (hdr.h.kind == 1) {
            hdr.h.at = hdr.h.list[i];
        } else if (hdr.h.kind == 2) {
            hdr.h.at = Sum(hdr.h.list);
            Turn(hdr.h.list);
        } else if (hdr.h.kind == 3) {
            meta.pairs[i] = { 7, -1 };
            meta.pairs[1].x = meta.pairs[i].x + 1;
            pair_t[3] copy = meta.pairs;
            hdr.h.list[0] = copy[1].x;
            hdr.h.list[1] = (bit<8>) copy[i].y;
            hdr.h.list[2] = copy == meta.pairs ? 8w1 : 8w0;
            copy[i].y = 5;
            hdr.h.list[3] = copy == meta.pairs ? 8w1 : 8w0;
        } else if (hdr.h.kind == 4) {
            hdr.h.nibbles[i] = hdr.h.lo;
            hdr.h.lo = hdr.h.nibbles[2];
            hdr.h.list[i][3:0] = 0xf;
        } else if (hdr.h.kind == 5) {
            // The index is read before the right side changes it.
            bit<8>[4] a = { 3, 2, 1, 0 };
            hdr.h.list = a;
            hdr.h.list[hdr.h.list[3]] = hdr.h.list[hdr.h.list[0]] + 0x40;
        }
    }
}
control Pass(inout headers hdr, inout metadata meta, inout standard_metadata_t std) { apply { } }
control Deparse(packet_out packet, in headers hdr) { apply { packet.emit(hdr.h); } }
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
