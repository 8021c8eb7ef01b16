#include "pipeline/externs/hash.h"

#include <array>

namespace ipdk::externs {
namespace {

constexpr std::array<uint32_t, 256> MakeCrc32Table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0xedb88320u : 0);
    table[i] = value;
  }
  return table;
}

constexpr std::array<uint16_t, 256> MakeCrc16Table() {
  std::array<uint16_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0xa001u : 0);
    table[i] = static_cast<uint16_t>(value);
  }
  return table;
}

constexpr auto kCrc32Table = MakeCrc32Table();
constexpr auto kCrc16Table = MakeCrc16Table();

}  // namespace

void BitJoiner::Append(uint64_t value, size_t width) {
  while (width > 0) {
    if (bits_ % 8 == 0) bytes_.push_back(0);
    const size_t room = 8 - bits_ % 8;
    const size_t take = width < room ? width : room;
    const uint64_t piece = (value >> (width - take)) & ((1u << take) - 1);
    bytes_.back() |= static_cast<uint8_t>(piece << (room - take));
    bits_ += take;
    width -= take;
  }
}

void BitJoiner::Append(const Integer& value, size_t width) {
  if (width <= 64) return Append(ToU64(value), width);
  const std::string bytes = ToBytes(Truncate(value, width), BytesFor(width));
  const size_t head = width % 8;
  size_t i = 0;
  if (head != 0) Append(static_cast<uint8_t>(bytes[i++]), head);
  for (; i < bytes.size(); ++i) Append(static_cast<uint8_t>(bytes[i]), 8);
}

void BitJoiner::AppendBytes(std::span<const uint8_t> bytes) {
  if (bits_ % 8 == 0) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    bits_ += bytes.size() * 8;
    return;
  }
  for (uint8_t byte : bytes) Append(byte, 8);
}

Integer BitJoiner::ToInteger() const { return FromBytes(bytes_) >> (bytes_.size() * 8 - bits_); }

uint32_t Crc32Update(uint32_t state, const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i) state = (state >> 8) ^ kCrc32Table[(state ^ data[i]) & 0xff];
  return state;
}

uint16_t Crc16Update(uint16_t state, const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i)
    state = static_cast<uint16_t>((state >> 8) ^ kCrc16Table[(state ^ data[i]) & 0xff]);
  return state;
}

uint64_t Sum16Update(uint64_t state, const uint8_t* data, size_t size) {
  size_t i = 0;
  for (; i + 1 < size; i += 2) state += static_cast<uint64_t>(data[i]) << 8 | data[i + 1];
  if (i < size) state += static_cast<uint64_t>(data[i]) << 8;
  return state;
}

uint16_t Xor16(const uint8_t* data, size_t size) {
  uint32_t out = 0;
  for (size_t i = 0; i < size; ++i) out ^= i % 2 == 0 ? uint32_t{data[i]} << 8 : data[i];
  return static_cast<uint16_t>(out);
}

// FNV-1a, its result mixed once more so that the low bits depend on every input bit.
uint32_t Mix32(const uint8_t* data, size_t size) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < size; ++i) hash = (hash ^ data[i]) * 0x100000001b3;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  return static_cast<uint32_t>(hash ^ (hash >> 33));
}

uint32_t Hash(ir::HashAlgorithm algorithm, const uint8_t* data, size_t size) {
  switch (algorithm) {
    case ir::HashAlgorithm::kCrc32:
    case ir::HashAlgorithm::kCrc32Custom:
    case ir::HashAlgorithm::kTargetDefault:
      return Crc32(data, size);
    case ir::HashAlgorithm::kCrc16:
    case ir::HashAlgorithm::kCrc16Custom:
      return Crc16(data, size);
    case ir::HashAlgorithm::kRandom:
      return Mix32(data, size);
    case ir::HashAlgorithm::kCsum16:
    case ir::HashAlgorithm::kOnesComplement16:
      return Csum16(data, size);
    case ir::HashAlgorithm::kXor16:
      return Xor16(data, size);
    case ir::HashAlgorithm::kIdentity:
      break;
  }
  return 0;
}

Integer Hash(ir::HashAlgorithm algorithm, const BitJoiner& input) {
  if (algorithm == ir::HashAlgorithm::kIdentity) return input.ToInteger();
  return Integer(Hash(algorithm, input.bytes().data(), input.bytes().size()));
}

}  // namespace ipdk::externs
