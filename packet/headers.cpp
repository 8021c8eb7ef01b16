#include "packet/headers.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <vector>

namespace ipdk::packet {
namespace {

struct Definition {
  std::string_view name;
  std::vector<FieldInfo> fields;
};

const std::vector<Definition>& Definitions() {
  static const std::vector<Definition> kDefinitions = {
#define IPDK_HEADER(name) \
  {                       \
    #name, {
#define IPDK_FIELD(name, bits, form, initial) {#name, bits, Form::k##form, initial},
#define IPDK_END \
  }              \
  }              \
  ,
#include "packet/headers.def"
#undef IPDK_HEADER
#undef IPDK_FIELD
#undef IPDK_END
  };
  return kDefinitions;
}

}  // namespace

std::span<const HeaderInfo> Headers() {
  static const std::vector<HeaderInfo> kHeaders = [] {
    std::vector<HeaderInfo> out;
    for (const Definition& definition : Definitions()) {
      size_t bits = 0;
      for (const FieldInfo& field : definition.fields) bits += field.bits;
      out.push_back({definition.name, definition.fields, bits / 8});
    }
    return out;
  }();
  return kHeaders;
}

const HeaderInfo* FindHeader(std::string_view name) {
  for (const HeaderInfo& header : Headers())
    if (header.name == name) return &header;
  return nullptr;
}

std::optional<Integer> ParseValue(Form form, std::string_view text) {
  const std::string copy(text);
  if (form == Form::kMac && text.find(':') != std::string_view::npos) {
    if (text.size() != 17) return std::nullopt;
    std::string digits;
    for (size_t i = 0; i < text.size(); ++i) {
      if (i % 3 != 2)
        digits += text[i];
      else if (text[i] != ':')
        return std::nullopt;
    }
    const auto bytes = FromHex(digits);
    if (!bytes) return std::nullopt;
    return FromBytes(*bytes);
  }
  if (form == Form::kIp4 && text.find('.') != std::string_view::npos) {
    std::array<char, 4> bytes;
    if (inet_pton(AF_INET, copy.c_str(), bytes.data()) != 1) return std::nullopt;
    return FromBytes(std::string_view(bytes.data(), bytes.size()));
  }
  if (form == Form::kIp6 && text.find(':') != std::string_view::npos) {
    std::array<char, 16> bytes;
    if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return std::nullopt;
    return FromBytes(std::string_view(bytes.data(), bytes.size()));
  }
  return ParseInteger(text);
}

std::string FormatValue(Form form, const Integer& value, uint32_t bits) {
  const std::string bytes = ToBytes(value, BytesFor(bits));
  char text[INET6_ADDRSTRLEN];
  switch (form) {
    case Form::kNumber:
      break;
    case Form::kMac: {
      const std::string hex = ToHex(bytes);
      std::string out;
      for (size_t i = 0; i < hex.size(); i += 2) out += (i == 0 ? "" : ":") + hex.substr(i, 2);
      return out;
    }
    case Form::kIp4:
      if (inet_ntop(AF_INET, bytes.data(), text, sizeof text) != nullptr) return text;
      break;
    case Form::kIp6:
      if (inet_ntop(AF_INET6, bytes.data(), text, sizeof text) != nullptr) return text;
      break;
  }
  return value < 10 ? value.get_str() : "0x" + value.get_str(16);
}

Integer GetBits(std::string_view bytes, size_t offset, size_t bits) {
  if (bits == 0) return 0;
  const size_t first = offset / 8, last = (offset + bits - 1) / 8;
  const Integer all = FromBytes(bytes.substr(first, last - first + 1));
  return Truncate(all >> ((last + 1) * 8 - offset - bits), bits);
}

void SetBits(std::string& bytes, size_t offset, size_t bits, const Integer& value) {
  if (bits == 0) return;
  const size_t first = offset / 8, last = (offset + bits - 1) / 8, count = last - first + 1;
  const size_t shift = (last + 1) * 8 - offset - bits;
  Integer all = FromBytes(std::string_view(bytes).substr(first, count));
  const Integer mask = Mask(bits) << shift;
  all = (all - Integer(all & mask)) + (Truncate(value, bits) << shift);
  bytes.replace(first, count, ToBytes(all, count));
}

}  // namespace ipdk::packet
