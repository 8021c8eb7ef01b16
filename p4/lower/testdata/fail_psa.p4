// What PSA's package names is told where it is not what PSA says.
#include <core.p4>

struct none { }
control Small(inout none hdr) { apply { } }
package Half(Small a);
package PSA_Switch<A, B, C, D>(A ingress, B pre, C egress, D bqe);
Half(Small()) half;
PSA_Switch(half, Half(Small()), half, half) main;

// CHECK:ERR: fail_psa.p4:9:1: error: not yet supported: a PSA_Switch whose IngressPipeline is no package of a parser, a control and a deparser [not-yet-supported]
// CHECK:ERR:     9 | PSA_Switch(half, Half(Small()), half, half) main;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
