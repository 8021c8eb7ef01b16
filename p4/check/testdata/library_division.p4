// 8.6: what no package runs is left alone.
control C(inout bit<8> x) { apply { x = x / x; } }
