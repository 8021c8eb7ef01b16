// P4-16 7 and 8: headers with signed, boolean, enumerated and nested fields; constants of every
// shape; type and serialisable enums as keys; sizes of types; local headers in parsers; headers and
// stacks through in, out and inout parameters; tuples that hold headers.
#include <v1model.p4>

type bit<8> port_id;
enum bit<8> Kind { plain = 1, signed_sum = 2, through = 3, sizes = 4, unknown = 0x7f }
struct flags_t { bool last; bit<3> rest; int<4> level; }
header h_t { Kind kind; flags_t flags; int<16> amount; port_id port; bit<8> out_byte; }
header tag_t { bit<8> x; }
struct headers { h_t h; tag_t[2] tags; }
struct metadata { bit<8> seen; }
struct limits_t { bit<8> low; bit<8> high; }

const limits_t LIMITS = { low = 2, high = 0x20 };
const tuple<bit<8>, bool> PAIR = { 9, true };
const list<bit<8>> LIST = { 1, 2, 3 };
const bit<8> FROM = LIMITS.low + PAIR[0];
const int WIDE = 1 << 70;

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    h_t local;
    tag_t tag;
    state start {
        packet.extract(local);
        hdr.h = local;
        transition select(local.kind, local.flags.last) {
            (Kind.unknown, _): unknown;
            (_, true): tags;
            default: accept;
        }
    }
    state tags {
        packet.extract(tag);
        hdr.tags[0] = tag;
        packet.extract(hdr.tags[1]);
        transition accept;
    }
    state unknown { meta.seen = 0x7f; transition accept; }
}
control NoCheck(inout headers hdr, inout metadata meta) { apply { } }

tag_t Make(in bit<8> x) { return { x }; }
void Swap(inout tag_t a, inout tag_t b) { tag_t t = a; a = b; b = t; }
bit<8> Count(in tag_t[2] tags, out bit<8> first) {
    first = tags[0].x;
    return (tags[0].isValid() ? 8w1 : 0) + (tags[1].isValid() ? 8w1 : 0);
}
control Reset(out tag_t tag, in h_t h) {
    apply {
        // An out header starts invalid.
        if (tag.isValid()) { return; }
        tag = Make(h.out_byte + 1);
    }
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    Reset() reset;
    action mark(port_id p) { hdr.h.port = p; }
    table by_kind {
        key = { hdr.h.kind: exact; hdr.h.flags.last: exact; hdr.h.port: ternary; std.parser_error: exact; }
        actions = { mark; NoAction; }
        const entries = {
            (Kind.plain, false, _, error.NoError): mark((port_id) FROM);
            (Kind.plain, true, (port_id) 8w5, error.NoError): mark((port_id) 8w0x55);
        }
    }
    apply {
        static_assert(LIMITS.high > LIMITS.low, "limits");
        std.egress_spec = 1;
        by_kind.apply();
        if (hdr.h.kind == Kind.signed_sum) {
            hdr.h.amount = hdr.h.amount + (int<16>) hdr.h.flags.level;
            hdr.h.flags.level = -hdr.h.flags.level;
            hdr.h.out_byte = (bit<8>) (WIDE >> 68);
            if (hdr.h.amount < -1) hdr.h.port = (port_id) 8w1;
        } else if (hdr.h.kind == Kind.through) {
            Swap(hdr.tags[0], hdr.tags[1]);
            bit<8> first;
            hdr.h.out_byte = Count(hdr.tags, first) ++ first == 16w0x0244 ? 8w1 : first;
            reset.apply(hdr.tags[0], hdr.h);
            tuple<tag_t, bit<8>> t = { hdr.tags[0], 1 };
            hdr.tags[1] = t[0];
            hdr.tags[1].x = hdr.tags[1].x + t[1];
        } else if (hdr.h.kind == Kind.sizes) {
            bit<8> all = 0;
            for (bit<8> x in LIST) { all = all + x; }
            hdr.h.out_byte = (bit<8>) hdr.h.minSizeInBits() + (bit<8>) hdr.h.maxSizeInBytes() + all;
        } else if (meta.seen == 0x7f) {
            Kind k = (Kind) hdr.h.out_byte;
            switch (k) {
                Kind.plain: { hdr.h.out_byte = 0xa1; }
                default: { hdr.h.out_byte = (bit<8>) k + 1; }
            }
        }
    }
}
control Pass(inout headers hdr, inout metadata meta, inout standard_metadata_t std) { apply { } }
control Deparse(packet_out packet, in headers hdr) { apply { packet.emit(hdr); } }
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
