// v1model: multicast with egress_rid, ingress and egress clones with and without field lists,
// resubmit, recirculate, drop in egress.
#include <v1model.p4>

header h_t { bit<8> kind; bit<8> a; bit<8> b; bit<8> c; }
struct headers { h_t h; }
struct metadata {
    @field_list(1, 2) bit<8> kept;
    @field_list(2) bit<8> also;
    bit<8> lost;
}
parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    state start { packet.extract(hdr.h); transition accept; }
}
control NoCheck(inout headers hdr, inout metadata meta) { apply { } }
control First(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        std.egress_spec = 1;
        if (std.instance_type == 4 || std.instance_type == 6) {
            // Came by again: a and b tell what survived.
            hdr.h.a = meta.kept;
            hdr.h.b = meta.also + meta.lost;
            hdr.h.c = (bit<8>) std.instance_type;
            return;
        }
        meta.kept = 0x11;
        meta.also = 0x22;
        meta.lost = 0x33;
        if (hdr.h.kind == 1) {
            std.mcast_grp = 7;
        } else if (hdr.h.kind == 2) {
            clone_preserving_field_list(CloneType.I2E, 5, 1);
            hdr.h.a = 0xee;
        } else if (hdr.h.kind == 3) {
            clone(CloneType.I2E, 5);
            mark_to_drop(std);
        } else if (hdr.h.kind == 5) {
            resubmit_preserving_field_list(1);
            hdr.h.a = 0x99;
        }
    }
}
control Second(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        if (std.instance_type == 4 || std.instance_type == 6) return;
        if (hdr.h.kind == 1) {
            hdr.h.a = (bit<8>) std.egress_rid;
            hdr.h.b = (bit<8>) std.egress_port;
            hdr.h.c = (bit<8>) std.instance_type;
            if (std.egress_rid == 9) mark_to_drop(std);
        } else if (hdr.h.kind == 2 || hdr.h.kind == 3) {
            hdr.h.b = meta.kept + meta.also;
            hdr.h.c = (bit<8>) std.instance_type;
        } else if (hdr.h.kind == 4) {
            hdr.h.c = (bit<8>) std.instance_type;
            if (std.instance_type == 0) {
                hdr.h.a = 0x44;
                meta.also = 0x55;
                clone_preserving_field_list(CloneType.E2E, 5, 2);
                hdr.h.b = 0x66;
            } else {
                hdr.h.b = meta.kept + meta.also;
            }
        } else if (hdr.h.kind == 6) {
            recirculate_preserving_field_list(2);
            meta.also = 0x77;
            hdr.h.kind = 0x60;
        }
    }
}
control Deparse(packet_out packet, in headers hdr) { apply { packet.emit(hdr.h); } }
V1Switch(Parse(), NoCheck(), First(), Second(), NoCheck(), Deparse()) main;
