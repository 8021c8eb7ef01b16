// ARGS: --schema
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

// CHECK:OUT: schema "" "psa"
// CHECK:OUT: action In.forward(32 port) id 0x0188a778
// CHECK:OUT: action NoAction() id 0x01445b37
// CHECK:OUT: action In.set(8 x) id 0x01ee0f3c
// CHECK:OUT: action egress_drop() id 0x0148a8aa
// CHECK:OUT: counter In.all packets size 16 index 8 id 0x12c301ca
// CHECK:OUT: counter In.each bytes of In.t id 0x137f99dc
// CHECK:OUT: meter In.rate bytes of In.t color_aware id 0x15c85bdd
// CHECK:OUT: digest DeparseIn.digest (8, 32) id 0x175cea0d
// CHECK:OUT: profile In.members selector size 32 id 0x11de7f31
// CHECK:OUT: table In.t idle_timeout id 0x02388506
// CHECK:OUT:   key exact 8 hdr.h.a
// CHECK:OUT:   action In.forward
// CHECK:OUT:   action NoAction
// CHECK:OUT:   default NoAction()
// CHECK:OUT:   counter In.each
// CHECK:OUT:   meter In.rate
// CHECK:OUT: table In.s profile In.members id 0x025f7553
// CHECK:OUT:   key exact 8 hdr.h.a
// CHECK:OUT:   selector (8)
// CHECK:OUT:   action In.set
// CHECK:OUT:   action NoAction
// CHECK:OUT:   default NoAction()
// CHECK:OUT: program psa
// CHECK:OUT:   ingress ingress
// CHECK:OUT:   egress egress
// CHECK:OUT:   errors NoError PacketTooShort NoMatch StackOutOfBounds HeaderTooShort ParserTimeout ParserInvalidArgument
// CHECK:OUT:   role ParserError istd.parser_error
// CHECK:OUT:   role PacketPath istd.packet_path
// CHECK:OUT:   role Drop ostd.drop
// CHECK:OUT:   role OutputPort ostd.egress_port
// CHECK:OUT:   field_list 0 (normal.n, normal.mark.$valid$, normal.mark.$m)
// CHECK:OUT: header_type mark_t
// CHECK:OUT:   bit 8 m
// CHECK:OUT: header_type h_t
// CHECK:OUT:   bit 8 a
// CHECK:OUT:   bit 8 b
// CHECK:OUT:   varbit 16 v
// CHECK:OUT: header mark_t normal.mark
// CHECK:OUT: header h_t hdr.h
// CHECK:OUT: header h_t hdr.h'2 = "hdr.h"
// CHECK:OUT: var 8 normal.n
// CHECK:OUT: var 1 normal.mark.$valid$
// CHECK:OUT: var 8 normal.mark.$m
// CHECK:OUT: var 8 meta.x
// CHECK:OUT: var 32 istd.packet_path
// CHECK:OUT: var 16 istd.parser_error
// CHECK:OUT: var 1 ostd.drop
// CHECK:OUT: var 1 ostd.resubmit
// CHECK:OUT: var 32 ostd.egress_port
// CHECK:OUT: var 32 In.forward.port
// CHECK:OUT: var 2 tmp0
// CHECK:OUT: var 32 In.send_to_port.egress_port
// CHECK:OUT: var 8 In.set.x
// CHECK:OUT: var 16 DeparseIn.sum
// CHECK:OUT: var 16 tmp1
// CHECK:OUT: var 16 tmp2
// CHECK:OUT: var 8 meta.x'16 = "meta.x"
// CHECK:OUT: function ingress entry b0 deparses
// CHECK:OUT: function egress entry b15 deparses
// CHECK:OUT: block plain b0 in ingress
// CHECK:OUT:   set ostd.drop = 1w1
// CHECK:OUT:   jump ParseIn
// CHECK:OUT: block plain ParseIn in ingress
// CHECK:OUT:   jump ParseIn.start
// CHECK:OUT: block state ParseIn.start in ingress on_error In
// CHECK:OUT:   extract hdr.h, 32w8
// CHECK:OUT:   jump In
// CHECK:OUT: block control In in ingress
// CHECK:OUT:   extern counter_count In.all (hdr.h.a)
// CHECK:OUT:   jump In.t
// CHECK:OUT: block table In.t in ingress
// CHECK:OUT:   lookup In.t (hdr.h.a)
// CHECK:OUT:     In.forward (In.forward.port) -> In.forward
// CHECK:OUT:     NoAction () -> In.NoAction
// CHECK:OUT: block action In.forward in ingress
// CHECK:OUT:   extern direct_counter_count In.each
// CHECK:OUT:   extern direct_meter_execute In.rate (2w0) -> (tmp0)
// CHECK:OUT:   set hdr.h.b = select(eq(select(eq(tmp0, 2w0), 32w1, select(eq(tmp0, 2w1), 32w2, 32w0)), 32w0), 8w1, 8w0)
// CHECK:OUT:   set In.send_to_port.egress_port = In.forward.port
// CHECK:OUT:   jump In.send_to_port
// CHECK:OUT: block action In.send_to_port in ingress
// CHECK:OUT:   set ostd.drop = 1w0
// CHECK:OUT:   set ostd.egress_port = In.send_to_port.egress_port
// CHECK:OUT:   jump In.s
// CHECK:OUT: block action In.NoAction in ingress
// CHECK:OUT:   jump In.s
// CHECK:OUT: block table In.s in ingress
// CHECK:OUT:   lookup In.s (hdr.h.a, hdr.h.b)
// CHECK:OUT:     In.set (In.set.x) -> In.set
// CHECK:OUT:     NoAction () -> In.NoAction'10
// CHECK:OUT: block action In.set in ingress
// CHECK:OUT:   set meta.x = In.set.x
// CHECK:OUT:   jump b11
// CHECK:OUT: block action In.NoAction'10 in ingress = "In.NoAction"
// CHECK:OUT:   jump b11
// CHECK:OUT: block plain b11 in ingress
// CHECK:OUT:   set normal.n = 8w0
// CHECK:OUT:   setinvalid normal.mark
// CHECK:OUT:   jump DeparseIn
// CHECK:OUT: block control DeparseIn in ingress
// CHECK:OUT:   set DeparseIn.sum = 16w0
// CHECK:OUT:   branch and(not(ostd.drop), not(ostd.resubmit)) ? b13 : b14
// CHECK:OUT: block plain b13 in ingress
// CHECK:OUT:   set normal.n = meta.x
// CHECK:OUT:   setvalid normal.mark
// CHECK:OUT:   set normal.mark.m = 8w3
// CHECK:OUT:   extern digest DeparseIn.digest (hdr.h.a, ostd.egress_port)
// CHECK:OUT:   jump b14
// CHECK:OUT: block plain b14 in ingress
// CHECK:OUT:   extern hash (DeparseIn.sum, not(hdr.h.a), not(hdr.h.b)) -> (tmp1) by ones_complement16
// CHECK:OUT:   set DeparseIn.sum = not(tmp1)
// CHECK:OUT:   set tmp2 = not(DeparseIn.sum)
// CHECK:OUT:   set hdr.h.b = trunc(tmp2, 8)
// CHECK:OUT:   emit hdr.h
// CHECK:OUT:   set normal.mark.$valid$ = valid(normal.mark)
// CHECK:OUT:   set normal.mark.$m = normal.mark.m
// CHECK:OUT:   end
// CHECK:OUT: block plain b15 in egress
// CHECK:OUT:   set istd.parser_error = 16w0
// CHECK:OUT:   set ostd.drop = 1w0
// CHECK:OUT:   branch normal.mark.$valid$ ? b16 : ParseOut
// CHECK:OUT: block plain b16 in egress
// CHECK:OUT:   setvalid normal.mark
// CHECK:OUT:   set normal.mark.m = normal.mark.$m
// CHECK:OUT:   jump ParseOut
// CHECK:OUT: block plain ParseOut in egress
// CHECK:OUT:   jump ParseOut.start
// CHECK:OUT: block state ParseOut.start in egress
// CHECK:OUT:   set meta.x'16 = add(normal.n, normal.mark.m)
// CHECK:OUT:   jump Out
// CHECK:OUT: block control Out in egress
// CHECK:OUT:   branch and(eq(meta.x'16, 8w0), eq(istd.packet_path, 32w1)) ? Out.egress_drop : DeparseOut
// CHECK:OUT: block action Out.egress_drop in egress
// CHECK:OUT:   set ostd.drop = 1w1
// CHECK:OUT:   jump DeparseOut
// CHECK:OUT: block control DeparseOut in egress
// CHECK:OUT:   emit hdr.h'2
// CHECK:OUT:   end
