#pragma once
// Golden tests: one .p4 file holds the flags, the program and what is expected of it.
//
//   // ARGS: -D X=1 -Wall --tokens    (first lines, optional; the phase reads its own flags)
//   ...program...
//   // --- inc.p4                     (what follows is another file, which the program can include)
//   ...
//   // CHECK:OUT: a line of output    (at the end; not seen by the compiler)
//   // CHECK:ERR: a line of diagnostics
//
// `./dev update` (IPDK_UPDATE=1) rewrites the CHECK lines; the review is `git diff`. A file whose
// name begins with fail_ must have errors, any other none. Each phase's folder has a main that
// calls RunFileTests with its own function.

#include <functional>
#include <string>
#include <vector>

#include "p4/preprocess/preprocess.h"
#include "p4/source/diagnostics.h"
#include "p4/source/source.h"

namespace ipdk::p4::testing {

struct Input {
  std::string path;                // to give to Parse; the text is in `sources`
  PreprocessOptions options;       // -I, -D and -U of ARGS, and p4/include
  std::vector<std::string> flags;  // the rest of ARGS
  SourceMap& sources;
  Diagnostics& diagnostics;

  bool Has(const std::string& flag) const;
};

// Runs the phase and returns its output; diagnostics are printed by the runner.
using Phase = std::function<std::string(const Input&)>;

// The main of a test program. `folder` is a path from the root, "p4/parse/testdata"; every .p4 file
// below it is one test.
int RunFileTests(int argc, char** argv, const std::string& folder, Phase phase);

}  // namespace ipdk::p4::testing
