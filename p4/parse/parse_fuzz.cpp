// Any text: preprocess, parse, and if it is a program, print it and parse that.

#include <cstdint>
#include <string>

#include "p4/parse/parse.h"
#include "p4/syntax/print.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk::p4;
  SourceMap sources;
  sources.RefuseDisk();
  sources.AddText("x.p4", std::string(reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics(sources);
  auto tree = Parse({}, "x.p4", sources, diagnostics);
  (void)diagnostics.Print();
  if (!tree) return 0;
  sources.AddText("printed.p4", PrintTree(*tree));
  Diagnostics again(sources);
  // Printing adds parentheses, so what is near the bound of nesting may pass it the second time.
  (void)Parse({}, "printed.p4", sources, again);
  return 0;
}
