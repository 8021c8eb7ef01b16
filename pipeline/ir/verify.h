#pragma once
// Checks a compiled program wholly, so that eval and code generation need not check anything again:
// a package is untrusted bytes, and a compiler has faults. Ids in range, widths as the operators
// want them, operands before their users, jumps inside one function, calls without recursion,
// Return and End where they belong, an on_error wherever reading the packet can fail, lookups that
// fit their tables, sizes within limits. It does not ask whether the program is sensible.
//
// The error names the block and the statement: "block 'parser.ipv4' statement 2 (set): ...".

#include "base/result.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::ir {

struct Limits {
  static constexpr size_t kObjects = 1u << 20;  // of any one kind: variables, headers, blocks, ...
  static constexpr size_t kExprs = 1u << 23;
  static constexpr uint32_t kWidth = 1u << 20;        // bits of one value or header
  static constexpr uint64_t kStateBits = 1ull << 27;  // of all variables and headers of one packet
  static constexpr uint32_t kExprDepth = 2'000;
  static constexpr uint32_t kExprNodes = 1u << 18;  // of one expression written out as a tree
  static constexpr uint32_t kSteps = 10'000'000;
};

Status Verify(const Compiled& compiled);

}  // namespace ipdk::ir
