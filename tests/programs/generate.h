#pragma once
// Random, well-typed P4-16 programs for v1model: all widths, all statements, tables with every
// match kind, parsers with loops, stacks, unions, varbits and sub-parsers, functions with out and
// inout parameters, actions, controls of controls. A program follows from its seed. Whatever it
// does is deterministic (docs/undefined.md), so two ways of running it must agree on every packet.

#include <cstdint>

#include "tests/programs/tree.h"

namespace ipdk::tests {

struct GenerateOptions {
  uint64_t seed = 1;
  uint32_t statements = 24;  // of the whole program, about
  uint32_t max_width = 200;
};

Tree GenerateProgram(const GenerateOptions& options);

}  // namespace ipdk::tests
