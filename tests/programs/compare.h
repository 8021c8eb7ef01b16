#pragma once
// Runs one program every way there is, with random entries and packets that follow from a seed: the
// interpreter, native code in bursts, and the interpreter on the same program lowered plainly.

#include <cstdint>
#include <string>

namespace ipdk::tests {

struct Comparison {
  enum class Kind { kAgree, kDiffer, kRefused } kind = Kind::kAgree;
  std::string text;  // the first difference; the diagnostics of a program that was refused
};

struct CompareOptions {
  uint64_t seed = 1;
  uint32_t packets = 96;
  uint32_t flows = 12;
  uint32_t burst = 32;
};

Comparison CompareProgram(const std::string& program, const CompareOptions& options);

}  // namespace ipdk::tests
