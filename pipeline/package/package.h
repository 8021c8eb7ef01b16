#pragma once
// The package file: what `ipdk compile` writes and a target loads. Written by one version of the
// compiler and read by another, perhaps by way of an untrusted controller: the reader trusts
// nothing, and runs the verifier before it returns a program.
//
//   magic (8)  major, minor (2 x 4, little-endian)  fingerprint (8)  hash of the rest (8)  sections
//   section: number, length (varints), bytes. A reader skips sections that it does not know.
//
// The fingerprint is of the names in ops.def and roles.def: a package whose operators have other
// numbers is refused rather than misread. Everything in a section is written field by field from
// one table (fields.h) that both directions use.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::package {

// Another major version cannot be read; a higher minor one can.
constexpr uint32_t kMajor = 1, kMinor = 0;
constexpr size_t kMaxBytes = 64u << 20;

struct About {
  std::string compiler;  // "ipdk 0.1.0"
  std::string architecture;
  std::string program;
};

std::string Write(const ir::Compiled& compiled, std::string_view compiler = "ipdk");

// Reads and verifies. INVALID_ARGUMENT: not a package, damaged, or an invalid program.
// FAILED_PRECONDITION: of another version.
Result<ir::Compiled> Read(std::string_view bytes);
// Only what stands in front.
Result<About> ReadAbout(std::string_view bytes);

// Of all bytes: equal packages have equal hashes.
uint64_t Hash(std::string_view bytes);

}  // namespace ipdk::package
