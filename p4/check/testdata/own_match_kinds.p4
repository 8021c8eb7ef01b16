// 14.2.1.4: match kinds of the program's own mean what its architecture says.
match_kind { exact }
control C(in bit<8> x) {
    action a() {}
    table t {
        key = { x: exact; }
        actions = { a; }
        const entries = { 8w1 &&& 8w3: a(); }
    }
    apply { t.apply(); }
}
