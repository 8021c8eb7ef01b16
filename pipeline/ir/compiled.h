#pragma once
// A compiled program: the control schema and the executable IR, which refer to each other by index.
// It is what the compiler returns, a package holds, and a target loads.

#include "pipeline/ir/ir.h"
#include "pipeline/schema/schema.h"

namespace ipdk::ir {

struct Compiled {
  schema::Schema schema;
  Program program;
};

}  // namespace ipdk::ir
