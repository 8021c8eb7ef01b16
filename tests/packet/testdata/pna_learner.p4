// PNA as DPDK programs have it: a table that learns and has a direct counter and a direct meter,
// whose units the program gives by the packet's length; state behind it (a register) sees packets
// one by one; a second table that learns, with a key of one byte, applied after it; recirculation.
#include <dpdk/pna.p4>

header bytes_t {
    bit<8> op;
    bit<8> key;
    bit<8> a;
    bit<8> b;
}
struct headers { bytes_t h; }
struct metadata { }
struct params_t { bit<16> seen; }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             in pna_main_parser_input_metadata_t istd) {
    state start {
        packet.extract(hdr.h);
        transition accept;
    }
}

control Pre(in headers hdr, inout metadata meta, in pna_pre_input_metadata_t istd,
            inout pna_pre_output_metadata_t ostd) {
    apply { }
}

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    DirectCounter<bit<32>>(PNA_CounterType_t.PACKETS_AND_BYTES) counts;
    DirectMeter(PNA_MeterType_t.BYTES) limit;
    Register<bit<16>, bit<32>>(1, 0) total;
    Counter<bit<32>, bit<8>>(256, PNA_CounterType_t.PACKETS_AND_BYTES) by_key;
    bit<16> n;
    PNA_MeterColor_t color;
    action hit(bit<16> seen) {
        counts.count(32w40);
        color = limit.dpdk_execute(PNA_MeterColor_t.GREEN, 32w40);
        hdr.h.a = (bit<8>) seen;
    }
    action miss() {
        hdr.h.a = 0xff;
        add_entry("hit", (params_t) { n }, (ExpireTimeProfileId_t) 0);
    }
    table flows {
        key = { hdr.h.key : exact; hdr.h.op : exact; istd.input_port : exact; }
        actions = { @tableonly hit; @defaultonly miss; }
        add_on_miss = true;
        default_idle_timeout_for_data_plane_added_entries = 1;
        idle_timeout_with_auto_delete = true;
        pna_direct_counter = counts;
        pna_direct_meter = limit;
        const default_action = miss;
    }
    action again() { hdr.h.b = hdr.h.b + 1; }
    action once(bit<8> unused) { hdr.h.b = hdr.h.b | 0x80; }
    action learn() { add_entry("once", 8w0, (ExpireTimeProfileId_t) 0); }
    table small {
        key = { hdr.h.key : exact; }
        actions = { @tableonly once; @defaultonly learn; }
        add_on_miss = true;
        const default_action = learn;
    }
    apply {
        color = PNA_MeterColor_t.GREEN;
        n = total.read(0) + 1;
        total.write(0, n);
        by_key.count(hdr.h.key, 32w7);
        flows.apply();
        small.apply();
        if (color == PNA_MeterColor_t.GREEN) { again(); }
        send_to_port((PortId_t) 4);
        if (hdr.h.op == 5 && istd.pass == (PassNumber_t) 0) { recirculate(); }
    }
}

control Deparse(packet_out packet, in headers hdr, in metadata meta,
                in pna_main_output_metadata_t ostd) {
    apply { packet.emit(hdr); }
}

PNA_NIC(Parse(), Pre(), Main(), Deparse()) main;
