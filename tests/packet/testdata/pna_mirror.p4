// PNA, "Packet Mirroring": each slot makes one copy, the last session named in a slot counts, and
// it is made even of a dropped packet; a copy is the packet as the deparser left it.
#include "pna.inc"

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    apply {
        send_to_port((PortId_t) 1);
        if (hdr.h.op == 1) {
            mirror_packet((MirrorSlotId_t) 0, (MirrorSessionId_t) 5);
            mirror_packet((MirrorSlotId_t) 3, (MirrorSessionId_t) 5);
            mirror_packet((MirrorSlotId_t) 0, (MirrorSessionId_t) 6);
        } else if (hdr.h.op == 2) {
            mirror_packet((MirrorSlotId_t) hdr.h.key, (MirrorSessionId_t) 6);
            drop_packet();
        } else if (hdr.h.op == 3) {
            mirror_packet((MirrorSlotId_t) 1, (MirrorSessionId_t) 99);
        }
        hdr.h.a = 0xaa;
    }
}

PNA_NIC(Parse(), Pre(), Main(), Deparse()) main;
