// PSA: what the pipelines hand on (a header is carried by variables), the target's roles, and what externs
// and table properties become. A request that the program never makes has no role.
#include <psa.p4>

header h_t { bit<8> a; bit<8> b; varbit<16> v; }
header mark_t { bit<8> m; }
struct headers { h_t h; }
struct metadata { bit<8> x; }
struct none { }
struct bridged { bit<8> n; mark_t mark; }
struct seen { bit<8> a; PortId_t port; }

parser ParseIn(packet_in packet, out headers hdr, inout metadata meta,
               in psa_ingress_parser_input_metadata_t istd, in none r, in none c) {
    state start { packet.extract(hdr.h, 8); transition accept; }
}

control In(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
           inout psa_ingress_output_metadata_t ostd) {
    Counter<bit<32>, bit<8>>(16, PSA_CounterType_t.PACKETS) all;
    DirectCounter<bit<32>>(PSA_CounterType_t.BYTES) each;
    DirectMeter(PSA_MeterType_t.BYTES) rate;
    ActionSelector(PSA_HashAlgorithm_t.CRC16, 32, 8) members;
    action forward(PortId_t port) {
        each.count();
        hdr.h.b = rate.execute() == PSA_MeterColor_t.RED ? 8w1 : 8w0;
        send_to_port(ostd, port);
    }
    table t {
        key = { hdr.h.a : exact; }
        actions = { forward; NoAction; }
        psa_direct_counter = each;
        psa_direct_meter = rate;
        psa_idle_timeout = PSA_IdleTimeout_t.NOTIFY_CONTROL;
    }
    action set(bit<8> x) { meta.x = x; }
    table s {
        key = { hdr.h.a : exact; hdr.h.b : selector; }
        actions = { set; NoAction; }
        psa_implementation = members;
    }
    apply {
        all.count(hdr.h.a);
        t.apply();
        s.apply();
    }
}

control DeparseIn(packet_out packet, out none c, out none r, out bridged normal, inout headers hdr,
                  in metadata meta, in psa_ingress_output_metadata_t istd) {
    InternetChecksum() sum;
    Digest<seen>() digest;
    apply {
        if (psa_normal(istd)) {
            normal.n = meta.x;
            normal.mark = { 3 };
            digest.pack({ hdr.h.a, istd.egress_port });
        }
        sum.subtract({ hdr.h.a, hdr.h.b });
        hdr.h.b = sum.get()[7:0];
        packet.emit(hdr.h);
    }
}

parser ParseOut(packet_in packet, out headers hdr, inout metadata meta,
                in psa_egress_parser_input_metadata_t istd, in bridged normal, in none c,
                in none e) {
    state start {
        meta.x = normal.n + normal.mark.m;
        transition accept;
    }
}

control Out(inout headers hdr, inout metadata meta, in psa_egress_input_metadata_t istd,
            inout psa_egress_output_metadata_t ostd) {
    apply {
        if (meta.x == 0 && istd.packet_path == PSA_PacketPath_t.NORMAL_UNICAST) {
            egress_drop(ostd);
        }
    }
}

control DeparseOut(packet_out packet, out none c, out none r, inout headers hdr, in metadata meta,
                   in psa_egress_output_metadata_t istd,
                   in psa_egress_deparser_input_metadata_t edstd) {
    apply { packet.emit(hdr); }
}

IngressPipeline(ParseIn(), In(), DeparseIn()) ip;
EgressPipeline(ParseOut(), Out(), DeparseOut()) ep;
PSA_Switch(ip, PacketReplicationEngine(), ep, BufferingQueueingEngine()) main;

