// ARGS: --schema
// Instances and their control-plane names; a control applied at two places is a function, and its exit leaves both.
#include "stages.inc"

counter(4, CounterType.packets) shared;

control Leaf<T>(inout T x)(bit<8> limit) {
    direct_counter(CounterType.bytes) hits;
    action set(T to) { x = to; }
    action leave() { exit; }
    table t {
        key = { x : ternary; }
        actions = { set; leave; }
        counters = hits;
        size = 16;
    }
    apply {
        if (limit > 3) {
            t.apply();
        }
        shared.count(0);
    }
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    Leaf<bit<8>>(4) small;
    @name("other") Leaf<bit<16>>(8) wide;
    Leaf<bit<8>>(1) none;
    apply {
        small.apply(hdr.h.a);
        wide.apply(hdr.h.e);
        wide.apply(hdr.h.f);
        none.apply(hdr.h.b);
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;

// CHECK:OUT: schema "" "v1model"
// CHECK:OUT: action Run.small.set(8 to) id 0x0197b314 alias "small.set"
// CHECK:OUT: action Run.small.leave() id 0x011f2462 alias "small.leave"
// CHECK:OUT: action NoAction() id 0x01445b37
// CHECK:OUT: action Run.other.set(16 to) id 0x017cfeef alias "other.set"
// CHECK:OUT: action Run.other.leave() id 0x010a2425 alias "other.leave"
// CHECK:OUT: counter Run.small.hits bytes of Run.small.t id 0x1384b015 alias "small.hits"
// CHECK:OUT: counter shared packets size 4 id 0x12d17348
// CHECK:OUT: counter Run.other.hits bytes of Run.other.t id 0x134637d8 alias "other.hits"
// CHECK:OUT: table Run.small.t size 16 id 0x02e8ca31 alias "small.t"
// CHECK:OUT:   key ternary 8 x
// CHECK:OUT:   action Run.small.set
// CHECK:OUT:   action Run.small.leave
// CHECK:OUT:   action NoAction defaultonly
// CHECK:OUT:   default NoAction()
// CHECK:OUT:   counter Run.small.hits
// CHECK:OUT: table Run.other.t size 16 id 0x0251f5b3 alias "other.t"
// CHECK:OUT:   key ternary 16 x
// CHECK:OUT:   action Run.other.set
// CHECK:OUT:   action Run.other.leave
// CHECK:OUT:   action NoAction defaultonly
// CHECK:OUT:   default NoAction()
// CHECK:OUT:   counter Run.other.hits
// CHECK:OUT: program v1model
// CHECK:OUT:   ingress ingress
// CHECK:OUT:   egress egress
// CHECK:OUT:   parse_end Run
// CHECK:OUT:   errors NoError PacketTooShort NoMatch StackOutOfBounds HeaderTooShort ParserTimeout ParserInvalidArgument
// CHECK:OUT: header_type bytes_t
// CHECK:OUT:   bit 8 a
// CHECK:OUT:   bit 8 b
// CHECK:OUT:   bit 8 c
// CHECK:OUT:   bit 8 d
// CHECK:OUT:   bit 16 e
// CHECK:OUT:   bit 16 f
// CHECK:OUT: header bytes_t hdr.h
// CHECK:OUT: header bytes_t hdr.g
// CHECK:OUT: var 8 Run.small.set.to
// CHECK:OUT: var 16 Run.other.x
// CHECK:OUT: var 1 exit
// CHECK:OUT: var 16 Run.other.set.to
// CHECK:OUT: function ingress entry Parse
// CHECK:OUT: function Run.other entry Run.other
// CHECK:OUT: function egress entry Pass deparses
// CHECK:OUT: block plain Parse in ingress
// CHECK:OUT:   jump Parse.start
// CHECK:OUT: block state Parse.start in ingress on_error NoCheck
// CHECK:OUT:   extract hdr.h
// CHECK:OUT:   jump NoCheck
// CHECK:OUT: block control NoCheck in ingress
// CHECK:OUT:   jump Run
// CHECK:OUT: block control Run in ingress
// CHECK:OUT:   jump Run.small
// CHECK:OUT: block control Run.small in ingress
// CHECK:OUT:   jump Run.small.t
// CHECK:OUT: block table Run.small.t in ingress
// CHECK:OUT:   lookup Run.small.t (hdr.h.a)
// CHECK:OUT:     Run.small.set (Run.small.set.to) -> Run.small.set
// CHECK:OUT:     Run.small.leave () -> Run.small.leave
// CHECK:OUT:     NoAction () -> b8
// CHECK:OUT: block action Run.small.set in ingress
// CHECK:OUT:   set hdr.h.a = Run.small.set.to
// CHECK:OUT:   jump b8
// CHECK:OUT: block action Run.small.leave in ingress
// CHECK:OUT:   end
// CHECK:OUT: block plain b8 in ingress
// CHECK:OUT:   extern counter_count shared (32w0)
// CHECK:OUT:   set Run.other.x = hdr.h.e
// CHECK:OUT:   call Run.other then b9
// CHECK:OUT: block plain b9 in ingress
// CHECK:OUT:   set hdr.h.e = Run.other.x
// CHECK:OUT:   branch exit ? b10 : b11
// CHECK:OUT: block plain b10 in ingress
// CHECK:OUT:   set exit = 1w0
// CHECK:OUT:   end
// CHECK:OUT: block plain b11 in ingress
// CHECK:OUT:   set Run.other.x = hdr.h.f
// CHECK:OUT:   call Run.other then b12
// CHECK:OUT: block plain b12 in ingress
// CHECK:OUT:   set hdr.h.f = Run.other.x
// CHECK:OUT:   branch exit ? b13 : Run.none
// CHECK:OUT: block plain b13 in ingress
// CHECK:OUT:   set exit = 1w0
// CHECK:OUT:   end
// CHECK:OUT: block control Run.none in ingress
// CHECK:OUT:   extern counter_count shared (32w0)
// CHECK:OUT:   end
// CHECK:OUT: block control Pass in egress
// CHECK:OUT:   jump NoCheck'16
// CHECK:OUT: block control NoCheck'16 in egress = "NoCheck"
// CHECK:OUT:   jump Deparse
// CHECK:OUT: block control Deparse in egress
// CHECK:OUT:   emit hdr.h
// CHECK:OUT:   emit hdr.g
// CHECK:OUT:   end
// CHECK:OUT: block control Run.other in Run.other
// CHECK:OUT:   jump Run.other.t
// CHECK:OUT: block table Run.other.t in Run.other
// CHECK:OUT:   lookup Run.other.t (Run.other.x)
// CHECK:OUT:     Run.other.set (Run.other.set.to) -> Run.other.set
// CHECK:OUT:     Run.other.leave () -> Run.other.leave
// CHECK:OUT:     NoAction () -> b22
// CHECK:OUT: block action Run.other.set in Run.other
// CHECK:OUT:   set Run.other.x = Run.other.set.to
// CHECK:OUT:   jump b22
// CHECK:OUT: block action Run.other.leave in Run.other
// CHECK:OUT:   set exit = 1w1
// CHECK:OUT:   return
// CHECK:OUT: block plain b22 in Run.other
// CHECK:OUT:   extern counter_count shared (32w0)
// CHECK:OUT:   return
