#pragma once
// The tables of a program that are not matched by packets' keys: meters, value sets, digests and
// the members of action profiles.
//
// An entry of a table with an action profile names a member; the data path knows nothing of that:
// each entry's record holds its member's action, and a member that changes changes the records of
// all entries that name it. Control thread only.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "targets/cpu/pipeline.h"
#include "tdi/table.h"

namespace ipdk::cpu {

class Profile {
 public:
  // Entries of a table that names members. Called when a member that they name has changed.
  class User {
   public:
    virtual ~User() = default;
    virtual Status MemberChanged(const tdi::Row& entry) = 0;
    virtual void PublishMembers() = 0;  // ends a series of MemberChanged
  };

  explicit Profile(tdi::TableSchema members) : schema_(std::move(members)) {}
  // The arguments of a member's action.
  Result<std::vector<Integer>> Arguments(const tdi::Row& member) const;
  // The member's row (action and data), or NOT_FOUND.
  Result<const tdi::Row*> Find(uint32_t member) const;
  // An entry names a member from here on, or no longer.
  void Use(uint32_t member, User* user, const tdi::Row& entry);
  void Release(uint32_t member, User* user, const tdi::Row& entry);

 private:
  friend class MemberBackend;
  using EntryId = std::pair<std::string, uint64_t>;  // key and order
  struct Member {
    tdi::Row row;
    std::map<User*, std::set<EntryId>> users;
  };
  const tdi::TableSchema schema_;
  std::map<uint32_t, Member> members_;
  std::set<User*> changed_;  // since the last Publish
};

// The profile must outlive the backend.
std::unique_ptr<tdi::TableBackend> MakeMemberBackend(tdi::TableSchema schema, Profile& profile);
// `now`: the clock that meters run by.
std::unique_ptr<tdi::TableBackend> MakeMeterBackend(tdi::TableSchema schema, MeterArray& meter,
                                                    std::function<uint64_t()> now);
std::unique_ptr<tdi::TableBackend> MakeValueSetBackend(tdi::TableSchema schema, Table& set);
std::unique_ptr<tdi::TableBackend> MakeDigestBackend(tdi::TableSchema schema);

}  // namespace ipdk::cpu
