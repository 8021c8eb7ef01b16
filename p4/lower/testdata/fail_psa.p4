#include <core.p4>
control C();
package PSA_Switch(C c);
control D() { apply { } }
PSA_Switch(D()) main;

// CHECK:ERR: fail_psa.p4:5:1: error: not yet supported: the architecture psa (package 'PSA_Switch') [not-yet-supported]
// CHECK:ERR:     5 | PSA_Switch(D()) main;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~
