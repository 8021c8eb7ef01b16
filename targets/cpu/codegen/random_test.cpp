// Random programs with random entries and packets, on the interpreter and as native code.
// IPDK_RANDOM_SEEDS=from,to runs others than the usual ones; a failure prints its seed and the
// program.

#include "pipeline/random/random.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "pipeline/ir/print.h"
#include "pipeline/ir/verify.h"
#include "targets/cpu/codegen/differential.h"

namespace ipdk::cpu::codegen {
namespace {

Status RunSeed(uint64_t seed, const ir::Compiled& compiled, uint32_t burst, bool through) {
  random::Source source(seed);
  DifferentialOptions options;
  options.burst = burst;
  options.seed = seed;
  options.through = through;
  IPDK_ASSIGN(auto both, Differential::Make(compiled, options));
  for (uint32_t t = 0; t < compiled.schema.tables.size(); ++t) {
    const schema::TableId table(t);
    if (compiled.schema.tables[table].const_entries || compiled.schema.tables[table].keys.empty())
      continue;
    for (uint32_t n = source.Below(12); n > 0; --n) {
      const schema::Entry entry = random::MakeEntry(compiled.schema, table, source);
      // The same key twice is refused by both.
      if (auto status = both->AddEntry(table, entry);
          !status && status.error().code() != Code::kAlreadyExists)
        return status;
    }
  }
  std::vector<TestPacket> packets;
  for (random::Packet& packet : random::MakePackets(source, 150, 12))
    packets.push_back({packet.port, std::move(packet.bytes)});
  IPDK_RETURN_IF_ERROR(both->Run(packets));
  return both->CompareState();
}

TEST(Random, ProgramsAgreeWithTheInterpreter) {
  uint64_t from = 1, to = 25;
  if (const char* range = std::getenv("IPDK_RANDOM_SEEDS"))
    ASSERT_EQ(std::sscanf(range, "%lu,%lu", &from, &to), 2)
        << "IPDK_RANDOM_SEEDS wants two numbers, as in 1,100";
  constexpr uint32_t kBursts[] = {32, 2, 31, 1};
  for (uint64_t seed = from; seed < to; ++seed) {
    random::ProgramOptions options;
    options.seed = seed;
    options.meters = seed % 3 == 0;
    options.random = seed % 4 == 0;
    options.replication = seed % 5 == 0;
    const ir::Compiled compiled = random::MakeProgram(options);
    ASSERT_TRUE(ir::Verify(compiled).has_value());
    for (const uint32_t burst : {kBursts[seed % 4], kBursts[0]}) {
      const auto status = RunSeed(seed, compiled, burst, burst == kBursts[0]);
      ASSERT_TRUE(status.has_value())
          << "seed " << seed << ", burst of " << burst << ": " << status.error().ToString() << "\n"
          << ir::Print(compiled);
    }
  }
}

}  // namespace
}  // namespace ipdk::cpu::codegen
