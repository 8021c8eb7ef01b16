#include "packet/checksum.h"

#include "packet/dissect.h"

namespace ipdk::packet {
namespace {

uint64_t Sum(std::string_view bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i)
    sum += static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (i % 2 == 0 ? 8 : 0);
  return sum;
}

uint16_t Finish(uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

}  // namespace

void FixChecksums(std::string& bytes) {
  const std::vector<FoundHeader> headers = Dissect(bytes);
  // From the innermost out: an outer checksum covers the inner ones.
  for (size_t i = headers.size(); i-- > 0;) {
    const std::string_view name = headers[i].info->name;
    const size_t at = headers[i].offset;
    if (name == "ipv4") {
      const size_t length = ToU64(GetBits(bytes, at * 8 + 4, 4)) * 4;
      if (length < 20 || at + length > bytes.size()) continue;
      SetBits(bytes, (at + 10) * 8, 16, 0);
      SetBits(bytes, (at + 10) * 8, 16, Finish(Sum(std::string_view(bytes).substr(at, length))));
      continue;
    }
    const size_t field = name == "tcp"                       ? 16
                         : name == "udp"                     ? 6
                         : name == "icmp" || name == "icmp6" ? 2
                                                             : 0;
    if (field == 0 || i == 0) continue;
    const FoundHeader& ip = headers[i - 1];
    const bool six = ip.info->name == "ipv6";
    if (!six && ip.info->name != "ipv4") continue;
    const size_t said = six ? ToU64(GetBits(bytes, (ip.offset + 4) * 8, 16)) + 40
                            : ToU64(GetBits(bytes, (ip.offset + 2) * 8, 16));
    const size_t end = std::min(bytes.size(), ip.offset + said);
    if (end < at + field + 2) continue;
    SetBits(bytes, (at + field) * 8, 16, 0);
    const std::string_view all(bytes);
    uint64_t sum = Sum(all.substr(at, end - at));
    if (name != "icmp") {
      const uint64_t protocol = name == "tcp" ? 6 : name == "udp" ? 17 : 58;
      sum += (six ? Sum(all.substr(ip.offset + 8, 32)) : Sum(all.substr(ip.offset + 12, 8))) +
             protocol + (end - at);
    }
    uint16_t value = Finish(sum);
    if (name == "udp" && value == 0) value = 0xffff;
    SetBits(bytes, (at + field) * 8, 16, value);
  }
}

}  // namespace ipdk::packet
