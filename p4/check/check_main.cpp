// p4check [-I DIR] [-D NAME[=V]] [--repeat N] FILE...: the checker by itself, for tests and timing.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "p4/check/check.h"
#include "p4/parse/parse.h"

int main(int argc, char** argv) {
  using namespace ipdk::p4;
  PreprocessOptions options;
  std::vector<std::string> files;
  int repeat = 1;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    auto value = [&] {
      return argument.size() > 2 ? argument.substr(2) : i + 1 < argc ? argv[++i] : "";
    };
    if (argument.starts_with("-I")) {
      options.include_dirs.push_back(value());
    } else if (argument.starts_with("-D")) {
      options.defines.push_back(value());
    } else if (argument == "--repeat" && i + 1 < argc) {
      repeat = std::atoi(argv[++i]);
    } else {
      files.push_back(argument);
    }
  }
  bool failed = false;
  for (const std::string& file : files) {
    for (int round = 0; round < repeat; ++round) {
      SourceMap sources;
      Diagnostics diagnostics(sources);
      std::optional<SyntaxTree> tree = Parse(options, file, sources, diagnostics);
      auto start = std::chrono::steady_clock::now();
      if (tree) Check(*tree, CheckOptions(), diagnostics);
      double seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      if (repeat > 1 && tree) {
        std::printf("%s: %zu expressions in %.4f s\n", file.c_str(), tree->expression_count(),
                    seconds);
      }
      if (round + 1 == repeat) std::fputs(diagnostics.Print().c_str(), stderr);
      failed = failed || diagnostics.failed();
    }
  }
  return failed ? 1 : 0;
}
