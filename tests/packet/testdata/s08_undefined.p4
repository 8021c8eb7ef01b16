// What the specification leaves undefined: docs/undefined.md tells what happens here.
#include <v1model.p4>

header kind_t { bit<8> kind; bit<8> a; bit<8> b; }
header item_t { bit<8> x; }
struct headers { kind_t kind; item_t[2] items; kind_t none; }
struct metadata { bit<8> never; bool flag; error e; }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    state start { packet.extract(hdr.kind); transition accept; }
}
control NoCheck(inout headers hdr, inout metadata meta) { apply { } }
void Untouched(out bit<8> x) { }
bit<8> Nothing(in bit<8> x) { if (x == 1) { return 7; } return x; }

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    register<bit<8>>(4) r;
    apply {
        std.egress_spec = 1;
        bit<8> unset;
        bit<8> i = hdr.kind.a;
        if (hdr.kind.kind == 1) {
            // Reading an invalid header gives 0, writing one does nothing.
            hdr.none.a = 0x55;
            hdr.kind.b = hdr.none.a + unset + meta.never;
            hdr.none.setValid();
            hdr.none.b = hdr.none.a + 1;
        } else if (hdr.kind.kind == 2) {
            // Beyond a stack: reads give 0, writes do nothing, it is not valid.
            hdr.items[i].setValid();
            hdr.items[i].x = 0x66;
            hdr.kind.b = hdr.items[i].x + (hdr.items[i].isValid() ? 8w1 : 8w0);
        } else if (hdr.kind.kind == 3) {
            Untouched(hdr.kind.b);
        } else if (hdr.kind.kind == 4) {
            // Beyond a register: reads 0, writes nothing.
            bit<8> v = 0x77;
            r.write((bit<32>) i, 0x12);
            r.read(v, (bit<32>) i);
            hdr.kind.b = v;
        } else if (hdr.kind.kind == 5) {
            // A header made valid again starts at 0.
            hdr.none.setValid();
            hdr.none = { 1, 2, 3 };
            hdr.none.setInvalid();
            hdr.none.setValid();
        } else if (hdr.kind.kind == 6) {
            hdr.kind.b = (bit<8>) (hdr.kind.a << 9) + Nothing(1);
        }
    }
}
control Pass(inout headers hdr, inout metadata meta, inout standard_metadata_t std) { apply { } }
control Deparse(packet_out packet, in headers hdr) { apply { packet.emit(hdr); } }
V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;
