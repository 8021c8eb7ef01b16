// PSA: registers see packets in their order, on every way: ingress numbers the passes, egress the copies, and a
// meter in between tells when they came.
#include <psa.p4>

header h_t { bit<8> kind; bit<8> in_number; bit<8> out_number; bit<8> color; }
struct headers { h_t h; }
struct none { }

parser ParseIn(packet_in packet, out headers hdr, inout none meta,
               in psa_ingress_parser_input_metadata_t istd, in none r, in none c) {
    state start { packet.extract(hdr.h); transition accept; }
}
control In(inout headers hdr, inout none meta, in psa_ingress_input_metadata_t istd,
           inout psa_ingress_output_metadata_t ostd) {
    Register<bit<8>, bit<8>>(1, 0) passes;
    Meter<bit<8>>(1, PSA_MeterType_t.PACKETS) rate;
    apply {
        hdr.h.in_number = passes.read(0);
        passes.write(0, hdr.h.in_number + 1);
        if (rate.execute(0) == PSA_MeterColor_t.RED) {
            hdr.h.color = 1;
        }
        send_to_port(ostd, (PortId_t) 1);
        bit<8> kind = hdr.h.kind;
        hdr.h.kind = hdr.h.kind & 0xf0;
        if (kind == 1) {
            send_to_port(ostd, PSA_PORT_RECIRCULATE);
        } else if (kind == 2) {
            ostd.clone = true;
            ostd.clone_session_id = (CloneSessionId_t) 5;
        } else if (kind == 3) {
            multicast(ostd, (MulticastGroup_t) 7);
        } else if (kind == 4 && istd.packet_path == PSA_PacketPath_t.NORMAL) {
            ostd.resubmit = true;
        }
    }
}
control DeparseIn(packet_out packet, out none c, out none r, out none n, inout headers hdr,
                  in none meta, in psa_ingress_output_metadata_t istd) {
    apply { packet.emit(hdr); }
}
parser ParseOut(packet_in packet, out headers hdr, inout none meta,
                in psa_egress_parser_input_metadata_t istd, in none n, in none c, in none e) {
    state start { packet.extract(hdr.h); transition accept; }
}
control Out(inout headers hdr, inout none meta, in psa_egress_input_metadata_t istd,
            inout psa_egress_output_metadata_t ostd) {
    Register<bit<8>, bit<8>>(1, 0) copies;
    apply {
        hdr.h.out_number = copies.read(0);
        copies.write(0, hdr.h.out_number + 1);
    }
}
control DeparseOut(packet_out packet, out none c, out none r, inout headers hdr, in none meta,
                   in psa_egress_output_metadata_t istd,
                   in psa_egress_deparser_input_metadata_t edstd) {
    apply { packet.emit(hdr); }
}
PSA_Switch(IngressPipeline(ParseIn(), In(), DeparseIn()), PacketReplicationEngine(),
           EgressPipeline(ParseOut(), Out(), DeparseOut()), BufferingQueueingEngine()) main;
