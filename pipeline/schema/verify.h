#pragma once
// Checks a schema that came from a file: every index in range, every width and size within limits,
// every const entry fitting its table. After it, no consumer needs to check an index of the schema
// again.

#include "base/result.h"
#include "pipeline/schema/schema.h"

namespace ipdk::schema {

// Sizes that no honest program reaches and that keep a hostile package from exhausting memory.
struct Limits {
  static constexpr uint32_t kWidth = 1u << 20;           // bits of one value
  static constexpr uint64_t kElements = 1ull << 24;      // of one counter, meter or register array
  static constexpr uint64_t kRegisterBits = 1ull << 32;  // of all registers
  static constexpr uint64_t kTypeParts = 1u << 16;       // of one type, tuples written out
};

Status Verify(const Schema& schema);

}  // namespace ipdk::schema
