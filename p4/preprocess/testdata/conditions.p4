// ARGS: -D YES -D VERSION=20200408
#ifdef YES
yes
#else
no
#endif
#ifndef YES
no
#elif VERSION >= 20200408 && defined(YES) && defined YES && !defined(NO)
second
#elif 1
no
#else
no
#endif
#if 0
it's skipped, "with /* anything
#if 1
#else
#endif
#elif anything ) here
#endif
#if 0
/* a comment hides
#endif
*/
no
#else
shown
#endif
#if (1 + 2 * 3 == 7) && (10 / 3 == 3) && (10 % 4 == 2) && (1 << 3 == 8) && (-8 >> 1 == -4)
arithmetic
#endif
#if (5 > 3 ? 2 : 1/0) == 2 && (0 && 1/0) == 0 && (1 || 1/0)
lazy
#endif
#if ~0 == -1 && (6 & 3) == 2 && (6 | 3) == 7 && (6 ^ 3) == 5 && 2 != 3 && 2 <= 2 && 1 < 2
bits
#endif
#if UNKNOWN
no
#endif
#if VERSION == 20200408
#define INNER 1
# if INNER
nested
# endif
#endif
#
#pragma anything "goes here
done

// CHECK:OUT: yes
// CHECK:OUT: second
// CHECK:OUT: shown
// CHECK:OUT: arithmetic
// CHECK:OUT: lazy
// CHECK:OUT: bits
// CHECK:OUT: nested
// CHECK:OUT: done
