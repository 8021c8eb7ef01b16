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
// CHECK:ERR: fail_spec_13_packets.p4:22:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is Mixed [bad-emit]
// CHECK:ERR:    22 |         p.emit(m);
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_spec_13_packets.p4:23:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is bit<8> [bad-emit]
// CHECK:ERR:    23 |         p.emit(m.b);
// CHECK:ERR:       |                ^~~
// CHECK:ERR: fail_spec_13_packets.p4:24:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is error [bad-emit]
// CHECK:ERR:    24 |         p.emit(e);
// CHECK:ERR:       |                ^
// CHECK:ERR: fail_spec_13_packets.p4:25:16: error: 'emit' takes headers, stacks, unions, and structs and lists of them; this is tuple<H, bool> [bad-emit]
// CHECK:ERR:    25 |         p.emit({ hs.h, true });
// CHECK:ERR:       |                ^~~~~~~~~~~~~~
