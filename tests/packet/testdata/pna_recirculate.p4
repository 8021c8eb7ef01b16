// PNA, "Packet recirculation": the packet comes again as it was deparsed, with the next pass
// number, empty metadata, and where it came from; after sixteen times it is dropped. drop_packet
// after recirculate wins.
#include "pna.inc"

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    apply {
        hdr.h.b = hdr.h.b + 1 + meta.kept;
        meta.kept = 0x40;
        send_to_port(istd.input_port);
        if (hdr.h.op == 1 && istd.pass != (PassNumber_t) 3) {
            recirculate();
        } else if (hdr.h.op == 2) {
            recirculate();
        } else if (hdr.h.op == 3) {
            recirculate();
            drop_packet();
        }
        hdr.h.a = (bit<8>) (PassNumberUint_t) istd.pass;
    }
}

PNA_NIC(Parse(), Pre(), Main(), Deparse()) main;
