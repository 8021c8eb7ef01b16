#include <p4/v1/p4runtime.pb.h>

#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/verb.h"
#include "wire/gnmi_client.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Change = wire::GnmiClient::Change;

std::string Key(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

int DeleteGroup(Context& context, const std::string& text) {
  const auto group = ParseInteger(text);
  if (!group || *group < 1 || *group > UINT32_MAX)
    return context.BadUsage(fmt::format("group '{}': expected a number from 1", text));
  auto client = context.Primary();
  if (!client) return context.Fail(client.error());
  p4::v1::WriteRequest request;
  auto* update = request.add_updates();
  update->set_type(p4::v1::Update::DELETE);
  update->mutable_entity()
      ->mutable_packet_replication_engine_entry()
      ->mutable_multicast_group_entry()
      ->set_multicast_group_id(static_cast<uint32_t>(ToU64(*group)));
  const auto outcome = (*client)->Write(request);
  if (outcome.status) return kOk;
  const Error& error = outcome.each.size() == 1 && !outcome.each[0] ? outcome.each[0].error()
                                                                    : outcome.status.error();
  return error.code() == Code::kNotFound ? kOk : context.Fail(error);
}

}  // namespace

int RunDelete(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.size() != 2 || (words[0] != "host" && words[0] != "port" && words[0] != "group"))
    return context.BadUsage("usage: ipdk delete port|host|group NAME; see: ipdk delete --help");
  if (words[0] == "group") return DeleteGroup(context, words[1]);
  auto client = context.Gnmi();
  if (!client) return context.Fail(client.error());
  std::vector<Change> changes;
  if (words[0] == "host" && arguments.Has("with-ports")) {
    auto ports = (*client)->GetJson("/interfaces/interface[name=*]/config", "CONFIG");
    if (!ports) return context.Fail(ports.error());
    for (const auto& port : *ports) {
      const auto config = nlohmann::json::parse(port.json, nullptr, false);
      if (config.is_object() && config.value("ipdk-devices:host", "") == words[1])
        changes.push_back({Change::Kind::kDelete, port.path.substr(0, port.path.rfind('/')), ""});
    }
  }
  const std::string path = words[0] == "host"
                               ? fmt::format("/hosts/host[name={}]", Key(words[1]))
                               : fmt::format("/interfaces/interface[name={}]", Key(words[1]));
  changes.push_back({Change::Kind::kDelete, path, ""});
  const auto status = (*client)->SetJson(changes);
  if (!status) return context.Fail(status.error());
  if (!context.json) context.Print(fmt::format("{} {} is gone", words[0], words[1]));
  return kOk;
}

}  // namespace ipdk::cli
