#pragma once
// Network interfaces: looking, making, changing, deleting, as typed calls on a netlink socket.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devices/netlink/socket.h"

namespace ipdk::netlink {

struct Link {
  uint32_t index = 0;
  std::string name;
  std::string alias;
  std::string kind;  // "veth", "tun", "" for a plain device
  uint64_t mac = 0;
  uint32_t mtu = 0;
  bool up = false;          // IFF_UP: administratively
  bool running = false;     // carrier
  bool arp = true;          // false: IFF_NOARP
  uint32_t peer_index = 0;  // veth: the other end's index, in its own namespace
};

// NOT_FOUND if there is none of that name.
Result<Link> GetLink(Socket& socket, const std::string& name, Deadline deadline);
Result<std::vector<Link>> ListLinks(Socket& socket, Deadline deadline);

struct VethSpec {
  std::string name;       // here
  std::string peer_name;  // in peer_namespace
  int peer_namespace = -1;
  uint64_t peer_mac = 0;  // 0: the kernel's choice
  uint32_t mtu = 1500;    // of both ends
  uint32_t queues = 1;
};
// Both ends appear at once, the peer with its final name in its namespace.
Status CreateVeth(Socket& socket, const VethSpec& spec, Deadline deadline);

struct LinkChange {
  std::optional<uint64_t> mac{};
  std::optional<uint32_t> mtu{};
  std::optional<bool> up{};
  std::optional<bool> arp{};
  std::optional<std::string> alias{};
};
Status ChangeLink(Socket& socket, uint32_t index, const LinkChange& change, Deadline deadline);
Status DeleteLink(Socket& socket, uint32_t index, Deadline deadline);

// 1 to 15 bytes, no slash, space or colon, not "." or "..".
Status CheckLinkName(std::string_view name);

}  // namespace ipdk::netlink
