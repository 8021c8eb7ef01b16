// Left chains and 'else if' are as long as they like.
const int a = 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1;
void f(inout bit<8> x) {
  if (x == 0) x = 0; else if (x == 1) x = 1; else if (x == 2) x = 2; else if (x == 3) x = 3; else if (x == 4) x = 4; else if (x == 5) x = 5; else if (x == 6) x = 6; else if (x == 7) x = 7; else if (x == 8) x = 8; else if (x == 9) x = 9; else if (x == 10) x = 10; else if (x == 11) x = 11;
}

// CHECK:OUT: const int a = (((((((((((((((((((((((((((((((((((((((1 + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1) + 1);
// CHECK:OUT: void f(inout bit<8> x) {
// CHECK:OUT:   if ((x == 0))
// CHECK:OUT:     x = 0;
// CHECK:OUT:   else if ((x == 1))
// CHECK:OUT:     x = 1;
// CHECK:OUT:   else if ((x == 2))
// CHECK:OUT:     x = 2;
// CHECK:OUT:   else if ((x == 3))
// CHECK:OUT:     x = 3;
// CHECK:OUT:   else if ((x == 4))
// CHECK:OUT:     x = 4;
// CHECK:OUT:   else if ((x == 5))
// CHECK:OUT:     x = 5;
// CHECK:OUT:   else if ((x == 6))
// CHECK:OUT:     x = 6;
// CHECK:OUT:   else if ((x == 7))
// CHECK:OUT:     x = 7;
// CHECK:OUT:   else if ((x == 8))
// CHECK:OUT:     x = 8;
// CHECK:OUT:   else if ((x == 9))
// CHECK:OUT:     x = 9;
// CHECK:OUT:   else if ((x == 10))
// CHECK:OUT:     x = 10;
// CHECK:OUT:   else if ((x == 11))
// CHECK:OUT:     x = 11;
// CHECK:OUT: }
