// PSA 7.8: a meter by index, blind and aware of the colour that a packet had, and one of a table's entries.
#include "psa.inc"
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    Meter<bit<8>>(4, PSA_MeterType_t.PACKETS) m;
    DirectMeter(PSA_MeterType_t.BYTES) d;
    PSA_MeterColor_t color = PSA_MeterColor_t.GREEN;
    action metered() { color = d.execute(); }
    table t {
        key = { hdr.h.b : exact; }
        actions = { metered; NoAction; }
        psa_direct_meter = d;
    }
    apply {
        send_to_port(ostd, (PortId_t) 1);
        if (hdr.h.a == 1) {
            color = m.execute(hdr.h.b);
        } else if (hdr.h.a == 2) {
            color = m.execute(hdr.h.b, PSA_MeterColor_t.YELLOW);
        } else if (hdr.h.a == 3) {
            color = m.execute(hdr.h.b, PSA_MeterColor_t.RED);
        } else {
            t.apply();
        }
        if (color == PSA_MeterColor_t.GREEN) {
            hdr.h.c = 1;
        } else if (color == PSA_MeterColor_t.YELLOW) {
            hdr.h.c = 2;
        } else if (color == PSA_MeterColor_t.RED) {
            hdr.h.c = 3;
        }
    }
}
SWITCH(Run)
