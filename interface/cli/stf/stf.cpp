#include <algorithm>

#include "interface/cli/verb.h"

namespace ipdk::cli {

int RunStf(Context& context, const Arguments& arguments) {
  if (arguments.words.size() != 2)
    return context.BadUsage("PROGRAM.p4 and TEST.stf are wanted; see: ipdk stf --help");
  const std::string target = arguments.Value("target", "eval");
  if (std::ranges::find(context.tools.stf_targets, target) == context.tools.stf_targets.end()) {
    std::string names;
    for (const std::string& name : context.tools.stf_targets)
      names += (names.empty() ? "" : ", ") + name;
    return context.BadUsage(fmt::format("--target '{}': expected one of: {}", target, names));
  }
  if (!context.tools.stf) {
    context.Fail(Error(Code::kUnimplemented, "this build has no packet tests"));
    return kBadUsage;
  }
  const StfReport report =
      context.tools.stf(SourceOf(arguments, arguments.words[0]), target, arguments.words[1]);
  switch (report.outcome) {
    case StfReport::Outcome::kPass:
      context.out += report.text;
      return kOk;
    case StfReport::Outcome::kMismatch:
      context.err += report.text;
      return kFailed;
    case StfReport::Outcome::kBad:
      break;
  }
  context.err += report.text;
  return kBadUsage;
}

}  // namespace ipdk::cli
