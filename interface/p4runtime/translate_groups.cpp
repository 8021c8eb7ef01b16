// Groups of action selectors, and the sets of actions that entries bring themselves.
#include <p4/v1/p4runtime.pb.h>

#include "interface/p4runtime/translate.h"
#include "tdi/selection.h"

namespace ipdk::p4runtime {
namespace {

// What groups and sets say of each of their members.
template <typename Message>
Status CheckWeighed(const std::string& where, const Message& member) {
  if (member.weight() <= 0)
    return InvalidArgument("{}: weight {}: expected 1 or more", where, member.weight());
  if (!member.watch_port().empty() || member.watch() != 0)
    return Unimplemented("{}: watch_port is not supported; leave it empty", where);
  return {};
}

}  // namespace

const schema::ActionProfile* Translator::SelectorOf(uint32_t table) const {
  for (const schema::Table& one : schema_->tables) {
    if (one.preamble.id != table || !one.implementation.valid()) continue;
    const schema::ActionProfile& profile = schema_->action_profiles[one.implementation];
    return profile.with_selector ? &profile : nullptr;
  }
  return nullptr;
}

Result<Translator::Operations> Translator::WriteGroup(int type,
                                                      const p4::v1::ActionProfileGroup& entry) {
  IPDK_ASSIGN(const tdi::TableSchema* members,
              FindTable(entry.action_profile_id(), schema::kActionProfilePrefix, "action profile"));
  for (const schema::ActionProfile& profile : schema_->action_profiles)
    if (profile.preamble.id == members->id && !profile.with_selector)
      return InvalidArgument("action profile '{}' is no action selector: it has no groups",
                             members->name);
  IPDK_ASSIGN(const tdi::TableSchema* table,
              FindTable(entry.action_profile_id() + tdi::kGroupTableOffset, tdi::kGroupTablePrefix,
                        "group table"));
  const std::string where =
      fmt::format("action selector '{}': group {}", members->name, entry.group_id());
  if (entry.group_id() == 0) return InvalidArgument("{}: group_id: expected 1 or more", where);
  tdi::Operation operation;
  operation.table = table->id;
  operation.kind = type == p4::v1::Update::INSERT   ? tdi::OpKind::kInsert
                   : type == p4::v1::Update::MODIFY ? tdi::OpKind::kModify
                                                    : tdi::OpKind::kDelete;
  tdi::FieldWriter key;
  key.Bits(entry.group_id(), 32);
  operation.row.key = key.Take();
  if (type == p4::v1::Update::DELETE) return Operations{std::move(operation)};
  if (entry.max_size() < 0)
    return InvalidArgument("{}: max_size {} is negative", where, entry.max_size());
  tdi::Group group;
  group.max_size = static_cast<uint32_t>(entry.max_size());
  for (const auto& member : entry.members()) {
    IPDK_RETURN_IF_ERROR(
        CheckWeighed(fmt::format("{}: member {}", where, member.member_id()), member));
    group.members.push_back({member.member_id(), static_cast<uint32_t>(member.weight())});
  }
  operation.row.data = tdi::EncodeGroup(group);
  return Operations{std::move(operation)};
}

Status Translator::ReadGroup(const p4::v1::ActionProfileGroup& filter, const Emit& emit) {
  for (const schema::ActionProfile& profile : schema_->action_profiles) {
    if (profile.preamble.hidden) continue;
    if (filter.action_profile_id() != 0 && filter.action_profile_id() != profile.preamble.id)
      continue;
    bool stopped = false;
    if (profile.with_selector) {
      IPDK_ASSIGN(const tdi::TableSchema* table,
                  FindTable(profile.preamble.id + tdi::kGroupTableOffset, tdi::kGroupTablePrefix,
                            "group table"));
      Status failed;
      IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, [&](const tdi::RowView& view) {
        tdi::FieldReader key(view.row->key);
        const auto number = static_cast<uint32_t>(key.Bits(32));
        if (filter.group_id() != 0 && number != filter.group_id()) return true;
        auto group = tdi::DecodeGroup(view.row->data);
        if (!group) {
          failed = std::unexpected(std::move(group).error());
          return false;
        }
        p4::v1::Entity entity;
        auto* out = entity.mutable_action_profile_group();
        out->set_action_profile_id(profile.preamble.id);
        out->set_group_id(number);
        out->set_max_size(static_cast<int32_t>(group->max_size));
        for (const tdi::Group::Member& member : group->members) {
          auto* one = out->add_members();
          one->set_member_id(member.member);
          one->set_weight(static_cast<int32_t>(member.weight));
        }
        stopped = !emit(std::move(entity));
        return !stopped;
      }));
      IPDK_RETURN_IF_ERROR(std::move(failed));
    }
    if (stopped || filter.action_profile_id() != 0) return {};
  }
  if (filter.action_profile_id() != 0)
    return NotFound("no action profile has id {:#x} in the running program",
                    filter.action_profile_id());
  return {};
}

// P4Runtime 1.5, 9.2.3.
Result<std::string> Translator::EncodeActionSet(const tdi::TableSchema& table,
                                                const p4::v1::ActionProfileActionSet& set) const {
  const schema::ActionProfile* profile = SelectorOf(table.id);
  const auto members = profile == nullptr ? nullptr : device_.FindTable(profile->preamble.id);
  if (members == nullptr)
    return InvalidArgument("table '{}' has no action selector: name a member", table.name);
  if (set.action_selection_mode() == p4::v1::ActionProfileActionSet::RANDOM)
    return Unimplemented("table '{}': a random choice per packet is not supported; use HASH",
                         table.name);
  if (set.has_group_action())
    return Unimplemented("table '{}': group_action is not supported", table.name);
  tdi::ActionSet out;
  out.mode = static_cast<uint8_t>(set.action_selection_mode());
  out.size_semantics = static_cast<uint8_t>(set.size_semantics());
  uint64_t weights = 0;
  for (const auto& action : set.action_profile_actions()) {
    IPDK_RETURN_IF_ERROR(CheckWeighed(
        fmt::format("table '{}': action {:#x} of the set", table.name, action.action().action_id()),
        action));
    tdi::Row row;
    IPDK_RETURN_IF_ERROR(EncodeAction(*members, action.action(), false, row));
    weights += static_cast<uint64_t>(action.weight());
    out.actions.push_back({members->FindAction(row.action)->name,
                           static_cast<uint32_t>(action.weight()), std::move(row.data)});
  }
  bool by_members = set.size_semantics() == p4::v1::ActionProfileActionSet::SUM_OF_MEMBERS;
  if (set.size_semantics() == 0)
    for (const schema::Annotation& annotation : profile->preamble.annotations)
      if (annotation.name == "selector_size_semantics")
        by_members = annotation.body.find("sum_of_members") != std::string::npos;
  const uint64_t size = by_members ? out.actions.size() : weights;
  if (profile->max_group_size != 0 && size > profile->max_group_size)
    return InvalidArgument("table '{}': {} of the set {} {}, at most {} are allowed", table.name,
                           by_members ? "the actions" : "the weights",
                           by_members ? "are" : "sum up to", size, profile->max_group_size);
  return tdi::EncodeSet(out);
}

Status Translator::ToReference(const tdi::TableSchema& table, const tdi::Row& row,
                               p4::v1::TableAction& out) const {
  const tdi::Reference reference = tdi::DecodeReference(row.data);
  if (reference.set.empty()) {
    if (reference.group != 0)
      out.set_action_profile_group_id(reference.group);
    else
      out.set_action_profile_member_id(reference.member);
    return {};
  }
  const schema::ActionProfile* profile = SelectorOf(table.id);
  const auto members = profile == nullptr ? nullptr : device_.FindTable(profile->preamble.id);
  if (members == nullptr) return Internal("table '{}': its action selector is gone", table.name);
  IPDK_ASSIGN(const tdi::ActionSet set, tdi::DecodeSet(reference.set));
  auto* to = out.mutable_action_profile_action_set();
  to->set_action_selection_mode(
      static_cast<p4::v1::ActionProfileActionSet::ActionSelectionMode>(set.mode));
  to->set_size_semantics(
      static_cast<p4::v1::ActionProfileActionSet::SizeSemantics>(set.size_semantics));
  for (const tdi::ActionSet::Action& action : set.actions) {
    auto* one = to->add_action_profile_actions();
    one->set_weight(static_cast<int32_t>(action.weight));
    const tdi::ActionSpec* spec = members->FindAction(action.name);
    if (spec == nullptr) return Internal("table '{}': no action '{}'", table.name, action.name);
    tdi::Row as_member;
    as_member.action = spec->id;
    as_member.data = action.data;
    IPDK_RETURN_IF_ERROR(ToAction(*members, as_member, *one->mutable_action()));
  }
  return {};
}

}  // namespace ipdk::p4runtime
