// ARGS: --schema
// PNA: one function from the parser to the deparser; forwarding calls are roles; what the parser
// and the controls are told is, too.
#include <pna.p4>

header h_t {
    bit<8> a;
    bit<8> b;
}
struct headers { h_t h; }
struct metadata { bit<8> m; }
struct params_t { bit<8> to; }

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             in pna_main_parser_input_metadata_t istd) {
    state start {
        packet.extract(hdr.h);
        transition accept;
    }
}

control Pre(in headers hdr, inout metadata meta, in pna_pre_input_metadata_t istd,
            inout pna_pre_output_metadata_t ostd) {
    apply { meta.m = hdr.h.a; }
}

control Main(inout headers hdr, inout metadata meta, in pna_main_input_metadata_t istd,
             inout pna_main_output_metadata_t ostd) {
    action forward(bit<8> to) {
        send_to_port((PortId_t) (PortIdUint_t) to);
        restart_expire_timer();
    }
    action learn() {
        add_entry("forward", (params_t) { meta.m }, (ExpireTimeProfileId_t) 3);
        mirror_packet((MirrorSlotId_t) 1, (MirrorSessionId_t) 9);
    }
    table t {
        key = { SelectByDirection(istd.direction, hdr.h.a, hdr.h.b) : exact @name("address"); }
        actions = { @tableonly forward; @defaultonly learn; }
        add_on_miss = true;
        idle_timeout_with_auto_delete = true;
        const default_action = learn;
    }
    apply {
        if (istd.parser_error != error.NoError) {
            drop_packet();
        } else if (t.apply().miss && istd.pass == (PassNumber_t) 0) {
            recirculate();
        }
        ostd.class_of_service = (ClassOfService_t) 3;
    }
}

control Deparse(packet_out packet, in headers hdr, in metadata meta,
                in pna_main_output_metadata_t ostd) {
    apply { packet.emit(hdr); }
}

PNA_NIC(Parse(), Pre(), Main(), Deparse()) main;

// CHECK:OUT: schema "" "pna"
// CHECK:OUT: action Main.forward(8 to) id 0x01ed42d3
// CHECK:OUT: action Main.learn() id 0x01e90d81
// CHECK:OUT: table Main.t auto_delete add_on_miss id 0x02b21058
// CHECK:OUT:   key exact 8 address
// CHECK:OUT:   action Main.forward tableonly
// CHECK:OUT:   action Main.learn defaultonly
// CHECK:OUT:   default const Main.learn()
// CHECK:OUT: program pna
// CHECK:OUT:   ingress main
// CHECK:OUT:   errors NoError PacketTooShort NoMatch StackOutOfBounds HeaderTooShort ParserTimeout ParserInvalidArgument
// CHECK:OUT:   role ParserError istd.parser_error
// CHECK:OUT:   role ClassOfService ostd.class_of_service
// CHECK:OUT:   role Drop Drop
// CHECK:OUT:   role OutputPort OutputPort
// CHECK:OUT:   role Direction Direction
// CHECK:OUT:   role Pass istd.pass
// CHECK:OUT:   role Recirculate Recirculate
// CHECK:OUT:   role MirrorSlots MirrorSlots
// CHECK:OUT:   role MirrorSessions MirrorSessions
// CHECK:OUT: header_type h_t
// CHECK:OUT:   bit 8 a
// CHECK:OUT:   bit 8 b
// CHECK:OUT: header h_t hdr.h
// CHECK:OUT: var 8 meta.m
// CHECK:OUT: var 1 Direction
// CHECK:OUT: var 32 istd.direction
// CHECK:OUT: var 3 istd.pass
// CHECK:OUT: var 16 istd.parser_error
// CHECK:OUT: var 8 ostd.class_of_service
// CHECK:OUT: var 1 ostd.decrypt
// CHECK:OUT: var 1 Drop
// CHECK:OUT: var 1 Main.t.hit
// CHECK:OUT: var 8 Main.forward.to
// CHECK:OUT: var 32 OutputPort
// CHECK:OUT: var 1 tmp0
// CHECK:OUT: var 4 MirrorSlots
// CHECK:OUT: var 64 MirrorSessions
// CHECK:OUT: var 1 Recirculate
// CHECK:OUT: function main entry b0 deparses
// CHECK:OUT: block plain b0 in main
// CHECK:OUT:   set Drop = 1w1
// CHECK:OUT:   set istd.direction = zext(Direction, 32)
// CHECK:OUT:   jump Parse
// CHECK:OUT: block plain Parse in main
// CHECK:OUT:   jump Parse.start
// CHECK:OUT: block state Parse.start in main on_error Pre
// CHECK:OUT:   extract hdr.h
// CHECK:OUT:   jump Pre
// CHECK:OUT: block control Pre in main
// CHECK:OUT:   set meta.m = hdr.h.a
// CHECK:OUT:   branch ostd.decrypt ? b4 : Main
// CHECK:OUT: block plain b4 in main
// CHECK:OUT:   extern assert (1w0) "the pre control asked for decryption, which is not yet supported"
// CHECK:OUT:   jump Main
// CHECK:OUT: block control Main in main
// CHECK:OUT:   branch ne(istd.parser_error, 16w0) ? b6 : Main.t
// CHECK:OUT: block plain b6 in main
// CHECK:OUT:   set Drop = 1w1
// CHECK:OUT:   jump b12
// CHECK:OUT: block table Main.t in main
// CHECK:OUT:   lookup Main.t (select(eq(istd.direction, 32w0), hdr.h.a, hdr.h.b)) hit Main.t.hit
// CHECK:OUT:     Main.forward (Main.forward.to) -> Main.forward
// CHECK:OUT:     Main.learn () -> Main.learn
// CHECK:OUT: block action Main.forward in main
// CHECK:OUT:   set OutputPort = zext(Main.forward.to, 32)
// CHECK:OUT:   set Drop = 1w0
// CHECK:OUT:   extern restart_expire_timer Main.t
// CHECK:OUT:   jump b10
// CHECK:OUT: block action Main.learn in main
// CHECK:OUT:   extern add_entry Main.t (8w3, meta.m) -> (tmp0)
// CHECK:OUT:   set MirrorSessions = or(and(MirrorSessions, 64w0xffffffff0000ffff), 64w0x90000)
// CHECK:OUT:   set MirrorSlots = or(MirrorSlots, 4w2)
// CHECK:OUT:   jump b10
// CHECK:OUT: block plain b10 in main
// CHECK:OUT:   branch and(not(Main.t.hit), eq(istd.pass, 3w0)) ? b11 : b12
// CHECK:OUT: block plain b11 in main
// CHECK:OUT:   set Recirculate = 1w1
// CHECK:OUT:   set Drop = 1w0
// CHECK:OUT:   jump b12
// CHECK:OUT: block plain b12 in main
// CHECK:OUT:   set ostd.class_of_service = 8w3
// CHECK:OUT:   jump Deparse
// CHECK:OUT: block control Deparse in main
// CHECK:OUT:   emit hdr.h
// CHECK:OUT:   end
