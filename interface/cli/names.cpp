#include "interface/cli/names.h"

#include <arpa/inet.h>

#include <algorithm>

namespace ipdk::cli {
namespace {

namespace info = p4::config::v1;

bool EndsInName(std::string_view full, std::string_view wanted) {
  return full == wanted || (full.size() > wanted.size() && full.ends_with(wanted) &&
                            full[full.size() - wanted.size() - 1] == '.');
}

template <typename Items, typename NameOf>
auto Find(const Items& items, std::string_view wanted, std::string_view kind, const NameOf& name_of)
    -> Result<const typename Items::value_type*> {
  const typename Items::value_type* found = nullptr;
  std::string fitting, all;
  size_t fits = 0;
  for (const auto& item : items) {
    const std::string& name = name_of(item);
    if (name == wanted) return &item;
    all += (all.empty() ? "" : ", ") + name;
    if (!EndsInName(name, wanted)) continue;
    ++fits;
    found = &item;
    fitting += (fitting.empty() ? "" : ", ") + name;
  }
  if (fits > 1) return InvalidArgument("{} '{}' is ambiguous: {}", kind, wanted, fitting);
  if (fits == 1) return found;
  return NotFound("there is no {} '{}'; there are: {}", kind, wanted, all.empty() ? "none" : all);
}

bool LooksLikeAddress(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view word :
       {"addr", "ip", "next_hop", "nexthop", "gateway", "prefix", "src", "dst"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Result<Integer> ParseValue(std::string_view text, int width, std::string_view what) {
  const std::string copy(text);
  if (width == 32) {
    in_addr v4{};
    if (inet_pton(AF_INET, copy.c_str(), &v4) == 1)
      return FromBytes(std::string_view(reinterpret_cast<const char*>(&v4), 4));
  }
  if (width == 128) {
    in6_addr v6{};
    if (inet_pton(AF_INET6, copy.c_str(), &v6) == 1)
      return FromBytes(std::string_view(reinterpret_cast<const char*>(&v6), 16));
  }
  if (width == 48 && text.size() == 17) {
    std::string digits;
    bool good = true;
    for (size_t i = 0; i < text.size(); ++i) {
      if (i % 3 == 2)
        good &= text[i] == ':' || text[i] == '-';
      else
        digits += text[i];
    }
    if (good) {
      if (const auto bytes = FromHex(digits)) return FromBytes(*bytes);
    }
  }
  if (text == "true") return Integer(1);
  if (text == "false") return Integer(0);
  const auto value = ParseInteger(text);
  if (!value || *value < 0) {
    const std::string_view forms = width == 32    ? ", or an address such as 10.0.0.1"
                                   : width == 48  ? ", or an address such as 02:00:00:00:00:01"
                                   : width == 128 ? ", or an address such as 2001:db8::1"
                                                  : "";
    return InvalidArgument("{}: '{}' is not a value of {} bits: an integer (10, 0xa, 0b1010){}",
                           what, text, width, forms);
  }
  if (width > 0 && BitLength(*value) > static_cast<size_t>(width))
    return OutOfRange("{}: {} does not fit {} bits (at most {})", what, text, width,
                      Mask(static_cast<size_t>(width)).get_str());
  return *value;
}

std::string PrintValue(const Integer& value, int width, std::string_view name) {
  if (width == 48) {
    const std::string bytes = ToBytes(value, 6);
    std::string out;
    for (const char c : bytes)
      out += fmt::format("{}{:02x}", out.empty() ? "" : ":", static_cast<uint8_t>(c));
    return out;
  }
  char text[INET6_ADDRSTRLEN] = {};
  if (width == 32 && LooksLikeAddress(name)) {
    const std::string bytes = ToBytes(value, 4);
    if (inet_ntop(AF_INET, bytes.data(), text, sizeof text) != nullptr) return text;
  }
  if (width == 128) {
    const std::string bytes = ToBytes(value, 16);
    if (inet_ntop(AF_INET6, bytes.data(), text, sizeof text) != nullptr) return text;
  }
  return width <= 32 ? value.get_str() : "0x" + value.get_str(16);
}

std::string ShortBytes(const Integer& value) {
  const size_t bits = BitLength(value);
  return ToBytes(value, bits == 0 ? 1 : BytesFor(bits));
}

Result<const info::Table*> P4Names::Table(std::string_view name) const {
  return Find(info_.tables(), name, "table",
              [](const auto& t) -> const std::string& { return t.preamble().name(); });
}

Result<const info::Counter*> P4Names::Counter(std::string_view name) const {
  return Find(info_.counters(), name, "counter",
              [](const auto& t) -> const std::string& { return t.preamble().name(); });
}

Result<const info::Meter*> P4Names::Meter(std::string_view name) const {
  return Find(info_.meters(), name, "meter",
              [](const auto& m) -> const std::string& { return m.preamble().name(); });
}

Result<const info::ActionProfile*> P4Names::Profile(std::string_view name) const {
  return Find(info_.action_profiles(), name, "action profile",
              [](const auto& p) -> const std::string& { return p.preamble().name(); });
}

Result<const info::MatchField*> P4Names::Field(const info::Table& table,
                                               std::string_view name) const {
  return Find(table.match_fields(), name, "key field",
              [](const auto& f) -> const std::string& { return f.name(); });
}

const info::Action* P4Names::Action(uint32_t id) const {
  for (const auto& action : info_.actions()) {
    if (action.preamble().id() == id) return &action;
  }
  return nullptr;
}

Result<const info::Action*> P4Names::ActionOf(const info::Table& table,
                                              std::string_view name) const {
  std::vector<info::Action> actions;
  for (const auto& ref : table.action_refs()) {
    if (const auto* action = Action(ref.id())) actions.push_back(*action);
  }
  IPDK_ASSIGN(const info::Action* found,
              Find(actions, name, "action",
                   [](const auto& a) -> const std::string& { return a.preamble().name(); }));
  return Action(found->preamble().id());
}

bool P4Names::HasDirectCounter(const info::Table& table) const {
  return std::ranges::any_of(info_.direct_counters(), [&](const auto& counter) {
    return counter.direct_table_id() == table.preamble().id();
  });
}

bool P4Names::WantsPriority(const info::Table& table) const {
  return std::ranges::any_of(table.match_fields(), [](const auto& field) {
    return field.match_type() == info::MatchField::TERNARY ||
           field.match_type() == info::MatchField::RANGE ||
           field.match_type() == info::MatchField::OPTIONAL;
  });
}

Status P4Names::AddMatch(const info::MatchField& field, std::string_view text,
                         p4::v1::TableEntry& entry) const {
  const int width = field.bitwidth();
  const std::string what = fmt::format("key field '{}'", field.name());
  if (text == "*" || text == "any") {
    if (field.match_type() == info::MatchField::EXACT)
      return InvalidArgument("{}: it is matched exactly: a value is wanted", what);
    return {};
  }
  p4::v1::FieldMatch match;
  match.set_field_id(field.id());
  const auto split =
      [&](std::string_view by) -> std::pair<std::string_view, std::optional<std::string_view>> {
    const size_t at = text.find(by);
    if (at == std::string_view::npos) return {text, std::nullopt};
    return {text.substr(0, at), text.substr(at + by.size())};
  };
  const auto prefix = [&](std::string_view digits) -> Result<uint32_t> {
    const auto length = ParseInteger(digits);
    if (!length || *length < 0 || *length > width)
      return InvalidArgument("{}: prefix length '{}': expected 0 to {}", what, digits, width);
    return static_cast<uint32_t>(ToU64(*length));
  };
  switch (field.match_type()) {
    case info::MatchField::EXACT: {
      IPDK_ASSIGN(const Integer value, ParseValue(text, width, what));
      match.mutable_exact()->set_value(ShortBytes(value));
      break;
    }
    case info::MatchField::OPTIONAL: {
      IPDK_ASSIGN(const Integer value, ParseValue(text, width, what));
      match.mutable_optional()->set_value(ShortBytes(value));
      break;
    }
    case info::MatchField::LPM: {
      const auto [value_text, length_text] = split("/");
      IPDK_ASSIGN(const Integer value, ParseValue(value_text, width, what));
      uint32_t length = static_cast<uint32_t>(width);
      if (length_text) {
        IPDK_ASSIGN(length, prefix(*length_text));
      }
      if (Truncate(value, static_cast<size_t>(width) - length) != 0)
        return InvalidArgument("{}: '{}' has bits set after its prefix of {} bits", what, text,
                               length);
      if (length == 0) return {};
      match.mutable_lpm()->set_value(ShortBytes(value));
      match.mutable_lpm()->set_prefix_len(static_cast<int32_t>(length));
      break;
    }
    case info::MatchField::TERNARY: {
      Integer value, mask = Mask(static_cast<size_t>(width));
      const auto [masked, mask_text] = split("&&&");
      const auto [prefixed, length_text] = split("/");
      if (mask_text) {
        IPDK_ASSIGN(value, ParseValue(masked, width, what));
        IPDK_ASSIGN(mask, ParseValue(*mask_text, width, what));
      } else if (length_text) {
        IPDK_ASSIGN(value, ParseValue(prefixed, width, what));
        IPDK_ASSIGN(const uint32_t length, prefix(*length_text));
        const size_t rest = static_cast<size_t>(width) - length;
        mask = Integer(Mask(length) << rest);
      } else {
        IPDK_ASSIGN(value, ParseValue(text, width, what));
      }
      if (Integer(value & mask) != value)
        return InvalidArgument("{}: '{}' has bits set outside its mask", what, text);
      if (mask == 0) return {};
      match.mutable_ternary()->set_value(ShortBytes(value));
      match.mutable_ternary()->set_mask(ShortBytes(mask));
      break;
    }
    case info::MatchField::RANGE: {
      const auto [low_text, high_text] = split("..");
      IPDK_ASSIGN(const Integer low, ParseValue(low_text, width, what));
      IPDK_ASSIGN(const Integer high, ParseValue(high_text.value_or(low_text), width, what));
      if (low > high) return InvalidArgument("{}: range '{}' is empty", what, text);
      if (low == 0 && high == Mask(static_cast<size_t>(width))) return {};
      match.mutable_range()->set_low(ShortBytes(low));
      match.mutable_range()->set_high(ShortBytes(high));
      break;
    }
    default:
      return Unimplemented("{}: match kind '{}' is not supported", what, field.other_match_type());
  }
  *entry.add_match() = std::move(match);
  return {};
}

std::string P4Names::PrintMatch(const info::Table& table, const p4::v1::FieldMatch& match) const {
  int width = 0;
  std::string name;
  for (const auto& field : table.match_fields()) {
    if (field.id() != match.field_id()) continue;
    width = field.bitwidth();
    name = field.name();
  }
  const auto print = [&](const std::string& bytes) {
    return PrintValue(FromBytes(bytes), width, name);
  };
  switch (match.field_match_type_case()) {
    case p4::v1::FieldMatch::kExact:
      return print(match.exact().value());
    case p4::v1::FieldMatch::kOptional:
      return print(match.optional().value());
    case p4::v1::FieldMatch::kLpm:
      return print(match.lpm().value()) + "/" + std::to_string(match.lpm().prefix_len());
    case p4::v1::FieldMatch::kTernary: {
      const Integer mask = FromBytes(match.ternary().mask());
      if (mask == Mask(static_cast<size_t>(width))) return print(match.ternary().value());
      // A mask that is a prefix reads best as one.
      const Integer inverse = Mask(static_cast<size_t>(width)) - mask;
      if (LooksLikeAddress(name) && Integer(inverse & (inverse + 1)) == 0)
        return print(match.ternary().value()) + "/" +
               std::to_string(static_cast<size_t>(width) - BitLength(inverse));
      return print(match.ternary().value()) + "&&&0x" + mask.get_str(16);
    }
    case p4::v1::FieldMatch::kRange:
      return print(match.range().low()) + ".." + print(match.range().high());
    default:
      return "?";
  }
}

std::string P4Names::PrintAction(const p4::v1::TableAction& table_action) const {
  if (const uint32_t member = table_action.action_profile_member_id(); member != 0)
    return fmt::format("member={}", member);
  if (const uint32_t group = table_action.action_profile_group_id(); group != 0)
    return fmt::format("group={}", group);
  if (table_action.has_action_profile_action_set()) {
    std::string out;
    for (const auto& one : table_action.action_profile_action_set().action_profile_actions()) {
      p4::v1::TableAction action;
      *action.mutable_action() = one.action();
      out += (out.empty() ? "" : " | ") + PrintAction(action);
      if (one.weight() != 1) out += fmt::format("*{}", one.weight());
    }
    return "{" + out + "}";
  }
  if (!table_action.has_action()) return "-";
  const auto& action = table_action.action();
  const auto* spec = Action(action.action_id());
  if (spec == nullptr) return fmt::format("{:#x}", action.action_id());
  std::string out = spec->preamble().name() + "(";
  bool first = true;
  for (const auto& param : spec->params()) {
    for (const auto& given : action.params()) {
      if (given.param_id() != param.id()) continue;
      out += fmt::format("{}{}={}", first ? "" : ", ", param.name(),
                         PrintValue(FromBytes(given.value()), param.bitwidth(), param.name()));
      first = false;
    }
  }
  return out + ")";
}

}  // namespace ipdk::cli
