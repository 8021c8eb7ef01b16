#include <ipdk/v1/debug.pb.h>
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

std::string Text(const Json& object, const std::string& name) {
  if (!object.is_object() || !object.contains(name)) return "";
  const Json& value = object[name];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

int ListPorts(Context& context) {
  auto client = context.Gnmi();
  if (!client) return context.Fail(client.error());
  auto found = (*client)->GetJson("/interfaces/interface[name=*]/state");
  if (!found) return context.Fail(found.error());
  Json all = Json::array();
  Grid grid({"NUMBER", "NAME", "HOST", "TYPE", "RATE", "STATE", "IN PACKETS", "OUT PACKETS",
             "DROPPED", ""});
  for (const size_t column : {0, 6, 7, 8}) grid.Right(column);
  for (const auto& one : *found) {
    const Json state = Json::parse(one.json, nullptr, false);
    if (!state.is_object()) continue;
    const auto oc = [&](const std::string& name) {
      return Text(state, "openconfig-interfaces:" + name);
    };
    const auto ours = [&](const std::string& name) { return Text(state, "ipdk-devices:" + name); };
    const Json counters = state.value("openconfig-interfaces:counters", Json::object());
    const auto count = [&](const std::string& name) {
      return std::strtoull(Text(counters, name).c_str(), nullptr, 10);
    };
    const uint64_t rate = std::strtoull(ours("rate-bps").c_str(), nullptr, 10);
    const uint64_t dropped =
        count("in-discards") + count("in-errors") + count("out-discards") + count("out-errors");
    all.push_back({{"number", std::strtoull(oc("ifindex").c_str(), nullptr, 10)},
                   {"name", oc("name")},
                   {"host", ours("host")},
                   {"type", ours("device-type")},
                   {"rate_bps", rate},
                   {"state", ours("status")},
                   {"in_packets", count("in-pkts")},
                   {"out_packets", count("out-pkts")},
                   {"dropped", dropped},
                   {"message", ours("message")}});
    grid.Add({oc("ifindex"), oc("name"), ours("host").empty() ? "-" : ours("host"),
              ours("device-type"), PrintBitRate(rate), ours("status"),
              std::to_string(count("in-pkts")), std::to_string(count("out-pkts")),
              std::to_string(dropped), ours("message")});
  }
  if (context.json)
    context.Print(all.dump());
  else
    context.out += grid.empty() ? "no ports; make one with: ipdk create port HOST TYPE RATE NAME\n"
                                : grid.Text();
  return kOk;
}

int ListHosts(Context& context) {
  auto client = context.Gnmi();
  if (!client) return context.Fail(client.error());
  auto found = (*client)->GetJson("/hosts/host[name=*]/state");
  if (!found) return context.Fail(found.error());
  Json all = Json::array();
  Grid grid({"NAME", "KIND", "STATE", "ADOPTED", ""});
  for (const auto& one : *found) {
    const Json state = Json::parse(one.json, nullptr, false);
    const auto ours = [&](const std::string& name) { return Text(state, "ipdk-devices:" + name); };
    all.push_back({{"name", ours("name")},
                   {"kind", ours("kind")},
                   {"address", ours("address")},
                   {"state", ours("status")},
                   {"adopted", ours("adopted") == "true"},
                   {"message", ours("message")}});
    grid.Add({ours("name"), ours("kind"), ours("status"), ours("adopted") == "true" ? "yes" : "no",
              ours("message")});
  }
  if (context.json)
    context.Print(all.dump());
  else
    context.out +=
        grid.empty() ? "no hosts; make one with: ipdk create host NAME netns\n" : grid.Text();
  return kOk;
}

int ListTables(Context& context) {
  auto names = context.Names();
  if (!names) return context.Fail(names.error());
  Json all = Json::array();
  Grid grid({"TABLE", "KEYS", "ACTIONS", "SIZE"});
  grid.Right(3);
  for (const auto& table : (*names)->info().tables()) {
    Json keys = Json::array(), actions = Json::array();
    std::string key_text, action_text;
    for (const auto& field : table.match_fields()) {
      std::string kind = p4::config::v1::MatchField_MatchType_Name(field.match_type());
      for (char& c : kind) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      keys.push_back({{"name", field.name()}, {"width", field.bitwidth()}, {"match", kind}});
      key_text += fmt::format("{}{}:{}", key_text.empty() ? "" : " ", field.name(), kind);
    }
    for (const auto& ref : table.action_refs()) {
      if (const auto* action = (*names)->Action(ref.id())) {
        actions.push_back(action->preamble().name());
        action_text += (action_text.empty() ? "" : " ") + action->preamble().name();
      }
    }
    all.push_back({{"name", table.preamble().name()},
                   {"id", table.preamble().id()},
                   {"keys", keys},
                   {"actions", actions},
                   {"size", table.size()},
                   {"const", table.is_const_table()}});
    grid.Add({table.preamble().name(), key_text, action_text, std::to_string(table.size())});
  }
  if (context.json)
    context.Print(all.dump());
  else
    context.out += grid.empty() ? "the program has no tables\n" : grid.Text();
  return kOk;
}

int ListGroups(Context& context) {
  auto client = context.P4Runtime();
  if (!client) return context.Fail(client.error());
  p4::v1::ReadRequest request;
  request.add_entities()
      ->mutable_packet_replication_engine_entry()
      ->mutable_multicast_group_entry();
  Json all = Json::array();
  Grid grid({"GROUP", "PORT:INSTANCE"});
  grid.Right(0);
  const auto status = (*client)->Read(request, [&](const p4::v1::Entity& entity) {
    const auto& group = entity.packet_replication_engine_entry().multicast_group_entry();
    Json replicas = Json::array();
    std::string text;
    for (const auto& replica : group.replicas()) {
      const uint64_t port = ToU64(FromBytes(replica.port()));
      replicas.push_back({{"port", port}, {"instance", replica.instance()}});
      text += fmt::format("{}{}:{}", text.empty() ? "" : " ", port, replica.instance());
    }
    all.push_back({{"group", group.multicast_group_id()}, {"replicas", replicas}});
    grid.Add({std::to_string(group.multicast_group_id()), text});
    return true;
  });
  if (!status) return context.Fail(status.error());
  if (context.json)
    context.Print(all.dump());
  else
    context.out += grid.empty() ? "no multicast groups\n" : grid.Text();
  return kOk;
}

int ListStatus(Context& context, bool workers) {
  auto client = context.P4Runtime();
  if (!client) return context.Fail(client.error());
  auto status = (*client)->DebugStatus();
  if (!status) return context.Fail(status.error());
  Json all = Json::array();
  Grid grid(workers ? std::vector<std::string>{"WORKER", "PACKETS", "BURSTS", "BUSY", "SLEEPS"}
                    : std::vector<std::string>{"REASON", "PACKETS"});
  for (size_t column = workers ? 0 : 1; column < 5; ++column) grid.Right(column);
  if (workers) {
    for (const auto& one : status->workers()) {
      all.push_back({{"worker", one.worker()},
                     {"packets", one.packets()},
                     {"bursts", one.bursts()},
                     {"busy_ns", one.busy_ns()},
                     {"sleeps", one.sleeps()}});
      grid.Add({std::to_string(one.worker()), std::to_string(one.packets()),
                std::to_string(one.bursts()),
                fmt::format("{:.3f}s", static_cast<double>(one.busy_ns()) / 1e9),
                std::to_string(one.sleeps())});
    }
  } else {
    for (const auto& one : status->drops()) {
      all.push_back({{"reason", one.reason()}, {"packets", one.packets()}});
      if (one.packets() != 0) grid.Add({one.reason(), std::to_string(one.packets())});
    }
  }
  if (context.json)
    context.Print(all.dump());
  else
    context.out +=
        grid.empty() ? (workers ? "no workers\n" : "no packet was dropped\n") : grid.Text();
  return kOk;
}

}  // namespace

int RunList(Context& context, const Arguments& arguments) {
  const std::string what = arguments.words.size() == 1 ? arguments.words[0] : "";
  if (what == "ports") return ListPorts(context);
  if (what == "hosts") return ListHosts(context);
  if (what == "tables") return ListTables(context);
  if (what == "groups") return ListGroups(context);
  if (what == "workers") return ListStatus(context, true);
  if (what == "drops") return ListStatus(context, false);
  if (what == "counters") {
    Arguments list;
    list.words = {"list"};
    return RunCounter(context, list);
  }
  return context.BadUsage(
      "what to list is wanted: ports, hosts, tables, counters, groups, workers or drops");
}

}  // namespace ipdk::cli
