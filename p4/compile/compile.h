#pragma once
// The whole compiler: from a file to a compiled program that the verifier has accepted. What the
// tools call; it reads files and returns values, prints nothing and writes nothing.

#include <optional>
#include <string>
#include <vector>

#include "p4/source/diagnostics.h"
#include "p4/source/source.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::p4 {

struct CompileOptions {
  std::string path;
  // -I, -D, -U, as PreprocessOptions has them. The installed architectures are searched last.
  std::vector<std::string> include_dirs;
  std::vector<std::string> defines;
  std::vector<std::string> undefines;
  // As Diagnostics::SetWarning takes them: "-Wno-unused", "error".
  std::vector<std::string> warnings;
  // "v1model": what the program must be written for; "" takes what `main` is.
  std::string architecture;
  bool plain = false;  // LowerOptions::plain
};

// Nothing if the program is bad: why is in `diagnostics`, which was made with `sources`. Warnings
// are there too.
std::optional<ir::Compiled> Compile(const CompileOptions& options, SourceMap& sources,
                                    Diagnostics& diagnostics);

// Preprocesses, parses and checks, also what has no `main` or an architecture of its own. True if
// it is good.
bool CheckOnly(const CompileOptions& options, SourceMap& sources, Diagnostics& diagnostics);

}  // namespace ipdk::p4
