#include "tdi/selection.h"

#include "tdi/row.h"

namespace ipdk::tdi {
namespace {

Field Named(uint32_t id, const char* name, ValueKind kind, const char* doc) {
  Field field;
  field.id = id;
  field.name = name;
  field.kind = kind;
  field.width = kind == ValueKind::kBits ? 32 : 0;
  field.doc = doc;
  return field;
}

}  // namespace

std::string GroupTableName(std::string_view profile) { return std::string(profile) + ".groups"; }

std::vector<Field> GroupFields() {
  return {Named(1, "max_size", ValueKind::kBits, "the largest sum of weights or members"),
          Named(2, "members", ValueKind::kString, "members with their weights, encoded")};
}

std::vector<Field> SelectorFields() {
  return {Named(1, "member", ValueKind::kBits, "the member that acts, or 0"),
          Named(2, "group", ValueKind::kBits, "the group of which a member acts, or 0"),
          Named(3, "set", ValueKind::kString, "the entry's own actions, encoded")};
}

std::string EncodeGroup(const Group& group) {
  FieldWriter members;
  for (const Group::Member& member : group.members) {
    members.Bits(member.member, 32);
    members.Bits(member.weight, 32);
  }
  FieldWriter writer;
  writer.Bits(group.max_size, 32);
  writer.Text(members.Take());
  return writer.Take();
}

Result<Group> DecodeGroup(std::string_view data) {
  FieldReader reader(data);
  Group group;
  group.max_size = static_cast<uint32_t>(reader.Bits(32));
  const std::string bytes = reader.Text();
  if (!reader.done() || bytes.size() % 8 != 0)
    return InvalidArgument("a group's members are not encoded as they should be");
  FieldReader members(bytes);
  for (size_t i = 0; i < bytes.size() / 8; ++i) {
    Group::Member& member = group.members.emplace_back();
    member.member = static_cast<uint32_t>(members.Bits(32));
    member.weight = static_cast<uint32_t>(members.Bits(32));
  }
  return group;
}

std::string EncodeSet(const ActionSet& set) {
  FieldWriter writer;
  writer.Bits(set.mode, 8);
  writer.Bits(set.size_semantics, 8);
  for (const ActionSet::Action& action : set.actions) {
    writer.Text(action.name);
    writer.Bits(action.weight, 32);
    writer.Text(action.data);
  }
  return writer.Take();
}

Result<ActionSet> DecodeSet(std::string_view bytes) {
  FieldReader reader(bytes);
  ActionSet set;
  set.mode = static_cast<uint8_t>(reader.Bits(8));
  set.size_semantics = static_cast<uint8_t>(reader.Bits(8));
  while (reader.ok() && !reader.done()) {
    ActionSet::Action& action = set.actions.emplace_back();
    action.name = reader.Text();
    action.weight = static_cast<uint32_t>(reader.Bits(32));
    action.data = reader.Text();
  }
  if (!reader.ok()) return InvalidArgument("a set of actions is not encoded as it should be");
  return set;
}

std::string EncodeReference(const Reference& reference, bool with_selector) {
  FieldWriter writer;
  writer.Bits(reference.member, 32);
  if (with_selector) {
    writer.Bits(reference.group, 32);
    writer.Text(reference.set);
  }
  return writer.Take();
}

Reference DecodeReference(std::string_view data) {
  FieldReader reader(data);
  Reference reference;
  reference.member = static_cast<uint32_t>(reader.Bits(32));
  if (reader.done()) return reference;
  reference.group = static_cast<uint32_t>(reader.Bits(32));
  reference.set = reader.Text();
  return reference;
}

}  // namespace ipdk::tdi
