// Bytes as a datagram from the kernel.

#include <cstdint>

#include "devices/netlink/message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk::netlink;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto attributes = [](std::string_view value) {
    ReadAttributes(value, [](uint16_t, std::string_view inner) {
      (void)AsU32(inner);
      (void)AsText(inner);
      ReadAttributes(inner, [](uint16_t, std::string_view innermost) { (void)AsText(innermost); });
    });
  };
  ReadMessages(
      bytes, [&](uint16_t, uint32_t, uint16_t, std::string_view payload) { attributes(payload); });
  attributes(bytes);
  return 0;
}
