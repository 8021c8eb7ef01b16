#pragma once
// Netlink messages: written attribute by attribute, read with every length checked against what is
// there. The kernel is trusted to mean well, not to be read past.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ipdk::netlink {

class MessageBuilder {
 public:
  MessageBuilder(uint16_t type, uint16_t flags);

  // The fixed part behind the header or behind an attribute's header (ifinfomsg ...), padded.
  void Body(const void* bytes, size_t size);
  void Bytes(uint16_t type, std::string_view bytes);
  void Text(uint16_t type, std::string_view text);  // with its terminating zero
  void U32(uint16_t type, uint32_t value);
  // Attributes added before the matching End are inside.
  void Begin(uint16_t type);
  void End();

  // Sets length and sequence number.
  std::string Finish(uint32_t sequence);

 private:
  void Pad();
  std::string bytes_;
  std::vector<size_t> open_;
};

// Calls `attribute` for each attribute in `bytes`. False if a length does not fit.
bool ReadAttributes(std::string_view bytes,
                    const std::function<void(uint16_t type, std::string_view value)>& attribute);

// Calls `message` for each message in a datagram: type, sequence number, payload. False if a length
// does not fit.
bool ReadMessages(std::string_view datagram,
                  const std::function<void(uint16_t type, uint32_t sequence, uint16_t flags,
                                           std::string_view payload)>& message);

uint32_t AsU32(std::string_view value);      // 0 if it is not four bytes long
std::string AsText(std::string_view value);  // up to a zero byte

}  // namespace ipdk::netlink
