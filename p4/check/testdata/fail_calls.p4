extern void f(in bit<8> x, out bit<8> y);
extern void g<T>(in T x);
extern T h<T>();
extern bool static_assert(bool check, string message);
extern Reg<T> {
    Reg(bit<32> size);
    Reg(bit<32> size, T initial);
    T read(in bit<32> index);
    void write(in bit<32> index, in T value);
}
extern NoConstructor { void m(); }
action act(inout bit<8> x, bit<8> data) { x = data; }
void helper(in bit<8> x) { act(x, 1); }
const bool checked = static_assert(1 == 2, "one is not two");
control Inner(inout bit<8> x)(bit<8> size) { apply { } }
parser P(in bit<8> x) { state start { transition accept; } }
control C(inout bit<8> x) {
    Reg<bit<16>>(8) reg;
    Reg(8) untyped;
    Reg<bit<8>>() sizeless;
    NoConstructor() none;
    Inner() inner;
    Inner(x) dynamic;
    P() parser_here;
    action b() { c.apply(); }
    apply {
        f(x);
        f(1, 2);
        f(x = 1, z = x);
        f(x, x = 1);
        g(5);
        g<bit<8>, bit<8>>(1);
        h();
        x();
        x.isValid();
        reg.read(true);
        reg.reset();
        Inner.apply(x);
        f(_, x);
        act<bit<8>>(x, 1);
        C.apply(x);
    }
}

// CHECK:ERR: fail_calls.p4:13:32: error: the argument for 'inout x' must be something that can be written; 'x' is an 'in' parameter [not-assignable]
// CHECK:ERR:    13 | void helper(in bit<8> x) { act(x, 1); }
// CHECK:ERR:       |                                ^
// CHECK:ERR: fail_calls.p4:13:13: note: declared here
// CHECK:ERR:    13 | void helper(in bit<8> x) { act(x, 1); }
// CHECK:ERR:       |             ^~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:13:28: error: an action may only be called from another action or the apply block of a control [misplaced-call]
// CHECK:ERR:    13 | void helper(in bit<8> x) { act(x, 1); }
// CHECK:ERR:       |                            ^~~~~~~~~
// CHECK:ERR: fail_calls.p4:14:22: error: static_assert failed: one is not two [static-assert]
// CHECK:ERR:    14 | const bool checked = static_assert(1 == 2, "one is not two");
// CHECK:ERR:       |                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:19:5: error: the type argument 'T' of 'Reg' cannot be told from the arguments; write it: Reg<...>(...) [cannot-infer]
// CHECK:ERR:    19 |     Reg(8) untyped;
// CHECK:ERR:       |     ^~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:20:5: error: no 'Reg' takes these 0 arguments [no-such-overload]
// CHECK:ERR:    20 |     Reg<bit<8>>() sizeless;
// CHECK:ERR:       |     ^~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:6:5: note: there is Reg(size)
// CHECK:ERR:     6 |     Reg(bit<32> size);
// CHECK:ERR:       |     ^~~
// CHECK:ERR: fail_calls.p4:7:5: note: there is Reg(size, initial)
// CHECK:ERR:     7 |     Reg(bit<32> size, T initial);
// CHECK:ERR:       |     ^~~
// CHECK:ERR: fail_calls.p4:21:5: error: extern 'NoConstructor' declares no constructor, so it cannot be instantiated [not-callable]
// CHECK:ERR:    21 |     NoConstructor() none;
// CHECK:ERR:       |     ^~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:22:5: error: constructor of 'Inner': no argument is given for parameter 'size' [arguments]
// CHECK:ERR:    22 |     Inner() inner;
// CHECK:ERR:       |     ^~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:15:9: note: declared here
// CHECK:ERR:    15 | control Inner(inout bit<8> x)(bit<8> size) { apply { } }
// CHECK:ERR:       |         ^~~~~
// CHECK:ERR: fail_calls.p4:23:11: error: the argument for 'size' of 'Inner', which has no direction, must be known at compile time [not-constant]
// CHECK:ERR:    23 |     Inner(x) dynamic;
// CHECK:ERR:       |           ^
// CHECK:ERR: fail_calls.p4:24:5: error: 'parser_here': a parser may not be instantiated in a control [misplaced-instance]
// CHECK:ERR:    24 |     P() parser_here;
// CHECK:ERR:       |     ^~~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:25:18: error: 'c' is not declared [unknown-name]
// CHECK:ERR:    25 |     action b() { c.apply(); }
// CHECK:ERR:       |                  ^
// CHECK:ERR: fail_calls.p4:27:9: error: 'f': no argument is given for parameter 'y' [arguments]
// CHECK:ERR:    27 |         f(x);
// CHECK:ERR:       |         ^~~~
// CHECK:ERR: fail_calls.p4:1:13: note: declared here
// CHECK:ERR:     1 | extern void f(in bit<8> x, out bit<8> y);
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_calls.p4:28:14: error: the argument for 'out y' must be something that can be written: a variable, or an out or inout parameter, or a part of one [not-assignable]
// CHECK:ERR:    28 |         f(1, 2);
// CHECK:ERR:       |              ^
// CHECK:ERR: fail_calls.p4:29:9: error: 'f': it has no parameter 'z' [arguments]
// CHECK:ERR:    29 |         f(x = 1, z = x);
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:1:13: note: declared here
// CHECK:ERR:     1 | extern void f(in bit<8> x, out bit<8> y);
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_calls.p4:30:9: error: 'f': either all arguments are named or none [arguments]
// CHECK:ERR:    30 |         f(x, x = 1);
// CHECK:ERR:       |         ^~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:1:13: note: declared here
// CHECK:ERR:     1 | extern void f(in bit<8> x, out bit<8> y);
// CHECK:ERR:       |             ^
// CHECK:ERR: fail_calls.p4:31:9: error: the type argument 'T' of 'g' would be int; give the number a width, as in 8w1 [cannot-infer]
// CHECK:ERR:    31 |         g(5);
// CHECK:ERR:       |         ^~~~
// CHECK:ERR: fail_calls.p4:32:9: error: 'g' takes 1 type argument, 2 are given [type-arguments]
// CHECK:ERR:    32 |         g<bit<8>, bit<8>>(1);
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:33:9: error: the type argument 'T' of 'h' cannot be told from the arguments; write it: h<...>(...) [cannot-infer]
// CHECK:ERR:    33 |         h();
// CHECK:ERR:       |         ^~~
// CHECK:ERR: fail_calls.p4:34:9: error: 'x' is a parameter, it cannot be called [not-callable]
// CHECK:ERR:    34 |         x();
// CHECK:ERR:       |         ^
// CHECK:ERR: fail_calls.p4:35:11: error: bit<8> has no 'isValid' to call [unknown-member]
// CHECK:ERR:    35 |         x.isValid();
// CHECK:ERR:       |           ^~~~~~~
// CHECK:ERR: fail_calls.p4:36:18: error: parameter 'index' of 'read' wants bit<32>, this is bool [type-mismatch]
// CHECK:ERR:    36 |         reg.read(true);
// CHECK:ERR:       |                  ^~~~
// CHECK:ERR: fail_calls.p4:8:12: note: declared here
// CHECK:ERR:     8 |     T read(in bit<32> index);
// CHECK:ERR:       |            ^~~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:37:13: error: Reg<bit<16>> has no method 'reset' [unknown-member]
// CHECK:ERR:    37 |         reg.reset();
// CHECK:ERR:       |             ^~~~~
// CHECK:ERR: fail_calls.p4:38:9: error: control Inner has constructor parameters, so it must be instantiated first [arguments]
// CHECK:ERR:    38 |         Inner.apply(x);
// CHECK:ERR:       |         ^~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:39:11: error: '_' stands only for an 'out' parameter, 'x' is in [arguments]
// CHECK:ERR:    39 |         f(_, x);
// CHECK:ERR:       |           ^
// CHECK:ERR: fail_calls.p4:40:9: error: an action takes no type arguments [type-arguments]
// CHECK:ERR:    40 |         act<bit<8>>(x, 1);
// CHECK:ERR:       |         ^~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_calls.p4:41:9: error: 'C' is used inside its own declaration [used-in-itself]
// CHECK:ERR:    41 |         C.apply(x);
// CHECK:ERR:       |         ^
