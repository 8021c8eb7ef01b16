#include <p4/v1/p4runtime.pb.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "interface/cli/names.h"
#include "interface/cli/verb.h"
#include "interface/cli/write.h"
#include "wire/p4runtime_client.h"

namespace ipdk::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace info = p4::config::v1;

Result<std::vector<p4::v1::ActionProfileGroup>> Read(p4::v1::ActionProfileGroup filter,
                                                     Context& context) {
  IPDK_ASSIGN(auto* client, context.P4Runtime());
  p4::v1::ReadRequest request;
  *request.add_entities()->mutable_action_profile_group() = std::move(filter);
  std::vector<p4::v1::ActionProfileGroup> groups;
  IPDK_RETURN_IF_ERROR(client->Read(request, [&](const p4::v1::Entity& entity) {
    groups.push_back(entity.action_profile_group());
    return true;
  }));
  std::sort(groups.begin(), groups.end(),
            [](const auto& a, const auto& b) { return a.group_id() < b.group_id(); });
  return groups;
}

int List(Context& context, const info::ActionProfile& profile) {
  p4::v1::ActionProfileGroup filter;
  filter.set_action_profile_id(profile.preamble().id());
  auto groups = Read(filter, context);
  if (!groups) return context.Fail(groups.error());
  Json rows = Json::array();
  Grid grid({"GROUP", "MAX", "MEMBERS"});
  grid.Right(0);
  grid.Right(1);
  for (const auto& group : *groups) {
    Json members = Json::array();
    std::string text;
    for (const auto& member : group.members()) {
      members.push_back({{"member", member.member_id()}, {"weight", member.weight()}});
      text += fmt::format("{}{}", text.empty() ? "" : " ", member.member_id());
      if (member.weight() != 1) text += fmt::format("*{}", member.weight());
    }
    rows.push_back(
        {{"group", group.group_id()}, {"max_size", group.max_size()}, {"members", members}});
    grid.Add({std::to_string(group.group_id()),
              group.max_size() == 0 ? "-" : std::to_string(group.max_size()),
              text.empty() ? "-" : text});
  }
  if (context.json)
    context.Print(Json{{"profile", profile.preamble().name()}, {"rows", rows}}.dump());
  else
    context.out +=
        grid.empty() ? fmt::format("{} has no groups\n", profile.preamble().name()) : grid.Text();
  return kOk;
}

Result<uint32_t> Positive(std::string_view text, std::string_view what, uint32_t most) {
  const auto number = ParseInteger(text);
  if (!number || *number < 1 || *number > most)
    return InvalidArgument("{} '{}': expected a number from 1 to {}", what, text, most);
  return static_cast<uint32_t>(ToU64(*number));
}

// MEMBER[*WEIGHT] ... [max=SIZE]
Status ParseMembers(const std::vector<std::string>& words, p4::v1::ActionProfileGroup& group) {
  for (size_t i = 3; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with("max=")) {
      IPDK_ASSIGN(const uint32_t size, Positive(word.substr(4), "max", INT32_MAX));
      group.set_max_size(static_cast<int32_t>(size));
      continue;
    }
    const size_t star = word.find('*');
    IPDK_ASSIGN(const uint32_t member, Positive(word.substr(0, star), "member", UINT32_MAX));
    uint32_t weight = 1;
    if (star != std::string::npos) {
      IPDK_ASSIGN(weight, Positive(word.substr(star + 1), "weight", INT32_MAX));
    }
    for (const auto& other : group.members())
      if (other.member_id() == member)
        return InvalidArgument("member {} is given twice; give it a weight: {}*2", member, member);
    auto* one = group.add_members();
    one->set_member_id(member);
    one->set_weight(static_cast<int32_t>(weight));
  }
  return {};
}

}  // namespace

int RunGroup(Context& context, const Arguments& arguments) {
  const auto& words = arguments.words;
  const std::string what = words.empty() ? "" : words[0];
  const bool good = (what == "list" && words.size() == 2) ||
                    (what == "delete" && words.size() == 3) ||
                    ((what == "add" || what == "modify") && words.size() >= 3);
  if (!good)
    return context.BadUsage(
        "usage: ipdk group list|add|modify|delete SELECTOR [NUMBER] [MEMBER[*WEIGHT] ...] "
        "[max=SIZE]; see: ipdk group --help");
  p4::v1::ActionProfileGroup group;
  if (what != "list") {
    auto number = Positive(words[2], "group", UINT32_MAX);
    if (!number) return context.BadUsage(number.error().message());
    group.set_group_id(*number);
  }
  if (auto status = ParseMembers(words, group); !status)
    return context.BadUsage(status.error().message());
  auto names = context.Names();
  if (!names) return context.Fail(names.error());
  auto profile = (*names)->Profile(words[1]);
  if (!profile) return context.Fail(profile.error());
  if (what == "list") return List(context, **profile);
  group.set_action_profile_id((*profile)->preamble().id());
  if (what == "add" && group.max_size() == 0 && (*profile)->max_group_size() > 0)
    group.set_max_size((*profile)->max_group_size());
  if (what == "modify" && group.max_size() == 0) {
    p4::v1::ActionProfileGroup filter;
    filter.set_action_profile_id(group.action_profile_id());
    filter.set_group_id(group.group_id());
    auto present = Read(filter, context);
    if (!present) return context.Fail(present.error());
    if (!present->empty()) group.set_max_size(present->front().max_size());
  }
  const auto type = what == "add"      ? p4::v1::Update::INSERT
                    : what == "modify" ? p4::v1::Update::MODIFY
                                       : p4::v1::Update::DELETE;
  return WriteOne(context, type, [&](p4::v1::Entity& entity) {
    *entity.mutable_action_profile_group() = std::move(group);
  });
}

}  // namespace ipdk::cli
