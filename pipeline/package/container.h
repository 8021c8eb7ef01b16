#pragma once
// The outside of a package: sections of bytes, protected against damage. All numbers little-endian.
//
//   0   8  magic: 89 'I' 'P' 'D' 'K' 0d 0a 1a  (broken by a transfer as text, like PNG's)
//   8   2  major version of the format: another one is refused
//  10   2  minor version: may add sections, which older readers skip
//  12   4  length of the whole package
//  16   8  hash of all other bytes
//  24      sections: u32 kind, u32 length, u64 hash of the bytes, the bytes
//
// The hash is 64-bit FNV-1a: any change of one byte changes it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ipdk::package {

constexpr uint16_t kMajor = 1, kMinor = 0;
constexpr size_t kMaxBytes = 64u << 20;  // more than any program; less than a memory problem

enum class SectionKind : uint32_t { kInfo = 1, kSchema = 2, kProgram = 3, kSources = 4 };

struct Section {
  SectionKind kind;
  std::string bytes;
};

std::string Seal(const std::vector<Section>& sections);

// Views into the bytes that were opened.
struct Opened {
  uint16_t major = 0, minor = 0;
  uint64_t hash = 0;
  std::string_view info, schema, program, sources;
};
Result<Opened> Open(std::string_view bytes);

uint64_t Hash(std::string_view bytes, uint64_t start = 0xcbf29ce484222325);

}  // namespace ipdk::package
