// p4parse [-I DIR] [-D NAME[=V]] [--tokens] [--repeat N] FILE...: the front end by itself, for
// tests and timing.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "p4/parse/parse.h"

int main(int argc, char** argv) {
  using namespace ipdk::p4;
  PreprocessOptions options;
  std::vector<std::string> files;
  bool tokens_only = false;
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
    } else if (argument == "--tokens") {
      tokens_only = true;
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
      auto start = std::chrono::steady_clock::now();
      size_t count = 0;
      if (tokens_only) {
        auto tokens = Preprocess(options, file, sources, diagnostics);
        count = tokens.size();
        if (repeat == 1) std::fputs(PrintTokens(tokens).c_str(), stdout);
      } else if (auto tree = Parse(options, file, sources, diagnostics)) {
        count = tree->expression_count() + tree->statement_count() + tree->declaration_count();
      }
      double seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      if (repeat > 1)
        std::printf("%s: %zu tokens or nodes in %.3f s\n", file.c_str(), count, seconds);
      if (round + 1 == repeat) std::fputs(diagnostics.Print().c_str(), stderr);
      failed = failed || diagnostics.failed();
    }
  }
  return failed ? 1 : 0;
}
