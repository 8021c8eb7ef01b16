#pragma once
// Action selectors in rows: what a row of a group table holds, and the set of actions that an entry
// may carry in place of a group's number. One encoding, written by services and read by targets.
//
// A group table (kActionGroup) has the key {group 32} and the data of GroupFields(). A match table
// whose actions are a selector's has the data of SelectorFields(): a member's number, or a group's,
// or a set of its own (EncodeSet); what is not used is 0 or empty.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tdi/schema.h"

namespace ipdk::tdi {

// The group table of a profile with this id, and its name.
inline constexpr uint32_t kGroupTableOffset = 0x6f000000;
inline constexpr uint32_t kGroupTablePrefix = 0x80000000;  // of the ids that come of it
std::string GroupTableName(std::string_view profile);

std::vector<Field> GroupFields();
std::vector<Field> SelectorFields();

struct Group {
  uint32_t max_size = 0;  // as the controller gave it; 0: not said
  struct Member {
    uint32_t member = 0, weight = 1;
  };
  std::vector<Member> members;
};
std::string EncodeGroup(const Group& group);  // a row's data
Result<Group> DecodeGroup(std::string_view data);

struct ActionSet {
  uint8_t mode = 0, size_semantics = 0;  // the controller's words, kept for reading back
  struct Action {
    std::string name;
    uint32_t weight = 1;
    std::string data;  // its parameters, as a row of the member table has them
  };
  std::vector<Action> actions;
};
std::string EncodeSet(const ActionSet& set);
Result<ActionSet> DecodeSet(std::string_view bytes);

// What a row of such a match table names. Without a selector, only `member` counts.
struct Reference {
  uint32_t member = 0, group = 0;
  std::string set;  // of EncodeSet; "": none
};
std::string EncodeReference(const Reference& reference, bool with_selector);
Reference DecodeReference(std::string_view data);

}  // namespace ipdk::tdi
