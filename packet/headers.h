#pragma once
// The headers that tests write and read packets with: one table for building, dissecting and
// printing. For people and tests; the data path knows headers only from P4 programs.

#include <span>
#include <string_view>

#include "base/integer.h"

namespace ipdk::packet {

enum class Form : uint8_t { kNumber, kMac, kIp4, kIp6 };

struct FieldInfo {
  std::string_view name;
  uint32_t bits;
  Form form;
  uint64_t initial;
};

struct HeaderInfo {
  std::string_view name;
  std::span<const FieldInfo> fields;
  size_t bytes;
};

std::span<const HeaderInfo> Headers();
const HeaderInfo* FindHeader(std::string_view name);

// 02:00:00:00:00:01, 10.0.0.1, 2001:db8::1, 0x1f, 7 -> number; and back.
std::optional<Integer> ParseValue(Form form, std::string_view text);
std::string FormatValue(Form form, const Integer& value, uint32_t bits);

// Bits of a byte string, big-endian. REQUIRES: they are there; bits of a set value beyond the width
// are dropped.
Integer GetBits(std::string_view bytes, size_t offset, size_t bits);
void SetBits(std::string& bytes, size_t offset, size_t bits, const Integer& value);

}  // namespace ipdk::packet
