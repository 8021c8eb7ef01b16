// fuzz_programs [--seconds N] [--from SEED] [--count N] [--statements N] [--print] [--out FOLDER]:
// random programs on the interpreter and as native code, until the time or the count is over. A
// difference is made small and written to FOLDER/SEED.p4. Exit 1 if there was one.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/programs/compare.h"
#include "tests/programs/generate.h"

int main(int argc, char** argv) {
  using namespace ipdk::tests;
  using Clock = std::chrono::steady_clock;
  uint64_t seconds = 60, from = 0, count = UINT64_MAX, shown = 0;
  uint32_t statements = 24;
  bool print = false, chosen = false;
  std::string folder = "build/fuzz/findings";
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (arg == "--print") {
      print = true;
      continue;
    }
    if (value == nullptr) {
      std::fprintf(stderr,
                   "usage: fuzz_programs [--seconds N] [--from SEED] [--count N] [--statements N] "
                   "[--print] [--out FOLDER]\n");
      return 2;
    }
    ++i;
    if (arg == "--seconds") seconds = std::strtoull(value, nullptr, 10);
    if (arg == "--from") from = std::strtoull(value, nullptr, 10), chosen = true;
    if (arg == "--count") count = std::strtoull(value, nullptr, 10);
    if (arg == "--statements") statements = static_cast<uint32_t>(std::atoi(value));
    if (arg == "--out") folder = value;
  }
  // Another run tries other programs; the seed of each is told.
  if (!chosen)
    from = static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  uint64_t done = 0, failed = 0, refused = 0;
  for (uint64_t seed = from; done < count && Clock::now() < end; ++seed, ++done) {
    GenerateOptions options;
    options.seed = seed;
    options.statements = statements;
    const Tree tree = GenerateProgram(options);
    if (print) std::fputs(tree.Print().c_str(), stdout);
    CompareOptions compare;
    compare.seed = seed;
    static constexpr uint32_t kBursts[] = {32, 2, 31, 1};
    compare.burst = kBursts[seed % 4];
    const Comparison found = CompareProgram(tree.Print(), compare);
    if (found.kind == Comparison::Kind::kAgree) continue;
    if (found.kind == Comparison::Kind::kRefused) ++refused;
    ++failed;
    std::printf("seed %lu: %s\n", seed, found.text.substr(0, 2000).c_str());
    if (++shown > 20) break;
    // What is refused is a fault of the generator or of the checker: its text says enough.
    if (found.kind == Comparison::Kind::kRefused) continue;
    const Tree small = Shrink(
        tree,
        [&](const Tree& candidate) {
          return CompareProgram(candidate.Print(), compare).kind == found.kind;
        },
        600);
    const std::string text = small.Print();
    std::filesystem::create_directories(folder);
    const std::string path = folder + "/program-" + std::to_string(seed) + ".p4";
    std::ofstream(path) << "// seed " << seed << ", burst " << compare.burst << "\n// "
                        << CompareProgram(text, compare).text << "\n"
                        << text;
    std::printf("  smaller: %s (%zu bytes)\n", path.c_str(), text.size());
    std::fflush(stdout);
  }
  std::printf("%lu programs from seed %lu: %lu differ or are refused (%lu refused)\n", done, from,
              failed, refused);
  return failed == 0 ? 0 : 1;
}
