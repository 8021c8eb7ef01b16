#include "pipeline/schema/verify.h"

#include "pipeline/schema/match.h"

namespace ipdk::schema {
namespace {

Status CheckWidth(const std::string& what, const std::string& name, uint32_t width) {
  if (width == 0 || width > Limits::kWidth)
    return InvalidArgument("{} '{}': width must be 1 to {} bits, is {}", what, name, Limits::kWidth,
                           width);
  return {};
}

Status CheckSize(const std::string& what, const std::string& name, uint64_t size) {
  if (size > Limits::kElements)
    return InvalidArgument("{} '{}': at most {} elements, asks for {}", what, name,
                           Limits::kElements, size);
  return {};
}

template <typename IdType, typename T>
Status CheckId(const std::string& owner, const char* what, IdType id,
               const IdVector<IdType, T>& in) {
  if (!in.Contains(id))
    return InvalidArgument("'{}' refers to {} {}, but there are {}", owner, what, id.index,
                           in.size());
  return {};
}

Status CheckTable(const Schema& schema, TableId id, const Table& table) {
  const std::string& name = table.preamble.name;
  for (const MatchField& key : table.keys) {
    IPDK_RETURN_IF_ERROR(CheckWidth("key field", key.name, key.width));
    if (key.kind > MatchKind::kOptional)
      return InvalidArgument("table '{}': key field '{}' has match kind {}", name, key.name,
                             static_cast<int>(key.kind));
  }
  for (uint32_t width : table.selector_widths)
    IPDK_RETURN_IF_ERROR(CheckWidth("selector key of", name, width));
  if (table.actions.empty()) return InvalidArgument("table '{}' has no action", name);
  for (const ActionRef& ref : table.actions)
    IPDK_RETURN_IF_ERROR(CheckId(name, "action", ref.action, schema.actions));
  if (table.implementation.valid())
    IPDK_RETURN_IF_ERROR(
        CheckId(name, "action profile", table.implementation, schema.action_profiles));
  for (CounterId counter : table.direct_counters) {
    IPDK_RETURN_IF_ERROR(CheckId(name, "counter", counter, schema.counters));
    if (schema.counters[counter].direct_of != id)
      return InvalidArgument("table '{}': counter '{}' is not attached to it", name,
                             schema.counters[counter].preamble.name);
  }
  for (MeterId meter : table.direct_meters) {
    IPDK_RETURN_IF_ERROR(CheckId(name, "meter", meter, schema.meters));
    if (schema.meters[meter].direct_of != id)
      return InvalidArgument("table '{}': meter '{}' is not attached to it", name,
                             schema.meters[meter].preamble.name);
  }
  IPDK_RETURN_IF_ERROR(CheckEntry(schema, table, table.default_entry, true));
  for (const Entry& entry : table.entries) {
    if (entry.grouped)
      return InvalidArgument("table '{}': an entry of the program names a group", name);
    IPDK_RETURN_IF_ERROR(CheckEntry(schema, table, entry, false));
  }
  return {};
}

}  // namespace

Status Verify(const Schema& schema) {
  for (const Action& action : schema.actions)
    for (const ActionParam& param : action.params)
      IPDK_RETURN_IF_ERROR(CheckWidth("parameter", param.name, param.width));
  for (const Counter& counter : schema.counters) {
    IPDK_RETURN_IF_ERROR(CheckSize("counter", counter.preamble.name, counter.size));
    if (counter.direct_of.valid())
      IPDK_RETURN_IF_ERROR(
          CheckId(counter.preamble.name, "table", counter.direct_of, schema.tables));
  }
  for (const Meter& meter : schema.meters) {
    IPDK_RETURN_IF_ERROR(CheckSize("meter", meter.preamble.name, meter.size));
    if (meter.direct_of.valid())
      IPDK_RETURN_IF_ERROR(CheckId(meter.preamble.name, "table", meter.direct_of, schema.tables));
  }
  uint64_t register_bits = 0;
  for (const Register& reg : schema.registers) {
    IPDK_RETURN_IF_ERROR(CheckSize("register", reg.preamble.name, reg.size));
    if (reg.widths.empty())
      return InvalidArgument("register '{}' has no element", reg.preamble.name);
    for (uint32_t width : reg.widths) {
      IPDK_RETURN_IF_ERROR(CheckWidth("register", reg.preamble.name, width));
      register_bits += reg.size * width;
    }
    if (register_bits > Limits::kRegisterBits)
      return InvalidArgument("register '{}': all registers together may have {} bits",
                             reg.preamble.name, Limits::kRegisterBits);
    if (reg.initial < 0) return InvalidArgument("register '{}' starts below 0", reg.preamble.name);
  }
  for (const Digest& digest : schema.digests)
    for (uint32_t width : digest.widths)
      IPDK_RETURN_IF_ERROR(CheckWidth("digest", digest.preamble.name, width));
  for (const ValueSet& set : schema.value_sets)
    for (const MatchField& key : set.keys) {
      IPDK_RETURN_IF_ERROR(CheckWidth("value set", set.preamble.name, key.width));
      if (key.kind > MatchKind::kOptional)
        return InvalidArgument("value set '{}' has match kind {}", set.preamble.name,
                               static_cast<int>(key.kind));
    }
  for (const ActionProfile& profile : schema.action_profiles)
    for (TableId table : profile.tables)
      IPDK_RETURN_IF_ERROR(CheckId(profile.preamble.name, "table", table, schema.tables));
  for (size_t i = 0; i < schema.tables.size(); ++i)
    IPDK_RETURN_IF_ERROR(CheckTable(schema, TableId(i), schema.tables[TableId(i)]));
  std::vector<uint64_t> parts(schema.types.size(), 1);
  for (size_t i = 0; i < schema.types.size(); ++i)
    for (uint32_t member : schema.types[i].members) {
      if (member >= i)
        return InvalidArgument("type {} has a member that is not declared before it ({})", i,
                               member);
      parts[i] += parts[member];
      if (parts[i] > Limits::kTypeParts)
        return InvalidArgument("type {} has more than {} parts when written out", i,
                               Limits::kTypeParts);
    }
  for (const NamedType& type : schema.named_types)
    for (const NamedType::Member& member : type.members)
      if (member.type >= schema.types.size() && !schema.types.empty())
        return InvalidArgument("type '{}': member '{}' has type {} of {}", type.name, member.name,
                               member.type, schema.types.size());
  return {};
}

}  // namespace ipdk::schema
