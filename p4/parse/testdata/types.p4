// Every form of type, and every declaration of one.
typedef bit<8> byte_t;
typedef bit<(4 + 4)> sum_t;
typedef int<16> short_t;
typedef varbit<320> options_t;
typedef bit one_t;
type bit<9> port_t;
@p4runtime_translation("x", 32) type bit<32> id_t;
const int W = 8;
header empty_h {}
header eth_h {
    bit<48> dst;
    @format(MAC) bit<(W)> src;
    bit<(W > 4 ? 16 : 8)> kind;
    varbit<64> rest;
}
header_union any_h { eth_h eth; empty_h none; }
struct pair_t<A, B> { A first; B second; }
struct all_t {
    bool flag;
    error e;
    match_kind m;
    string s;
    eth_h[4] stack;
    eth_h[2][3] matrix;
    eth_h after[4];
    pair_t<bit<8>, pair_t<bit<16>, _>> nested;
    tuple<bit<8>, bool, tuple<>> t;
    list<tuple<bit<8>, bit<8>>> l;
    .eth_h absolute;
}
enum Color { RED, GREEN, BLUE, }
enum bit<8> Kind { A = 1, B = 8w2, C = A + 1 }
enum sum_t Named { X = 0 }
typedef struct inner_s { bit<8> x; } inner_t;
error { MyError, Other }
match_kind { mine, yours, }
extern Forward;
extern Box<T> {
    Box(bit<32> size);
    @pure T get(in bit<32> index);
    void put<U>(in T value, @optional in U more, in bit<8> def = 3);
    abstract bool test(in T value);
}
extern void plain(in bit<8> x, out bool y, inout error z, bit<4> w);
extern T generic<T>();
extern Box<bit<8>> make_box();
parser P<H>(packet_in p, out H h);
control C<H, M>(inout H h, inout M m);
package Pack<H>(P<H> p, @optional C<H, _> c, bit<8> n = 2);
;

// CHECK:OUT: typedef bit<8> byte_t;
// CHECK:OUT: typedef bit<(4 + 4)> sum_t;
// CHECK:OUT: typedef int<16> short_t;
// CHECK:OUT: typedef varbit<320> options_t;
// CHECK:OUT: typedef bit one_t;
// CHECK:OUT: type bit<9> port_t;
// CHECK:OUT: @p4runtime_translation("x", 32) type bit<32> id_t;
// CHECK:OUT: const int W = 8;
// CHECK:OUT: header empty_h {
// CHECK:OUT: }
// CHECK:OUT: header eth_h {
// CHECK:OUT:   bit<48> dst;
// CHECK:OUT:   @format(MAC) bit<(W)> src;
// CHECK:OUT:   bit<((W > 4) ? 16 : 8)> kind;
// CHECK:OUT:   varbit<64> rest;
// CHECK:OUT: }
// CHECK:OUT: header_union any_h {
// CHECK:OUT:   eth_h eth;
// CHECK:OUT:   empty_h none;
// CHECK:OUT: }
// CHECK:OUT: struct pair_t<A, B> {
// CHECK:OUT:   A first;
// CHECK:OUT:   B second;
// CHECK:OUT: }
// CHECK:OUT: struct all_t {
// CHECK:OUT:   bool flag;
// CHECK:OUT:   error e;
// CHECK:OUT:   match_kind m;
// CHECK:OUT:   string s;
// CHECK:OUT:   eth_h[4] stack;
// CHECK:OUT:   eth_h[2][3] matrix;
// CHECK:OUT:   eth_h[4] after;
// CHECK:OUT:   pair_t<bit<8>, pair_t<bit<16>, _>> nested;
// CHECK:OUT:   tuple<bit<8>, bool, tuple<>> t;
// CHECK:OUT:   list<tuple<bit<8>, bit<8>>> l;
// CHECK:OUT:   .eth_h absolute;
// CHECK:OUT: }
// CHECK:OUT: enum Color {
// CHECK:OUT:   RED,
// CHECK:OUT:   GREEN,
// CHECK:OUT:   BLUE
// CHECK:OUT: }
// CHECK:OUT: enum bit<8> Kind {
// CHECK:OUT:   A = 1,
// CHECK:OUT:   B = 8w2,
// CHECK:OUT:   C = (A + 1)
// CHECK:OUT: }
// CHECK:OUT: enum sum_t Named {
// CHECK:OUT:   X = 0
// CHECK:OUT: }
// CHECK:OUT: typedef struct inner_s {
// CHECK:OUT:   bit<8> x;
// CHECK:OUT: } inner_t;
// CHECK:OUT: error {
// CHECK:OUT:   MyError,
// CHECK:OUT:   Other
// CHECK:OUT: }
// CHECK:OUT: match_kind {
// CHECK:OUT:   mine,
// CHECK:OUT:   yours
// CHECK:OUT: }
// CHECK:OUT: extern Forward;
// CHECK:OUT: extern Box<T> {
// CHECK:OUT:   Box(bit<32> size);
// CHECK:OUT:   @pure T get(in bit<32> index);
// CHECK:OUT:   void put<U>(in T value, @optional in U more, in bit<8> def = 3);
// CHECK:OUT:   abstract bool test(in T value);
// CHECK:OUT: }
// CHECK:OUT: extern void plain(in bit<8> x, out bool y, inout error z, bit<4> w);
// CHECK:OUT: extern T generic<T>();
// CHECK:OUT: extern Box<bit<8>> make_box();
// CHECK:OUT: parser P<H>(packet_in p, out H h);
// CHECK:OUT: control C<H, M>(inout H h, inout M m);
// CHECK:OUT: package Pack<H>(P<H> p, @optional C<H, _> c, bit<8> n = 2);
