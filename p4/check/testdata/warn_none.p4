// ARGS: -Werror -Wno-all
control C() {
    bit<4> x = 16;
    apply {}
}
