#include <p4/v1/p4runtime.pb.h>

#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/units.h"
#include "interface/cli/verb.h"
#include "wire/gnmi_client.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Json = nlohmann::ordered_json;
using Change = wire::GnmiClient::Change;

// Keys of a path quote what would end them.
std::string Key(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

int Set(Context& context, std::string path, const Json& config, const std::string& done) {
  auto client = context.Gnmi();
  if (!client) return context.Fail(client.error());
  const auto status =
      (*client)->SetJson({{Change::Kind::kReplace, std::move(path), config.dump()}});
  if (!status) return context.Fail(status.error());
  if (!context.json && !done.empty()) context.Print(done);
  return kOk;
}

int CreateHost(Context& context, const std::vector<std::string>& words) {
  if (words.size() < 3)
    return context.BadUsage("usage: ipdk create host NAME KIND [address=WHERE]");
  Json config;
  config["name"] = words[1];
  config["kind"] = words[2];
  for (size_t i = 3; i < words.size(); ++i) {
    if (!words[i].starts_with("address="))
      return context.BadUsage(fmt::format("create host: '{}': expected address=WHERE", words[i]));
    config["address"] = words[i].substr(8);
  }
  return Set(context, fmt::format("/hosts/host[name={}]/config", Key(words[1])), config,
             fmt::format("host {} is up", words[1]));
}

Result<Json> PortConfig(const std::vector<std::string>& words) {
  Json config;
  const auto ours = [&](std::string_view name) -> Json& {
    return config[fmt::format("ipdk-devices:{}", name)];
  };
  config["name"] = words[4];
  if (words[1] != "-") ours("host") = words[1];
  ours("device-type") = words[2];
  IPDK_ASSIGN(const uint64_t rate, ParseBitRate(words[3]));
  if (rate != 0) ours("rate-bps") = std::to_string(rate);
  std::string options;
  for (size_t i = 5; i < words.size(); ++i) {
    const size_t equal = words[i].find('=');
    if (equal == std::string::npos || equal == 0)
      return InvalidArgument("'{}': expected SETTING=VALUE", words[i]);
    const std::string name = words[i].substr(0, equal), value = words[i].substr(equal + 1);
    const auto number = [&]() -> Result<uint64_t> {
      const auto parsed = ParseInteger(value);
      if (!parsed || *parsed < 0 || *parsed > UINT32_MAX)
        return InvalidArgument("{}: '{}' is not a number", name, value);
      return ToU64(*parsed);
    };
    if (name == "mac") {
      IPDK_ASSIGN(const Integer mac, ParseValue(value, 48, "mac"));
      ours("mac-address") = PrintValue(mac, 48, "mac");
    } else if (name == "mtu") {
      IPDK_ASSIGN(const uint64_t mtu, number());
      config["mtu"] = mtu;
    } else if (name == "number" || name == "queues") {
      IPDK_ASSIGN(const uint64_t n, number());
      ours(name) = n;
    } else if (name == "burst") {
      IPDK_ASSIGN(const uint64_t bytes, ParseBytes(value));
      ours("burst-bytes") = std::to_string(bytes);
    } else if (name == "interface") {
      ours("interface-name") = value;
    } else if (name == "admin") {
      if (value != "up" && value != "down")
        return InvalidArgument("admin: '{}': expected up or down", value);
      config["enabled"] = value == "up";
    } else {
      // Commas part options: those of a value are marked.
      if (!options.empty()) options += ',';
      for (const char c : words[i]) {
        if (c == ',' || c == '\\') options += '\\';
        options += c;
      }
    }
  }
  if (!options.empty()) ours("options") = options;
  return config;
}

int CreatePort(Context& context, const std::vector<std::string>& words) {
  if (words.size() < 5)
    return context.BadUsage("usage: ipdk create port HOST TYPE RATE NAME [SETTING=VALUE ...]");
  auto config = PortConfig(words);
  if (!config) return context.BadUsage("create port: " + config.error().message());
  const std::string& name = words[4];
  const int code =
      Set(context, fmt::format("/interfaces/interface[name={}]/config", Key(name)), *config, "");
  if (code != kOk) return code;
  auto client = context.Gnmi();
  auto state = (*client)->GetJson(
      fmt::format("/interfaces/interface[name={}]/state/ifindex", Key(name)), "STATE");
  if (!state) return context.Fail(state.error());
  const std::string number = state->empty() ? "?" : (*state)[0].json;
  if (context.json)
    context.Print(Json{{"name", name}, {"number", Json::parse(number, nullptr, false)}}.dump());
  else
    context.Print(fmt::format("port {} is up, number {}", name, number));
  return kOk;
}

int CreateGroup(Context& context, const std::vector<std::string>& words) {
  if (words.size() < 3)
    return context.BadUsage("usage: ipdk create group NUMBER PORT[:INSTANCE] ...");
  const auto group = ParseInteger(words[1]);
  if (!group || *group < 1 || *group > UINT32_MAX)
    return context.BadUsage(fmt::format("group '{}': expected a number from 1", words[1]));
  p4::v1::Update update;
  auto* entry = update.mutable_entity()
                    ->mutable_packet_replication_engine_entry()
                    ->mutable_multicast_group_entry();
  entry->set_multicast_group_id(static_cast<uint32_t>(ToU64(*group)));
  for (size_t i = 2; i < words.size(); ++i) {
    const size_t colon = words[i].find(':');
    const auto port = ParseInteger(words[i].substr(0, colon));
    const auto instance =
        colon == std::string::npos ? Integer(0) : ParseInteger(words[i].substr(colon + 1));
    if (!port || !instance || *port < 0 || *instance < 0 || *port > UINT32_MAX ||
        *instance > UINT32_MAX)
      return context.BadUsage(fmt::format("group: '{}': expected PORT or PORT:INSTANCE", words[i]));
    auto* replica = entry->add_replicas();
    replica->set_port(ShortBytes(*port));
    replica->set_instance(static_cast<uint32_t>(ToU64(*instance)));
  }
  auto client = context.Primary();
  if (!client) return context.Fail(client.error());
  p4::v1::WriteRequest request;
  update.set_type(p4::v1::Update::INSERT);
  *request.add_updates() = update;
  auto outcome = (*client)->Write(request);
  if (!outcome.status && outcome.each.size() == 1 && !outcome.each[0] &&
      outcome.each[0].error().code() == Code::kAlreadyExists) {
    request.mutable_updates(0)->set_type(p4::v1::Update::MODIFY);
    outcome = (*client)->Write(request);
  }
  if (!outcome.status)
    return context.Fail(outcome.each.size() == 1 && !outcome.each[0] ? outcome.each[0].error()
                                                                     : outcome.status.error());
  return kOk;
}

}  // namespace

int RunCreate(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  if (!words.empty() && words[0] == "host") return CreateHost(context, words);
  if (!words.empty() && words[0] == "port") return CreatePort(context, words);
  if (!words.empty() && words[0] == "group") return CreateGroup(context, words);
  return context.BadUsage("what to create is wanted: host, port or group; see: ipdk create --help");
}

}  // namespace ipdk::cli
