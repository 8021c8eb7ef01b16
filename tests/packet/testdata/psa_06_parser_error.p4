// PSA 6.1, 6.4: a parser that fails does not drop; both controls see why. Bytes that were not parsed go on
// behind the headers.
#include <psa.p4>

error { Odd }
header h_t { bit<8> kind; bit<8> in_error; bit<8> out_error; bit<8> pad; }
header more_t { bit<32> v; }
struct headers { h_t h; more_t more; }
struct none { }

bit<8> Number(in error e) {
    if (e == error.NoError) { return 0; }
    if (e == error.PacketTooShort) { return 1; }
    if (e == error.NoMatch) { return 2; }
    if (e == error.Odd) { return 0x77; }
    return 99;
}

parser ParseIn(packet_in packet, out headers hdr, inout none meta,
               in psa_ingress_parser_input_metadata_t istd, in none r, in none c) {
    state start {
        packet.extract(hdr.h);
        transition select(hdr.h.kind) {
            1: more;
            2: odd;
            3 .. 9: accept;
        }
    }
    state more { packet.extract(hdr.more); transition accept; }
    state odd { verify(false, error.Odd); transition accept; }
}
control In(inout headers hdr, inout none meta, in psa_ingress_input_metadata_t istd,
           inout psa_ingress_output_metadata_t ostd) {
    apply {
        hdr.h.in_error = Number(istd.parser_error);
        send_to_port(ostd, (PortId_t) 1);
    }
}
control DeparseIn(packet_out packet, out none c, out none r, out none n, inout headers hdr,
                  in none meta, in psa_ingress_output_metadata_t istd) {
    apply { packet.emit(hdr); }
}
parser ParseOut(packet_in packet, out headers hdr, inout none meta,
                in psa_egress_parser_input_metadata_t istd, in none n, in none c, in none e) {
    state start {
        packet.extract(hdr.h);
        transition select(hdr.h.kind) {
            4: more;
            default: accept;
        }
    }
    state more { packet.extract(hdr.more); transition accept; }
}
control Out(inout headers hdr, inout none meta, in psa_egress_input_metadata_t istd,
            inout psa_egress_output_metadata_t ostd) {
    apply { hdr.h.out_error = Number(istd.parser_error); }
}
control DeparseOut(packet_out packet, out none c, out none r, inout headers hdr, in none meta,
                   in psa_egress_output_metadata_t istd,
                   in psa_egress_deparser_input_metadata_t edstd) {
    apply { packet.emit(hdr); }
}
PSA_Switch(IngressPipeline(ParseIn(), In(), DeparseIn()), PacketReplicationEngine(),
           EgressPipeline(ParseOut(), Out(), DeparseOut()), BufferingQueueingEngine()) main;
