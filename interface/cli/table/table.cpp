#include <p4/v1/p4runtime.pb.h>

#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/verb.h"
#include "interface/cli/write.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
using Json = nlohmann::ordered_json;
namespace info = p4::config::v1;

Status AddParams(const info::Action& action,
                 const std::vector<std::pair<std::string, std::string>>& given,
                 p4::v1::Action& out) {
  out.set_action_id(action.preamble().id());
  std::string signature;
  for (const auto& param : action.params())
    signature +=
        fmt::format("{}bit<{}> {}", signature.empty() ? "" : ", ", param.bitwidth(), param.name());
  signature = fmt::format("{}({})", action.preamble().name(), signature);
  for (const auto& [name, text] : given) {
    const info::Action::Param* found = nullptr;
    for (const auto& param : action.params()) {
      if (param.name() == name) found = &param;
    }
    if (found == nullptr)
      return InvalidArgument("action has no parameter '{}': {}", name, signature);
    for (const auto& param : out.params()) {
      if (param.param_id() == found->id())
        return InvalidArgument("parameter '{}' is given twice", name);
    }
    IPDK_ASSIGN(const Integer value,
                ParseValue(text, found->bitwidth(), fmt::format("parameter '{}'", name)));
    auto* param = out.add_params();
    param->set_param_id(found->id());
    param->set_value(ShortBytes(value));
  }
  for (const auto& param : action.params()) {
    bool there = false;
    for (const auto& one : out.params()) there |= one.param_id() == param.id();
    if (!there) return InvalidArgument("parameter '{}' is missing: {}", param.name(), signature);
  }
  return {};
}

int WriteOne(Context& context, p4::v1::Update::Type type,
             const std::function<void(p4::v1::Entity&)>& fill) {
  auto client = context.Primary();
  if (!client) return context.Fail(client.error());
  p4::v1::WriteRequest request;
  auto* update = request.add_updates();
  update->set_type(type);
  fill(*update->mutable_entity());
  const auto outcome = (*client)->Write(request);
  if (outcome.status) return kOk;
  Error error = outcome.each.size() == 1 && !outcome.each[0] ? outcome.each[0].error()
                                                             : outcome.status.error();
  if (error.code() == Code::kAlreadyExists)
    error = Error(error.code(), error.message() + " (`modify` changes it)");
  return context.Fail(error);
}

namespace {

// KEY=VALUE ... [priority=N] [action=A PARAM=VALUE ...]
Result<p4::v1::TableEntry> ParseEntry(const P4Names& names, const info::Table& table,
                                      const std::vector<std::string>& words, size_t at) {
  p4::v1::TableEntry entry;
  entry.set_table_id(table.preamble().id());
  const info::Action* action = nullptr;
  std::vector<std::pair<std::string, std::string>> params;
  std::vector<uint32_t> seen;
  for (; at < words.size(); ++at) {
    const size_t equal = words[at].find('=');
    if (equal == std::string::npos || equal == 0)
      return InvalidArgument("'{}': expected NAME=VALUE", words[at]);
    const std::string name = words[at].substr(0, equal), value = words[at].substr(equal + 1);
    if (name == "action" && action == nullptr) {
      // forward(port=1) in one word is how entries are listed; it is read, too.
      IPDK_ASSIGN(action, names.ActionOf(table, value));
    } else if (action != nullptr) {
      params.emplace_back(name, value);
    } else if (name == "member" && table.implementation_id() != 0) {
      const auto number = ParseInteger(value);
      if (!number || *number < 1 || *number > UINT32_MAX)
        return InvalidArgument("member '{}': expected a number from 1 on", value);
      entry.mutable_action()->set_action_profile_member_id(static_cast<uint32_t>(ToU64(*number)));
    } else if (name == "group" && table.implementation_id() != 0) {
      const auto number = ParseInteger(value);
      if (!number || *number < 1 || *number > UINT32_MAX)
        return InvalidArgument("group '{}': expected a number from 1 on", value);
      entry.mutable_action()->set_action_profile_group_id(static_cast<uint32_t>(ToU64(*number)));
    } else if (name == "priority") {
      const auto number = ParseInteger(value);
      if (!number || *number < 1 || *number > INT32_MAX)
        return InvalidArgument("priority '{}': expected 1 to {}", value, INT32_MAX);
      entry.set_priority(static_cast<int32_t>(ToU64(*number)));
    } else if (name == "timeout") {
      char* end = nullptr;
      const double seconds = std::strtod(value.c_str(), &end);
      if (value.empty() || *end != '\0' || !(seconds >= 0) || seconds > 1e9)
        return InvalidArgument("timeout '{}': expected seconds", value);
      entry.set_idle_timeout_ns(static_cast<int64_t>(seconds * 1e9));
    } else {
      IPDK_ASSIGN(const info::MatchField* field, names.Field(table, name));
      for (const uint32_t id : seen) {
        if (id == field->id())
          return InvalidArgument("key field '{}' is given twice", field->name());
      }
      seen.push_back(field->id());
      IPDK_RETURN_IF_ERROR(names.AddMatch(*field, value, entry));
    }
  }
  if (action != nullptr)
    IPDK_RETURN_IF_ERROR(AddParams(*action, params, *entry.mutable_action()->mutable_action()));
  return entry;
}

Status CheckKey(const P4Names& names, const info::Table& table, const p4::v1::TableEntry& entry) {
  for (const auto& field : table.match_fields()) {
    bool there = false;
    for (const auto& match : entry.match()) there |= match.field_id() == field.id();
    if (!there && field.match_type() == info::MatchField::EXACT)
      return InvalidArgument("key field '{}' is matched exactly and must be given", field.name());
  }
  if (names.WantsPriority(table) && entry.priority() == 0)
    return InvalidArgument(
        "priority=N is wanted, since a key field is ternary, range or optional; the larger wins");
  if (!names.WantsPriority(table) && entry.priority() != 0)
    return InvalidArgument(
        "priority has no meaning here, since no key field is ternary, range or optional");
  return {};
}

int Write(Context& context, p4::v1::Update::Type type, p4::v1::TableEntry entry) {
  return WriteOne(context, type, [&](p4::v1::Entity& entity) {
    *entity.mutable_table_entry() = std::move(entry);
  });
}

Json EntryJson(const P4Names& names, const info::Table& table, const p4::v1::TableEntry& entry) {
  Json row;
  if (entry.is_default_action()) row["default"] = true;
  row["match"] = Json::object();
  for (const auto& field : table.match_fields()) {
    for (const auto& match : entry.match()) {
      if (match.field_id() == field.id())
        row["match"][field.name()] = names.PrintMatch(table, match);
    }
  }
  if (entry.priority() != 0) row["priority"] = entry.priority();
  if (entry.action().action_profile_member_id() != 0)
    row["member"] = entry.action().action_profile_member_id();
  if (entry.action().action_profile_group_id() != 0)
    row["group"] = entry.action().action_profile_group_id();
  if (entry.action().has_action_profile_action_set())
    row["set"] = names.PrintAction(entry.action());
  if (const auto* action = names.Action(entry.action().action().action_id())) {
    row["action"] = action->preamble().name();
    row["params"] = Json::object();
    for (const auto& param : action->params()) {
      for (const auto& given : entry.action().action().params()) {
        if (given.param_id() == param.id())
          row["params"][param.name()] =
              PrintValue(FromBytes(given.value()), param.bitwidth(), param.name());
      }
    }
  }
  if (entry.has_counter_data()) {
    row["packets"] = entry.counter_data().packet_count();
    row["bytes"] = entry.counter_data().byte_count();
  }
  if (entry.idle_timeout_ns() != 0) row["timeout_ns"] = entry.idle_timeout_ns();
  if (entry.is_const()) row["const"] = true;
  return row;
}

int List(Context& context, const P4Names& names, const info::Table& table, bool only_default) {
  auto client = context.P4Runtime();
  if (!client) return context.Fail(client.error());
  const bool counted = names.HasDirectCounter(table);
  const bool ordered = names.WantsPriority(table);
  std::vector<std::string> head;
  for (const auto& field : table.match_fields()) head.push_back(field.name());
  if (ordered) head.push_back("PRIORITY");
  head.push_back("ACTION");
  if (counted) head.insert(head.end(), {"PACKETS", "BYTES"});
  Grid grid(head);
  const size_t keys = static_cast<size_t>(table.match_fields_size());
  if (ordered) grid.Right(keys);
  if (counted) {
    grid.Right(head.size() - 1);
    grid.Right(head.size() - 2);
  }
  Json rows = Json::array();
  p4::v1::ReadRequest request;
  const auto ask = [&](bool is_default) {
    auto* entry = request.add_entities()->mutable_table_entry();
    entry->set_table_id(table.preamble().id());
    entry->set_is_default_action(is_default);
    if (counted) entry->mutable_counter_data();
  };
  if (!only_default) ask(false);
  ask(true);
  const auto status = (*client)->Read(request, [&](const p4::v1::Entity& entity) {
    const auto& entry = entity.table_entry();
    rows.push_back(EntryJson(names, table, entry));
    std::vector<std::string> row;
    for (const auto& field : table.match_fields()) {
      std::string text = entry.is_default_action() ? (row.empty() ? "(default)" : "") : "*";
      for (const auto& match : entry.match()) {
        if (match.field_id() == field.id()) text = names.PrintMatch(table, match);
      }
      row.push_back(text);
    }
    if (ordered) row.push_back(entry.is_default_action() ? "" : std::to_string(entry.priority()));
    row.push_back(names.PrintAction(entry.action()));
    if (counted) {
      row.push_back(entry.has_counter_data() ? std::to_string(entry.counter_data().packet_count())
                                             : "");
      row.push_back(entry.has_counter_data() ? std::to_string(entry.counter_data().byte_count())
                                             : "");
    }
    grid.Add(std::move(row));
    return true;
  });
  if (!status) return context.Fail(status.error());
  if (context.json) {
    // The default entry stands apart from the rows.
    Json out = {{"table", table.preamble().name()}, {"rows", Json::array()}};
    for (auto& row : rows) {
      if (row.contains("default"))
        out["default"] = std::move(row);
      else
        out["rows"].push_back(std::move(row));
    }
    context.Print(out.dump());
  } else {
    context.out += grid.Text();
  }
  return kOk;
}

}  // namespace

int RunTable(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.size() < 2)
    return context.BadUsage(
        "usage: ipdk table add|modify|delete|list|default TABLE ...; see: ipdk table --help");
  const std::string& what = words[0];
  if (what != "add" && what != "modify" && what != "delete" && what != "list" && what != "default")
    return context.BadUsage(
        fmt::format("table: '{}': expected add, modify, delete, list or default", what));
  auto names = context.Names();
  if (!names) return context.Fail(names.error());
  auto found = (*names)->Table(words[1]);
  if (!found) return context.Fail(found.error());
  const info::Table& table = **found;
  const std::string where = fmt::format("table '{}'", table.preamble().name());
  if (what == "list") {
    if (words.size() != 2) return context.BadUsage("usage: ipdk table list TABLE");
    return List(context, **names, table, false);
  }
  if (what == "default") {
    if (words.size() == 2) return List(context, **names, table, true);
    p4::v1::TableEntry entry;
    entry.set_table_id(table.preamble().id());
    if (words[2] != "reset") {
      if (!words[2].starts_with("action="))
        return context.BadUsage(
            "usage: ipdk table default TABLE [action=ACTION [PARAM=VALUE ...] | reset]");
      auto parsed = ParseEntry(**names, table, words, 2);
      if (!parsed) return context.Fail(std::move(parsed).error().Within(where));
      entry = std::move(*parsed);
    }
    entry.set_is_default_action(true);
    return Write(context, p4::v1::Update::MODIFY, std::move(entry));
  }
  auto entry = ParseEntry(**names, table, words, 2);
  if (!entry) return context.Fail(std::move(entry).error().Within(where));
  if (auto status = CheckKey(**names, table, *entry); !status)
    return context.Fail(std::move(status).error().Within(where));
  if (what != "delete" && !entry->has_action() && table.implementation_id() != 0)
    return context.Fail(Error(
        Code::kInvalidArgument,
        fmt::format(
            "{}: member=NUMBER or group=NUMBER is wanted (ipdk member and ipdk group make them)",
            where)));
  if (what != "delete" && !entry->has_action()) {
    std::string actions;
    for (const auto& ref : table.action_refs()) {
      if (const auto* action = (*names)->Action(ref.id()))
        actions += (actions.empty() ? "" : ", ") + action->preamble().name();
    }
    return context.Fail(
        Error(Code::kInvalidArgument,
              fmt::format("{}: action=ACTION is wanted, one of: {}", where, actions)));
  }
  const auto type = what == "add"      ? p4::v1::Update::INSERT
                    : what == "modify" ? p4::v1::Update::MODIFY
                                       : p4::v1::Update::DELETE;
  return Write(context, type, std::move(*entry));
}

}  // namespace ipdk::cli
