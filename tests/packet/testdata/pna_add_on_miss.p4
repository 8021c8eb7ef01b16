// PNA, "Tables with add-on-miss capability": the default action adds the key that missed, with the
// parameters that it names; the next packet matches. The key is that of the lookup, whatever the
// action changed since; adding twice is refused; a controller's entry wins. Flow ids.
#include "pna.inc"

struct params_t {
    bit<8> port;
    bit<8> mark;
}

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    bool added;
    bool again;
    action hit(bit<8> port, bit<8> mark) {
        send_to_port((PortId_t) (PortIdUint_t) port);
        hdr.h.b = mark;
    }
    action known() { send_to_port((PortId_t) 15); }
    action miss() {
        hdr.h.key = hdr.h.key + 1;
        bit<8> id = (bit<8>) (FlowIdUint_t) allocate_flow_id();
        added = add_entry("hit", (params_t) { hdr.h.a, id }, (ExpireTimeProfileId_t) 1);
        again = add_entry("hit", (params_t) { 1, 1 }, (ExpireTimeProfileId_t) 1);
        send_to_port((PortId_t) 0);
    }
    table flows {
        key = { hdr.h.key : exact; hdr.h.op : exact; }
        actions = { @tableonly hit; @tableonly known; @defaultonly miss; }
        add_on_miss = true;
        const default_action = miss;
        size = 4;
    }
    apply {
        added = false;
        again = false;
        flows.apply();
        if (added) { hdr.h.a = hdr.h.a | 0x80; }
        if (again) { hdr.h.a = hdr.h.a | 0x40; }
    }
}

PNA_NIC(Parse(), Pre(), Main(), Deparse()) main;
