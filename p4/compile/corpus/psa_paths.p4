// PSA 6.1 to 6.10: every way that a packet takes, with the metadata that it brings along, a header
// among it. Egress writes into the packet where it comes from: path, port, instance, class.
#include <psa.p4>

header h_t { bit<8> kind; bit<8> a; bit<8> b; bit<8> c; }
header note_t { bit<8> n; }
header path_t { bit<8> path; bit<8> port; bit<8> instance; bit<8> class; }
struct headers { h_t h; path_t p; }
struct metadata { bit<8> x; }
struct bridged { bit<8> v; note_t note; }
struct plain { bit<8> v; }

bit<8> Number(in PSA_PacketPath_t path) {
    if (path == PSA_PacketPath_t.NORMAL) { return 0; }
    if (path == PSA_PacketPath_t.NORMAL_UNICAST) { return 1; }
    if (path == PSA_PacketPath_t.NORMAL_MULTICAST) { return 2; }
    if (path == PSA_PacketPath_t.CLONE_I2E) { return 3; }
    if (path == PSA_PacketPath_t.CLONE_E2E) { return 4; }
    if (path == PSA_PacketPath_t.RESUBMIT) { return 5; }
    if (path == PSA_PacketPath_t.RECIRCULATE) { return 6; }
    return 99;
}

parser ParseIn(packet_in packet, out headers hdr, inout metadata meta,
               in psa_ingress_parser_input_metadata_t istd, in plain resubmitted,
               in bridged recirculated) {
    state start {
        packet.extract(hdr.h);
        meta.x = resubmitted.v + recirculated.v;
        transition select(recirculated.note.isValid()) {
            true: noted;
            default: accept;
        }
    }
    state noted {
        meta.x = meta.x + recirculated.note.n;
        transition accept;
    }
}

control In(inout headers hdr, inout metadata meta, in psa_ingress_input_metadata_t istd,
           inout psa_ingress_output_metadata_t ostd) {
    apply {
        bit<8> kind = hdr.h.kind;
        hdr.h.b = (bit<8>) (PortIdUint_t) istd.ingress_port;
        if (istd.packet_path == PSA_PacketPath_t.RESUBMIT ||
            istd.packet_path == PSA_PacketPath_t.RECIRCULATE) {
            hdr.h.a = meta.x;
            hdr.h.c = Number(istd.packet_path);
            if (kind == 8) {
                send_to_port(ostd, PSA_PORT_RECIRCULATE);
            } else {
                send_to_port(ostd, (PortId_t) 1);
            }
            return;
        }
        hdr.h.a = 0xee;
        ostd.class_of_service = (ClassOfService_t) 5;
        if (kind == 1) {
            send_to_port(ostd, (PortId_t) 1);
        } else if (kind == 2) {
            multicast(ostd, (MulticastGroup_t) 7);
        } else if (kind == 3) {
            ostd.clone = true;
            ostd.clone_session_id = (CloneSessionId_t) 5;
            send_to_port(ostd, (PortId_t) 1);
        } else if (kind == 4) {
            // A clone is made of a packet that is dropped; drop comes before resubmit.
            ostd.clone = true;
            ostd.clone_session_id = (CloneSessionId_t) 5;
            ostd.resubmit = true;
        } else if (kind == 5) {
            ostd.drop = false;
            ostd.resubmit = true;
            ostd.multicast_group = (MulticastGroup_t) 7;
        } else if (kind == 6 || kind == 8) {
            send_to_port(ostd, PSA_PORT_RECIRCULATE);
        } else if (kind == 7) {
            send_to_port(ostd, (PortId_t) 1);
        } else if (kind == 9) {
            ostd.clone = true;
            ostd.clone_session_id = PSA_CLONE_SESSION_TO_CPU;
        } else if (kind == 10) {
            ostd.clone = true;
            ostd.clone_session_id = (CloneSessionId_t) 66;
            send_to_port(ostd, (PortId_t) 1);
        } else if (kind == 11) {
            send_to_port(ostd, (PortId_t) 1);
            ingress_drop(ostd);
        } else if (kind == 12) {
            multicast(ostd, (MulticastGroup_t) 77);
        }
    }
}

control DeparseIn(packet_out packet, out bridged cloned, out plain resubmitted, out bridged normal,
                  inout headers hdr, in metadata meta, in psa_ingress_output_metadata_t istd) {
    apply {
        if (psa_clone_i2e(istd)) {
            cloned.v = 0x31;
            cloned.note.setValid();
            cloned.note.n = 0x32;
        }
        if (psa_resubmit(istd)) {
            resubmitted.v = 0x51;
        }
        if (psa_normal(istd)) {
            normal.v = 0x11;
            if (hdr.h.kind == 1) {
                normal.note.setValid();
                normal.note.n = 0x12;
            }
        }
        packet.emit(hdr.h);
    }
}

parser ParseOut(packet_in packet, out headers hdr, inout metadata meta,
                in psa_egress_parser_input_metadata_t istd, in bridged normal, in bridged cloned_in,
                in plain cloned_out) {
    state start {
        packet.extract(hdr.h);
        meta.x = normal.v + cloned_in.v + cloned_out.v + normal.note.n + cloned_in.note.n;
        transition accept;
    }
}

control Out(inout headers hdr, inout metadata meta, in psa_egress_input_metadata_t istd,
            inout psa_egress_output_metadata_t ostd) {
    apply {
        if (istd.egress_port == PSA_PORT_RECIRCULATE) return;
        if (istd.packet_path == PSA_PacketPath_t.NORMAL_MULTICAST &&
            istd.instance == (EgressInstance_t) 9) {
            egress_drop(ostd);
        }
        if (hdr.h.kind == 7 && istd.packet_path == PSA_PacketPath_t.NORMAL_UNICAST) {
            ostd.clone = true;
            ostd.clone_session_id = (CloneSessionId_t) 6;
        }
        if (hdr.h.a == 0xee || istd.packet_path == PSA_PacketPath_t.CLONE_I2E) {
            hdr.h.a = meta.x;
        } else if (istd.packet_path == PSA_PacketPath_t.CLONE_E2E) {
            hdr.h.c = meta.x;
        }
        hdr.p.setValid();
        hdr.p.path = Number(istd.packet_path);
        hdr.p.port = (bit<8>) (PortIdUint_t) istd.egress_port;
        hdr.p.instance = (bit<8>) (EgressInstanceUint_t) istd.instance;
        hdr.p.class = (bit<8>) (ClassOfServiceUint_t) istd.class_of_service;
    }
}

control DeparseOut(packet_out packet, out plain cloned, out bridged recirculated,
                   inout headers hdr, in metadata meta, in psa_egress_output_metadata_t istd,
                   in psa_egress_deparser_input_metadata_t edstd) {
    apply {
        if (psa_clone_e2e(istd)) {
            cloned.v = 0x41;
        }
        if (psa_recirculate(istd, edstd)) {
            recirculated.v = 0x61;
            recirculated.note.setValid();
            recirculated.note.n = 0x02;
        }
        packet.emit(hdr.h);
        packet.emit(hdr.p);
    }
}

IngressPipeline(ParseIn(), In(), DeparseIn()) ip;
EgressPipeline(ParseOut(), Out(), DeparseOut()) ep;
PSA_Switch(ip, PacketReplicationEngine(), ep, BufferingQueueingEngine()) main;
