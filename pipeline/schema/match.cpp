#include "pipeline/schema/match.h"

namespace ipdk::schema {
namespace {

std::string Number(const Integer& value) {
  return value < 10 ? value.get_str() : "0x" + value.get_str(16);
}

}  // namespace

Integer PrefixMask(uint32_t width, uint32_t prefix_length) {
  if (prefix_length > width) prefix_length = width;
  return Mask(width) - Mask(width - prefix_length);
}

bool Matches(const MatchField& field, const Match& match, const Integer& key) {
  switch (field.kind) {
    case MatchKind::kExact:
      return key == match.value;
    case MatchKind::kLpm: {
      const Integer mask = PrefixMask(field.width, match.prefix_length);
      return Integer(key & mask) == Integer(match.value & mask);
    }
    case MatchKind::kTernary:
      return Integer(key & match.mask) == Integer(match.value & match.mask);
    case MatchKind::kRange:
      return match.value <= key && key <= match.high;
    case MatchKind::kOptional:
      return match.wildcard || key == match.value;
  }
  return false;
}

bool Matches(std::span<const MatchField> fields, std::span<const Match> matches,
             std::span<const Integer> keys) {
  for (size_t i = 0; i < fields.size(); ++i)
    if (!Matches(fields[i], matches[i], keys[i])) return false;
  return true;
}

bool NeedsOrder(std::span<const MatchField> fields) {
  for (const MatchField& field : fields)
    if (field.kind != MatchKind::kExact && field.kind != MatchKind::kLpm) return true;
  return false;
}

bool Beats(std::span<const MatchField> fields, const Entry& a, const Entry& b) {
  if (NeedsOrder(fields)) return a.order > b.order;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != MatchKind::kLpm) continue;
    if (a.matches[i].prefix_length != b.matches[i].prefix_length)
      return a.matches[i].prefix_length > b.matches[i].prefix_length;
  }
  return false;
}

bool SameKey(std::span<const MatchField> fields, const Entry& a, const Entry& b) {
  for (size_t i = 0; i < fields.size(); ++i) {
    const Match &x = a.matches[i], &y = b.matches[i];
    switch (fields[i].kind) {
      case MatchKind::kExact:
        if (x.value != y.value) return false;
        break;
      case MatchKind::kLpm:
        if (x.prefix_length != y.prefix_length || x.value != y.value) return false;
        break;
      case MatchKind::kTernary:
        if (x.mask != y.mask || x.value != y.value) return false;
        break;
      case MatchKind::kRange:
        if (x.value != y.value || x.high != y.high) return false;
        break;
      case MatchKind::kOptional:
        if (x.wildcard != y.wildcard || (!x.wildcard && x.value != y.value)) return false;
        break;
    }
  }
  return !NeedsOrder(fields) || a.order == b.order;
}

Match MatchAll(const MatchField& field) {
  Match out;
  if (field.kind == MatchKind::kRange) out.high = Mask(field.width);
  if (field.kind == MatchKind::kOptional) out.wildcard = true;
  return out;
}

void Canonicalize(const MatchField& field, Match& match) {
  match.value = Truncate(match.value, field.width);
  switch (field.kind) {
    case MatchKind::kExact:
    case MatchKind::kRange:
      break;
    case MatchKind::kLpm:
      match.value &= PrefixMask(field.width, match.prefix_length);
      break;
    case MatchKind::kTernary:
      match.mask = Truncate(match.mask, field.width);
      match.value &= match.mask;
      break;
    case MatchKind::kOptional:
      if (match.wildcard) match.value = 0;
      break;
  }
}

Status CheckMatch(const MatchField& field, const Match& match) {
  auto fits = [&](const Integer& value) { return value >= 0 && BitLength(value) <= field.width; };
  if (!fits(match.value))
    return InvalidArgument("key field '{}' wants a value of at most {} bits, got 0x{}", field.name,
                           field.width, match.value.get_str(16));
  switch (field.kind) {
    case MatchKind::kExact:
      break;
    case MatchKind::kLpm:
      if (match.prefix_length > field.width)
        return InvalidArgument("key field '{}' wants a prefix of at most {} bits, got /{}",
                               field.name, field.width, match.prefix_length);
      if (Integer(match.value & PrefixMask(field.width, match.prefix_length)) != match.value)
        return InvalidArgument("key field '{}': 0x{} has bits set beyond its prefix /{}",
                               field.name, match.value.get_str(16), match.prefix_length);
      break;
    case MatchKind::kTernary:
      if (!fits(match.mask))
        return InvalidArgument("key field '{}' wants a mask of at most {} bits, got 0x{}",
                               field.name, field.width, match.mask.get_str(16));
      if (Integer(match.value & match.mask) != match.value)
        return InvalidArgument("key field '{}': 0x{} has bits set outside its mask 0x{}",
                               field.name, match.value.get_str(16), match.mask.get_str(16));
      break;
    case MatchKind::kRange:
      if (!fits(match.high) || match.high < match.value)
        return InvalidArgument(
            "key field '{}' wants a range low..high within {} bits, got 0x{}..0x{}", field.name,
            field.width, match.value.get_str(16), match.high.get_str(16));
      break;
    case MatchKind::kOptional:
      if (match.wildcard && match.value != 0)
        return InvalidArgument("key field '{}' is a wildcard but has a value", field.name);
      break;
  }
  return {};
}

namespace {

Status CheckAction(const Schema& schema, const Table& table, uint32_t position,
                   const std::vector<Integer>& args, bool is_default) {
  const std::string& name = table.preamble.name;
  if (position >= table.actions.size())
    return InvalidArgument("table '{}' has {} actions, got position {}", name, table.actions.size(),
                           position);
  const ActionRef& ref = table.actions[position];
  if (!schema.actions.Contains(ref.action))
    return InvalidArgument("table '{}' names an action that does not exist", name);
  const Action& action = schema.actions[ref.action];
  if (is_default && ref.scope == ActionScope::kTableOnly)
    return InvalidArgument("table '{}': action '{}' may not be the default (it is @tableonly)",
                           name, action.preamble.name);
  if (!is_default && ref.scope == ActionScope::kDefaultOnly)
    return InvalidArgument("table '{}': action '{}' may only be the default (it is @defaultonly)",
                           name, action.preamble.name);
  if (args.size() != action.params.size())
    return InvalidArgument("action '{}' wants {} arguments, got {}", action.preamble.name,
                           action.params.size(), args.size());
  for (size_t i = 0; i < args.size(); ++i)
    if (args[i] < 0 || BitLength(args[i]) > action.params[i].width)
      return InvalidArgument("action '{}': parameter '{}' wants at most {} bits, got 0x{}",
                             action.preamble.name, action.params[i].name, action.params[i].width,
                             args[i].get_str(16));
  return {};
}

}  // namespace

Status CheckEntry(const Schema& schema, const Table& table, const Entry& entry, bool is_default) {
  const std::string& name = table.preamble.name;
  const size_t want = is_default ? 0 : table.keys.size();
  if (entry.matches.size() != want)
    return InvalidArgument("table '{}' wants {} key fields, got {}", name, want,
                           entry.matches.size());
  for (size_t i = 0; i < want; ++i)
    if (auto status = CheckMatch(table.keys[i], entry.matches[i]); !status)
      return std::unexpected(std::move(status).error().Within(fmt::format("table '{}'", name)));
  if (!entry.grouped) return CheckAction(schema, table, entry.action, entry.args, is_default);
  if (is_default || !schema.action_profiles.Contains(table.implementation) ||
      !schema.action_profiles[table.implementation].with_selector)
    return InvalidArgument(
        "table '{}': {} cannot name a group", name,
        is_default ? "the default entry" : "without an action selector, an entry");
  for (const Entry::Choice& choice : entry.choices)
    IPDK_RETURN_IF_ERROR(CheckAction(schema, table, choice.action, choice.args, false));
  return {};
}

std::string ToText(const MatchField& field, const Match& match) {
  switch (field.kind) {
    case MatchKind::kExact:
      return Number(match.value);
    case MatchKind::kLpm:
      return fmt::format("{}/{}", Number(match.value), match.prefix_length);
    case MatchKind::kTernary:
      if (match.mask == 0) return "*";
      return fmt::format("{} &&& {}", Number(match.value), Number(match.mask));
    case MatchKind::kRange:
      return fmt::format("{}..{}", Number(match.value), Number(match.high));
    case MatchKind::kOptional:
      return match.wildcard ? "*" : Number(match.value);
  }
  return "?";
}

}  // namespace ipdk::schema
