// PNA 0.7, three blocks: is_net_port and is_host_port, SelectByDirection by them, add_entry_if and
// its status, set_entry_expire_time and its kin (time hardly passes here), recirculated, Toeplitz's
// hash with the test vector of receive side scaling.
#include <bmv2/pna.p4>

header bytes_t {
    bit<8> op;
    bit<8> key;
    bit<8> a;
    bit<8> b;
}
header sum_t { bit<32> sum; }
struct headers {
    bytes_t h;
    sum_t s;
}
struct metadata { }
struct none_t { }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             in pna_main_parser_input_metadata_t istd) {
    state start {
        packet.extract(hdr.h);
        transition accept;
    }
}

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    Hash<bit<32>>(PNA_HashAlgorithm_t.TOEPLITZ) rss;
    AddEntryErrorStatus_t status;
    action hit() {
        hdr.h.b = 0x11;
        set_entry_expire_time_if(hdr.h.a == 1, (ExpireTimeProfileId_t) 2);
        update_expire_info(hdr.h.a == 2, hdr.h.a == 3, (ExpireTimeProfileId_t) 3);
        restart_expire_timer();
        set_entry_expire_time((ExpireTimeProfileId_t) 1);
    }
    action miss() {
        status = add_entry_if(hdr.h.a != 0, "hit", (none_t) { }, (ExpireTimeProfileId_t) 0);
        hdr.h.b = 0x22;
    }
    table flows {
        key = {
            SelectByDirection(is_net_port(istd.input_port), hdr.h.key, 8w0) : exact @name("key");
        }
        actions = { @tableonly hit; @defaultonly miss; }
        add_on_miss = true;
        pna_idle_timeout = PNA_IdleTimeout_t.AUTO_DELETE;
        const default_action = miss;
    }
    apply {
        status = ADD_ENTRY_NOT_DONE;
        send_to_port(istd.input_port);
        if (hdr.h.op == 1) {
            flows.apply();
            hdr.h.a = (bit<8>) status;
        } else if (hdr.h.op == 2) {
            hdr.h.a = is_host_port(istd.input_port) ? 8w1 : 8w0;
            hdr.h.b = istd.recirculated ? 8w1 : 8w0;
            if (!istd.recirculated) { recirculate(); }
        } else {
            hdr.s.setValid();
            hdr.s.sum = rss.get_hash({ 32w0x420995bb, 32w0xa18e6450, 16w2794, 16w1766 });
        }
    }
}

control Deparse(packet_out packet, inout headers hdr, in metadata meta,
                in pna_main_output_metadata_t ostd) {
    apply { packet.emit(hdr); }
}

PNA_NIC(Parse(), Main(), Deparse()) main;
