#pragma once
// One packet test on one target: compiles the program, runs the test, says how it went. What
// `ipdk stf` does, without the command line, for tests that want the compiler and both targets.

#include <string>

#include "p4/compile/compile.h"

namespace ipdk::tests {

struct PacketOutcome {
  enum class Kind { kPass, kMismatch, kBad } kind = Kind::kBad;
  std::string text;
  size_t packets = 0;
};

// `target`: "eval" or "cpu".
PacketOutcome RunPacketTest(const p4::CompileOptions& options, const std::string& test,
                            const std::string& target);

}  // namespace ipdk::tests
