// 8.6: bits are divided by what is known at compile time, in what a package runs.
control C(inout bit<8> x)(bit<8> k) {
    bit<8> three = 3;
    apply {
        x = x / 3;
        x = x % k;
        x = x / three;
        x %= x;
    }
}
control CT(inout bit<8> x);
package Top(CT c);
Top(C(5)) main;

// CHECK:ERR: fail_spec_8_6_division.p4:7:17: error: division needs a right operand that is known at compile time [not-constant]
// CHECK:ERR:     7 |         x = x / three;
// CHECK:ERR:       |                 ^~~~~
// CHECK:ERR: fail_spec_8_6_division.p4:8:14: error: modulo needs a right operand that is known at compile time [not-constant]
// CHECK:ERR:     8 |         x %= x;
// CHECK:ERR:       |              ^
