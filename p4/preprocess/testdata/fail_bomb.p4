#define A(x) x x x x x x x x x x
#define B(x) A(A(A(A(A(A(A(A(x))))))))
B(B(1))

// CHECK:ERR: fail_bomb.p4:3:3: error: the macros of this program make more than 4000000 tokens or 67108864 bytes [program-too-large]
// CHECK:ERR:     3 | B(B(1))
// CHECK:ERR:       |   ^
