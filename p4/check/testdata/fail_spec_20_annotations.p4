// 20.3: annotations that have a form.
@name const bit<8> a = 1;
@name(5) const bit<8> b = 1;
@deprecated const bit<8> c = 1;
@noWarn(unused) const bit<8> d = 1;
@hidden(1) action e() {}
@pkginfo const bit<8> f = 1;
@pkginfo(name = "x") const bit<8> g = 1;
@twice[1] @twice(1) const bit<8> h = 1;
@thrice(1) @thrice[1] const bit<8> i = 1;

// CHECK:ERR: fail_spec_20_annotations.p4:2:1: error: '@name' wants a string: @name("...") [bad-annotation]
// CHECK:ERR:     2 | @name const bit<8> a = 1;
// CHECK:ERR:       | ^~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:3:1: error: '@name' wants a string: @name("...") [bad-annotation]
// CHECK:ERR:     3 | @name(5) const bit<8> b = 1;
// CHECK:ERR:       | ^~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:4:1: error: '@deprecated' wants a string: @deprecated("...") [bad-annotation]
// CHECK:ERR:     4 | @deprecated const bit<8> c = 1;
// CHECK:ERR:       | ^~~~~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:5:1: error: '@noWarn' wants a string: @noWarn("...") [bad-annotation]
// CHECK:ERR:     5 | @noWarn(unused) const bit<8> d = 1;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:6:1: error: '@hidden' stands alone, it has no body [bad-annotation]
// CHECK:ERR:     6 | @hidden(1) action e() {}
// CHECK:ERR:       | ^~~~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:7:1: error: '@pkginfo' wants keys with values: @pkginfo[name = "..."] [bad-annotation]
// CHECK:ERR:     7 | @pkginfo const bit<8> f = 1;
// CHECK:ERR:       | ^~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:9:11: error: the structured annotation '@twice' stands more than once [bad-annotation]
// CHECK:ERR:     9 | @twice[1] @twice(1) const bit<8> h = 1;
// CHECK:ERR:       |           ^~~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:9:1: note: first here
// CHECK:ERR:     9 | @twice[1] @twice(1) const bit<8> h = 1;
// CHECK:ERR:       | ^~~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:10:12: error: the structured annotation '@thrice' stands more than once [bad-annotation]
// CHECK:ERR:    10 | @thrice(1) @thrice[1] const bit<8> i = 1;
// CHECK:ERR:       |            ^~~~~~~~~~
// CHECK:ERR: fail_spec_20_annotations.p4:10:1: note: first here
// CHECK:ERR:    10 | @thrice(1) @thrice[1] const bit<8> i = 1;
// CHECK:ERR:       | ^~~~~~~~~~
