#include "pipeline/stf/resolve.h"

#include "pipeline/schema/match.h"

namespace ipdk::stf {
namespace {

// The position in `names` of the one that is `name`, else of the only one that ends with it.
Result<size_t> FindName(const std::vector<std::string_view>& names, std::string_view name,
                        std::string_view what) {
  std::vector<size_t> found;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
    if (names[i].ends_with(name)) found.push_back(i);
  }
  if (found.size() == 1) return found[0];
  std::string list;
  for (size_t i = 0; i < (found.empty() ? names.size() : found.size()) && i < 20; ++i)
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", names[found.empty() ? i : found[i]]);
  if (!found.empty())
    return InvalidArgument("{} '{}' is ambiguous: it may be {}", what, name, list);
  return NotFound("there is no {} '{}'; known are {}", what, name, list.empty() ? "none" : list);
}

template <typename IdType, typename T>
Result<IdType> FindObject(const IdVector<IdType, T>& objects, std::string_view name,
                          std::string_view what) {
  std::vector<std::string_view> names;
  for (const T& object : objects) names.push_back(object.preamble.name);
  IPDK_ASSIGN(const size_t at, FindName(names, name, what));
  return IdType(at);
}

uint32_t BitsPerDigit(const Number& number) {
  return number.base == Number::Base::kHex ? 4 : number.base == Number::Base::kBinary ? 1 : 0;
}

// Ones for every digit written that is not '*'.
Integer WrittenMask(const Number& number) {
  const uint32_t bits = BitsPerDigit(number);
  Integer mask;
  for (char c : number.digits) mask = (mask << bits) + (c == '*' ? Integer(0) : Mask(bits));
  return mask;
}

// Stars may only stand at the end; returns how many bits stand before them.
Result<uint32_t> PrefixLength(const MatchText& text) {
  const size_t star = text.value.digits.find('*');
  if (star != std::string::npos &&
      text.value.digits.find_first_not_of('*', star) != std::string::npos)
    return InvalidArgument("key '{}': in a prefix, '*' may only stand at the end: {}", text.key,
                           text.value.text());
  const size_t digits = star == std::string::npos ? text.value.digits.size() : star;
  return static_cast<uint32_t>(digits * BitsPerDigit(text.value));
}

}  // namespace

Result<schema::TableId> FindTable(const schema::Schema& schema, std::string_view name) {
  return FindObject(schema.tables, name, "table");
}
Result<schema::CounterId> FindCounter(const schema::Schema& schema, std::string_view name) {
  return FindObject(schema.counters, name, "counter");
}
Result<schema::MeterId> FindMeter(const schema::Schema& schema, std::string_view name) {
  return FindObject(schema.meters, name, "meter");
}
Result<schema::RegisterId> FindRegister(const schema::Schema& schema, std::string_view name) {
  return FindObject(schema.registers, name, "register");
}

Result<size_t> FindKey(const schema::Table& table, std::string_view given) {
  // "stack$0.field" is how some files write "stack[0].field".
  std::string name;
  for (size_t i = 0; i < given.size(); ++i) {
    size_t end = i + 1;
    while (given[i] == '$' && end < given.size() && given[end] >= '0' && given[end] <= '9') ++end;
    if (given[i] == '$' && end > i + 1) {
      name += "[" + std::string(given.substr(i + 1, end - i - 1)) + "]";
      i = end - 1;
    } else {
      name += given[i];
    }
  }
  std::vector<std::string> spellings = {std::string(given), name, name + "$", name + ".$valid$"};
  if (name.ends_with(".valid")) spellings.push_back(name.substr(0, name.size() - 5) + "$valid$");
  for (const std::string& spelling : spellings)
    for (size_t i = 0; i < table.keys.size(); ++i)
      if (table.keys[i].name == spelling) return i;
  for (const std::string& spelling : spellings) {
    std::vector<size_t> found;
    for (size_t i = 0; i < table.keys.size(); ++i)
      if (table.keys[i].name.ends_with("." + spelling)) found.push_back(i);
    if (found.size() == 1) return found[0];
    if (found.size() > 1)
      return InvalidArgument("key '{}' of table '{}' is ambiguous: '{}' or '{}'", given,
                             table.preamble.name, table.keys[found[0]].name,
                             table.keys[found[1]].name);
  }
  std::string list;
  for (const schema::MatchField& key : table.keys)
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", key.name);
  return NotFound("table '{}' has no key '{}'; its keys are {}", table.preamble.name, given,
                  list.empty() ? "none" : list);
}

Result<schema::Match> ToMatch(const schema::MatchField& field, const MatchText& text) {
  using Form = MatchText::Form;
  using enum schema::MatchKind;
  schema::Match out;
  out.value = text.value.value();
  auto wrong_form = [&]() {
    return InvalidArgument(
        "key '{}' is {}: a prefix, mask or range of another kind does not go with it", field.name,
        schema::MatchKindName(field.kind));
  };
  switch (field.kind) {
    case kExact:
    case kOptional:
      if (text.form != Form::kValue) return wrong_form();
      if (text.value.has_stars())
        return InvalidArgument("key '{}' is {}: '*' does not go with it", field.name,
                               schema::MatchKindName(field.kind));
      break;
    case kLpm:
      if (text.form == Form::kPrefix) {
        const Integer length = text.other.value();
        if (length > field.width)
          return InvalidArgument("key '{}' has {} bits, a prefix of {} does not fit", field.name,
                                 field.width, length.get_str());
        out.prefix_length = static_cast<uint32_t>(length.get_ui());
      } else if (text.form != Form::kValue) {
        return wrong_form();
      } else if (text.value.base == Number::Base::kDecimal) {
        out.prefix_length = field.width;
      } else {
        IPDK_ASSIGN(out.prefix_length, PrefixLength(text));
        out.prefix_length = std::min(out.prefix_length, field.width);
      }
      break;
    case kTernary:
      if (text.form == Form::kMask) {
        out.mask = text.other.value();
      } else if (text.form == Form::kPrefix) {
        const Integer length = text.other.value();
        if (length > field.width)
          return InvalidArgument("key '{}' has {} bits, a prefix of {} does not fit", field.name,
                                 field.width, length.get_str());
        out.mask = schema::PrefixMask(field.width, static_cast<uint32_t>(length.get_ui()));
      } else if (text.form == Form::kRange) {
        return wrong_form();
      } else if (text.value.base == Number::Base::kDecimal) {
        return InvalidArgument(
            "key '{}' is ternary: write {} in hex or binary, its digits say which bits matter",
            field.name, text.value.text());
      } else {
        out.mask = WrittenMask(text.value);
      }
      // Digits beyond the width must be zeros; what they say about the mask does not count.
      out.mask = Truncate(out.mask, field.width);
      break;
    case kRange:
      if (text.form == Form::kRange)
        out.high = text.other.value();
      else if (text.form == Form::kValue && !text.value.has_stars())
        out.high = out.value;
      else
        return wrong_form();
      break;
  }
  if (BitLength(out.value) > field.width)
    return InvalidArgument("key '{}' has {} bits, {} does not fit", field.name, field.width,
                           text.value.text());
  schema::Canonicalize(field, out);
  IPDK_RETURN_IF_ERROR(schema::CheckMatch(field, out));
  return out;
}

Result<schema::Entry> ToEntry(const schema::Schema& schema, schema::TableId id,
                              const Statement& s) {
  const schema::Table& table = schema.tables[id];
  schema::Entry out;
  const bool is_default = s.kind == Statement::Kind::kSetDefault;
  std::vector<const MatchText*> given(table.keys.size(), nullptr);
  for (const MatchText& match : s.matches) {
    IPDK_ASSIGN(const size_t at, FindKey(table, match.key));
    if (given[at] != nullptr)
      return InvalidArgument("key '{}' of table '{}' is given twice", match.key,
                             table.preamble.name);
    given[at] = &match;
  }
  if (!is_default) {
    for (size_t i = 0; i < table.keys.size(); ++i) {
      if (given[i] == nullptr) {
        out.matches.push_back(schema::MatchAll(table.keys[i]));
        continue;
      }
      IPDK_ASSIGN(auto match, ToMatch(table.keys[i], *given[i]));
      out.matches.push_back(std::move(match));
    }
    const bool ordered = schema::NeedsOrder(table.keys);
    if (ordered && !s.priority)
      return InvalidArgument(
          "table '{}' has a ternary, range or optional key: give a priority (larger wins)",
          table.preamble.name);
    out.order = ordered ? *s.priority : 0;
  }
  std::vector<std::string_view> names;
  for (const schema::ActionRef& ref : table.actions)
    names.push_back(schema.actions[ref.action].preamble.name);
  IPDK_ASSIGN(
      const size_t position,
      FindName(names, s.action.name, fmt::format("action of table '{}'", table.preamble.name)));
  out.action = static_cast<uint32_t>(position);
  const schema::Action& action = schema.actions[table.actions[position].action];
  std::vector<const Number*> args(action.params.size(), nullptr);
  for (const auto& [name, value] : s.action.args) {
    size_t at = 0;
    while (at < args.size() && action.params[at].name != name) ++at;
    if (at == args.size())
      return NotFound("action '{}' has no parameter '{}'", action.preamble.name, name);
    if (args[at] != nullptr) return InvalidArgument("argument '{}' is given twice", name);
    if (value.has_stars()) return InvalidArgument("argument '{}' may not have '*'", name);
    args[at] = &value;
  }
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == nullptr)
      return InvalidArgument("action '{}' wants an argument '{}'", action.preamble.name,
                             action.params[i].name);
    out.args.push_back(args[i]->value());
  }
  IPDK_RETURN_IF_ERROR(schema::CheckEntry(schema, table, out, is_default));
  return out;
}

}  // namespace ipdk::stf
