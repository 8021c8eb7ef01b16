// Rows as text: what errors, logs and stored records show, and reading it back.

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>

#include "tdi/row.h"

namespace ipdk::tdi {
namespace {

bool NameHas(const Field& field, std::string_view part) {
  auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(field.name.begin(), field.name.end(), part.begin(), part.end(), same) !=
         field.name.end();
}

enum class Shape : uint8_t { kNumber, kIpv4, kMac, kIpv6 };

Shape ShapeOf(const Field& field) {
  if (field.width == 48 && (NameHas(field, "addr") || NameHas(field, "mac"))) return Shape::kMac;
  if (field.width == 32 && NameHas(field, "addr")) return Shape::kIpv4;
  if (field.width == 128 && NameHas(field, "addr")) return Shape::kIpv6;
  return Shape::kNumber;
}

std::string PrintBits(const Field& field, const Integer& value) {
  const std::string bytes = ToBytes(value, BytesFor(field.width));
  char text[INET6_ADDRSTRLEN] = {};
  switch (ShapeOf(field)) {
    case Shape::kIpv4:
      return inet_ntop(AF_INET, bytes.data(), text, sizeof(text));
    case Shape::kIpv6:
      return inet_ntop(AF_INET6, bytes.data(), text, sizeof(text));
    case Shape::kMac: {
      std::string out;
      for (unsigned char c : bytes) out += fmt::format("{}{:02x}", out.empty() ? "" : ":", c);
      return out;
    }
    case Shape::kNumber:
      break;
  }
  return "0x" + value.get_str(16);
}

std::optional<std::string> ParseMac(std::string_view text) {
  std::string bytes;
  while (true) {
    const size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (part.empty() || part.size() > 2) return std::nullopt;
    const auto byte = FromHex(part.size() == 1 ? "0" + std::string(part) : std::string(part));
    if (!byte) return std::nullopt;
    bytes += *byte;
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
  }
  return bytes.size() == 6 ? std::optional(bytes) : std::nullopt;
}

Result<Integer> ParseBits(const Field& field, std::string_view text) {
  if (field.width == 1 && (text == "true" || text == "false"))
    return Integer(text == "true" ? 1 : 0);
  std::optional<Integer> value = ParseInteger(text);
  char bytes[16];
  const std::string copy(text);
  if (!value && field.width == 32 && inet_pton(AF_INET, copy.c_str(), bytes) == 1)
    value = FromBytes(std::string_view(bytes, 4));
  if (!value && field.width == 128 && inet_pton(AF_INET6, copy.c_str(), bytes) == 1)
    value = FromBytes(std::string_view(bytes, 16));
  if (!value && field.width == 48)
    if (const auto mac = ParseMac(text)) value = FromBytes(std::string_view(*mac));
  if (!value) {
    return InvalidArgument("'{}': '{}' is not a number{}", field.name, text,
                           field.width == 1     ? " (0, 1, true or false)"
                           : field.width == 32  ? " or IPv4 address"
                           : field.width == 48  ? " or MAC address"
                           : field.width == 128 ? " or IPv6 address"
                                                : "");
  }
  if (BitLength(*value) > field.width)
    return InvalidArgument("'{}': {} does not fit in {} bits; the largest value is {}", field.name,
                           text, field.width, Mask(field.width).get_str());
  return *value;
}

}  // namespace

Result<DataValue> ParseValue(const Field& field, std::string_view text) {
  DataValue value;
  if (field.kind == ValueKind::kBits) {
    IPDK_ASSIGN(value.value, ParseBits(field, text));
    return value;
  }
  if (!field.choices.empty() &&
      std::find(field.choices.begin(), field.choices.end(), text) == field.choices.end()) {
    std::string allowed;
    for (const std::string& choice : field.choices)
      allowed += (allowed.empty() ? "" : ", ") + choice;
    return InvalidArgument("'{}': '{}' is not one of {}", field.name, text, allowed);
  }
  value.text = text;
  return value;
}

std::string PrintValue(const Field& field, const DataValue& value) {
  return field.kind == ValueKind::kString ? value.text : PrintBits(field, value.value);
}

Status ParseKeyField(const Field& field, std::string_view text, KeyBuilder& builder) {
  if (field.kind == ValueKind::kString) return builder.Text(field, text);
  if (text == "*" && field.match != MatchKind::kExact) return {};  // Finish fills in the wildcard
  auto split = [&](std::string_view by, std::string_view* left, std::string_view* right) {
    const size_t at = text.find(by);
    if (at == std::string_view::npos) return false;
    *left = text.substr(0, at);
    *right = text.substr(at + by.size());
    return true;
  };
  std::string_view left, right;
  switch (field.match) {
    case MatchKind::kExact: {
      IPDK_ASSIGN(const Integer value, ParseBits(field, text));
      return builder.Exact(field, value);
    }
    case MatchKind::kLpm: {
      uint32_t length = field.width;
      if (split("/", &left, &right)) {
        const auto number = ParseInteger(right);
        if (!number || *number > field.width)
          return InvalidArgument("'{}': prefix length '{}' is not a number from 0 to {}",
                                 field.name, right, field.width);
        length = static_cast<uint32_t>(ToU64(*number));
        text = left;
      }
      IPDK_ASSIGN(const Integer value, ParseBits(field, text));
      return builder.Lpm(field, value, length);
    }
    case MatchKind::kTernary: {
      if (split("&&&", &left, &right)) {
        IPDK_ASSIGN(const Integer value, ParseBits(field, left));
        IPDK_ASSIGN(const Integer mask, ParseBits(field, right));
        return builder.Ternary(field, value, mask);
      }
      if (split("/", &left, &right)) {
        const auto number = ParseInteger(right);
        if (!number || *number > field.width)
          return InvalidArgument("'{}': prefix length '{}' is not a number from 0 to {}",
                                 field.name, right, field.width);
        const uint32_t host_bits = field.width - static_cast<uint32_t>(ToU64(*number));
        IPDK_ASSIGN(const Integer value, ParseBits(field, left));
        return builder.Ternary(field, value, (Mask(field.width) >> host_bits) << host_bits);
      }
      IPDK_ASSIGN(const Integer value, ParseBits(field, text));
      return builder.Ternary(field, value, Mask(field.width));
    }
    case MatchKind::kRange: {
      if (split("..", &left, &right)) {
        IPDK_ASSIGN(const Integer low, ParseBits(field, left));
        IPDK_ASSIGN(const Integer high, ParseBits(field, right));
        return builder.Range(field, low, high);
      }
      IPDK_ASSIGN(const Integer value, ParseBits(field, text));
      return builder.Range(field, value, value);
    }
    case MatchKind::kOptional: {
      IPDK_ASSIGN(const Integer value, ParseBits(field, text));
      return builder.Optional(field, value);
    }
  }
  return Internal("key field '{}': unknown match kind", field.name);
}

std::string PrintKey(const TableSchema& schema, std::string_view key) {
  const auto values = DecodeKey(schema, key);
  if (!values) return fmt::format("<malformed key {}>", ToHex(key));
  std::string out;
  for (size_t i = 0; i < values->size(); ++i) {
    const Field& field = schema.keys[i];
    const KeyValue& value = (*values)[i];
    if (i > 0) out += ' ';
    out += field.name + '=';
    if (field.kind == ValueKind::kString) {
      out += value.wildcard ? "*" : value.text;
      continue;
    }
    if (field.match == MatchKind::kLpm) {
      out += fmt::format("{}/{}", PrintBits(field, value.value), value.prefix_length);
    } else if (value.wildcard) {
      out += '*';
    } else if (field.match == MatchKind::kTernary && value.mask != Mask(field.width)) {
      out += fmt::format("{}&&&{}", PrintBits(field, value.value), PrintBits(field, value.mask));
    } else if (field.match == MatchKind::kRange && value.value != value.high) {
      out += fmt::format("{}..{}", PrintBits(field, value.value), PrintBits(field, value.high));
    } else {
      out += PrintBits(field, value.value);
    }
  }
  return out;
}

std::string PrintData(const std::vector<Field>& fields, std::string_view data) {
  const auto values = DecodeData(fields, data);
  if (!values) return fmt::format("<malformed data {}>", ToHex(data));
  std::string out;
  for (size_t i = 0; i < values->size(); ++i)
    out += fmt::format("{}{}={}", i > 0 ? " " : "", fields[i].name,
                       PrintValue(fields[i], (*values)[i]));
  return out;
}

}  // namespace ipdk::tdi
