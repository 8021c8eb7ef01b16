// PNA, "Functions for directing packets": of send_to_port and drop_packet the last call counts; a
// packet that nothing sent is dropped; the parser's error, the port, the pass and the direction are
// told; a packet that is too short goes on with its error. SelectByDirection.
#include "pna.inc"

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    apply {
        if (istd.parser_error == error.PacketTooShort) {
            hdr.h.setValid();
            hdr.h.op = 0xee;
            send_to_port((PortId_t) 7);
        } else if (hdr.h.op == 1) {
            drop_packet();
            send_to_port((PortId_t) 2);
        } else if (hdr.h.op == 2) {
            send_to_port((PortId_t) 2);
            drop_packet();
        } else if (hdr.h.op == 3) {
            send_to_port((PortId_t) 70000);
            hdr.h.a = (bit<8>) (PortIdUint_t) istd.input_port;
            hdr.h.b = (bit<8>) (PassNumberUint_t) istd.pass;
        } else if (hdr.h.op == 4) {
            hdr.h.a = SelectByDirection(istd.direction, 8w0x0a, 8w0x0b);
            hdr.h.b = istd.loopedback ? 8w1 : 8w0;
            send_to_port(istd.input_port);
        } else if (hdr.h.op == 5) {
            headers other = hdr;
            other.h.a = 0x55;
            hdr = SelectByDirection(istd.direction, other, hdr);
            send_to_port((PortId_t) 1);
        }
    }
}

PNA_NIC(Parse(), Pre(), Main(), Deparse()) main;
