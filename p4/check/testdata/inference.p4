// ARGS: --dump
extern void one<T>(in T x);
extern void two<T>(in T x, in T y);
extern void optional<T, U>(in T x, @optional in U y);
extern T get<T>();
extern void with_default(in bit<8> x, bit<8> y = 3, bool z = true);
extern Reg<T> {
    Reg(bit<32> size);
    Reg(bit<32> size, T initial);
    T read<I>(in I index);
}
struct S { bit<8> a; bit<16> b; }
struct Box<T> { T t; }
control Pipe<H>(inout H h);
control Other<H, M>(inout H h, in M m);
package Top<H, M>(Pipe<H> p, Other<H, M> o);
control Impl(inout S s) {
    Reg<bit<16>>(10) explicit;
    Reg(10, 32w5) inferred;
    apply {
        one(8w1);
        one<bit<16>>(1);
        one(s);
        one({ 8w1, true });
        one<Box<bit<8>>>({ 1 });
        two(8w1, 2);
        two(1, 16w2);
        two(s, { 1, 2 });
        optional(8w1);
        s.a = get<bit<8>>();
        with_default(1);
        with_default(x = 1, z = false);
        s.b = explicit.read(8w0);
        one(inferred.read(8w0));
    }
}
control Impl2(inout S s, in bit<8> m) { apply { } }
Top(Impl(), Impl2()) main;

// CHECK:OUT: control Impl
// CHECK:OUT: instance Reg<bit<16>> explicit
// CHECK:OUT: instance Reg<bit<32>> inferred
// CHECK:OUT:   call one<bit<8>>(x: bit<8>) -> void
// CHECK:OUT:   call one<bit<16>>(x: bit<16>) -> void
// CHECK:OUT:   call one<S>(x: S) -> void
// CHECK:OUT:   call one<tuple<bit<8>, bool>>(x: tuple<bit<8>, bool>) -> void
// CHECK:OUT:   call one<Box<bit<8>>>(x: Box<bit<8>>) -> void
// CHECK:OUT:   call two<bit<8>>(x: bit<8>, y: bit<8>) -> void
// CHECK:OUT:   call two<bit<16>>(x: bit<16>, y: bit<16>) -> void
// CHECK:OUT:   call two<S>(x: S, y: S) -> void
// CHECK:OUT:   call optional<bit<8>, _>(x: bit<8>, y: _ omitted) -> void
// CHECK:OUT:   call get<bit<8>>() -> bit<8>
// CHECK:OUT:   call with_default(x: bit<8>, y: bit<8> by default, z: bool by default) -> void
// CHECK:OUT:   call with_default(x: bit<8>, y: bit<8> by default, z: bool) -> void
// CHECK:OUT:   call read<bit<8>>(index: bit<8>) -> bit<16>
// CHECK:OUT:   call one<bit<32>>(x: bit<32>) -> void
// CHECK:OUT: control Impl2
// CHECK:OUT: instance package Top<S, bit<8>> main
