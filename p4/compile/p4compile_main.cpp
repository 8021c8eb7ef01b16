// p4compile [--check] [--emit ir|p4info|tdi] [-o OUT] [-I DIR] [-D NAME[=V]] [--arch A] PROGRAM.p4:
// the compiler alone, for its own tests. Exit 0 good, 1 bad program, 2 bad usage.

#include <cstdio>
#include <cstring>

#include "p4/compile/compile.h"
#include "pipeline/ir/print.h"
#include "pipeline/schema/p4info.h"
#include "pipeline/schema/tdi_json.h"

int main(int argc, char** argv) {
  using namespace ipdk;
  p4::CompileOptions options;
  bool check = false;
  std::string emit = "none", out;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const auto value = [&](const char* name, std::string* out) {
      if (arg == name && i + 1 < argc) {
        *out = argv[++i];
        return true;
      }
      if (std::strlen(name) == 2 && arg.size() > 2 && arg.compare(0, 2, name) == 0) {
        *out = arg.substr(2);
        return true;
      }
      return false;
    };
    std::string text;
    if (arg == "--check") {
      check = true;
    } else if (value("-I", &text)) {
      options.include_dirs.push_back(text);
    } else if (value("-D", &text)) {
      options.defines.push_back(text);
    } else if (value("-W", &text)) {
      options.warnings.push_back(text);
    } else if (value("--arch", &options.architecture) || value("--emit", &emit) ||
               value("-o", &out)) {
    } else if (arg[0] != '-' && options.path.empty()) {
      options.path = arg;
    } else {
      std::fprintf(stderr, "p4compile: unexpected argument '%s'\n", arg.c_str());
      return 2;
    }
  }
  if (options.path.empty()) {
    std::fprintf(
        stderr,
        "usage: p4compile [--check] [--emit ir|p4info|tdi] [-I DIR] [-D NAME[=V]] PROGRAM.p4\n");
    return 2;
  }
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  if (check) {
    const bool good = p4::CheckOnly(options, sources, diagnostics);
    std::fputs(diagnostics.Print().c_str(), stderr);
    return good ? 0 : 1;
  }
  const auto compiled = p4::Compile(options, sources, diagnostics);
  std::fputs(diagnostics.Print().c_str(), stderr);
  if (!compiled) return 1;
  std::string text;
  if (emit == "ir") text = ir::Print(*compiled);
  if (emit == "p4info") text = schema::PrintP4Info(compiled->schema);
  if (emit == "tdi") text = schema::PrintTdiJson(compiled->schema);
  std::FILE* file = out.empty() ? stdout : std::fopen(out.c_str(), "w");
  if (file == nullptr) {
    std::fprintf(stderr, "p4compile: cannot write '%s'\n", out.c_str());
    return 2;
  }
  std::fputs(text.c_str(), file);
  if (file != stdout) std::fclose(file);
  return 0;
}
