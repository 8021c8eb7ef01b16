#pragma once
// From a checked program to what is executed and controlled: an ir::Program and a schema::Schema.
//
// Lowering evaluates `main` to a tree of instances, then writes the code of each parser and control that the
// architecture calls, in the order in which a packet meets them. It computes nothing about P4's rules: the
// checker has said what every name, call and type is. What is legal but cannot be lowered is reported as
// "not-yet-supported" at its line, and there is no result then.

#include <optional>
#include <string>

#include "p4/check/checked.h"
#include "p4/source/diagnostics.h"
#include "pipeline/ir/ir.h"
#include "pipeline/schema/schema.h"

namespace ipdk::p4 {

struct LowerOptions {
  std::string program;       // Schema::program
  std::string architecture;  // "v1model"...: what main must be of; "" takes what it is
};

struct LoweredProgram {
  schema::Schema schema;
  ir::Program ir;
};

// REQUIRES: `checked` came out of Check without an error.
std::optional<LoweredProgram> Lower(const CheckedProgram& checked, const LowerOptions& options,
                                    Diagnostics& diagnostics);

}  // namespace ipdk::p4
