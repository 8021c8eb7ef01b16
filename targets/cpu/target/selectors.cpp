#include "targets/cpu/target/selectors.h"

#include "pipeline/externs/selector.h"
#include "targets/cpu/target/tables.h"

namespace ipdk::cpu {
namespace {

uint32_t NumberOf(std::string_view key) {
  tdi::FieldReader reader(key);
  return static_cast<uint32_t>(reader.Bits(32));
}

size_t Count(const auto& users) {
  size_t entries = 0;
  for (const auto& [user, used] : users) entries += used.size();
  return entries;
}

// An action of a member or set as a position in the table's actions, with its arguments.
Status SetChoice(const schema::Schema& schema, const schema::Table& table,
                 const tdi::ActionSpec* spec, std::string_view data, uint32_t* position,
                 std::vector<Integer>* args) {
  for (uint32_t i = 0; spec != nullptr && i < table.actions.size(); ++i) {
    if (schema.actions[table.actions[i].action].preamble.id != spec->id) continue;
    *position = i;
    IPDK_ASSIGN(std::vector<tdi::DataValue> values, tdi::DecodeData(spec->params, data));
    for (tdi::DataValue& value : values) args->push_back(std::move(value.value));
    return {};
  }
  return InvalidArgument("table '{}' does not have the action '{}' of its profile's members",
                         table.preamble.name, spec == nullptr ? "?" : spec->name);
}

}  // namespace

Result<schema::Entry> ProfileEntry(const schema::Schema& schema, const schema::Table& table,
                                   const tdi::TableSchema& shown, const tdi::Row& row,
                                   const ProfileView& profile) {
  IPDK_ASSIGN(schema::Entry entry, KeyEntry(shown, row, false));
  const tdi::Reference reference = tdi::DecodeReference(row.data);
  const auto choose = [&](uint64_t identity, uint32_t weight, const tdi::ActionSpec* spec,
                          std::string_view data) {
    schema::Entry::Choice choice{identity, weight, 0, {}};
    auto status = SetChoice(schema, table, spec, data, &choice.action, &choice.args);
    entry.choices.push_back(std::move(choice));
    return status;
  };
  if (!reference.set.empty()) {
    entry.grouped = true;
    IPDK_ASSIGN(const tdi::ActionSet set, tdi::DecodeSet(reference.set));
    // Known by what they do; one that is there twice is two members.
    std::map<uint64_t, uint64_t> seen;
    for (const tdi::ActionSet::Action& action : set.actions) {
      uint64_t identity = 0xcbf29ce484222325;
      for (const std::string* part : {&action.name, &action.data})
        for (const char byte : *part)
          identity = (identity ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
      IPDK_RETURN_IF_ERROR(choose(identity + seen[identity]++, action.weight,
                                  profile.members->FindAction(action.name), action.data));
    }
  } else if (reference.group != 0) {
    entry.grouped = true;
    IPDK_ASSIGN(const tdi::Group group, profile.group(reference.group));
    for (const tdi::Group::Member& member : group.members) {
      IPDK_ASSIGN(const tdi::Row does, profile.member(member.member));
      IPDK_RETURN_IF_ERROR(choose(member.member, member.weight,
                                  profile.members->FindAction(does.action), does.data));
    }
  } else {
    IPDK_ASSIGN(const tdi::Row does, profile.member(reference.member));
    IPDK_RETURN_IF_ERROR(SetChoice(schema, table, profile.members->FindAction(does.action),
                                   does.data, &entry.action, &entry.args));
  }
  for (uint32_t i = 0; entry.grouped && entry.choices.empty() && i < table.actions.size(); ++i)
    if (schema.actions[table.actions[i].action].preamble.name == "NoAction")
      entry.choices.push_back({0, 1, i, {}});
  return entry;
}

Profile::Profile(const schema::ActionProfile& profile, tdi::TableSchema members)
    : schema_(std::move(members)), size_(profile.size), max_group_size_(profile.max_group_size) {
  for (const schema::Annotation& annotation : profile.preamble.annotations)
    if (annotation.name == "selector_size_semantics")
      sum_of_members_ = annotation.body.find("sum_of_members") != std::string::npos;
  view_.members = &schema_;
  view_.member = [this](uint32_t number) -> Result<tdi::Row> {
    const auto it = members_.find(number);
    if (it == members_.end())
      return NotFound("action profile '{}' has no member {}; insert it before what names it",
                      schema_.name, number);
    return it->second.row;
  };
  view_.group = [this](uint32_t number) -> Result<tdi::Group> {
    const auto it = groups_.find(number);
    if (it == groups_.end())
      return NotFound(
          "action selector '{}' has no group {}; insert it before the entries that name it",
          schema_.name, number);
    return it->second.group;
  };
}

Status Profile::CheckStyle(const tdi::Reference& reference) const {
  if (!reference.set.empty() && !members_.empty())
    return InvalidArgument(
        "action selector '{}' has members: its entries name members or groups, and bring no sets "
        "of actions",
        schema_.name);
  return {};
}

Profile::Users* Profile::UsersOf(const tdi::Reference& reference) {
  if (!reference.set.empty()) return nullptr;
  if (reference.group != 0) {
    const auto it = groups_.find(reference.group);
    return it == groups_.end() ? nullptr : &it->second.users;
  }
  const auto it = members_.find(reference.member);
  return it == members_.end() ? nullptr : &it->second.users;
}

void Profile::Use(User* user, const tdi::Row& entry) {
  const tdi::Reference reference = tdi::DecodeReference(entry.data);
  if (!reference.set.empty()) ++sets_;
  if (Users* users = UsersOf(reference)) (*users)[user][{entry.key, entry.order}] = entry.data;
}

void Profile::Release(User* user, const tdi::Row& entry) {
  const tdi::Reference reference = tdi::DecodeReference(entry.data);
  if (!reference.set.empty()) --sets_;
  Users* users = UsersOf(reference);
  if (users == nullptr) return;
  const auto used = users->find(user);
  if (used == users->end()) return;
  used->second.erase({entry.key, entry.order});
  if (used->second.empty()) users->erase(used);
}

Status Profile::Changed(const Users& users) {
  for (const auto& [user, used] : users) {
    changed_.insert(user);
    for (const auto& [id, data] : used) {
      tdi::Row entry;
      entry.key = id.first;
      entry.order = id.second;
      entry.data = data;
      IPDK_RETURN_IF_ERROR(user->MemberChanged(entry));
    }
  }
  return {};
}

// The entries that name a member are in tables that the commit may not name.
void Profile::Publish() {
  for (User* user : changed_) user->PublishMembers();
  changed_.clear();
}

uint64_t Profile::SizeOf(const tdi::Group& group) const {
  if (sum_of_members_) return group.members.size();
  uint64_t sum = 0;
  for (const tdi::Group::Member& member : group.members) sum += member.weight;
  return sum;
}

class MemberBackend final : public tdi::TableBackend {
 public:
  MemberBackend(tdi::TableSchema schema, Profile& profile)
      : schema_(std::move(schema)), profile_(profile) {}
  const tdi::TableSchema& schema() const override { return schema_; }

  Status Apply(const tdi::Change& change) override {
    const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
    const uint32_t number = NumberOf(row.key);
    if (number == 0)
      return InvalidArgument("action profile '{}': members are numbered from 1, got 0",
                             schema_.name);
    if (change.after == nullptr) {
      const auto it = profile_.members_.find(number);
      if (it == profile_.members_.end()) return {};
      if (const size_t entries = Count(it->second.users); entries > 0)
        return FailedPrecondition(
            "action profile '{}': {} table entries name member {}; delete or modify them first",
            schema_.name, entries, number);
      if (!it->second.groups.empty())
        return FailedPrecondition(
            "action profile '{}': {} groups have member {}; modify them first", schema_.name,
            it->second.groups.size(), number);
      profile_.members_.erase(it);
      return {};
    }
    if (profile_.sets_ != 0)
      return InvalidArgument(
          "action selector '{}': {} entries bring their own sets of actions; members do not go "
          "with them",
          schema_.name, profile_.sets_);
    Profile::Member& member = profile_.members_[number];
    member.row = row;
    IPDK_RETURN_IF_ERROR(profile_.Changed(member.users));
    for (const uint32_t group : member.groups)
      IPDK_RETURN_IF_ERROR(profile_.Changed(profile_.groups_[group].users));
    return {};
  }
  void Publish() override { profile_.Publish(); }

 private:
  const tdi::TableSchema schema_;
  Profile& profile_;
};

class GroupBackend final : public tdi::TableBackend {
 public:
  GroupBackend(tdi::TableSchema schema, Profile& profile)
      : schema_(std::move(schema)), profile_(profile) {}
  const tdi::TableSchema& schema() const override { return schema_; }

  Status Apply(const tdi::Change& change) override {
    const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
    const uint32_t number = NumberOf(row.key);
    if (change.after == nullptr) {
      const auto it = profile_.groups_.find(number);
      if (it == profile_.groups_.end()) return {};
      if (const size_t entries = Count(it->second.users); entries > 0)
        return FailedPrecondition(
            "action selector '{}': {} table entries name group {}; delete or modify them first",
            profile_.schema_.name, entries, number);
      Leave(number, it->second.group);
      profile_.groups_.erase(it);
      return {};
    }
    IPDK_ASSIGN(tdi::Group group, tdi::DecodeGroup(change.after->data));
    IPDK_RETURN_IF_ERROR(Check(number, group));
    Profile::Group& held = profile_.groups_[number];
    Leave(number, held.group);
    held.group = std::move(group);
    for (const tdi::Group::Member& member : held.group.members)
      profile_.members_[member.member].groups.insert(number);
    return profile_.Changed(held.users);
  }
  void Publish() override { profile_.Publish(); }

 private:
  void Leave(uint32_t number, const tdi::Group& group) {
    for (const tdi::Group::Member& member : group.members)
      if (const auto it = profile_.members_.find(member.member); it != profile_.members_.end())
        it->second.groups.erase(number);
  }

  // P4Runtime 1.5, 9.2.2.
  Status Check(uint32_t number, const tdi::Group& group) const {
    const std::string where =
        fmt::format("action selector '{}': group {}", profile_.schema_.name, number);
    if (number == 0) return InvalidArgument("{}: groups are numbered from 1", where);
    const auto present = profile_.groups_.find(number);
    if (present != profile_.groups_.end() && present->second.group.max_size != group.max_size)
      return InvalidArgument("{}: max_size {} differs from {}, with which it was inserted", where,
                             group.max_size, present->second.group.max_size);
    if (const uint32_t most = profile_.max_group_size_;
        most != 0 && (group.max_size == 0 || group.max_size > most))
      return InvalidArgument("{}: max_size {}: expected 1 to {}", where, group.max_size, most);
    std::set<uint32_t> seen;
    for (const tdi::Group::Member& member : group.members) {
      if (!seen.insert(member.member).second)
        return InvalidArgument("{}: member {} is given twice; give it a weight instead", where,
                               member.member);
      if (member.weight == 0)
        return InvalidArgument("{}: member {} has weight 0: expected 1 or more", where,
                               member.member);
      IPDK_RETURN_IF_ERROR(profile_.view_.member(member.member));
    }
    const char* what = profile_.sum_of_members_ ? "members" : "the sum of their weights";
    const uint64_t size = profile_.SizeOf(group);
    if (group.max_size != 0 && size > group.max_size)
      return ResourceExhausted("{}: {} is {}, its max_size is {}", where, what, size,
                               group.max_size);
    if (group.members.size() > externs::kMaxSelectorMembers)
      return ResourceExhausted("{}: {} members: at most {} are supported", where,
                               group.members.size(), externs::kMaxSelectorMembers);
    uint64_t all = size;
    for (const auto& [other, held] : profile_.groups_)
      if (other != number) all += profile_.SizeOf(held.group);
    if (profile_.size_ != 0 && all > profile_.size_)
      return ResourceExhausted("{}: {} over all groups would be {}, the selector's size is {}",
                               where, what, all, profile_.size_);
    return {};
  }

  const tdi::TableSchema schema_;
  Profile& profile_;
};

tdi::TableSchema GroupSchema(const schema::ActionProfile& profile) {
  tdi::TableSchema out;
  out.id = profile.preamble.id + tdi::kGroupTableOffset;
  out.name = tdi::GroupTableName(profile.preamble.name);
  out.kind = tdi::TableKind::kActionGroup;
  tdi::Field number;
  number.id = 1;
  number.name = "group";
  number.width = 32;
  out.keys = {number};
  out.data = tdi::GroupFields();
  return out;
}

std::unique_ptr<tdi::TableBackend> MakeMemberBackend(tdi::TableSchema schema, Profile& profile) {
  return std::make_unique<MemberBackend>(std::move(schema), profile);
}
std::unique_ptr<tdi::TableBackend> MakeGroupBackend(tdi::TableSchema schema, Profile& profile) {
  return std::make_unique<GroupBackend>(std::move(schema), profile);
}

}  // namespace ipdk::cpu
