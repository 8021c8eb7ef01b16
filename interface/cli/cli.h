#pragma once
// The verbs of `ipdk`. Exit codes: 0 done; 1 it failed: a bad program, a mismatch, an error from
// the daemon; 2 bad usage. Run bare it prompts; with input from a pipe it runs the lines as a
// script and stops at the first that fails.

#include <string>
#include <vector>

#include "interface/cli/tools.h"

namespace ipdk::cli {

int Main(int argc, char** argv, const Tools& tools);

// One command without the program's name; output as bytes. For tests.
struct Ran {
  int code = 0;
  std::string out, err;
};
Ran RunOnce(const std::vector<std::string>& arguments, const Tools& tools);

}  // namespace ipdk::cli
