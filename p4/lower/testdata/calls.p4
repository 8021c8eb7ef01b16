// A parameter is its argument's place where nobody can tell; else a copy. A large body used twice is a function.
#include "stages.inc"

bit<8> Twice(in bit<8> x) {
    return x + x;
}

void Large(inout bit<8> x, out bit<8> y) {
    x = x + 1; x = x + 2; x = x + 3; x = x + 4; x = x + 5;
    x = x + 1; x = x + 2; x = x + 3; x = x + 4; x = x + 5;
    x = x + 1; x = x + 2; x = x + 3; x = x + 4; x = x + 5;
    x = x + 1; x = x + 2; x = x + 3; x = x + 4; x = x + 5;
    x = x + 1; x = x + 2; x = x + 3; x = x + 4; x = x + 5;
    y = x;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    action touch(inout bit<8> x) {
        hdr.h.a = x;
    }
    apply {
        hdr.h.a = Twice(hdr.h.b) + Twice(Twice(hdr.h.c));
        Large(hdr.h.a, hdr.h.b);
        Large(hdr.h.c, hdr.h.d);
        touch(hdr.h.a);
        touch(meta.x);
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
// CHECK:OUT: var 8 meta.x
// CHECK:OUT: var 8 Run.Twice.x
// CHECK:OUT: var 8 tmp0
// CHECK:OUT: var 8 Run.Twice.x'3 = "Run.Twice.x"
// CHECK:OUT: var 8 Run.Twice.x'4 = "Run.Twice.x"
// CHECK:OUT: var 8 Run.Large.x
// CHECK:OUT: var 8 Run.Large.y
// CHECK:OUT: var 8 Run.touch.x
// CHECK:OUT: function ingress entry Parse
// CHECK:OUT: function Run.Large entry Run.Large
// CHECK:OUT: function egress entry Pass deparses
// CHECK:OUT: block plain Parse in ingress
// CHECK:OUT:   jump Parse.start
// CHECK:OUT: block state Parse.start in ingress on_error NoCheck
// CHECK:OUT:   extract hdr.h
// CHECK:OUT:   jump NoCheck
// CHECK:OUT: block control NoCheck in ingress
// CHECK:OUT:   jump Run
// CHECK:OUT: block control Run in ingress
// CHECK:OUT:   set Run.Twice.x = hdr.h.b
// CHECK:OUT:   set tmp0 = add(Run.Twice.x, Run.Twice.x)
// CHECK:OUT:   set Run.Twice.x'3 = hdr.h.c
// CHECK:OUT:   set Run.Twice.x'4 = add(Run.Twice.x'3, Run.Twice.x'3)
// CHECK:OUT:   set hdr.h.a = add(tmp0, add(Run.Twice.x'4, Run.Twice.x'4))
// CHECK:OUT:   set Run.Large.x = hdr.h.a
// CHECK:OUT:   set Run.Large.y = 8w0
// CHECK:OUT:   call Run.Large then b4
// CHECK:OUT: block plain b4 in ingress
// CHECK:OUT:   set hdr.h.a = Run.Large.x
// CHECK:OUT:   set hdr.h.b = Run.Large.y
// CHECK:OUT:   set Run.Large.x = hdr.h.c
// CHECK:OUT:   set Run.Large.y = 8w0
// CHECK:OUT:   call Run.Large then b5
// CHECK:OUT: block plain b5 in ingress
// CHECK:OUT:   set hdr.h.c = Run.Large.x
// CHECK:OUT:   set hdr.h.d = Run.Large.y
// CHECK:OUT:   set Run.touch.x = hdr.h.a
// CHECK:OUT:   jump Run.touch
// CHECK:OUT: block action Run.touch in ingress
// CHECK:OUT:   set hdr.h.a = Run.touch.x
// CHECK:OUT:   set hdr.h.a = Run.touch.x
// CHECK:OUT:   jump Run.touch'7
// CHECK:OUT: block action Run.touch'7 in ingress = "Run.touch"
// CHECK:OUT:   set hdr.h.a = meta.x
// CHECK:OUT:   end
// CHECK:OUT: block control Pass in egress
// CHECK:OUT:   jump NoCheck'9
// CHECK:OUT: block control NoCheck'9 in egress = "NoCheck"
// CHECK:OUT:   jump Deparse
// CHECK:OUT: block control Deparse in egress
// CHECK:OUT:   emit hdr.h
// CHECK:OUT:   emit hdr.g
// CHECK:OUT:   end
// CHECK:OUT: block plain Run.Large in Run.Large
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w1)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w2)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w3)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w4)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w5)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w1)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w2)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w3)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w4)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w5)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w1)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w2)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w3)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w4)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w5)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w1)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w2)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w3)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w4)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w5)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w1)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w2)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w3)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w4)
// CHECK:OUT:   set Run.Large.x = add(Run.Large.x, 8w5)
// CHECK:OUT:   set Run.Large.y = Run.Large.x
// CHECK:OUT:   return
