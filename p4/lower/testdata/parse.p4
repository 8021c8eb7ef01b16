// States, select with masks, ranges, tuples and a value set, next and last, a sub-parser, lookahead.
#include <v1model.p4>

header tag_t { bit<4> kind; bit<12> value; }
header rest_t { bit<8> size; varbit<64> data; }
struct headers { tag_t first; tag_t[2] tags; rest_t rest; }
struct metadata { bit<12> seen; }

parser Sub(packet_in packet, inout tag_t tag, out bit<12> seen) {
    state start {
        packet.extract(tag);
        seen = tag.value;
        transition select(tag.kind) {
            0: reject;
            default: accept;
        }
    }
}

parser Parse(packet_in packet, out headers hdr, inout metadata meta,
             inout standard_metadata_t std) {
    value_set<bit<4>>(4) known;
    Sub() sub;
    state start {
        sub.apply(packet, hdr.first, meta.seen);
        transition select(hdr.first.kind, packet.lookahead<tag_t>().value) {
            (1, 5 &&& 0xf): tags;
            (2 .. 3, _): rest;
            (4, 0xabc): accept;
        }
    }
    state tags {
        packet.extract(hdr.tags.next);
        transition select(hdr.tags.last.kind) {
            known: tags;
            default: rest;
        }
    }
    state rest {
        packet.extract(hdr.rest, (bit<32>) packet.lookahead<bit<8>>() * 8);
        verify(hdr.rest.size < 8, error.HeaderTooShort);
        transition accept;
    }
}

control NoCheck(inout headers hdr, inout metadata meta) { apply { } }
control Run(inout headers hdr, inout metadata meta, inout standard_metadata_t std) { apply { } }
control Deparse(packet_out packet, in headers hdr) { apply { packet.emit(hdr); } }

V1Switch(Parse(), NoCheck(), Run(), Run(), NoCheck(), Deparse()) main;

// CHECK:OUT: program v1model
// CHECK:OUT:   ingress ingress
// CHECK:OUT:   egress egress
// CHECK:OUT:   parse_end Run
// CHECK:OUT:   errors NoError PacketTooShort NoMatch StackOutOfBounds HeaderTooShort ParserTimeout ParserInvalidArgument
// CHECK:OUT:   role ParserError std.parser_error
// CHECK:OUT: header_type tag_t
// CHECK:OUT:   bit 4 kind
// CHECK:OUT:   bit 12 value
// CHECK:OUT: header_type rest_t
// CHECK:OUT:   bit 8 size
// CHECK:OUT:   varbit 64 data
// CHECK:OUT: header tag_t hdr.first
// CHECK:OUT: header tag_t hdr.tags[0] in hdr.tags
// CHECK:OUT: header tag_t hdr.tags[1] in hdr.tags
// CHECK:OUT: header rest_t hdr.rest
// CHECK:OUT: var 32 hdr.tags.next_index
// CHECK:OUT: var 16 std.parser_error
// CHECK:OUT: var 16 tmp0
// CHECK:OUT: var 8 tmp1
// CHECK:OUT: stack hdr.tags first hdr.tags[0] size 2 next hdr.tags.next_index
// CHECK:OUT: function ingress entry Parse
// CHECK:OUT: function egress entry Run'14 deparses
// CHECK:OUT: block plain Parse in ingress
// CHECK:OUT:   jump Parse.start
// CHECK:OUT: block state Parse.start in ingress
// CHECK:OUT:   jump Parse.sub
// CHECK:OUT: block plain Parse.sub in ingress
// CHECK:OUT:   jump Parse.sub.start
// CHECK:OUT: block state Parse.sub.start in ingress on_error NoCheck
// CHECK:OUT:   extract hdr.first
// CHECK:OUT:   switch (hdr.first.kind)
// CHECK:OUT:     case (0) -> NoCheck
// CHECK:OUT:     otherwise b4
// CHECK:OUT: block plain b4 in ingress on_error NoCheck
// CHECK:OUT:   lookahead tmp0
// CHECK:OUT:   switch (hdr.first.kind, trunc(tmp0, 12))
// CHECK:OUT:     case (1, 5 &&& 0xf) -> Parse.tags
// CHECK:OUT:     case (2..3, _) -> Parse.rest
// CHECK:OUT:     case (4, 0xabc) -> NoCheck
// CHECK:OUT:     otherwise b11
// CHECK:OUT: block state Parse.tags in ingress
// CHECK:OUT:   branch ult(hdr.tags.next_index, 32w2) ? b6 : b8
// CHECK:OUT: block plain b6 in ingress on_error NoCheck
// CHECK:OUT:   extract hdr.tags[hdr.tags.next_index]
// CHECK:OUT:   set hdr.tags.next_index = add(hdr.tags.next_index, 32w1)
// CHECK:OUT:   branch ne(hdr.tags.next_index, 32w0) ? b7 : b8
// CHECK:OUT: block plain b7 in ingress
// CHECK:OUT:   switch (hdr.tags[sub(hdr.tags.next_index, 32w1)].kind)
// CHECK:OUT:     case Parse.known -> Parse.tags
// CHECK:OUT:     otherwise Parse.rest
// CHECK:OUT: block plain b8 in ingress
// CHECK:OUT:   set std.parser_error = 16w3
// CHECK:OUT:   jump NoCheck
// CHECK:OUT: block state Parse.rest in ingress on_error NoCheck
// CHECK:OUT:   lookahead tmp1
// CHECK:OUT:   extract hdr.rest, mul(zext(tmp1, 32), 32w8)
// CHECK:OUT:   branch ult(hdr.rest.size, 8w8) ? NoCheck : b10
// CHECK:OUT: block plain b10 in ingress
// CHECK:OUT:   set std.parser_error = 16w4
// CHECK:OUT:   jump NoCheck
// CHECK:OUT: block plain b11 in ingress
// CHECK:OUT:   set std.parser_error = 16w2
// CHECK:OUT:   jump NoCheck
// CHECK:OUT: block control NoCheck in ingress
// CHECK:OUT:   jump Run
// CHECK:OUT: block control Run in ingress
// CHECK:OUT:   end
// CHECK:OUT: block control Run'14 in egress = "Run"
// CHECK:OUT:   jump NoCheck'15
// CHECK:OUT: block control NoCheck'15 in egress = "NoCheck"
// CHECK:OUT:   jump Deparse
// CHECK:OUT: block control Deparse in egress
// CHECK:OUT:   emit hdr.first
// CHECK:OUT:   emit hdr.tags[0]
// CHECK:OUT:   emit hdr.tags[1]
// CHECK:OUT:   emit hdr.rest
// CHECK:OUT:   end
