#include <core.p4>
control C();
package Own(C c);
control D() { apply { } }
Own(D()) main;

// CHECK:ERR: fail_own_package.p4:5:1: error: package 'Own' belongs to no known architecture; known is V1Switch with six arguments (v1model) [unknown-architecture]
// CHECK:ERR:     5 | Own(D()) main;
// CHECK:ERR:       | ^~~~~~~~~~~~~~
