#include <ipdk/v1/debug.pb.h>

#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/units.h"
#include "interface/cli/verb.h"
#include "wire/gnmi_client.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string Key(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// "ipdk-devices:rate-bps": "1" -> "rate_bps": 1, and the members of inner objects beside the
// others.
void Flatten(const Json& from, Json& to) {
  for (const auto& [qualified, value] : from.items()) {
    std::string name =
        qualified.substr(qualified.find(':') == std::string::npos ? 0 : qualified.find(':') + 1);
    for (char& c : name) {
      if (c == '-') c = '_';
    }
    if (value.is_object()) {
      Flatten(value, to);
      continue;
    }
    // 64-bit numbers travel as strings.
    if (value.is_string() && !value.get_ref<const std::string&>().empty()) {
      const auto& text = value.get_ref<const std::string&>();
      if (text.size() < 20 && text.find_first_not_of("0123456789") == std::string::npos &&
          name != "name" && name != "host") {
        to[name] = std::strtoull(text.c_str(), nullptr, 10);
        continue;
      }
    }
    to[name] = value;
  }
}

int ShowEntry(Context& context, const std::string& kind, const std::string& name) {
  auto client = context.Gnmi();
  if (!client) return context.Fail(client.error());
  const std::string path = kind == "port"
                               ? fmt::format("/interfaces/interface[name={}]/state", Key(name))
                               : fmt::format("/hosts/host[name={}]/state", Key(name));
  auto found = (*client)->GetJson(path);
  if (!found) {
    if (found.error().code() == Code::kNotFound)
      return context.Fail(
          Error(Code::kNotFound, fmt::format("no {} '{}'; see: ipdk list {}s", kind, name, kind)));
    return context.Fail(found.error());
  }
  Json flat = Json::object();
  for (const auto& one : *found) {
    const Json state = Json::parse(one.json, nullptr, false);
    if (state.is_object()) Flatten(state, flat);
  }
  if (kind == "port" && flat.contains("ifindex")) {
    flat["number"] = flat["ifindex"];
    flat.erase("ifindex");
  }
  if (context.json) {
    context.Print(flat.dump());
    return kOk;
  }
  Grid grid({kind, name});
  for (const auto& [member, value] : flat.items()) {
    if (member == "name") continue;
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (member == "rate_bps" || member == "actual_rate_bps")
      text = PrintBitRate(value.get<uint64_t>());
    std::string label = member;
    for (char& c : label) {
      if (c == '_') c = ' ';
    }
    grid.Add({label, text});
  }
  context.out += grid.Text();
  return kOk;
}

int ShowTable(Context& context, const std::string& name) {
  auto names = context.Names();
  if (!names) return context.Fail(names.error());
  auto found = (*names)->Table(name);
  if (!found) return context.Fail(found.error());
  const auto& table = **found;
  Json json = {
      {"name", table.preamble().name()}, {"id", table.preamble().id()}, {"size", table.size()}};
  std::string text = fmt::format("table {}  (size {}{})\n", table.preamble().name(), table.size(),
                                 table.is_const_table() ? ", const" : "");
  if (table.match_fields_size() != 0) text += "  key\n";
  json["keys"] = Json::array();
  for (const auto& field : table.match_fields()) {
    std::string kind = p4::config::v1::MatchField_MatchType_Name(field.match_type());
    for (char& c : kind) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    text += fmt::format("    {}  bit<{}> {}\n", field.name(), field.bitwidth(), kind);
    json["keys"].push_back({{"name", field.name()}, {"width", field.bitwidth()}, {"match", kind}});
  }
  text += "  actions\n";
  json["actions"] = Json::array();
  for (const auto& ref : table.action_refs()) {
    const auto* action = (*names)->Action(ref.id());
    if (action == nullptr) continue;
    std::string params;
    Json list = Json::array();
    for (const auto& param : action->params()) {
      params +=
          fmt::format("{}bit<{}> {}", params.empty() ? "" : ", ", param.bitwidth(), param.name());
      list.push_back({{"name", param.name()}, {"width", param.bitwidth()}});
    }
    const std::string_view scope =
        ref.scope() == p4::config::v1::ActionRef::TABLE_ONLY     ? "  (entries only)"
        : ref.scope() == p4::config::v1::ActionRef::DEFAULT_ONLY ? "  (default only)"
                                                                 : "";
    text += fmt::format("    {}({}){}\n", action->preamble().name(), params, scope);
    json["actions"].push_back({{"name", action->preamble().name()}, {"params", list}});
  }
  if ((*names)->HasDirectCounter(table)) text += "  counts packets per entry\n";
  json["direct_counter"] = (*names)->HasDirectCounter(table);
  if (context.json)
    context.Print(json.dump());
  else
    context.out += text;
  return kOk;
}

int ShowStatus(Context& context) {
  auto client = context.P4Runtime();
  if (!client) return context.Fail(client.error());
  auto status = (*client)->DebugStatus();
  if (!status) return context.Fail(status.error());
  uint64_t packets = 0, drops = 0;
  for (const auto& worker : status->workers()) packets += worker.packets();
  for (const auto& drop : status->drops()) drops += drop.packets();
  if (context.json) {
    context.Print(Json{
        {"version", status->version()},
        {"target", status->target()},
        {"program", status->program()},
        {"architecture", status->architecture()},
        {"workers", status->workers_size()},
        {"packets", packets},
        {"drops",
         drops}}.dump());
    return kOk;
  }
  Grid grid({"ipdkd", status->version()});
  grid.Add({"target", status->target()});
  grid.Add({"program", status->program().empty()
                           ? "none; load one with: ipdk load PROGRAM.p4"
                           : status->program() + " (" + status->architecture() + ")"});
  grid.Add({"workers", std::to_string(status->workers_size())});
  grid.Add({"packets", std::to_string(packets)});
  grid.Add({"dropped", std::to_string(drops)});
  context.out += grid.Text();
  return kOk;
}

}  // namespace

int RunShow(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.size() == 2 && (words[0] == "port" || words[0] == "host"))
    return ShowEntry(context, words[0], words[1]);
  if (words.size() == 2 && words[0] == "table") return ShowTable(context, words[1]);
  if (words.size() == 1 && words[0] == "status") return ShowStatus(context);
  return context.BadUsage(
      "usage: ipdk show port|host|table NAME, or ipdk show status; see: ipdk show --help");
}

}  // namespace ipdk::cli
