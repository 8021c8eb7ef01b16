// p4packet [--target eval|cpu] [-I DIR] [-D NAME[=V]] PROGRAM.p4 TEST.stf: one packet test.
// Exit 0 pass, 1 mismatch, 2 bad program, file or usage.

#include <cstdio>

#include "tests/packet/packet.h"

int main(int argc, char** argv) {
  using namespace ipdk;
  p4::CompileOptions options;
  std::string test, target = "eval";
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if ((arg == "-I" || arg == "-D" || arg == "--target") && i + 1 < argc) {
      const std::string value = argv[++i];
      if (arg == "-I") options.include_dirs.push_back(value);
      if (arg == "-D") options.defines.push_back(value);
      if (arg == "--target") target = value;
    } else if (arg.starts_with("-I")) {
      options.include_dirs.push_back(arg.substr(2));
    } else if (arg.starts_with("-D")) {
      options.defines.push_back(arg.substr(2));
    } else if (options.path.empty()) {
      options.path = arg;
    } else {
      test = arg;
    }
  }
  if (test.empty()) {
    std::fprintf(
        stderr, "usage: p4packet [--target eval|cpu] [-I DIR] [-D NAME[=V]] PROGRAM.p4 TEST.stf\n");
    return 2;
  }
  const tests::PacketOutcome outcome = tests::RunPacketTest(options, test, target);
  std::fprintf(stderr, "%s\n", outcome.text.c_str());
  return outcome.kind == tests::PacketOutcome::Kind::kPass       ? 0
         : outcome.kind == tests::PacketOutcome::Kind::kMismatch ? 1
                                                                 : 2;
}
