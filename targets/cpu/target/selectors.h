#pragma once
// Members and groups of an action profile or selector, and the entries that name them.
//
// An entry of a table with an action profile names a member or a group, or brings its own set of
// actions. The data path knows nothing of that: each entry's record holds its member's action or
// all those of its group, and a member or group that changes changes the records of all entries
// that name it. Control thread only.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/schema/schema.h"
#include "tdi/row.h"
#include "tdi/selection.h"
#include "tdi/table.h"

namespace ipdk::cpu {

// A row of a table with an action profile as an entry: with its member's action, or with the
// choices of its group or set. An empty group or set runs NoAction (PSA 1.2, 7.12; P4Runtime 1.5,
// 9.2.4), or is as if missed where the table does not have NoAction. NOT_FOUND: no such member or
// group.
struct ProfileView {
  const tdi::TableSchema* members = nullptr;
  std::function<Result<tdi::Row>(uint32_t)> member;
  std::function<Result<tdi::Group>(uint32_t)> group;
};
Result<schema::Entry> ProfileEntry(const schema::Schema& schema, const schema::Table& table,
                                   const tdi::TableSchema& shown, const tdi::Row& row,
                                   const ProfileView& profile);

class Profile {
 public:
  // Entries of a table that names members. Called when what they name has changed.
  class User {
   public:
    virtual ~User() = default;
    virtual Status MemberChanged(const tdi::Row& entry) = 0;
    virtual void PublishMembers() = 0;  // ends a series of MemberChanged
  };

  Profile(const schema::ActionProfile& profile, tdi::TableSchema members);

  const ProfileView& view() const { return view_; }
  // May an entry with this reference be there? One style per selector (P4Runtime 1.5, 9.2.3).
  Status CheckStyle(const tdi::Reference& reference) const;
  // An entry names what its data says from here on, or no longer.
  void Use(User* user, const tdi::Row& entry);
  void Release(User* user, const tdi::Row& entry);

 private:
  friend class MemberBackend;
  friend class GroupBackend;
  using EntryId = std::pair<std::string, uint64_t>;               // key and order
  using Users = std::map<User*, std::map<EntryId, std::string>>;  // their data
  struct Member {
    tdi::Row row;
    Users users;
    std::set<uint32_t> groups;
  };
  struct Group {
    tdi::Group group;
    Users users;
  };
  Users* UsersOf(const tdi::Reference& reference);
  Status Changed(const Users& users);
  void Publish();
  uint64_t SizeOf(const tdi::Group& group) const;

  const tdi::TableSchema schema_;
  const uint64_t size_;
  const uint32_t max_group_size_;
  bool sum_of_members_ = false;
  ProfileView view_;
  std::map<uint32_t, Member> members_;
  std::map<uint32_t, Group> groups_;
  uint64_t sets_ = 0;        // entries with a set of their own
  std::set<User*> changed_;  // since the last Publish
};

tdi::TableSchema GroupSchema(const schema::ActionProfile& profile);
// The profile must outlive the backends.
std::unique_ptr<tdi::TableBackend> MakeMemberBackend(tdi::TableSchema schema, Profile& profile);
std::unique_ptr<tdi::TableBackend> MakeGroupBackend(tdi::TableSchema schema, Profile& profile);

}  // namespace ipdk::cpu
