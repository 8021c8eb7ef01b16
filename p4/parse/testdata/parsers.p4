#include <core.p4>
header eth_t { bit<16> kind; }
struct headers_t { eth_t eth; eth_t[4] stack; }
parser Sub(packet_in p, out headers_t h) { state start { } }
parser Main(packet_in p, out headers_t h, inout bit<8> m)(bit<8> n) {
    const bit<8> k = 1;
    bit<8> local;
    Sub() sub;
    value_set<bit<16>>(4) kinds;
    @match(ternary) value_set<tuple<bit<8>, bit<8>>>(n) pairs;
    state start {
        p.extract(h.eth);
        bit<8> x = 1;
        const bit<8> y = 2;
        if (x == y) { m = 1; } else m = 2;
        { m = 3; }
        @block { m = 4; }
        ;
        sub.apply(p, h);
        Sub.apply(p, h);
        verify(m == 1, error.NoMatch);
        transition select(h.eth.kind, p.lookahead<bit<8>>()) {
            (0x800, 4): ipv4;
            (0x800 &&& 0xFF00, 1..5): next;
            (_, default): next;
            (kinds, _): accept;
            default: reject;
        }
    }
    @name("v4") state ipv4 {
        transition select(h.eth.kind) {
            0x800: next;
            0x800 &&& 0xFFF0: next;
            16w5..16w9: next;
            kinds: next;
            (7): next;
            (7 &&& 3): next;
            { 8 }: next;
            _: accept;
        }
    }
    state next { transition accept; }
    state no_transition { }
}

// CHECK:OUT: error {
// CHECK:OUT:   NoError,
// CHECK:OUT:   PacketTooShort,
// CHECK:OUT:   NoMatch,
// CHECK:OUT:   StackOutOfBounds,
// CHECK:OUT:   HeaderTooShort,
// CHECK:OUT:   ParserTimeout,
// CHECK:OUT:   ParserInvalidArgument
// CHECK:OUT: }
// CHECK:OUT: extern packet_in {
// CHECK:OUT:   void extract<T>(out T hdr);
// CHECK:OUT:   void extract<T>(out T variableSizeHeader, in bit<32> variableFieldSizeInBits);
// CHECK:OUT:   T lookahead<T>();
// CHECK:OUT:   void advance(in bit<32> sizeInBits);
// CHECK:OUT:   bit<32> length();
// CHECK:OUT: }
// CHECK:OUT: extern packet_out {
// CHECK:OUT:   void emit<T>(in T hdr);
// CHECK:OUT: }
// CHECK:OUT: extern void verify(in bool check, in error toSignal);
// CHECK:OUT: @noWarn("unused") action NoAction() {
// CHECK:OUT: }
// CHECK:OUT: match_kind {
// CHECK:OUT:   exact,
// CHECK:OUT:   ternary,
// CHECK:OUT:   lpm
// CHECK:OUT: }
// CHECK:OUT: extern bool static_assert(bool check, string message);
// CHECK:OUT: extern bool static_assert(bool check);
// CHECK:OUT: header eth_t {
// CHECK:OUT:   bit<16> kind;
// CHECK:OUT: }
// CHECK:OUT: struct headers_t {
// CHECK:OUT:   eth_t eth;
// CHECK:OUT:   eth_t[4] stack;
// CHECK:OUT: }
// CHECK:OUT: parser Sub(packet_in p, out headers_t h) {
// CHECK:OUT:   state start {
// CHECK:OUT:   }
// CHECK:OUT: }
// CHECK:OUT: parser Main(packet_in p, out headers_t h, inout bit<8> m)(bit<8> n) {
// CHECK:OUT:   const bit<8> k = 1;
// CHECK:OUT:   bit<8> local;
// CHECK:OUT:   Sub() sub;
// CHECK:OUT:   value_set<bit<16>>(4) kinds;
// CHECK:OUT:   @match(ternary) value_set<tuple<bit<8>, bit<8>>>(n) pairs;
// CHECK:OUT:   state start {
// CHECK:OUT:     p.extract(h.eth);
// CHECK:OUT:     bit<8> x = 1;
// CHECK:OUT:     const bit<8> y = 2;
// CHECK:OUT:     if ((x == y)) {
// CHECK:OUT:       m = 1;
// CHECK:OUT:     } else
// CHECK:OUT:       m = 2;
// CHECK:OUT:     {
// CHECK:OUT:       m = 3;
// CHECK:OUT:     }
// CHECK:OUT:     @block {
// CHECK:OUT:       m = 4;
// CHECK:OUT:     }
// CHECK:OUT:     ;
// CHECK:OUT:     sub.apply(p, h);
// CHECK:OUT:     Sub.apply(p, h);
// CHECK:OUT:     verify((m == 1), error.NoMatch);
// CHECK:OUT:     transition select(h.eth.kind, p.lookahead<bit<8>>()) {
// CHECK:OUT:       (2048, 4): ipv4;
// CHECK:OUT:       ((2048 &&& 65280), (1..5)): next;
// CHECK:OUT:       (_, default): next;
// CHECK:OUT:       (kinds, _): accept;
// CHECK:OUT:       default: reject;
// CHECK:OUT:     }
// CHECK:OUT:   }
// CHECK:OUT:   @name("v4") state ipv4 {
// CHECK:OUT:     transition select(h.eth.kind) {
// CHECK:OUT:       2048: next;
// CHECK:OUT:       (2048 &&& 65520): next;
// CHECK:OUT:       (16w5..16w9): next;
// CHECK:OUT:       kinds: next;
// CHECK:OUT:       7: next;
// CHECK:OUT:       ((7 &&& 3)): next;
// CHECK:OUT:       {8}: next;
// CHECK:OUT:       _: accept;
// CHECK:OUT:     }
// CHECK:OUT:   }
// CHECK:OUT:   state next {
// CHECK:OUT:     transition accept;
// CHECK:OUT:   }
// CHECK:OUT:   state no_transition {
// CHECK:OUT:   }
// CHECK:OUT: }
