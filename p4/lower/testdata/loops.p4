// for loops, break and continue, and what && does when its right side has effects.
#include "stages.inc"

bool Count(inout bit<8> n) {
    n = n + 1;
    return n < 10;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    apply {
        for (bit<8> i = 0; i < hdr.h.a; i = i + 1) {
            if (i == 3) {
                continue;
            }
            if (hdr.h.b == i && Count(hdr.h.c)) {
                break;
            }
            hdr.h.d = hdr.h.d + i;
        }
        for (bit<8> k in 1 .. hdr.h.d) {
            hdr.h.e = hdr.h.e + (bit<16>) k;
        }
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;

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
// CHECK:OUT: var 8 Run.i
// CHECK:OUT: var 1 tmp0
// CHECK:OUT: var 1 Run.Count.result
// CHECK:OUT: var 8 tmp1
// CHECK:OUT: var 8 Run.k
// CHECK:OUT: var 8 Run.k.at
// CHECK:OUT: function ingress entry Parse
// CHECK:OUT: function egress entry Pass deparses
// CHECK:OUT: block plain Parse in ingress
// CHECK:OUT:   jump Parse.start
// CHECK:OUT: block state Parse.start in ingress on_error NoCheck
// CHECK:OUT:   extract hdr.h
// CHECK:OUT:   jump NoCheck
// CHECK:OUT: block control NoCheck in ingress
// CHECK:OUT:   jump Run
// CHECK:OUT: block control Run in ingress
// CHECK:OUT:   set Run.i = 8w0
// CHECK:OUT:   jump b4
// CHECK:OUT: block plain b4 in ingress
// CHECK:OUT:   branch ult(Run.i, hdr.h.a) ? b5 : b11
// CHECK:OUT: block plain b5 in ingress
// CHECK:OUT:   branch eq(Run.i, 8w3) ? b10 : b6
// CHECK:OUT: block plain b6 in ingress
// CHECK:OUT:   set tmp0 = eq(hdr.h.b, Run.i)
// CHECK:OUT:   branch tmp0 ? b7 : b8
// CHECK:OUT: block plain b7 in ingress
// CHECK:OUT:   set hdr.h.c = add(hdr.h.c, 8w1)
// CHECK:OUT:   set Run.Count.result = ult(hdr.h.c, 8w0xa)
// CHECK:OUT:   set tmp0 = Run.Count.result
// CHECK:OUT:   jump b8
// CHECK:OUT: block plain b8 in ingress
// CHECK:OUT:   branch tmp0 ? b11 : b9
// CHECK:OUT: block plain b9 in ingress
// CHECK:OUT:   set hdr.h.d = add(hdr.h.d, Run.i)
// CHECK:OUT:   jump b10
// CHECK:OUT: block plain b10 in ingress
// CHECK:OUT:   set Run.i = add(Run.i, 8w1)
// CHECK:OUT:   jump b4
// CHECK:OUT: block plain b11 in ingress
// CHECK:OUT:   set tmp1 = hdr.h.d
// CHECK:OUT:   set Run.k.at = 8w1
// CHECK:OUT:   branch ule(Run.k.at, tmp1) ? b12 : b14
// CHECK:OUT: block plain b12 in ingress
// CHECK:OUT:   set Run.k = Run.k.at
// CHECK:OUT:   set hdr.h.e = add(hdr.h.e, zext(Run.k, 16))
// CHECK:OUT:   branch eq(Run.k.at, tmp1) ? b14 : b13
// CHECK:OUT: block plain b13 in ingress
// CHECK:OUT:   set Run.k.at = add(Run.k.at, 8w1)
// CHECK:OUT:   jump b12
// CHECK:OUT: block plain b14 in ingress
// CHECK:OUT:   end
// CHECK:OUT: block control Pass in egress
// CHECK:OUT:   jump NoCheck'16
// CHECK:OUT: block control NoCheck'16 in egress = "NoCheck"
// CHECK:OUT:   jump Deparse
// CHECK:OUT: block control Deparse in egress
// CHECK:OUT:   emit hdr.h
// CHECK:OUT:   emit hdr.g
// CHECK:OUT:   end
