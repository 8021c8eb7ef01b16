// p4stf [-I DIR] [-D NAME[=V]] PROGRAM.p4 TEST.stf: compiles a program and runs a packet test on
// the interpreter, for the compiler's own tests. Exit 0 pass, 1 mismatch, 2 bad program, file or
// usage.

#include <cstdio>
#include <fstream>
#include <sstream>

#include "p4/compile/compile.h"
#include "pipeline/eval/stf_target.h"
#include "pipeline/stf/run.h"

int main(int argc, char** argv) {
  using namespace ipdk;
  p4::CompileOptions options;
  std::string test;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if ((arg == "-I" || arg == "-D") && i + 1 < argc) {
      (arg == "-I" ? options.include_dirs : options.defines).push_back(argv[++i]);
    } else if (arg.starts_with("-I")) {
      options.include_dirs.push_back(arg.substr(2));
    } else if (arg.starts_with("-D")) {
      options.defines.push_back(arg.substr(2));
    } else if (options.path.empty()) {
      options.path = arg;
    } else {
      test = arg;
    }
  }
  if (test.empty()) {
    std::fprintf(stderr, "usage: p4stf [-I DIR] [-D NAME[=V]] PROGRAM.p4 TEST.stf\n");
    return 2;
  }
  p4::SourceMap sources;
  p4::Diagnostics diagnostics(sources);
  const auto compiled = p4::Compile(options, sources, diagnostics);
  std::fputs(diagnostics.Print().c_str(), stderr);
  if (!compiled) return 2;
  std::ifstream file(test);
  if (!file) {
    std::fprintf(stderr, "p4stf: cannot read '%s'\n", test.c_str());
    return 2;
  }
  std::stringstream text;
  text << file.rdbuf();
  auto target = eval::MakeStfTarget(*compiled);
  if (!target) {
    std::fprintf(stderr, "%s\n", target.error().ToString().c_str());
    return 2;
  }
  const stf::Verdict verdict = stf::Run(text.str(), **target);
  std::fprintf(stderr, "%s\n", verdict.text.c_str());
  return verdict.kind == stf::Verdict::Kind::kPass       ? 0
         : verdict.kind == stf::Verdict::Kind::kMismatch ? 1
                                                         : 2;
}
