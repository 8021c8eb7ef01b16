// Some hundreds of random programs; `./dev fuzz programs` runs others for as long as you like.
// IPDK_PROGRAM_SEEDS=from,to chooses.

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/programs/compare.h"
#include "tests/programs/generate.h"

namespace ipdk::tests {
namespace {

void RunSeeds(uint64_t from, uint64_t to, uint32_t statements) {
  for (uint64_t seed = from; seed < to; ++seed) {
    GenerateOptions options;
    options.seed = seed;
    options.statements = statements;
    const std::string program = GenerateProgram(options).Print();
    CompareOptions compare;
    compare.seed = seed;
    static constexpr uint32_t kBursts[] = {32, 2, 31, 1};
    compare.burst = kBursts[seed % 4];
    const Comparison found = CompareProgram(program, compare);
    ASSERT_EQ(found.kind, Comparison::Kind::kAgree)
        << "seed " << seed << ": " << found.text << "\n"
        << program << "\nmake it smaller: fuzz_programs --from " << seed
        << " --count 1 --statements " << statements;
  }
}

TEST(Programs, AgreeEveryWayTheyAreRun) {
  uint64_t from = 1, to = IPDK_PROGRAMS;
  if (const char* range = std::getenv("IPDK_PROGRAM_SEEDS"))
    ASSERT_EQ(std::sscanf(range, "%lu,%lu", &from, &to), 2)
        << "IPDK_PROGRAM_SEEDS wants two numbers, as in 1,100";
  RunSeeds(from, to, 12);
}

TEST(Programs, AreMadeSmaller) {
  // Anything with a table "fails": what is left is little more than that.
  GenerateOptions options;
  for (options.seed = 1;; ++options.seed) {
    const Tree tree = GenerateProgram(options);
    const auto fails = [](const Tree& candidate) {
      return candidate.Print().find("table t") != std::string::npos;
    };
    if (!fails(tree)) continue;
    const Tree small = Shrink(tree, fails, 5000);
    EXPECT_TRUE(fails(small));
    EXPECT_LT(small.Print().size(), tree.Print().size() / 2);
    return;
  }
}

}  // namespace
}  // namespace ipdk::tests
