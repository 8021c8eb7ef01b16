#include "packet/text.h"

#include <set>
#include <vector>

#include "packet/checksum.h"
#include "packet/headers.h"

namespace ipdk::packet {
namespace {

constexpr size_t kMaxBytes = 1u << 20;

struct Part {
  const HeaderInfo* info = nullptr;  // null: payload
  std::string bytes;
  std::set<std::string_view> given;
};

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n'))
    text.remove_suffix(1);
  return text;
}

// Splits at '/' outside quotes.
std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> out;
  bool quoted = false;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i == text.size() || (text[i] == '/' && !quoted)) {
      out.push_back(Trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  return out;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!(text = Trim(text)).empty()) {
    const size_t end = text.find_first_of(" \t\n");
    out.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
  return out;
}

void SetField(Part& part, std::string_view name, const Integer& value) {
  size_t at = 0;
  for (const FieldInfo& field : part.info->fields) {
    if (field.name == name) return SetBits(part.bytes, at, field.bits, value);
    at += field.bits;
  }
}

Result<Part> HeaderPart(const HeaderInfo& info, const std::vector<std::string_view>& words) {
  Part part;
  part.info = &info;
  part.bytes.assign(info.bytes, '\0');
  for (const FieldInfo& field : info.fields) SetField(part, field.name, FromU64(field.initial));
  for (size_t i = 1; i < words.size(); ++i) {
    const size_t equal = words[i].find('=');
    const FieldInfo* field = nullptr;
    for (const FieldInfo& candidate : info.fields)
      if (equal != std::string_view::npos && candidate.name == words[i].substr(0, equal))
        field = &candidate;
    if (field == nullptr) {
      std::string known;
      for (const FieldInfo& candidate : info.fields) known += fmt::format(" {}", candidate.name);
      return InvalidArgument("header '{}' wants field=value, got '{}'; its fields are{}", info.name,
                             words[i], known);
    }
    const std::string_view text = words[i].substr(equal + 1);
    const auto value = ParseValue(field->form, text);
    if (!value || *value < 0 || BitLength(*value) > field->bits)
      return InvalidArgument("{}.{} wants a value of {} bits, got '{}'", info.name, field->name,
                             field->bits, text);
    SetField(part, field->name, *value);
    part.given.insert(field->name);
  }
  return part;
}

Result<Part> PayloadPart(std::string_view text, const std::vector<std::string_view>& words) {
  Part part;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    part.bytes = text.substr(1, text.size() - 2);
    return part;
  }
  if (words[0] == "zeros" && words.size() == 2) {
    const auto count = ParseInteger(words[1]);
    if (!count || *count > kMaxBytes)
      return InvalidArgument("zeros wants at most {}, got '{}'", kMaxBytes, words[1]);
    part.bytes.assign(count->get_ui(), '\0');
    return part;
  }
  std::string digits;
  for (std::string_view word : words) digits += word;
  const auto bytes = FromHex(digits);
  if (!bytes) {
    std::string known;
    for (const HeaderInfo& header : Headers()) known += fmt::format(" {}", header.name);
    return InvalidArgument(
        "'{}' is neither a header nor payload (hex digits, \"text\", zeros N); headers are{}", text,
        known);
  }
  part.bytes = *bytes;
  return part;
}

uint64_t EtherType(std::string_view name) {
  if (name == "ipv4") return 0x0800;
  if (name == "ipv6") return 0x86dd;
  if (name == "arp") return 0x0806;
  if (name == "vlan") return 0x8100;
  if (name == "mpls") return 0x8847;
  return 0;
}

uint64_t Protocol(std::string_view name) {
  if (name == "icmp") return 1;
  if (name == "ipv4") return 4;
  if (name == "tcp") return 6;
  if (name == "udp") return 17;
  if (name == "ipv6") return 41;
  if (name == "gre") return 47;
  if (name == "icmp6") return 58;
  return 59;  // no next header
}

}  // namespace

bool IsDerived(std::string_view header, std::string_view field) {
  if (field == "checksum") return true;
  if (header == "eth" || header == "vlan") return field == "type";
  if (header == "gre") return field == "protocol";
  if (header == "ipv4") return field == "protocol" || field == "length";
  if (header == "ipv6") return field == "next" || field == "length";
  return header == "udp" && field == "length";
}

Result<std::string> Build(std::string_view text) {
  std::vector<Part> parts;
  size_t total = 0;
  for (std::string_view piece : Split(text)) {
    const auto words = Words(piece);
    if (words.empty()) return InvalidArgument("a packet has an empty part: '{}'", text);
    const HeaderInfo* info = FindHeader(words[0]);
    IPDK_ASSIGN(Part part, info != nullptr ? HeaderPart(*info, words) : PayloadPart(piece, words));
    total += part.bytes.size();
    if (total > kMaxBytes) return InvalidArgument("a packet may have {} bytes", kMaxBytes);
    parts.push_back(std::move(part));
  }
  size_t after = 0;  // bytes behind the part
  bool checksums_given = false;
  for (size_t i = parts.size(); i-- > 0; after += parts[i].bytes.size()) {
    Part& part = parts[i];
    if (part.info == nullptr) continue;
    const std::string_view name = part.info->name;
    const std::string_view next =
        i + 1 < parts.size() && parts[i + 1].info != nullptr ? parts[i + 1].info->name : "";
    const size_t length = after + part.bytes.size();
    auto derive = [&](std::string_view field, uint64_t value) {
      if (!part.given.contains(field)) SetField(part, field, FromU64(value));
    };
    if (name == "eth" || name == "vlan") derive("type", EtherType(next));
    if (name == "gre") derive("protocol", EtherType(next));
    if (name == "ipv4") {
      derive("length", length);
      derive("protocol", Protocol(next));
    }
    if (name == "ipv6") {
      derive("length", after);
      derive("next", Protocol(next));
    }
    if (name == "udp") {
      derive("length", length);
      if (next == "vxlan") derive("dport", 4789);
    }
    checksums_given |= part.given.contains("checksum");
  }
  std::string out;
  for (const Part& part : parts) out += part.bytes;
  std::string fixed = out;
  FixChecksums(fixed);
  if (checksums_given) {
    // What was given stays; the others are put in.
    size_t at = 0;
    for (const Part& part : parts) {
      size_t bit = at * 8;
      if (part.info != nullptr)
        for (const FieldInfo& field : part.info->fields) {
          if (part.given.contains(field.name))
            SetBits(fixed, bit, field.bits, GetBits(out, bit, field.bits));
          bit += field.bits;
        }
      at += part.bytes.size();
    }
  }
  return fixed;
}

Result<std::string> FromText(std::string_view text) {
  std::string digits;
  bool hex = true;
  std::string_view rest = Trim(text);
  if (rest.starts_with("0x")) rest.remove_prefix(2);
  for (char c : rest) {
    if (c == ' ' || c == '\t' || c == '\n' || c == ':') continue;
    hex = hex && ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'));
    digits += c;
  }
  if (hex && !digits.empty()) {
    auto bytes = FromHex(digits);
    if (!bytes)
      return InvalidArgument("a packet in hex has an odd number of digits ({})", digits.size());
    return *bytes;
  }
  return Build(text);
}

}  // namespace ipdk::packet
