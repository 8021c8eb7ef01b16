#pragma once
// P4Runtime's byte strings (1.5, section 8.3): big-endian, any length in, the shortest out, at
// least one byte.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/integer.h"
#include "base/result.h"

namespace ipdk::p4runtime {

// OUT_OF_RANGE for an empty string and for a value that needs more than `width` bits. `what` names
// the value in the error: "field 'hdr.ipv4.ttl'".
Result<Integer> DecodeBytes(std::string_view bytes, uint32_t width, std::string_view what);
// The same for int<W>: two's complement, sign extension allowed.
Result<Integer> DecodeSignedBytes(std::string_view bytes, uint32_t width, std::string_view what);

// REQUIRES: value >= 0.
std::string EncodeBytes(const Integer& value);

}  // namespace ipdk::p4runtime
