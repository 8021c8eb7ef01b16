// Any text compiles or is refused with a diagnostic: no crash, no hang, no check of ours fails.

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "p4/compile/compile.h"

namespace {

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk;
  static const std::string core = Read(IPDK_SOURCE_DIR "/p4/include/core.p4");
  static const std::string v1model = Read(IPDK_SOURCE_DIR "/p4/include/v1model.p4");
  static const std::string psa = Read(IPDK_SOURCE_DIR "/p4/include/psa.p4");
  if (size > 1u << 16) return 0;
  p4::SourceMap sources;
  sources.RefuseDisk();
  sources.AddText("include/core.p4", core);
  sources.AddText("include/v1model.p4", v1model);
  sources.AddText("include/psa.p4", psa);
  sources.AddText("fuzz.p4", std::string(reinterpret_cast<const char*>(data), size));
  p4::Diagnostics diagnostics(sources);
  p4::CompileOptions options;
  options.path = "fuzz.p4";
  options.include_dirs = {"include"};
  const auto compiled = p4::Compile(options, sources, diagnostics);
  diagnostics.Print();
  if (!compiled.has_value() && !diagnostics.failed()) __builtin_trap();
  return 0;
}
