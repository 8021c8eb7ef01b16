#pragma once
// What the bytes of an ordinary packet mean: Ethernet and what commonly follows it. Any bytes give
// an answer; what is not understood is payload.

#include <string>
#include <string_view>
#include <vector>

#include "packet/headers.h"

namespace ipdk::packet {

struct FoundHeader {
  const HeaderInfo* info = nullptr;
  size_t offset = 0;  // bytes
};

// The headers from the first byte on, outermost first.
std::vector<FoundHeader> Dissect(std::string_view bytes);

// "ipv4.ttl", "payload byte 3", "beyond the end".
std::string FieldAt(std::string_view bytes, size_t bit);

// One line: "eth dst=... src=... / ipv4 ttl=64 ... / 4 bytes 01020304". Fields that packet text
// would fill in by itself are left out.
std::string Describe(std::string_view bytes);

// Empty if equal; else what differs first: "byte 22 (ipv4.ttl): expected 3f, received 40".
std::string Difference(std::string_view expected, std::string_view received);

}  // namespace ipdk::packet
