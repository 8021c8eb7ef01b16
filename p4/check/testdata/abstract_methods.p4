// ARGS: --dump
extern Virtual<T> {
    Virtual(T start);
    abstract T next(in T x, @optional out bit<8> more);
    T run();
}
control C(inout bit<16> x) {
    bit<16> calls = 0;
    Virtual(16w1) v = {
        bit<16> next(in bit<16> y) {
            calls = calls + 1;
            return y + this.run();
        }
    };
    apply {
        x = v.run();
    }
}

// CHECK:OUT: control C
// CHECK:OUT: variable bit<16> calls
// CHECK:OUT:   int as bit<16> = 0
// CHECK:OUT: instance Virtual<bit<16>> v
// CHECK:OUT:   call run() -> bit<16>
