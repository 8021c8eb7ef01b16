// PSA 7.11, 7.2: tables that share an action profile, a table with idle timeouts, const entries.
#include "psa.inc"
control Run(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
            inout psa_ingress_output_metadata_t ostd) {
    ActionProfile(16) shared;
    action set(bit<8> v) { hdr.h.b = v; }
    action add(bit<8> v) { hdr.h.c = hdr.h.c + v; }
    table first {
        key = { hdr.h.a : exact; }
        actions = { set; add; NoAction; }
        psa_implementation = shared;
        psa_idle_timeout = PSA_IdleTimeout_t.NOTIFY_CONTROL;
    }
    table second {
        key = { hdr.h.d : ternary; }
        actions = { set; add; NoAction; }
        psa_implementation = shared;
        psa_idle_timeout = PSA_IdleTimeout_t.NO_TIMEOUT;
    }
    table third {
        key = { hdr.h.e : range; hdr.h.d : optional; }
        actions = { add; NoAction; }
        const entries = {
            (1 .. 3, 5) : add(0x10);
            (2 .. 9, _) : add(0x20);
        }
        const default_action = NoAction;
    }
    apply {
        send_to_port(ostd, (PortId_t) 1);
        first.apply();
        second.apply();
        third.apply();
    }
}
SWITCH(Run)
