#pragma once
// Random programs, entries and packets, for tests that compare a target with the interpreter.
// Everything follows from a seed, so that a failure is repeated by its number. Programs pass the
// verifier, end within their step limit, and are small enough that their text form can be read when
// they show a difference. Packets come from a few flows that repeat inside a burst, with
// low-entropy bytes, so that states, entries and stateful objects are met again and again.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/ir/compiled.h"

namespace ipdk::random {

// The same numbers on every machine.
class Source {
 public:
  explicit Source(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 0x1234567) {}
  uint64_t Next();
  // 0 .. below-1. REQUIRES: below > 0.
  uint32_t Below(uint32_t below) { return static_cast<uint32_t>((Next() >> 32) * below >> 32); }
  bool OneIn(uint32_t n) { return Below(n) == 0; }
  // Small values, values with few bits set, all ones, and any.
  Integer Value(uint32_t width);

 private:
  uint64_t state_;
};

struct ProgramOptions {
  uint64_t seed = 0;
  uint32_t max_width = 600;  // of a variable or operand
  uint32_t blocks = 14;      // of each control
  uint32_t statements = 5;   // of a block, at most
  uint32_t depth = 4;        // of expressions
  bool stateful = true;      // registers and counters
  bool meters = false;       // their colours follow the clock
  bool random = false;       // random numbers
  bool replication = false;  // multicast, clones, resubmission, recirculation
  bool varbits = true;
  bool stacks = true;
  bool loops = true;      // bounded ones
  bool functions = true;  // called from several places
  bool hashes = true;
};

// A v1model program.
ir::Compiled MakeProgram(const ProgramOptions& options);

// An entry of this table; about half of those that could be chosen match often. Two of them may
// have the same key.
schema::Entry MakeEntry(const schema::Schema& schema, schema::TableId table, Source& source);

struct Packet {
  uint32_t port = 0;
  std::string bytes;
};

// `count` packets of about `flows` different ones, ports 0 to 7.
std::vector<Packet> MakePackets(Source& source, uint32_t count, uint32_t flows);

}  // namespace ipdk::random
