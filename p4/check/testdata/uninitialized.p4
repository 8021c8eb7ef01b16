struct S { bit<8> a; bit<8> b; }
extern void produce(out bit<8> x);
bit<8> f(in bool c, out bit<8> result) {
    bit<8> never;
    bit<8> sometimes;
    bit<8> always;
    bit<8> produced;
    S part;
    part.a = 1;
    produce(produced);
    if (c) {
        sometimes = 1;
        always = 1;
    } else if (never == 1) {
        always = 2;
    } else {
        return 1;
    }
    result = always + produced + part.b;
    return sometimes;
}
control C(inout bit<8> x) {
    apply {
        bit<8> chosen;
        bit<8> looped;
        switch (x) {
            1: { chosen = 1; }
            default: { chosen = 2; }
        }
        for (bit<8> i in 1 .. 3) { looped = i; }
        x = chosen + looped;
    }
}

// CHECK:ERR: uninitialized.p4:14:16: warning: 'never' may be read before it is given a value [uninitialized-use]
// CHECK:ERR:    14 |     } else if (never == 1) {
// CHECK:ERR:       |                ^~~~~
// CHECK:ERR: uninitialized.p4:4:12: note: declared here
// CHECK:ERR:     4 |     bit<8> never;
// CHECK:ERR:       |            ^~~~~
// CHECK:ERR: uninitialized.p4:20:12: warning: 'sometimes' may be read before it is given a value [uninitialized-use]
// CHECK:ERR:    20 |     return sometimes;
// CHECK:ERR:       |            ^~~~~~~~~
// CHECK:ERR: uninitialized.p4:5:12: note: declared here
// CHECK:ERR:     5 |     bit<8> sometimes;
// CHECK:ERR:       |            ^~~~~~~~~
// CHECK:ERR: uninitialized.p4:31:22: warning: 'looped' may be read before it is given a value [uninitialized-use]
// CHECK:ERR:    31 |         x = chosen + looped;
// CHECK:ERR:       |                      ^~~~~~
// CHECK:ERR: uninitialized.p4:25:16: note: declared here
// CHECK:ERR:    25 |         bit<8> looped;
// CHECK:ERR:       |                ^~~~~~
