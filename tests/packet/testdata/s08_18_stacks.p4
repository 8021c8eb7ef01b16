// Header stacks, unions, next, last, push and pop, run-time indices, lookahead, advance, verify. P4-16 8.18, 8.20, 13.8.
#include <v1model.p4>

header tag_t {
    bit<7> value;
    bit<1> more;
}
header kind_t {
    bit<8> kind;
}
header one_t {
    bit<8> x;
}
header two_t {
    bit<8> x;
    bit<8> y;
}
header_union either_t {
    one_t one;
    two_t two;
}
struct headers {
    kind_t kind;
    tag_t[3] tags;
    either_t either;
    one_t[2] extra;
}
struct metadata {
    bit<8> seen;
    bit<8> last;
}

error { Forbidden }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    state start {
        packet.extract(hdr.kind);
        transition select(hdr.kind.kind) {
            0x10 .. 0x1f: tags;
            0x20 &&& 0xf0: union_of;
            0x30: skip;
            0x40: refuse;
            default: accept;
        }
    }
    state tags {
        packet.extract(hdr.tags.next);
        meta.seen = meta.seen + 1;
        transition select(hdr.tags.last.more) {
            1: tags;
            _: tagged;
        }
    }
    state tagged {
        meta.last = (bit<8>) hdr.tags.lastIndex;
        transition accept;
    }
    state union_of {
        transition select(packet.lookahead<bit<8>>()) {
            0: short_one;
            default: long_one;
        }
    }
    state short_one {
        packet.extract(hdr.either.one);
        transition accept;
    }
    state long_one {
        packet.extract(hdr.either.two);
        transition accept;
    }
    state skip {
        packet.extract<one_t>(_);
        packet.advance(8);
        packet.extract(hdr.either.one);
        transition accept;
    }
    state refuse {
        verify(packet.lookahead<one_t>().x != 0xff, error.Forbidden);
        transition accept;
    }
}

control NoCheck(inout headers hdr, inout metadata meta) {
    apply { }
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        if (std.parser_error != error.NoError) {
            std.egress_spec = std.parser_error == error.StackOutOfBounds ? 9w2
                            : std.parser_error == error.Forbidden ? 9w3
                            : std.parser_error == error.PacketTooShort ? 9w4 : 9w5;
            return;
        }
        if (hdr.kind.kind == 0x10) {
            hdr.tags.push_front(1);
            hdr.tags[0].setValid();
            hdr.tags[0] = { 0x55, 1 };
        } else if (hdr.kind.kind == 0x11) {
            hdr.tags.pop_front(1);
        } else if (hdr.kind.kind == 0x12) {
            // An index that is known at run time only, changed by the right side.
            bit<8> i = 0;
            hdr.tags[i].value = hdr.tags[meta.last].value;
            tag_t t = hdr.tags[i + 1];
            hdr.tags[i + 1] = hdr.tags[i];
            hdr.tags[i] = t;
        } else if (hdr.kind.kind == 0x13) {
            // Beyond the stack: reads 0, writes nothing.
            bit<8> i = 7;
            hdr.tags[i].value = 1;
            hdr.kind.kind = (bit<8>) hdr.tags[i].value + meta.seen;
        } else if (hdr.kind.kind == 0x21) {
            // Making one member valid makes the others invalid.
            hdr.either.two.setValid();
            hdr.either.two = { 0xaa, 0xbb };
        } else if (hdr.kind.kind == 0x22 && hdr.either.isValid() && !hdr.either.one.isValid()) {
            one_t fresh = { hdr.either.two.y };
            hdr.either.one = fresh;
        } else if (hdr.kind.kind == 0x23) {
            hdr.extra[1] = { 0xcc };
            hdr.extra[0].setInvalid();
            if (hdr.extra[0] == hdr.extra[1] || hdr.extra[1] != { 0xcc }) {
                std.egress_spec = 6;
            }
        }
    }
}

control Pass(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply { }
}

control Deparse(packet_out packet, in headers hdr) {
    apply { packet.emit(hdr); }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
