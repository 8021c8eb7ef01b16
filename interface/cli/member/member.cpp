#include <p4/v1/p4runtime.pb.h>

#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/verb.h"
#include "interface/cli/write.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace info = p4::config::v1;

int List(Context& context, const P4Names& names, const info::ActionProfile& profile) {
  auto client = context.P4Runtime();
  if (!client) return context.Fail(client.error());
  p4::v1::ReadRequest request;
  request.add_entities()->mutable_action_profile_member()->set_action_profile_id(
      profile.preamble().id());
  Json rows = Json::array();
  Grid grid({"MEMBER", "ACTION"});
  grid.Right(0);
  const auto status = (*client)->Read(request, [&](const p4::v1::Entity& entity) {
    const auto& member = entity.action_profile_member();
    p4::v1::TableAction action;
    *action.mutable_action() = member.action();
    const std::string text = names.PrintAction(action);
    rows.push_back({{"member", member.member_id()}, {"action", text}});
    grid.Add({std::to_string(member.member_id()), text});
    return true;
  });
  if (!status) return context.Fail(status.error());
  if (context.json)
    context.Print(Json{{"profile", profile.preamble().name()}, {"rows", rows}}.dump());
  else
    context.out +=
        grid.empty() ? fmt::format("{} has no members\n", profile.preamble().name()) : grid.Text();
  return kOk;
}

}  // namespace

int RunMember(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  const std::string what = words.empty() ? "" : words[0];
  const bool good = (what == "list" && words.size() == 2) ||
                    (what == "delete" && words.size() == 3) ||
                    ((what == "add" || what == "modify") && words.size() >= 4);
  if (!good)
    return context.BadUsage(
        "usage: ipdk member list|add|modify|delete PROFILE [NUMBER] ...; see: ipdk member --help");
  auto names = context.Names();
  if (!names) return context.Fail(names.error());
  auto profile = (*names)->Profile(words[1]);
  if (!profile) return context.Fail(profile.error());
  if (what == "list") return List(context, **names, **profile);
  const auto number = ParseInteger(words[2]);
  if (!number || *number < 1 || *number > UINT32_MAX)
    return context.BadUsage(fmt::format("member '{}': expected a number from 1 on", words[2]));
  p4::v1::ActionProfileMember member;
  member.set_action_profile_id((*profile)->preamble().id());
  member.set_member_id(static_cast<uint32_t>(ToU64(*number)));
  if (what != "delete") {
    if (!words[3].starts_with("action="))
      return context.BadUsage(fmt::format("'{}': expected action=NAME", words[3]));
    const info::Table* table = nullptr;
    for (const auto& one : (*names)->info().tables())
      if ((*profile)->table_ids_size() != 0 && one.preamble().id() == (*profile)->table_ids(0))
        table = &one;
    if (table == nullptr)
      return context.Fail(Error(Code::kFailedPrecondition,
                                fmt::format("no table uses '{}'", (*profile)->preamble().name())));
    auto action = (*names)->ActionOf(*table, words[3].substr(7));
    if (!action) return context.Fail(action.error());
    std::vector<std::pair<std::string, std::string>> params;
    for (size_t i = 4; i < words.size(); ++i) {
      const size_t equal = words[i].find('=');
      if (equal == std::string::npos)
        return context.BadUsage(fmt::format("'{}': expected PARAMETER=VALUE", words[i]));
      params.emplace_back(words[i].substr(0, equal), words[i].substr(equal + 1));
    }
    if (auto status = AddParams(**action, params, *member.mutable_action()); !status)
      return context.Fail(status.error());
  }
  const auto type = what == "add"      ? p4::v1::Update::INSERT
                    : what == "modify" ? p4::v1::Update::MODIFY
                                       : p4::v1::Update::DELETE;
  return WriteOne(context, type, [&](p4::v1::Entity& entity) {
    *entity.mutable_action_profile_member() = std::move(member);
  });
}

}  // namespace ipdk::cli
