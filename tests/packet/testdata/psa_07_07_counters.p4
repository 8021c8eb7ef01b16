// PSA 7.7: a counter counts what the program says; a direct counter that of the entry whose action counts.
#include "psa.inc"
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    Counter<bit<32>, bit<8>>(4, PSA_CounterType_t.PACKETS_AND_BYTES) all;
    DirectCounter<bit<32>>(PSA_CounterType_t.PACKETS_AND_BYTES) each;
    action counted(bit<8> to) {
        each.count();
        hdr.h.b = to;
    }
    action silent() { hdr.h.b = 0xff; }
    table t {
        key = { hdr.h.a : exact; }
        actions = { counted; silent; NoAction; }
        psa_direct_counter = each;
    }
    apply {
        send_to_port(ostd, (PortId_t) 1);
        all.count(hdr.h.a);
        t.apply();
    }
}
SWITCH(Run)
