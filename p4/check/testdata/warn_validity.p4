// ARGS: -Winvalid-header-unchecked
extern packet_in { void extract<T>(out T h); }
header H { bit<8> x; }
struct Headers { H a; H b; H[2] s; }
parser P(packet_in p, out Headers h) {
    state start {
        h.a.x = 1;
        p.extract(h.a);
        transition select(h.a.x, h.b.x) {
            (1, _): two;
            (2, _): skip;
            default: accept;
        }
    }
    state two {
        p.extract(h.b);
        transition join;
    }
    state skip { transition join; }
    state join {
        bit<8> x = h.a.x + h.b.x;
        p.extract(h.s.next);
        x = x + h.s.last.x;
        transition select(x) { 0: again; _: accept; }
    }
    state again {
        p.extract(h.b);
        transition select(h.b.x) { 1: again; _: accept; }
    }
}
control C(inout Headers h, inout bit<8> m) {
    action unknown() { m = h.a.x; }
    table t { actions = { unknown; } }
    apply {
        m = h.a.x;
        if (h.b.isValid()) {
            m = h.b.x;
        } else {
            m = h.b.x;
        }
        if (!h.a.isValid() || h.a.x == 0) return;
        m = h.a.x;
        h.a.setInvalid();
        h.a.x = 2;
        h.a = h.b;
        h.a = { 3 };
        m = h.a.x;
        H local;
        local.x = 1;
        if (m == 1 && local.isValid() && local.x == 2) m = 2;
        local = {#};
        m = local.x;
        t.apply();
        m = local.x;
    }
}

// CHECK:ERR: warn_validity.p4:7:9: warning: header 'h.a' is not valid here, so writing a field of it does nothing [invalid-header]
// CHECK:ERR:     7 |         h.a.x = 1;
// CHECK:ERR:       |         ^~~~~
// CHECK:ERR: warn_validity.p4:9:34: warning: header 'h.b' is not valid here, so its fields have no defined value [invalid-header]
// CHECK:ERR:     9 |         transition select(h.a.x, h.b.x) {
// CHECK:ERR:       |                                  ^~~~~
// CHECK:ERR: warn_validity.p4:21:28: warning: header 'h.b' is valid on some ways to this place, and not on others [invalid-header-maybe]
// CHECK:ERR:    21 |         bit<8> x = h.a.x + h.b.x;
// CHECK:ERR:       |                            ^~~~~
// CHECK:ERR: warn_validity.p4:35:13: warning: nothing before this place tests that header 'h.a' is valid [invalid-header-unchecked]
// CHECK:ERR:    35 |         m = h.a.x;
// CHECK:ERR:       |             ^~~~~
// CHECK:ERR: warn_validity.p4:39:17: warning: header 'h.b' is not valid here, so its fields have no defined value [invalid-header]
// CHECK:ERR:    39 |             m = h.b.x;
// CHECK:ERR:       |                 ^~~~~
// CHECK:ERR: warn_validity.p4:44:9: warning: header 'h.a' is not valid here, so writing a field of it does nothing [invalid-header]
// CHECK:ERR:    44 |         h.a.x = 2;
// CHECK:ERR:       |         ^~~~~
// CHECK:ERR: warn_validity.p4:49:9: warning: header 'local' is not valid here, so writing a field of it does nothing [invalid-header]
// CHECK:ERR:    49 |         local.x = 1;
// CHECK:ERR:       |         ^~~~~~~
