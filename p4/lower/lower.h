#pragma once
// From a checked program to what is executed and controlled: an ir::Program and a schema::Schema.
//
// Lowering evaluates `main` to a tree of instances, then writes the code of each parser and control
// that the architecture calls, in the order in which a packet meets them. It computes nothing about
// P4's rules: the checker has said what every name, call and type is. What is legal but cannot be
// lowered is reported as "not-yet-supported" at its line, and there is no result then.

#include <optional>
#include <string>

#include "p4/check/checked.h"
#include "p4/source/diagnostics.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::p4 {

struct LowerOptions {
  std::string program;       // Schema::program
  std::string architecture;  // "v1model"...: what main must be of; "" takes what it is
  // Always copies parameters, writes every body once and calls it, simplifies nothing: a second way
  // to the same meaning, which tests compare with the first.
  bool plain = false;
};

// What comes out has passed ir::Verify. REQUIRES: `checked` came out of Check without an error.
std::optional<ir::Compiled> Lower(const CheckedProgram& checked, const LowerOptions& options,
                                  Diagnostics& diagnostics);

}  // namespace ipdk::p4
