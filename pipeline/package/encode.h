#pragma once
// Values as bytes: numbers as varints (seven bits a byte, low first, in the fewest bytes), ids as
// index + 1 with 0 for none, strings and vectors with their length first, Integers as
// (bytes * 2 + negative) and big-endian bytes. Each value has one form only.
//
// The source table goes to bytes of its own: file names once, then per position the file, the
// difference of the line from the one before (zigzag) and the column.

#include <string>

#include "pipeline/package/fields.h"

namespace ipdk::package {

struct Encoded {
  std::string schema, program, sources;
};
Encoded Encode(const ir::Compiled& compiled);

// Appends a varint, and a string with its length first.
void AppendVarint(std::string& out, uint64_t value);
void AppendString(std::string& out, std::string_view value);

}  // namespace ipdk::package
