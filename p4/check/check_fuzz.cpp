// Any text is checked without a crash; the parser stands before, so most of the corpus is P4.

#include <cstddef>
#include <cstdint>
#include <string>

#include "p4/check/check.h"
#include "p4/parse/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk::p4;
  SourceMap sources;
  sources.RefuseDisk();
  sources.AddText("input.p4", std::string(reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics(sources);
  std::optional<SyntaxTree> tree = Parse(PreprocessOptions(), "input.p4", sources, diagnostics);
  if (tree) Check(*tree, CheckOptions(), diagnostics);
  return 0;
}
