struct S { bit<8> a; bit<8> b; }
extern Reg<T> { Reg(bit<32> n); void write(in T x); }
control Inner(inout S s) { apply { } }
void helper(inout S s, in bool c) {
    ;
    { }
    @atomic { s.a = 1; }
    const bit<8> k = 3;
    bit<8> x;
    bit<8> y = 4;
    bit<8> z[3];
    S[2] stack;
    x = y;
    x += 1; x -= 1; x *= 2; x /= 2; x %= 2; x |= 1; x &= 1; x ^= 1;
    x <<= 1; x >>= 1; x |+|= 1; x |-|= 1;
    s.a[3:0] = 4w1;
    z[1] = x;
    (x) = 1;
    if (c) x = 1;
    if (c) { x = 1; } else { x = 2; }
    if (c) if (x == 1) x = 2; else x = 3;
    if (c) x = 1; else if (x == 1) x = 2; else if (x == 2) { x = 3; } else x = 4;
    for (bit<8> i = 0, bit<8> j = 1; i < 10; i += 1, j = j + 1) { continue; }
    for (; c; ) break;
    @unroll for (x = 0; x < 3; x = x + 1) x = x;
    for (bit<8> i in 1..10) { x = i; }
    for (@hidden bit<8> i in { 1, 2, 3 }) x = i;
    Undeclared u;
    Generic<bit<8>> v;
    return;
}
bit<8> value() { return 8w1; }
control C(inout S s)(bit<8> n) {
    Reg<bit<8>>(32) reg;
    @name("other") Reg<bit<8>>(n) reg2 = {
        void on(in bit<8> x) { reg.write(x); }
        Reg<bit<8>>(1) inner;
    };
    Inner() inner;
    bit<8> counter = 0;
    const bit<8> one = 1;
    action nop() { }
    @hidden action set(in bit<8> a, bit<8> b) { s.a = a; exit; }
    @name(".t") table t {
        key = {
            s.a : exact;
            s.b & 3 : ternary @name("b");
            s.a + s.b : lpm @x @y(1);
        }
        actions = { nop; @tableonly set(s.a); .NoAction; @defaultonly NoAction(); }
        default_action = nop;
        const default_action = set(s.a, 5);
        size = 1024;
        @prop const implementation = Reg<bit<8>>(5);
        const entries = {
            1 : nop();
            (1, 2, 3) : set(3);
            (1, _, default) : nop;
            (0x1 &&& 0xF, 1..4, 8w3) : nop() @anno(1);
            const (1, 2, 3) : nop;
            priority = 10 : (1, 2, 3) : nop;
            const priority = (1 + 2) : _ : nop;
            (1 + 2) * 3 : nop;
            (5) : nop;
            (1..2) : nop;
            { 1, 2 } : nop;
        }
        entries = { }
    }
    apply @quiet {
        t.apply();
        Inner.apply(s);
        Reg<bit<8>>(3) late;
        if (t.apply().hit) { } else if (!t.apply().miss) exit;
        switch (t.apply().action_run) {
            nop: { }
            set:
            NoAction: { s.a = 1; }
            default: { }
        }
        switch (s.a) { 1: { } 2 + 3: 8w4: { } (5): { } }
        reg.write(1);
        inner.apply(s);
        key = 1;
        apply(1);
        state.type = 5;
        list = 2;
    }
}

// CHECK:OUT: struct S {
// CHECK:OUT:   bit<8> a;
// CHECK:OUT:   bit<8> b;
// CHECK:OUT: }
// CHECK:OUT: extern Reg<T> {
// CHECK:OUT:   Reg(bit<32> n);
// CHECK:OUT:   void write(in T x);
// CHECK:OUT: }
// CHECK:OUT: control Inner(inout S s) {
// CHECK:OUT:   apply {
// CHECK:OUT:   }
// CHECK:OUT: }
// CHECK:OUT: void helper(inout S s, in bool c) {
// CHECK:OUT:   ;
// CHECK:OUT:   {
// CHECK:OUT:   }
// CHECK:OUT:   @atomic {
// CHECK:OUT:     s.a = 1;
// CHECK:OUT:   }
// CHECK:OUT:   const bit<8> k = 3;
// CHECK:OUT:   bit<8> x;
// CHECK:OUT:   bit<8> y = 4;
// CHECK:OUT:   bit<8>[3] z;
// CHECK:OUT:   S[2] stack;
// CHECK:OUT:   x = y;
// CHECK:OUT:   x += 1;
// CHECK:OUT:   x -= 1;
// CHECK:OUT:   x *= 2;
// CHECK:OUT:   x /= 2;
// CHECK:OUT:   x %= 2;
// CHECK:OUT:   x |= 1;
// CHECK:OUT:   x &= 1;
// CHECK:OUT:   x ^= 1;
// CHECK:OUT:   x <<= 1;
// CHECK:OUT:   x >>= 1;
// CHECK:OUT:   x |+|= 1;
// CHECK:OUT:   x |-|= 1;
// CHECK:OUT:   s.a[3:0] = 4w1;
// CHECK:OUT:   z[1] = x;
// CHECK:OUT:   x = 1;
// CHECK:OUT:   if (c)
// CHECK:OUT:     x = 1;
// CHECK:OUT:   if (c) {
// CHECK:OUT:     x = 1;
// CHECK:OUT:   } else {
// CHECK:OUT:     x = 2;
// CHECK:OUT:   }
// CHECK:OUT:   if (c)
// CHECK:OUT:     if ((x == 1))
// CHECK:OUT:       x = 2;
// CHECK:OUT:     else
// CHECK:OUT:       x = 3;
// CHECK:OUT:   if (c)
// CHECK:OUT:     x = 1;
// CHECK:OUT:   else if ((x == 1))
// CHECK:OUT:     x = 2;
// CHECK:OUT:   else if ((x == 2)) {
// CHECK:OUT:     x = 3;
// CHECK:OUT:   } else
// CHECK:OUT:     x = 4;
// CHECK:OUT:   for (bit<8> i = 0, bit<8> j = 1; (i < 10); i += 1, j = (j + 1)) {
// CHECK:OUT:     continue;
// CHECK:OUT:   }
// CHECK:OUT:   for (; c; )
// CHECK:OUT:     break;
// CHECK:OUT:   @unroll for (x = 0; (x < 3); x = (x + 1))
// CHECK:OUT:     x = x;
// CHECK:OUT:   for (bit<8> i in (1..10)) {
// CHECK:OUT:     x = i;
// CHECK:OUT:   }
// CHECK:OUT:   for (bit<8> i in {1, 2, 3})
// CHECK:OUT:     x = i;
// CHECK:OUT:   Undeclared u;
// CHECK:OUT:   Generic<bit<8>> v;
// CHECK:OUT:   return;
// CHECK:OUT: }
// CHECK:OUT: bit<8> value() {
// CHECK:OUT:   return 8w1;
// CHECK:OUT: }
// CHECK:OUT: control C(inout S s)(bit<8> n) {
// CHECK:OUT:   Reg<bit<8>>(32) reg;
// CHECK:OUT:   @name("other") Reg<bit<8>>(n) reg2 = {
// CHECK:OUT:     void on(in bit<8> x) {
// CHECK:OUT:       reg.write(x);
// CHECK:OUT:     }
// CHECK:OUT:     Reg<bit<8>>(1) inner;
// CHECK:OUT:   };
// CHECK:OUT:   Inner() inner;
// CHECK:OUT:   bit<8> counter = 0;
// CHECK:OUT:   const bit<8> one = 1;
// CHECK:OUT:   action nop() {
// CHECK:OUT:   }
// CHECK:OUT:   @hidden action set(in bit<8> a, bit<8> b) {
// CHECK:OUT:     s.a = a;
// CHECK:OUT:     exit;
// CHECK:OUT:   }
// CHECK:OUT:   @name(".t") table t {
// CHECK:OUT:     key = {
// CHECK:OUT:       s.a : exact;
// CHECK:OUT:       (s.b & 3) : ternary @name("b");
// CHECK:OUT:       (s.a + s.b) : lpm @x @y(1);
// CHECK:OUT:     }
// CHECK:OUT:     actions = {
// CHECK:OUT:       nop;
// CHECK:OUT:       @tableonly set(s.a);
// CHECK:OUT:       .NoAction;
// CHECK:OUT:       @defaultonly NoAction();
// CHECK:OUT:     }
// CHECK:OUT:     default_action = nop;
// CHECK:OUT:     const default_action = set(s.a, 5);
// CHECK:OUT:     size = 1024;
// CHECK:OUT:     @prop const implementation = Reg<bit<8>>(5);
// CHECK:OUT:     const entries = {
// CHECK:OUT:       1 : nop();
// CHECK:OUT:       (1, 2, 3) : set(3);
// CHECK:OUT:       (1, _, default) : nop;
// CHECK:OUT:       ((1 &&& 15), (1..4), 8w3) : nop() @anno(1);
// CHECK:OUT:       const (1, 2, 3) : nop;
// CHECK:OUT:       priority = 10 : (1, 2, 3) : nop;
// CHECK:OUT:       const priority = (1 + 2) : _ : nop;
// CHECK:OUT:       ((1 + 2) * 3) : nop;
// CHECK:OUT:       5 : nop;
// CHECK:OUT:       ((1..2)) : nop;
// CHECK:OUT:       {1, 2} : nop;
// CHECK:OUT:     }
// CHECK:OUT:     entries = {
// CHECK:OUT:     }
// CHECK:OUT:   }
// CHECK:OUT:   apply @quiet {
// CHECK:OUT:     t.apply();
// CHECK:OUT:     Inner.apply(s);
// CHECK:OUT:     Reg<bit<8>>(3) late;
// CHECK:OUT:     if (t.apply().hit) {
// CHECK:OUT:     } else if (!t.apply().miss)
// CHECK:OUT:       exit;
// CHECK:OUT:     switch (t.apply().action_run) {
// CHECK:OUT:       nop: {
// CHECK:OUT:       }
// CHECK:OUT:       set:
// CHECK:OUT:       NoAction: {
// CHECK:OUT:         s.a = 1;
// CHECK:OUT:       }
// CHECK:OUT:       default: {
// CHECK:OUT:       }
// CHECK:OUT:     }
// CHECK:OUT:     switch (s.a) {
// CHECK:OUT:       1: {
// CHECK:OUT:       }
// CHECK:OUT:       (2 + 3):
// CHECK:OUT:       8w4: {
// CHECK:OUT:       }
// CHECK:OUT:       5: {
// CHECK:OUT:       }
// CHECK:OUT:     }
// CHECK:OUT:     reg.write(1);
// CHECK:OUT:     inner.apply(s);
// CHECK:OUT:     key = 1;
// CHECK:OUT:     apply(1);
// CHECK:OUT:     state.type = 5;
// CHECK:OUT:     list = 2;
// CHECK:OUT:   }
// CHECK:OUT: }
