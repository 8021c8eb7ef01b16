// Legal, and surely not meant.
const bit<8> kBound = 0;
enum Colour { Red, Green }
control C(inout bit<8> x, inout int<8> y, in Colour c) {
    action a() {
        return;
        x = 1;
    }
    apply {
        bool b = x >= 0;
        b = 0 > x;
        b = x <= 255;
        b = x > 255;
        b = y < -128;
        b = y <= 127;
        b = x == x;
        b = x > 0 && x < 255 && y >= -127 && x >= kBound;
        x = x << 8;
        x = x >> 7;
        y >>= 9;
        x = x;
        x[3:0] = x[7:4];
        switch (c) {
            Colour.Red: { x = 2; }
        }
        switch (c) {
            Colour.Red: { x = 2; }
            Colour.Green: { x = 3; }
        }
        for (bit<8> i in 1..3) {
            if (i == 2) { break; } else { continue; }
            x = i;
        }
        if (b) { a(); exit; }
        x = 4;
    }
}

// CHECK:ERR: warn_expressions.p4:7:9: warning: this is never reached [unreachable-code]
// CHECK:ERR:     7 |         x = 1;
// CHECK:ERR:       |         ^~~~~~
// CHECK:ERR: warn_expressions.p4:6:9: note: nothing goes on behind this
// CHECK:ERR:     6 |         return;
// CHECK:ERR:       |         ^~~~~~~
// CHECK:ERR: warn_expressions.p4:10:18: warning: this is always true: a value of type bit<8> is never below 0 [constant-comparison]
// CHECK:ERR:    10 |         bool b = x >= 0;
// CHECK:ERR:       |                  ^~~~~~
// CHECK:ERR: warn_expressions.p4:11:13: warning: this is always false: a value of type bit<8> is never below 0 [constant-comparison]
// CHECK:ERR:    11 |         b = 0 > x;
// CHECK:ERR:       |             ^~~~~
// CHECK:ERR: warn_expressions.p4:12:13: warning: this is always true: a value of type bit<8> is never above 255 [constant-comparison]
// CHECK:ERR:    12 |         b = x <= 255;
// CHECK:ERR:       |             ^~~~~~~~
// CHECK:ERR: warn_expressions.p4:13:13: warning: this is always false: a value of type bit<8> is never above 255 [constant-comparison]
// CHECK:ERR:    13 |         b = x > 255;
// CHECK:ERR:       |             ^~~~~~~
// CHECK:ERR: warn_expressions.p4:15:13: warning: this is always true: a value of type int<8> is never above 127 [constant-comparison]
// CHECK:ERR:    15 |         b = y <= 127;
// CHECK:ERR:       |             ^~~~~~~~
// CHECK:ERR: warn_expressions.p4:16:13: warning: a value compared with itself: '==' is always true [constant-comparison]
// CHECK:ERR:    16 |         b = x == x;
// CHECK:ERR:       |             ^~~~~~
// CHECK:ERR: warn_expressions.p4:18:18: warning: a shift by 8 leaves nothing of bit<8> [shift-too-far]
// CHECK:ERR:    18 |         x = x << 8;
// CHECK:ERR:       |                  ^
// CHECK:ERR: warn_expressions.p4:20:15: warning: a shift by 9 leaves nothing of int<8> [shift-too-far]
// CHECK:ERR:    20 |         y >>= 9;
// CHECK:ERR:       |               ^
// CHECK:ERR: warn_expressions.p4:21:9: warning: a value is assigned to itself [self-assignment]
// CHECK:ERR:    21 |         x = x;
// CHECK:ERR:       |         ^~~~~~
// CHECK:ERR: warn_expressions.p4:23:17: warning: the switch has neither a label for 'Green' nor a 'default' [missing-case]
// CHECK:ERR:    23 |         switch (c) {
// CHECK:ERR:       |                 ^
// CHECK:ERR: warn_expressions.p4:32:13: warning: this is never reached [unreachable-code]
// CHECK:ERR:    32 |             x = i;
// CHECK:ERR:       |             ^~~~~~
// CHECK:ERR: warn_expressions.p4:31:13: note: nothing goes on behind this
// CHECK:ERR:    31 |             if (i == 2) { break; } else { continue; }
// CHECK:ERR:       |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
