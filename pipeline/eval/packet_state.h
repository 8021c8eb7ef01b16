#pragma once
// The whole state of one packet while the interpreter runs it: the program's Vars and Headers, what
// is left to parse, and what was emitted. It is a value: a clone is a copy.

#include <cstdint>
#include <string>
#include <vector>

#include "base/integer.h"
#include "pipeline/externs/hash.h"
#include "pipeline/ir/ir.h"

namespace ipdk::eval {

struct HeaderValue {
  bool valid = false;
  std::vector<Integer> fields;  // right-aligned, varbits too
  uint32_t varbit_length = 0;   // bits of the varbit field, if there is one
};

// Where a header stands in an emitted packet.
struct EmittedHeader {
  ir::HeaderId header;
  size_t bit_offset = 0;
  uint32_t varbit_length = 0;
};

struct PacketState {
  explicit PacketState(const ir::Program& program);

  std::vector<Integer> vars;
  std::vector<HeaderValue> headers;
  std::string packet;  // the bytes being parsed, from the first
  size_t cursor = 0;   // bits of `packet` that are parsed
  externs::BitJoiner emitted;
  std::vector<EmittedHeader> emitted_headers;
  size_t deparsed_bits =
      0;  // of `packet`, after a function that deparses: those are headers, the rest is payload
  uint32_t random_calls = 0;
};

}  // namespace ipdk::eval
