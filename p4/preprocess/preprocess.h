#pragma once
// From files to the tokens of one program: #include, macros, conditionals.
//
// P4 takes the C preprocessor. This one works on P4's tokens, not on text, so a place in the
// program stays exact. Differences from C: no character constants; `#pragma` is ignored; a `#` line
// marker (`# 5 "file"`) is a `#line`; `__DATE__` and `__TIME__` are not predefined, because a build
// must be repeatable. Predefined: __FILE__, __LINE__, __COUNTER__, __p4c__ (1: existing programs
// ask for it to mean "a P4-16 compiler"), __IPDK__ (1).
//
// Untrusted input: includes nest to 64, macro expansions to 200, and the program to some millions
// of tokens; beyond that there is one error and the work ends.

#include <optional>
#include <string>
#include <vector>

#include "p4/lex/token.h"
#include "p4/source/diagnostics.h"
#include "p4/source/source.h"

namespace ipdk::p4 {

struct PreprocessOptions {
  // -I: searched in order for <file>, and for "file" after the folder of the file that includes it.
  std::vector<std::string> include_dirs;
  // -D: "NAME" (defined as 1) or "NAME=VALUE".
  std::vector<std::string> defines;
  // -U: not predefined, and not taken from `defines`.
  std::vector<std::string> undefines;
};

// The tokens of the program, ending in one kEnd. Errors are in `diagnostics`; the tokens are then
// those that could be had. Texts point into `sources`.
std::vector<Token> Preprocess(const PreprocessOptions& options, const std::string& path,
                              SourceMap& sources, Diagnostics& diagnostics);

// The tokens as text, one line of output for each line that had any.
std::string PrintTokens(const std::vector<Token>& tokens);

// Where core.p4 and the architectures are found beside the running tool:
// <exe>/../share/ipdk/p4include for an installed tool (bin/ipdk), else p4/include of the source
// tree it was built from. Nothing if neither exists.
std::optional<std::string> InstalledIncludeDir();

}  // namespace ipdk::p4
