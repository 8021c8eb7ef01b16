// P4-16 8.10, 8.17, 13.8.2: varbit fields extracted, assigned, compared, copied, emitted; as
// variables, parameters and parts of structs.
#include <v1model.p4>

header kind_t { bit<8> kind; }
header options_t {
    bit<8> bytes;
    varbit<64> data;
    bit<8> after;
}
struct held_t {
    varbit<64> kept;
    bit<8> n;
}
struct headers {
    kind_t kind;
    options_t first;
    options_t second;
}
struct metadata { held_t held; }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    state start {
        packet.extract(hdr.kind);
        bit<8> n = packet.lookahead<bit<8>>();
        packet.extract(hdr.first, (bit<32>) n * 8);
        n = packet.lookahead<bit<8>>();
        packet.extract(hdr.second, (bit<32>) n << 3);
        transition accept;
    }
}

control NoCheck(inout headers hdr, inout metadata meta) { apply { } }

varbit<64> Same(in varbit<64> x) { return x; }
void Exchange(inout varbit<64> x, inout varbit<64> y) {
    varbit<64> t = x;
    x = y;
    y = t;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        if (std.parser_error != error.NoError) {
            std.egress_spec = std.parser_error == error.HeaderTooShort ? 9w2
                : std.parser_error == error.PacketTooShort ? 9w3 : 9w4;
            return;
        }
        if (hdr.kind.kind == 0) {
            if (hdr.first.data == hdr.second.data) hdr.kind.kind = 0xe0;
            if (hdr.first.data != hdr.second.data) hdr.kind.kind = 0xf0;
        } else if (hdr.kind.kind == 1) {
            meta.held.kept = hdr.first.data;
            hdr.first.data = hdr.second.data;
            hdr.second.data = Same(meta.held.kept);
        } else if (hdr.kind.kind == 2) {
            Exchange(hdr.first.data, hdr.second.data);
            hdr.first.after = hdr.second.after + 1;
        } else if (hdr.kind.kind == 3) {
            options_t copy = hdr.first;
            hdr.first = hdr.second;
            hdr.second = copy;
            hdr.kind.kind = hdr.first == copy ? 8w0x33 : 8w0x34;
        } else if (hdr.kind.kind == 4) {
            // A fresh header's varbit is empty.
            hdr.first.setInvalid();
            hdr.first.setValid();
            hdr.first.bytes = 0x99;
            held_t h = { hdr.second.data, 7 };
            held_t g = h;
            if (g == h) hdr.first.after = g.n;
        }
    }
}
control Pass(inout headers hdr, inout metadata meta, inout standard_metadata_t std) { apply { } }
control Deparse(packet_out packet, in headers hdr) { apply { packet.emit(hdr); } }
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
