// What add_entry and the expire timers want, each told at its call.
#include <pna.p4>

header h_t {
    bit<8> a;
    bit<8> b;
}
struct headers { h_t h; }
struct metadata { }
struct params_t { bit<16> to; }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             in pna_main_parser_input_metadata_t istd) {
    state start {
        packet.extract(hdr.h);
        transition accept;
    }
}

control Pre(in headers hdr, inout metadata meta, in pna_pre_input_metadata_t istd,
            inout pna_pre_output_metadata_t ostd) {
    apply { drop_packet(); }
}

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    DirectCounter<bit<32>>(PNA_CounterType_t.PACKETS) counts;
    DirectMeter(PNA_MeterType_t.PACKETS) limit;
    action forward(bit<8> to) { send_to_port((PortId_t) (PortIdUint_t) to); }
    action nowhere() { counts.count(); }
    action wrong_width() {
        add_entry("forward", (params_t) { 1 }, (ExpireTimeProfileId_t) 0);
    }
    action wrong_count() { add_entry("nowhere", 8w1, (ExpireTimeProfileId_t) 0); }
    action wrong_name() { add_entry("elsewhere", 8w1, (ExpireTimeProfileId_t) 0); }
    action not_said() { add_entry("forward", 8w1, (ExpireTimeProfileId_t) 0); }
    action keep() { restart_expire_timer(); }
    action not_exact() { add_entry("forward", 8w1, (ExpireTimeProfileId_t) 0); }
    table width {
        key = { hdr.h.a : exact; }
        actions = { forward; @defaultonly wrong_width; }
        add_on_miss = true;
        const default_action = wrong_width;
    }
    table count {
        key = { hdr.h.a : exact; }
        actions = { nowhere; @defaultonly wrong_count; }
        add_on_miss = true;
        const default_action = wrong_count;
    }
    table name {
        key = { hdr.h.a : exact; }
        actions = { forward; @defaultonly wrong_name; }
        pna_direct_counter = counts;
        pna_direct_meter = limit;
        add_on_miss = true;
        const default_action = wrong_name;
    }
    table said {
        key = { hdr.h.a : exact; }
        actions = { forward; @defaultonly not_said; }
        const default_action = not_said;
    }
    table kind {
        key = { hdr.h.a : ternary; }
        actions = { forward; keep; @defaultonly not_exact; }
        add_on_miss = true;
        const default_action = not_exact;
    }
    apply {
        width.apply();
        count.apply();
        name.apply();
        said.apply();
        kind.apply();
        nowhere();
        limit.execute();
        restart_expire_timer();
        mirror_packet((MirrorSlotId_t) 4, (MirrorSessionId_t) 0);
    }
}

control Deparse(packet_out packet, in headers hdr, in metadata meta,
                in pna_main_output_metadata_t ostd) {
    apply { packet.emit(hdr); }
}

PNA_NIC(Parse(), Pre(), Main(), Deparse()) main;

// CHECK:ERR: fail_pna.p4:22:13: error: drop_packet is called in the pre control; PNA has it in the main control only [not-lowered]
// CHECK:ERR:    22 |     apply { drop_packet(); }
// CHECK:ERR:       |             ^~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:32:9: error: parameter 'to' of action 'forward' has 8 bits, add_entry gives 16 [not-lowered]
// CHECK:ERR:    32 |         add_entry("forward", (params_t) { 1 }, (ExpireTimeProfileId_t) 0);
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:34:28: error: action 'nowhere' takes 0 parameters from an entry, add_entry gives 1 [not-lowered]
// CHECK:ERR:    34 |     action wrong_count() { add_entry("nowhere", 8w1, (ExpireTimeProfileId_t) 0); }
// CHECK:ERR:       |                            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:35:27: error: table 'Main.name' has no action 'elsewhere' that add_entry could name [not-lowered]
// CHECK:ERR:    35 |     action wrong_name() { add_entry("elsewhere", 8w1, (ExpireTimeProfileId_t) 0); }
// CHECK:ERR:       |                           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:36:25: error: add_entry is called in an action of table 'Main.said', which does not say 'add_on_miss = true' [not-lowered]
// CHECK:ERR:    36 |     action not_said() { add_entry("forward", 8w1, (ExpireTimeProfileId_t) 0); }
// CHECK:ERR:       |                         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:37:21: error: restart_expire_timer is called in an action of table 'Main.kind', whose entries do not age; give it pna_idle_timeout [not-lowered]
// CHECK:ERR:    37 |     action keep() { restart_expire_timer(); }
// CHECK:ERR:       |                     ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:38:26: error: table 'Main.kind' has add_on_miss, so all its keys must be exact; 'hdr.h.a' is ternary [not-lowered]
// CHECK:ERR:    38 |     action not_exact() { add_entry("forward", 8w1, (ExpireTimeProfileId_t) 0); }
// CHECK:ERR:       |                          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:30:24: error: 'Main.counts' belongs to table 'Main.name' and may only be used in actions of that table [not-lowered]
// CHECK:ERR:    30 |     action nowhere() { counts.count(); }
// CHECK:ERR:       |                        ^~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:77:9: error: 'Main.limit' belongs to table 'Main.name' and may only be used in actions of that table [not-lowered]
// CHECK:ERR:    77 |         limit.execute();
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:78:9: error: restart_expire_timer is called outside a table's action; it is about the entry that the packet matched [not-lowered]
// CHECK:ERR:    78 |         restart_expire_timer();
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:79:9: error: mirror session 0 belongs to the architecture; use 1 to 65535 [not-lowered]
// CHECK:ERR:    79 |         mirror_packet((MirrorSlotId_t) 4, (MirrorSessionId_t) 0);
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_pna.p4:79:9: error: not yet supported: mirror slot 4; there are slots 0 to 3 [not-yet-supported]
// CHECK:ERR:    79 |         mirror_packet((MirrorSlotId_t) 4, (MirrorSessionId_t) 0);
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
