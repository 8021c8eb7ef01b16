// P4-16 13: verify and every error, lookahead of structs and headers, select over several keys with
// ranges and masks, sub-parsers with loops, functions called in parsers, local variables and
// constants, advance, reject, endless loops.
#include "bytes.inc"

header tlv_t { bit<8> kind; bit<8> size; }
struct peek_t { bit<4> hi; bit<4> lo; int<8> next; }
error { Refused, Endless }

bit<32> Bits(in bit<8> n) { return (bit<32>) n * 8; }
void Check(in bool good) { }

parser Skip(packet_in packet, inout metadata meta) {
    tlv_t tlv;
    bit<8> seen = 0;
    state start {
        seen = seen + 1;
        packet.extract(tlv);
        packet.advance(Bits(tlv.size));
        transition select(tlv.kind, seen) {
            (0x80 &&& 0x80, _): start;
            (_, 3 .. 5): many;
            (0, _): done;
            (0x7f, 1): reject;
        }
    }
    state many { meta.y = 0x80; transition done; }
    state done { meta.x = seen; transition accept; }
}

parser Main(packet_in packet, out headers hdr, inout metadata meta,
            inout standard_metadata_t std) {
    const bit<8> kSkip = 0x10;
    Skip() skip;
    state start {
        peek_t p = packet.lookahead<peek_t>();
        meta.z = (bit<16>) (bit<8>) p.next;
        packet.extract(hdr.h);
        transition select(hdr.h.a, p.lo) {
            (kSkip, _): skipping;
            (_, 0xf): loop;
            (0x30 .. 0x3e, 1 &&& 1): odd;
            default: accept;
        }
    }
    state skipping {
        skip.apply(packet, meta);
        skip.apply(packet, meta);
        transition accept;
    }
    state loop {
        transition loop;
    }
    state odd {
        bytes_t next = packet.lookahead<bytes_t>();
        verify(next.a == 0x55, error.Refused);
        transition accept;
    }
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        hdr.h.b = meta.x;
        hdr.h.c = meta.y;
        hdr.h.d = (bit<8>) meta.z;
        if (std.parser_error == error.NoMatch) std.egress_spec = 2;
        if (std.parser_error == error.PacketTooShort) std.egress_spec = 3;
        if (std.parser_error == error.Refused) std.egress_spec = 4;
        if (std.parser_error == error.ParserTimeout) std.egress_spec = 5;
    }
}
V1Switch(Main(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
