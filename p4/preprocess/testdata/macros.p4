// ARGS: -D GIVEN=0x10 -DFLAG -U GONE -D GONE=1
// Object macros, function macros, # and ##, and what the standard says of rescanning.
#define WIDTH 32
#define FIELD(name, width) bit<width> name
FIELD(ttl, 8); FIELD(address, WIDTH);
GIVEN FLAG GONE
#define STR(x) #x
#define XSTR(x) STR(x)
STR(WIDTH + "a\n") XSTR(WIDTH)
#define CAT(a, b) a ## b
#define XCAT(a, b) CAT(a, b)
CAT(ipv, 4) CAT(WIDTH, ) CAT(, x) XCAT(WIDTH, w1) CAT(8w, 0xFF) CAT(|+|, =)
// A macro is off inside its own replacement.
#define LOOP LOOP + 1
LOOP
#define A B
#define B A
A B
// The name of a function macro alone is no use of it.
FIELD;
// Arguments over lines, with commas in parentheses.
FIELD( a ,
       (1, 2)
     );
#define NONE() none
NONE() NONE( )
#define LOG(format, ...) log_msg(format, ## __VA_ARGS__)
LOG("x"); LOG("x {}", 1, 2);
#define REST(args...) { args }
REST(1, 2) REST()
#define MULTI first \
    second
MULTI
#define bool my_bool
bool
#undef bool
bool
#undef NEVER_DEFINED
// Identical definitions may be repeated.
#define WIDTH 32
T<U<V>> x >> y; a >WIDTH> b
__p4c__ __IPDK__

// CHECK:OUT: bit<8> ttl; bit<32> address;
// CHECK:OUT: 0x10 1 GONE
// CHECK:OUT: "WIDTH + \"a\\n\"" "32"
// CHECK:OUT: ipv4 32 x 32w1 8w0xFF |+|=
// CHECK:OUT: LOOP + 1
// CHECK:OUT: A B
// CHECK:OUT: FIELD;
// CHECK:OUT: bit<(1, 2)> a;
// CHECK:OUT: none none
// CHECK:OUT: log_msg("x"); log_msg("x {}", 1, 2);
// CHECK:OUT: { 1, 2 } { }
// CHECK:OUT: first second
// CHECK:OUT: my_bool
// CHECK:OUT: bool
// CHECK:OUT: T<U<V>> x >> y; a >32> b
// CHECK:OUT: 1 1
