// P4-16 8.18, 8.19, 8.20: header unions and stacks of them: validity, assignment, equality, next
// and last, push and pop, emit.
#include <v1model.p4>

header kind_t { bit<8> kind; }
header one_t { bit<8> x; }
header two_t { bit<16> y; }
header_union either_t { one_t one; two_t two; }
struct headers {
    kind_t kind;
    either_t[3] list;
    either_t single;
}
struct metadata { bit<8> n; }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    state start {
        packet.extract(hdr.kind);
        transition next;
    }
    state next {
        transition select(packet.lookahead<bit<8>>()) {
            0x01: short;
            0x02: long;
            0xff: skip;
            default: accept;
        }
    }
    state short {
        packet.extract(hdr.list.next.one);
        transition next;
    }
    state long {
        packet.extract(hdr.list.next.two);
        meta.n = (bit<8>) hdr.list.last.two.y;
        transition next;
    }
    state skip {
        packet.advance(8);
        transition accept;
    }
}
control NoCheck(inout headers hdr, inout metadata meta) { apply { } }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        if (std.parser_error != error.NoError) {
            std.egress_spec = std.parser_error == error.StackOutOfBounds ? 9w2 : 9w3;
            return;
        }
        if (hdr.kind.kind == 0x10) {
            hdr.list.push_front(1);
            hdr.list[0].one.setValid();
            hdr.list[0].one.x = meta.n;
        } else if (hdr.kind.kind == 0x11) {
            hdr.list.pop_front(1);
        } else if (hdr.kind.kind == 0x12) {
            hdr.single = hdr.list[0];
            hdr.list[0].two.setValid();
            hdr.list[0].two.y = 0xabcd;
        } else if (hdr.kind.kind == 0x13) {
            if (hdr.list[0] == hdr.list[1]) hdr.kind.kind = 0xee;
            if (hdr.list[0] != hdr.list[2]) hdr.kind.kind = hdr.kind.kind + 1;
        } else if (hdr.kind.kind == 0x14) {
            hdr.list[0].one.setInvalid();
            hdr.kind.kind = hdr.list[0].isValid() ? 8w1 : hdr.list[0].two.isValid() ? 8w2 : 8w3;
        } else if (hdr.kind.kind == 0x15) {
            bit<8> i = meta.n;
            either_t copy = hdr.list[i];
            hdr.list[i] = hdr.list[i + 1];
            hdr.list[i + 1] = copy;
        } else if (hdr.kind.kind == 0x16) {
            either_t[3] all = hdr.list;
            all[1].one = { 0x55 };
            hdr.list = all;
        }
    }
}
control Pass(inout headers hdr, inout metadata meta, inout standard_metadata_t std) { apply { } }
control Deparse(packet_out packet, in headers hdr) { apply { packet.emit(hdr); } }
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
