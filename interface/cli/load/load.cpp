#include <google/protobuf/text_format.h>
#include <p4/v1/p4runtime.pb.h>

#include "interface/cli/verb.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {

int RunLoad(Context& context, const Arguments& arguments) {
  if (arguments.words.size() != 1)
    return context.BadUsage("one PROGRAM.p4 or PACKAGE.p4pkg is wanted; see: ipdk load --help");
  const std::string& path = arguments.words[0];
  std::string package, p4info;
  if (path.ends_with(".p4pkg")) {
    auto bytes = ReadFile(path);
    if (!bytes) {
      context.Fail(bytes.error());
      return kBadUsage;
    }
    if (!context.tools.p4info_of)
      return context.Fail(Error(Code::kUnimplemented, "this build cannot read packages"));
    auto text = context.tools.p4info_of(*bytes);
    if (!text) return context.Fail(std::move(text).error().Within(path));
    package = std::move(*bytes);
    p4info = std::move(*text);
  } else {
    if (!context.tools.compile)
      return context.Fail(Error(Code::kUnimplemented, "this build has no compiler; give a .p4pkg"));
    Compiled compiled = context.tools.compile(SourceOf(arguments, path), {"package", "p4info"});
    context.err += compiled.messages;
    if (!compiled.ok) return compiled.unreadable ? kBadUsage : kFailed;
    package = std::move(compiled.outputs["package"]);
    p4info = std::move(compiled.outputs["p4info"]);
  }
  auto client = context.Primary();
  if (!client) return context.Fail(client.error());
  using Request = p4::v1::SetForwardingPipelineConfigRequest;
  Request request;
  request.set_action(arguments.Has("verify")    ? Request::VERIFY
                     : arguments.Has("replace") ? Request::VERIFY_AND_COMMIT
                                                : Request::RECONCILE_AND_COMMIT);
  if (request.action() == Request::RECONCILE_AND_COMMIT) {
    auto present = (*client)->GetConfig(p4::v1::GetForwardingPipelineConfigRequest::COOKIE_ONLY);
    if (!present) return context.Fail(present.error());
    if (!*present) request.set_action(Request::VERIFY_AND_COMMIT);
  }
  auto* config = request.mutable_config();
  if (!google::protobuf::TextFormat::ParseFromString(p4info, config->mutable_p4info()))
    return context.Fail(Error(Code::kInternal, "the compiler's P4Info cannot be read"));
  config->set_p4_device_config(std::move(package));
  const bool reconcile = request.action() == Request::RECONCILE_AND_COMMIT;
  const bool verify = request.action() == Request::VERIFY;
  auto status = (*client)->SetConfig(std::move(request));
  context.ForgetNames();
  if (!status) {
    Error error = std::move(status).error();
    if (reconcile && error.code() == Code::kInvalidArgument)
      error = Error(error.code(),
                    error.message() + "\n(ipdk load --replace starts with empty tables instead)");
    return context.Fail(error);
  }
  if (context.json)
    context.Print(fmt::format("{{\"{}\": true}}", verify ? "loadable" : "loaded"));
  else
    context.Print(fmt::format("{} {}", path, verify ? "can be loaded" : "is running"));
  return kOk;
}

}  // namespace ipdk::cli
