#pragma once
// Cleans up what lowering wrote, so that a program reads like its source and no target need look
// for the obvious.
//
//   b1: jump b2      b2 (empty): jump b3        b1: jump b3             (jumps are threaded)
//   b1: ..., jump b2, b2 entered by b1 only     b1: ..., what b2 did    (straight lines are joined)
//   branch 1, b2, b3                            jump b2
//   t = a + b, t never read                     (gone)
//
// Afterwards every block is reachable, in reverse post-order function by function; every Var,
// header, expression, constant and source is used, in its old order. Named blocks stay: traces tell
// them. The meaning is the same; the number of blocks that count against step_limit is not.

#include "pipeline/ir/ir.h"

namespace ipdk::p4 {

void Simplify(ir::Program* program);

}  // namespace ipdk::p4
