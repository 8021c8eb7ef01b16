// Any text through the preprocessor; it may include itself.

#include <cstdint>
#include <string>

#include "p4/preprocess/preprocess.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk::p4;
  SourceMap sources;
  sources.RefuseDisk();
  sources.AddText("x.p4", std::string(reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics(sources);
  PreprocessOptions options;
  options.include_dirs = {"dir"};
  options.defines = {"A=1", "B"};
  (void)PrintTokens(Preprocess(options, "x.p4", sources, diagnostics));
  (void)diagnostics.Print();
  return 0;
}
