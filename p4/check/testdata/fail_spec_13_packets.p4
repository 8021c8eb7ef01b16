// 13.8 and 16.1: what packets are read into and made of.
extern packet_in { T lookahead<T>(); void extract<T>(out T h); }
extern packet_out { void emit<T>(in T h); }
header H { bit<8> x; }
header V { varbit<8> v; }
header_union U { H h; V v; }
struct Headers { H h; U u; H[2] s; }
struct Mixed { H h; bit<8> b; }
parser P(packet_in p) {
    state start {
        V v = p.lookahead<V>();
        tuple<bit<8>, error> t = p.lookahead<tuple<bit<8>, error>>();
        H h = p.lookahead<H>();
        transition accept;
    }
}
parser ValueSets(in bit<8> x) {
    value_set<H>(4) of_headers;
    value_set<varbit<8>>(4) of_varbits;
    value_set<bit<8>>(-1) negative;
    state start { transition accept; }
}
control D(packet_out p, in Headers hs, in Mixed m, in error e) {
    apply {
        p.emit(hs);
        p.emit(hs.u);
        p.emit({ hs.h, hs.s });
        p.emit(m);
        p.emit(m.b);
        p.emit(e);
        p.emit({ hs.h, true });
    }
}

// CHECK:ERR: fail_spec_13_packets.p4:11:15: error: 'lookahead' wants a type of fixed width, V has none [type-arguments]
// CHECK:ERR:    11 |         V v = p.lookahead<V>();
// CHECK:ERR:       |               ^~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_13_packets.p4:12:34: error: 'lookahead' wants a type of fixed width, tuple<bit<8>, error> has none [type-arguments]
// CHECK:ERR:    12 |         tuple<bit<8>, error> t = p.lookahead<tuple<bit<8>, error>>();
// CHECK:ERR:       |                                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_13_packets.p4:18:15: error: the element of a value_set may not be of type H: select cannot match it [bad-type]
// CHECK:ERR:    18 |     value_set<H>(4) of_headers;
// CHECK:ERR:       |               ^
// CHECK:ERR: fail_spec_13_packets.p4:19:15: error: the element of a value_set may not be of type varbit<8>: select cannot match it [bad-type]
// CHECK:ERR:    19 |     value_set<varbit<8>>(4) of_varbits;
// CHECK:ERR:       |               ^~~~~~~~~
// CHECK:ERR: fail_spec_13_packets.p4:20:23: error: the size of a value_set is -1, it may not be negative [bad-size]
// CHECK:ERR:    20 |     value_set<bit<8>>(-1) negative;
// CHECK:ERR:       |                       ^~
// CHECK:ERR: fail_spec_13_packets.p4:28:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is Mixed [bad-emit]
// CHECK:ERR:    28 |         p.emit(m);
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_spec_13_packets.p4:29:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is bit<8> [bad-emit]
// CHECK:ERR:    29 |         p.emit(m.b);
// CHECK:ERR:       |                ^~~
// CHECK:ERR: fail_spec_13_packets.p4:30:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is error [bad-emit]
// CHECK:ERR:    30 |         p.emit(e);
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_spec_13_packets.p4:31:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is tuple<H, bool> [bad-emit]
// CHECK:ERR:    31 |         p.emit({ hs.h, true });
// CHECK:ERR:       |                ^~~~~~~~~~~~~~
