#pragma once
// Packets as text, for tests and the CLI:
//
//   eth dst=02:00:00:00:00:02 / vlan id=5 / ipv4 dst=10.0.0.9 ttl=1 / udp dport=53 / "hello" / 00ff
//   / zeros 10
//
// Headers are those of headers.def; a field that is not given has its default there. Type,
// next-header and length fields and checksums that are not given are filled in from what follows. A
// part that is no header is payload: hex digits, a quoted string, or `zeros N`.

#include <string>
#include <string_view>

#include "base/result.h"

namespace ipdk::packet {

Result<std::string> Build(std::string_view text);

// Hex digits with free white space, "0x" and ':' allowed; or packet text.
Result<std::string> FromText(std::string_view text);

// Whether Build fills this field in by itself.
bool IsDerived(std::string_view header, std::string_view field);

}  // namespace ipdk::packet
