#pragma once
// Hashes, CRCs and checksums over a string of bits: the one definition that the interpreter calls
// and native code calls or inlines. A hash statement joins its inputs in order, each most
// significant bit first, without gaps; the last byte is filled with zero bits. The byte functions
// take whole bytes, so a caller that has bytes needs no joining.

#include <cstdint>
#include <span>
#include <string>

#include "base/integer.h"
#include "pipeline/ir/ir.h"

namespace ipdk::externs {

// Joins values bit by bit.
class BitJoiner {
 public:
  // The low `width` bits of a non-negative value.
  void Append(const Integer& value, size_t width);
  void Append(uint64_t value, size_t width);  // width <= 64
  void AppendBytes(std::span<const uint8_t> bytes);

  size_t bits() const { return bits_; }
  // The last byte is filled with zero bits.
  std::span<const uint8_t> bytes() const { return bytes_; }
  // All bits as one number.
  Integer ToInteger() const;

 private:
  std::vector<uint8_t> bytes_;
  size_t bits_ = 0;
};

// Each can be continued: pass the former result as `state`. What starts and ends a sum is said in
// ops.def.
uint32_t Crc32Update(uint32_t state, const uint8_t* data, size_t size);
inline constexpr uint32_t kCrc32Start = 0xffffffff;
inline uint32_t Crc32(const uint8_t* data, size_t size) {
  return ~Crc32Update(kCrc32Start, data, size);
}

uint16_t Crc16Update(uint16_t state, const uint8_t* data, size_t size);
inline uint16_t Crc16(const uint8_t* data, size_t size) { return Crc16Update(0, data, size); }

// The unfolded sum of 16-bit big-endian words, an odd tail padded with a zero byte. All but the
// last piece of a sum must have an even length.
uint64_t Sum16Update(uint64_t state, const uint8_t* data, size_t size);
inline uint16_t Sum16Finish(uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}
inline uint16_t Csum16(const uint8_t* data, size_t size) {
  return Sum16Finish(Sum16Update(0, data, size));
}

uint16_t Xor16(const uint8_t* data, size_t size);
// A 32-bit mix of all bytes, for HashAlgorithm.random: any function will do, but it must be the
// same everywhere.
uint32_t Mix32(const uint8_t* data, size_t size);

// Any algorithm but identity, over whole bytes.
uint32_t Hash(ir::HashAlgorithm algorithm, const uint8_t* data, size_t size);

// Any algorithm over joined bits.
Integer Hash(ir::HashAlgorithm algorithm, const BitJoiner& input);

}  // namespace ipdk::externs
