#include <algorithm>

#include "interface/cli/verb.h"

namespace ipdk::cli {

int RunCompile(Context& context, const Arguments& arguments) {
  if (arguments.words.size() != 1)
    return context.BadUsage("one PROGRAM.p4 is wanted; see: ipdk compile --help");
  const std::string& program = arguments.words[0];
  const std::string emit = arguments.Value("emit", "package");
  if (std::ranges::find(context.tools.emits, emit) == context.tools.emits.end()) {
    std::string names;
    for (const std::string& name : context.tools.emits) names += (names.empty() ? "" : ", ") + name;
    return context.BadUsage(fmt::format("--emit '{}': expected one of: {}", emit, names));
  }
  if (!context.tools.compile)
    return context.Fail(Error(Code::kUnimplemented, "this build has no compiler"));
  Compiled compiled = context.tools.compile(SourceOf(arguments, program), {emit});
  context.err += compiled.messages;
  if (!compiled.ok) return compiled.unreadable ? kBadUsage : kFailed;
  std::string out = arguments.Value("o");
  if (out.empty() && emit == "package") {
    out = program.ends_with(".p4") ? program + "pkg" : program + ".p4pkg";
    if (const size_t slash = out.rfind('/'); slash != std::string::npos)
      out = out.substr(slash + 1);
  }
  if (out.empty() || out == "-") {
    context.out += compiled.outputs[emit];
    return kOk;
  }
  if (auto status = WriteFile(out, compiled.outputs[emit]); !status) {
    context.Fail(status.error());
    return kBadUsage;
  }
  return kOk;
}

}  // namespace ipdk::cli
