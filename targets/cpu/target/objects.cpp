#include "targets/cpu/target/objects.h"

#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"
#include "targets/cpu/target/tables.h"
#include "tdi/row.h"

namespace ipdk::cpu {
namespace {

uint32_t NumberOf(std::string_view key) {
  tdi::FieldReader reader(key);
  return static_cast<uint32_t>(reader.Bits(32));
}

class Backend : public tdi::TableBackend {
 public:
  explicit Backend(tdi::TableSchema schema) : schema_(std::move(schema)) {}
  const tdi::TableSchema& schema() const override { return schema_; }

 protected:
  const tdi::TableSchema schema_;
};

class MeterBackend final : public Backend {
 public:
  MeterBackend(tdi::TableSchema schema, MeterArray& meter, std::function<uint64_t()> now)
      : Backend(std::move(schema)), meter_(meter), now_(std::move(now)) {}

  Status Apply(const tdi::Change& change) override {
    const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
    externs::MeterConfig config;
    if (change.after != nullptr) {
      tdi::FieldReader reader(row.data);
      config.configured = true;
      config.cir = reader.Bits(64);
      config.cburst = reader.Bits(64);
      config.pir = reader.Bits(64);
      config.pburst = reader.Bits(64);
    }
    const uint32_t index = NumberOf(row.key);
    IPDK_ASSIGN(const externs::MeterConfig present, meter_.Read(index));
    // A meter that a new program has taken over goes on with its buckets as they are.
    return present == config ? Status() : meter_.Write(index, config, now_());
  }

 private:
  MeterArray& meter_;
  const std::function<uint64_t()> now_;
};

class ValueSetBackend final : public Backend {
 public:
  ValueSetBackend(tdi::TableSchema schema, Table& set) : Backend(std::move(schema)), set_(set) {}

  Status Apply(const tdi::Change& change) override {
    if (change.before != nullptr && change.after != nullptr) return {};  // a member has no data
    const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
    IPDK_ASSIGN(const schema::Entry member, KeyEntry(schema_, row, false));
    return change.after != nullptr ? set_.Insert(member) : set_.Erase(member);
  }
  void Publish() override { set_.Publish(); }

 private:
  Table& set_;
};

// Nothing of a digest's settings concerns the data path.
class DigestBackend final : public Backend {
 public:
  using Backend::Backend;
  Status Apply(const tdi::Change&) override { return {}; }
};

}  // namespace

Result<const tdi::Row*> Profile::Find(uint32_t member) const {
  const auto it = members_.find(member);
  if (it == members_.end())
    return NotFound(
        "action profile '{}' has no member {}; insert it before the entries that name it",
        schema_.name, member);
  return &it->second.row;
}

Result<std::vector<Integer>> Profile::Arguments(const tdi::Row& member) const {
  std::vector<Integer> arguments;
  const tdi::ActionSpec* action = schema_.FindAction(member.action);
  if (action == nullptr)
    return InvalidArgument("action profile '{}' has no action with id 0x{:08x}", schema_.name,
                           member.action);
  IPDK_ASSIGN(std::vector<tdi::DataValue> values, tdi::DecodeData(action->params, member.data));
  for (tdi::DataValue& value : values) arguments.push_back(std::move(value.value));
  return arguments;
}

void Profile::Use(uint32_t member, User* user, const tdi::Row& entry) {
  const auto it = members_.find(member);
  if (it != members_.end()) it->second.users[user].emplace(entry.key, entry.order);
}

void Profile::Release(uint32_t member, User* user, const tdi::Row& entry) {
  const auto it = members_.find(member);
  if (it == members_.end()) return;
  const auto used = it->second.users.find(user);
  if (used == it->second.users.end()) return;
  used->second.erase({entry.key, entry.order});
  if (used->second.empty()) it->second.users.erase(used);
}

class MemberBackend final : public Backend {
 public:
  MemberBackend(tdi::TableSchema schema, Profile& profile)
      : Backend(std::move(schema)), profile_(profile) {}

  Status Apply(const tdi::Change& change) override {
    const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
    const uint32_t number = NumberOf(row.key);
    if (number == 0)
      return InvalidArgument("action profile '{}': members are numbered from 1, got 0",
                             schema_.name);
    if (change.after == nullptr) {
      const auto it = profile_.members_.find(number);
      if (it == profile_.members_.end()) return {};
      size_t entries = 0;
      for (const auto& [user, used] : it->second.users) entries += used.size();
      if (entries > 0)
        return FailedPrecondition(
            "action profile '{}': {} table entries name member {}; delete or modify them first",
            schema_.name, entries, number);
      profile_.members_.erase(it);
      return {};
    }
    Profile::Member& member = profile_.members_[number];
    member.row = row;
    for (const auto& [user, used] : member.users) {
      profile_.changed_.insert(user);
      for (const auto& [key, order] : used) {
        tdi::Row entry;
        entry.key = key;
        entry.order = order;
        entry.data = row.key;  // the member's number
        IPDK_RETURN_IF_ERROR(user->MemberChanged(entry));
      }
    }
    return {};
  }
  // The entries that name a member are in tables that the commit may not name.
  void Publish() override {
    for (Profile::User* user : profile_.changed_) user->PublishMembers();
    profile_.changed_.clear();
  }

 private:
  Profile& profile_;
};

std::unique_ptr<tdi::TableBackend> MakeMemberBackend(tdi::TableSchema schema, Profile& profile) {
  return std::make_unique<MemberBackend>(std::move(schema), profile);
}
std::unique_ptr<tdi::TableBackend> MakeMeterBackend(tdi::TableSchema schema, MeterArray& meter,
                                                    std::function<uint64_t()> now) {
  return std::make_unique<MeterBackend>(std::move(schema), meter, std::move(now));
}
std::unique_ptr<tdi::TableBackend> MakeValueSetBackend(tdi::TableSchema schema, Table& set) {
  return std::make_unique<ValueSetBackend>(std::move(schema), set);
}
std::unique_ptr<tdi::TableBackend> MakeDigestBackend(tdi::TableSchema schema) {
  return std::make_unique<DigestBackend>(std::move(schema));
}

}  // namespace ipdk::cpu
