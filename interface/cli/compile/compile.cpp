#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <p4/config/v1/p4info.pb.h>

#include <algorithm>

#include "interface/cli/verb.h"

namespace ipdk::cli {

namespace {

// P4Info, which the compiler writes as text, in another of protobuf's forms.
Result<std::string> P4InfoAs(const std::string& format, const std::string& text) {
  ::p4::config::v1::P4Info info;
  std::string out;
  if (!google::protobuf::TextFormat::ParseFromString(text, &info))
    return Internal("the compiler's P4Info cannot be read");
  if (format == "binary") {
    if (!info.SerializeToString(&out)) return Internal("P4Info cannot be written as binary");
    return out;
  }
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::MessageToJsonString(info, &out, options);
  if (!status.ok()) return Internal("P4Info as JSON: {}", status.ToString());
  return out;
}

}  // namespace

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
  const std::string format = arguments.Value("format", "text");
  if (format != "text" && format != "binary" && format != "json")
    return context.BadUsage(
        fmt::format("--format '{}': expected one of: text, binary, json", format));
  if (format != "text" && emit != "p4info")
    return context.BadUsage(
        fmt::format("--format {}: only --emit p4info has other forms, not '{}'", format, emit));
  if (!context.tools.compile)
    return context.Fail(Error(Code::kUnimplemented, "this build has no compiler"));
  Compiled compiled = context.tools.compile(SourceOf(arguments, program), {emit});
  context.err += compiled.messages;
  if (!compiled.ok) return compiled.unreadable ? kBadUsage : kFailed;
  if (format != "text") {
    auto other = P4InfoAs(format, compiled.outputs[emit]);
    if (!other) return context.Fail(other.error());
    compiled.outputs[emit] = std::move(*other);
  }
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
