#include "p4/compile/compile.h"

#include "p4/check/check.h"
#include "p4/lower/lower.h"
#include "p4/parse/parse.h"
#include "p4/preprocess/preprocess.h"

namespace ipdk::p4 {

namespace {

PreprocessOptions Preprocessing(const CompileOptions& options) {
  PreprocessOptions out;
  out.include_dirs = options.include_dirs;
  out.defines = options.defines;
  out.undefines = options.undefines;
  if (auto installed = InstalledIncludeDir()) out.include_dirs.push_back(*installed);
  return out;
}

// "/a/router.p4" > "router"
std::string BaseName(const std::string& path) {
  const size_t slash = path.rfind('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.ends_with(".p4")) name.resize(name.size() - 3);
  return name;
}

}  // namespace

bool CheckOnly(const CompileOptions& options, SourceMap& sources, Diagnostics& diagnostics) {
  for (const std::string& one : options.warnings) diagnostics.SetWarning(one);
  const auto tree = Parse(Preprocessing(options), options.path, sources, diagnostics);
  if (!tree) return false;
  Check(*tree, CheckOptions(), diagnostics);
  return !diagnostics.failed();
}

std::optional<ir::Compiled> Compile(const CompileOptions& options, SourceMap& sources,
                                    Diagnostics& diagnostics) {
  for (const std::string& one : options.warnings) diagnostics.SetWarning(one);
  const auto tree = Parse(Preprocessing(options), options.path, sources, diagnostics);
  if (!tree) return std::nullopt;
  const CheckedProgram checked = Check(*tree, CheckOptions(), diagnostics);
  if (diagnostics.failed()) return std::nullopt;
  LowerOptions lowering;
  lowering.program = BaseName(options.path);
  lowering.architecture = options.architecture;
  lowering.plain = options.plain;
  return Lower(checked, lowering, diagnostics);
}

}  // namespace ipdk::p4
