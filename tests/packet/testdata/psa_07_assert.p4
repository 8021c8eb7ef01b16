// assert and assume of psa.p4: a packet for which one is false is dropped.
#include "psa.inc"
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    apply {
        send_to_port(ostd, (PortId_t) 1);
        assert(hdr.h.a != 9);
        assume(hdr.h.b != 9);
    }
}
SWITCH(Run)
