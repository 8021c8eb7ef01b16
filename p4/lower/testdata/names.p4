// ARGS: --schema
// Names of keys, ids that are asked for, entries and their order, digests and registers.
#include "stages.inc"

struct learned_t {
    bit<8> who;
    bit<16> where;
}

control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {
    register<bit<16>>(8) seen;
    @name("renamed") @id(7) @brief("what it is for")
    action fancy(@id(9) bit<8> a, @name("second") bit<16> b) {
        hdr.h.a = a;
        hdr.h.e = b;
    }
    @hidden action secret() { }
    table keys {
        key = {
            hdr.h.a : exact;
            hdr.h.isValid() : exact;
            hdr.h.e[11:4] : ternary @name("middle");
            hdr.h.f[3:0] : ternary;
            hdr.h.a + hdr.h.b : optional @name("sum");
            meta.z : range;
        }
        actions = { fancy; @tableonly secret; @defaultonly NoAction; }
        const default_action = NoAction();
        size = 64;
        const entries = {
            (1, true, 0x10 &&& 0xf0, _, 4, 2 .. 3) : fancy(1, 2);
            (2, false, _, _, _, _) : secret();
        }
    }
    apply {
        bit<16> value;
        seen.read(value, (bit<32>) hdr.h.a);
        seen.write(0, value + 1);
        digest<learned_t>(1, { hdr.h.a, value });
        keys.apply();
    }
}

V1Switch(Parse(), NoCheck(), Run(), Pass(), NoCheck(), Deparse()) main;

// CHECK:OUT: schema "" "v1model"
// CHECK:OUT: action Run.renamed(8 a, 16 second) id 0x01000007
// CHECK:OUT: action Run.secret() id 0x01e69734 hidden
// CHECK:OUT: action NoAction() id 0x01445b37
// CHECK:OUT: register Run.seen (16) size 8 id 0x16ffc3c1
// CHECK:OUT: digest learned_t (8, 16) id 0x17dcddc5
// CHECK:OUT: table Run.keys size 64 const_entries id 0x029e06ca
// CHECK:OUT:   key exact 8 hdr.h.a
// CHECK:OUT:   key exact 1 hdr.h.$valid$
// CHECK:OUT:   key ternary 8 middle
// CHECK:OUT:   key ternary 4 "hdr.h.f[3:0]"
// CHECK:OUT:   key optional 8 sum
// CHECK:OUT:   key range 16 meta.z
// CHECK:OUT:   action Run.renamed
// CHECK:OUT:   action Run.secret tableonly
// CHECK:OUT:   action NoAction defaultonly
// CHECK:OUT:   default const NoAction()
// CHECK:OUT:   entry (1, 1, 0x10 &&& 0xf0, *, 4, 2..3) order 2 -> Run.renamed(1, 2) const
// CHECK:OUT:   entry (2, 0, *, *, *, 0..0xffff) order 1 -> Run.secret() const
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
// CHECK:OUT: var 16 meta.z
// CHECK:OUT: var 16 Run.value
// CHECK:OUT: var 16 tmp0
// CHECK:OUT: var 8 Run.renamed.a
// CHECK:OUT: var 16 Run.renamed.second
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
// CHECK:OUT:   extern register_read Run.seen (zext(hdr.h.a, 32)) -> (tmp0)
// CHECK:OUT:   set Run.value = tmp0
// CHECK:OUT:   extern register_write Run.seen (32w0, add(Run.value, 16w1))
// CHECK:OUT:   extern digest learned_t (hdr.h.a, Run.value)
// CHECK:OUT:   jump Run.keys
// CHECK:OUT: block table Run.keys in ingress
// CHECK:OUT:   lookup Run.keys (hdr.h.a, valid(hdr.h), slice(hdr.h.e, 11, 4), trunc(hdr.h.f, 4), add(hdr.h.a, hdr.h.b), meta.z)
// CHECK:OUT:     Run.renamed (Run.renamed.a, Run.renamed.second) -> Run.fancy
// CHECK:OUT:     Run.secret () -> Run.secret
// CHECK:OUT:     NoAction () -> Run.NoAction
// CHECK:OUT: block action Run.fancy in ingress
// CHECK:OUT:   set hdr.h.a = Run.renamed.a
// CHECK:OUT:   set hdr.h.e = Run.renamed.second
// CHECK:OUT:   end
// CHECK:OUT: block action Run.secret in ingress
// CHECK:OUT:   end
// CHECK:OUT: block action Run.NoAction in ingress
// CHECK:OUT:   end
// CHECK:OUT: block control Pass in egress
// CHECK:OUT:   jump NoCheck'9
// CHECK:OUT: block control NoCheck'9 in egress = "NoCheck"
// CHECK:OUT:   jump Deparse
// CHECK:OUT: block control Deparse in egress
// CHECK:OUT:   emit hdr.h
// CHECK:OUT:   emit hdr.g
// CHECK:OUT:   end
