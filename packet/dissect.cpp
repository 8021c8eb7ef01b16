#include "packet/dissect.h"

#include <fmt/format.h>

#include "packet/text.h"

namespace ipdk::packet {
namespace {

constexpr size_t kMaxHeaders = 32;

std::string_view ByEtherType(uint64_t type) {
  switch (type) {
    case 0x0800:
      return "ipv4";
    case 0x86dd:
      return "ipv6";
    case 0x0806:
      return "arp";
    case 0x8100:
    case 0x88a8:
      return "vlan";
    case 0x8847:
      return "mpls";
    default:
      return "";
  }
}

std::string_view ByProtocol(uint64_t protocol) {
  switch (protocol) {
    case 1:
      return "icmp";
    case 4:
      return "ipv4";
    case 6:
      return "tcp";
    case 17:
      return "udp";
    case 41:
      return "ipv6";
    case 47:
      return "gre";
    case 58:
      return "icmp6";
    default:
      return "";
  }
}

}  // namespace

std::vector<FoundHeader> Dissect(std::string_view bytes) {
  std::vector<FoundHeader> out;
  std::string_view next = "eth";
  size_t at = 0;
  while (!next.empty() && out.size() < kMaxHeaders) {
    const HeaderInfo* info = FindHeader(next);
    if (info == nullptr || bytes.size() - at < info->bytes) break;
    out.push_back({info, at});
    auto field = [&](size_t offset, size_t bits) {
      return ToU64(GetBits(bytes, at * 8 + offset, bits));
    };
    size_t length = info->bytes;
    std::string_view follow;
    if (next == "eth") {
      follow = ByEtherType(field(96, 16));
    } else if (next == "vlan") {
      follow = ByEtherType(field(16, 16));
    } else if (next == "gre") {
      follow = field(0, 16) == 0 ? ByEtherType(field(16, 16)) : "";
    } else if (next == "ipv4") {
      length = std::max<size_t>(20, field(4, 4) * 4);
      follow = field(51, 13) == 0 ? ByProtocol(field(72, 8)) : "";
    } else if (next == "ipv6") {
      follow = ByProtocol(field(48, 8));
    } else if (next == "udp") {
      follow = field(16, 16) == 4789 ? "vxlan" : "";
    } else if (next == "tcp") {
      length = std::max<size_t>(20, field(96, 4) * 4);
    } else if (next == "vxlan") {
      follow = "eth";
    } else if (next == "mpls") {
      // What follows the last label is not said: guess by the version.
      const uint64_t version = bytes.size() > at + 4 ? ToU64(GetBits(bytes, at * 8 + 32, 4)) : 0;
      follow = field(23, 1) == 0 ? "mpls" : version == 4 ? "ipv4" : version == 6 ? "ipv6" : "";
    }
    if (bytes.size() - at < length) break;
    at += length;
    next = follow;
  }
  return out;
}

std::string FieldAt(std::string_view bytes, size_t bit) {
  if (bit >= bytes.size() * 8) return "beyond the end";
  size_t end = 0;
  for (const FoundHeader& header : Dissect(bytes)) {
    size_t at = header.offset * 8;
    for (const FieldInfo& field : header.info->fields) {
      if (bit >= at && bit < at + field.bits)
        return fmt::format("{}.{}", header.info->name, field.name);
      at += field.bits;
    }
    end = at;
  }
  return fmt::format("payload byte {}", (bit - std::min(bit, end)) / 8);
}

std::string Describe(std::string_view bytes) {
  std::string out;
  size_t end = 0;
  for (const FoundHeader& header : Dissect(bytes)) {
    out += fmt::format("{}{}", out.empty() ? "" : " / ", header.info->name);
    size_t at = header.offset * 8;
    for (const FieldInfo& field : header.info->fields) {
      const Integer value = GetBits(bytes, at, field.bits);
      if (value != FromU64(field.initial) && !IsDerived(header.info->name, field.name))
        out += fmt::format(" {}={}", field.name, FormatValue(field.form, value, field.bits));
      at += field.bits;
    }
    end = at / 8;
  }
  if (bytes.size() > end)
    out += fmt::format("{}{} bytes {}", out.empty() ? "" : " / ", bytes.size() - end,
                       ToHex(bytes.substr(end)));
  return out;
}

std::string Difference(std::string_view expected, std::string_view received) {
  size_t at = 0;
  while (at < expected.size() && at < received.size() && expected[at] == received[at]) ++at;
  if (at == expected.size() && at == received.size()) return "";
  if (at == expected.size() || at == received.size())
    return fmt::format("expected {} bytes, received {}", expected.size(), received.size());
  size_t bit = at * 8;
  const auto differing = static_cast<uint8_t>(expected[at] ^ received[at]);
  while ((differing << (bit - at * 8) & 0x80) == 0) ++bit;
  return fmt::format("byte {} ({}): expected {}, received {}", at, FieldAt(expected, bit),
                     ToHex(expected.substr(at, 1)), ToHex(received.substr(at, 1)));
}

}  // namespace ipdk::packet
