enum E { X, Y }
struct S { bit<8> a; bit<8> b; }
header H { bit<8> f; }
extern bit<8> f(in bit<8> x);
extern T g<T>(in T x);
extern Box { Box(); bit<8> m<T>(in T x); }
const int dec = 1_000;
const int hex = 0xDead_Beef;
const int oct = 0o17;
const int bin = 0b1010;
const int ddd = 0d99;
const bit<8> wide = 8w0xFF;
const int<8> neg = -8s5;
const bit<300> huge = 300w123456789012345678901234567890123456789012345678901234567890;
const string text = "a \"quoted\" \\ text\n" ++ "more";
const bool b = true && !false || 1 < 2;
const int prec = 1 + 2 * 3 - 4 / 5 % 6 << 7 >> 8 & 9 ^ 10 | 11;
const int left = 1 - 2 - 3;
const bool cmp = 1 + 1 == 2 != (3 <= 4) && 5 >= 4 || 6 > 5 && (bool) 1w1;
const bit<8> sat = 8w1 |+| 8w2 |-| 8w3;
const bit<16> cat = 8w1 ++ 8w2;
const int cond = 1 > 2 ? 3 : 4 > 5 ? 6 : 7;
const int un = - + ~ 5;
const S list = { 1, 2, };
const S named = { a = 1, b = 2 };
const S partly = { a = 1, ... };
const S dots = { 1, ... };
const S all_dots = ...;
const S empty = {};
const H invalid = {#};
const H inv2 = (H){#};
const tuple<bit<8>, bool> t = { 8w1, true };
const list<S> ls = (list<S>){ { 1, 2 }, { 3, 4 } };
const bit<8> cast = (bit<8>) 5 + 6;
const bit<8> cast2 = (bit<8>)(int<8>) - 5;
const S cast3 = (S) { a = 1, b = 2 };
const bit<4> slice = 8w0xF0[7:4];
const bit<4> plus = 8w0xF0[4+:4];
const bit<8> index = t[0];
const E member = E.X;
const error err = error.NoError;
const bool shifted = 8 >> 1 > 3;
const bit<8> max = S<bit<8>>(1).x;
bit<8> calls(in S s, in bit<8> E, in bool q) {
    // A parameter hides the enum: this is a field of a value.
    bit<8> r = E.x;
    r = f(x = r);
    r = g<bit<8>>(r);
    r = g<_>(r) + .f(r);
    r = (E) - 5;
    r = s.a < s.b ? s.a : s.b;
    q = s.a < r && r > (s.b);
    q = s.a < (bit<8>) r;
    r = Box().m<bit<8>>(r)[3:0][1:0];
    r = this.a;
    r = f(_);
    r = f(x = _);
    r = key.apply.entries.list.type.state.actions.priority;
    return r >> 2 >> 1;
}
const bit<8> chained = 1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17+18+19+20;

// CHECK:OUT: enum E {
// CHECK:OUT:   X,
// CHECK:OUT:   Y
// CHECK:OUT: }
// CHECK:OUT: struct S {
// CHECK:OUT:   bit<8> a;
// CHECK:OUT:   bit<8> b;
// CHECK:OUT: }
// CHECK:OUT: header H {
// CHECK:OUT:   bit<8> f;
// CHECK:OUT: }
// CHECK:OUT: extern bit<8> f(in bit<8> x);
// CHECK:OUT: extern T g<T>(in T x);
// CHECK:OUT: extern Box {
// CHECK:OUT:   Box();
// CHECK:OUT:   bit<8> m<T>(in T x);
// CHECK:OUT: }
// CHECK:OUT: const int dec = 1000;
// CHECK:OUT: const int hex = 3735928559;
// CHECK:OUT: const int oct = 15;
// CHECK:OUT: const int bin = 10;
// CHECK:OUT: const int ddd = 99;
// CHECK:OUT: const bit<8> wide = 8w255;
// CHECK:OUT: const int<8> neg = -8s5;
// CHECK:OUT: const bit<300> huge = 300w123456789012345678901234567890123456789012345678901234567890;
// CHECK:OUT: const string text = ("a \"quoted\" \\ text\n" ++ "more");
// CHECK:OUT: const bool b = ((true && !false) || (1 < 2));
// CHECK:OUT: const int prec = (((((((1 + (2 * 3)) - ((4 / 5) % 6)) << 7) >> 8) & 9) ^ 10) | 11);
// CHECK:OUT: const int left = ((1 - 2) - 3);
// CHECK:OUT: const bool cmp = (((((1 + 1) == 2) != (3 <= 4)) && (5 >= 4)) || ((6 > 5) && ((bool) 1w1)));
// CHECK:OUT: const bit<8> sat = ((8w1 |+| 8w2) |-| 8w3);
// CHECK:OUT: const bit<16> cat = (8w1 ++ 8w2);
// CHECK:OUT: const int cond = ((1 > 2) ? 3 : ((4 > 5) ? 6 : 7));
// CHECK:OUT: const int un = -+~5;
// CHECK:OUT: const S list = {1, 2};
// CHECK:OUT: const S named = {a = 1, b = 2};
// CHECK:OUT: const S partly = {a = 1, ...};
// CHECK:OUT: const S dots = {1, ...};
// CHECK:OUT: const S all_dots = ...;
// CHECK:OUT: const S empty = {};
// CHECK:OUT: const H invalid = {#};
// CHECK:OUT: const H inv2 = ((H) {#});
// CHECK:OUT: const tuple<bit<8>, bool> t = {8w1, true};
// CHECK:OUT: const list<S> ls = ((list<S>) {{1, 2}, {3, 4}});
// CHECK:OUT: const bit<8> cast = (((bit<8>) 5) + 6);
// CHECK:OUT: const bit<8> cast2 = ((bit<8>) ((int<8>) -5));
// CHECK:OUT: const S cast3 = ((S) {a = 1, b = 2});
// CHECK:OUT: const bit<4> slice = 8w240[7:4];
// CHECK:OUT: const bit<4> plus = 8w240[4 +: 4];
// CHECK:OUT: const bit<8> index = t[0];
// CHECK:OUT: const E member = E.X;
// CHECK:OUT: const error err = error.NoError;
// CHECK:OUT: const bool shifted = ((8 >> 1) > 3);
// CHECK:OUT: const bit<8> max = S<bit<8>>(1).x;
// CHECK:OUT: bit<8> calls(in S s, in bit<8> E, in bool q) {
// CHECK:OUT:   bit<8> r = E.x;
// CHECK:OUT:   r = f(x = r);
// CHECK:OUT:   r = g<bit<8>>(r);
// CHECK:OUT:   r = (g<_>(r) + .f(r));
// CHECK:OUT:   r = (E - 5);
// CHECK:OUT:   r = ((s.a < s.b) ? s.a : s.b);
// CHECK:OUT:   q = ((s.a < r) && (r > s.b));
// CHECK:OUT:   q = (s.a < ((bit<8>) r));
// CHECK:OUT:   r = Box().m<bit<8>>(r)[3:0][1:0];
// CHECK:OUT:   r = this.a;
// CHECK:OUT:   r = f(_);
// CHECK:OUT:   r = f(x = _);
// CHECK:OUT:   r = key.apply.entries.list.type.state.actions.priority;
// CHECK:OUT:   return ((r >> 2) >> 1);
// CHECK:OUT: }
// CHECK:OUT: const bit<8> chained = (((((((((((((((((((1 + 2) + 3) + 4) + 5) + 6) + 7) + 8) + 9) + 10) + 11) + 12) + 13) + 14) + 15) + 16) + 17) + 18) + 19) + 20);
