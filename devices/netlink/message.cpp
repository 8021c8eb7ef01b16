#include "devices/netlink/message.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace ipdk::netlink {
namespace {

constexpr size_t kAlign = 4;
size_t Aligned(size_t size) { return (size + kAlign - 1) & ~(kAlign - 1); }

}  // namespace

MessageBuilder::MessageBuilder(uint16_t type, uint16_t flags) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  bytes_.assign(reinterpret_cast<const char*>(&header), sizeof(header));
}

void MessageBuilder::Pad() { bytes_.resize(Aligned(bytes_.size()), '\0'); }

void MessageBuilder::Body(const void* bytes, size_t size) {
  bytes_.append(static_cast<const char*>(bytes), size);
  Pad();
}

void MessageBuilder::Begin(uint16_t type) {
  open_.push_back(bytes_.size());
  const nlattr header{.nla_len = 0, .nla_type = type};
  bytes_.append(reinterpret_cast<const char*>(&header), sizeof(header));
}

void MessageBuilder::End() {
  IPDK_CHECK(!open_.empty());
  const size_t start = open_.back();
  open_.pop_back();
  const size_t size = bytes_.size() - start;
  IPDK_CHECK(size <= UINT16_MAX);
  const auto length = static_cast<uint16_t>(size);
  std::memcpy(bytes_.data() + start, &length, sizeof(length));
  Pad();
}

void MessageBuilder::Bytes(uint16_t type, std::string_view bytes) {
  Begin(type);
  bytes_ += bytes;
  End();
}

void MessageBuilder::Text(uint16_t type, std::string_view text) {
  Bytes(type, std::string(text) + '\0');
}

void MessageBuilder::U32(uint16_t type, uint32_t value) {
  Bytes(type, {reinterpret_cast<const char*>(&value), sizeof(value)});
}

std::string MessageBuilder::Finish(uint32_t sequence) {
  IPDK_CHECK(open_.empty());
  nlmsghdr header;
  std::memcpy(&header, bytes_.data(), sizeof(header));
  header.nlmsg_len = static_cast<uint32_t>(bytes_.size());
  header.nlmsg_seq = sequence;
  std::memcpy(bytes_.data(), &header, sizeof(header));
  return bytes_;
}

bool ReadAttributes(std::string_view bytes,
                    const std::function<void(uint16_t, std::string_view)>& attribute) {
  while (bytes.size() >= sizeof(nlattr)) {
    nlattr header;
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (header.nla_len < sizeof(header) || header.nla_len > bytes.size()) return false;
    attribute(header.nla_type & NLA_TYPE_MASK,
              bytes.substr(sizeof(header), header.nla_len - sizeof(header)));
    bytes.remove_prefix(std::min(Aligned(header.nla_len), bytes.size()));
  }
  return true;
}

bool ReadMessages(
    std::string_view datagram,
    const std::function<void(uint16_t, uint32_t, uint16_t, std::string_view)>& message) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    std::memcpy(&header, datagram.data(), sizeof(header));
    if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > datagram.size()) return false;
    message(header.nlmsg_type, header.nlmsg_seq, header.nlmsg_flags,
            datagram.substr(sizeof(header), header.nlmsg_len - sizeof(header)));
    datagram.remove_prefix(std::min(Aligned(header.nlmsg_len), datagram.size()));
  }
  return datagram.empty();
}

uint32_t AsU32(std::string_view value) {
  uint32_t out = 0;
  if (value.size() == sizeof(out)) std::memcpy(&out, value.data(), sizeof(out));
  return out;
}

std::string AsText(std::string_view value) {
  return std::string(value.substr(0, value.find('\0')));
}

}  // namespace ipdk::netlink
