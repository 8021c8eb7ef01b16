// PSA 7.10: both bounds belong to the range.
#include "psa.inc"
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    Random<bit<16>>(7, 7) one;
    Random<bit<16>>(200, 203) few;
    apply {
        send_to_port(ostd, (PortId_t) 1);
        hdr.h.e = one.read();
        bit<16> r = few.read();
        hdr.h.a = (bit<8>) (r >= 200 && r <= 203 ? 8w1 : 8w0);
        hdr.h.f = 0;
    }
}
SWITCH(Run)
