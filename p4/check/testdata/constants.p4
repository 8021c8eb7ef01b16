// ARGS: --dump
struct Pair { bit<8> x; int<8> y; }
struct Box<T> { T content; bool full; }
enum bit<16> Port { Drop = 0x1FF, Cpu = 510 }
type bit<9> PortId;
header H { bit<8> a; bit<8> b; }
const bit<8> wrapped = 8w255 + 1;
const int<8> negative = -128;
const bit<8> saturated = 8w200 |+| 100;
const int<8> saturated_down = -8s100 |-| 100;
const int big = 1 << 100;
const bit<128> wide = (bit<128>)big;
const bit<12> joined = 4w0xA ++ 8w0xBC;
const bit<4> slice = joined[11:8];
const int<8> shifted = -8s128 >> 3;
const bit<8> gone = 8w1 << 20;
const Pair named = { y = -1, x = 3 };
const Pair filled = { 7, ... };
const Box<bit<16>> box = { 5, true };
const bit<16> content = box.content;
const tuple<bit<8>, bool> two = { 1, false };
const bit<8> first = two[0];
const bool same = two == { 1, false };
const bit<16> port = Port.Cpu;
const Port cast = (Port)16w5;
const PortId id = (PortId)3;
const bit<9> back = (bit<9>)id;
const bool flag = (bool)1w1;
const bit<1> bit_of = (bit<1>)true;
const H[2] stack = { { 1, 2 }, { 3, 4 } };
const bit<8> deep = stack[1].b;
const string text = "a" ++ "b";
const int size = H.minSizeInBytes();
const error none = ...;
const bool chosen = size == 2 ? true : false;
error { NoError }

// CHECK:OUT: const bit<8> wrapped = 0
// CHECK:OUT: const int<8> negative = -128
// CHECK:OUT: const bit<8> saturated = 255
// CHECK:OUT: const int<8> saturated_down = -128
// CHECK:OUT: const int big = 1267650600228229401496703205376
// CHECK:OUT: const bit<128> wide = 1267650600228229401496703205376
// CHECK:OUT: const bit<12> joined = 2748
// CHECK:OUT: const bit<4> slice = 10
// CHECK:OUT: const int<8> shifted = -16
// CHECK:OUT: const bit<8> gone = 0
// CHECK:OUT: const Pair named = {3, -1}
// CHECK:OUT: const Pair filled = {7, 0}
// CHECK:OUT: const Box<bit<16>> box = {5, true}
// CHECK:OUT: const bit<16> content = 5
// CHECK:OUT: const tuple<bit<8>, bool> two = {1, false}
// CHECK:OUT: const bit<8> first = 1
// CHECK:OUT: const bool same = true
// CHECK:OUT: const bit<16> port = 510
// CHECK:OUT: const Port cast = 5
// CHECK:OUT: const PortId id = 3
// CHECK:OUT: const bit<9> back = 3
// CHECK:OUT: const bool flag = true
// CHECK:OUT: const bit<1> bit_of = 1
// CHECK:OUT: const H[2] stack = {{1, 2}, {3, 4}}
// CHECK:OUT: const bit<8> deep = 4
// CHECK:OUT: const string text = "ab"
// CHECK:OUT: const int size = 2
// CHECK:OUT: const error none = error.NoError
// CHECK:OUT: const bool chosen = true
// CHECK:ERR: constants.p4:15:25: warning: 128 does not fit int<8>, it becomes -128 [overflow]
// CHECK:ERR:    15 | const int<8> shifted = -8s128 >> 3;
// CHECK:ERR:       |                         ^~~~~
