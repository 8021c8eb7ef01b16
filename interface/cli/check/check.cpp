#include "interface/cli/verb.h"

namespace ipdk::cli {

int RunCheck(Context& context, const Arguments& arguments) {
  if (arguments.words.size() != 1)
    return context.BadUsage("one PROGRAM.p4 is wanted; see: ipdk check --help");
  if (!context.tools.check)
    return context.Fail(Error(Code::kUnimplemented, "this build has no compiler"));
  const Compiled checked = context.tools.check(SourceOf(arguments, arguments.words[0]));
  context.err += checked.messages;
  if (checked.ok) return kOk;
  return checked.unreadable ? kBadUsage : kFailed;
}

}  // namespace ipdk::cli
