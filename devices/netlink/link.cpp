#include "devices/netlink/link.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <cerrno>
#include <cstring>

#include "base/integer.h"

namespace ipdk::netlink {
namespace {

std::string MacBytes(uint64_t mac) { return ToBytes(FromU64(mac), 6); }

// False if it is not a sound RTM_NEWLINK payload.
bool ReadLink(std::string_view payload, Link* link) {
  ifinfomsg info;
  if (payload.size() < sizeof(info)) return false;
  std::memcpy(&info, payload.data(), sizeof(info));
  link->index = static_cast<uint32_t>(info.ifi_index);
  link->up = info.ifi_flags & IFF_UP;
  link->running = info.ifi_flags & IFF_RUNNING;
  link->arp = !(info.ifi_flags & IFF_NOARP);
  return ReadAttributes(payload.substr(sizeof(info)), [&](uint16_t type, std::string_view value) {
    switch (type) {
      case IFLA_IFNAME:
        link->name = AsText(value);
        break;
      case IFLA_IFALIAS:
        link->alias = AsText(value);
        break;
      case IFLA_MTU:
        link->mtu = AsU32(value);
        break;
      case IFLA_LINK:
        link->peer_index = AsU32(value);
        break;
      case IFLA_ADDRESS:
        if (value.size() == 6) link->mac = ToU64(FromBytes(value));
        break;
      case IFLA_LINKINFO:
        ReadAttributes(value, [&](uint16_t inner, std::string_view text) {
          if (inner == IFLA_INFO_KIND) link->kind = AsText(text);
        });
        break;
      default:
        break;
    }
  });
}

}  // namespace

Result<Link> GetLink(Socket& socket, const std::string& name, Deadline deadline) {
  MessageBuilder request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK);
  const ifinfomsg info{};
  request.Body(&info, sizeof(info));
  request.Text(IFLA_IFNAME, name);
  Link link;
  bool sound = true, found = false;
  IPDK_RETURN_IF_ERROR(socket.Ask(std::move(request), fmt::format("interface '{}'", name), deadline,
                                  [&](uint16_t type, std::string_view payload) {
                                    if (type != RTM_NEWLINK) return;
                                    found = true;
                                    sound = sound && ReadLink(payload, &link);
                                  }));
  if (!found || !sound) return Internal("interface '{}': malformed answer of the kernel", name);
  return link;
}

Result<std::vector<Link>> ListLinks(Socket& socket, Deadline deadline) {
  MessageBuilder request(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
  const ifinfomsg info{};
  request.Body(&info, sizeof(info));
  std::vector<Link> links;
  bool sound = true;
  IPDK_RETURN_IF_ERROR(socket.Ask(std::move(request), "list interfaces", deadline,
                                  [&](uint16_t type, std::string_view payload) {
                                    if (type != RTM_NEWLINK) return;
                                    sound = sound && ReadLink(payload, &links.emplace_back());
                                  }));
  if (!sound) return Internal("list interfaces: malformed answer of the kernel");
  return links;
}

Status CreateVeth(Socket& socket, const VethSpec& spec, Deadline deadline) {
  MessageBuilder request(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  const ifinfomsg info{};
  auto common = [&](const std::string& name) {
    request.Text(IFLA_IFNAME, name);
    request.U32(IFLA_MTU, spec.mtu);
    if (spec.queues > 1) {
      request.U32(IFLA_NUM_TX_QUEUES, spec.queues);
      request.U32(IFLA_NUM_RX_QUEUES, spec.queues);
    }
  };
  request.Body(&info, sizeof(info));
  common(spec.name);
  request.Begin(IFLA_LINKINFO);
  request.Text(IFLA_INFO_KIND, "veth");
  request.Begin(IFLA_INFO_DATA);
  request.Begin(VETH_INFO_PEER);
  request.Body(&info, sizeof(info));
  common(spec.peer_name);
  if (spec.peer_mac != 0) request.Bytes(IFLA_ADDRESS, MacBytes(spec.peer_mac));
  if (spec.peer_namespace >= 0)
    request.U32(IFLA_NET_NS_FD, static_cast<uint32_t>(spec.peer_namespace));
  request.End();
  request.End();
  request.End();
  return socket.Do(std::move(request), fmt::format("veth '{}' and '{}'", spec.name, spec.peer_name),
                   deadline);
}

Status ChangeLink(Socket& socket, uint32_t index, const LinkChange& change, Deadline deadline) {
  MessageBuilder request(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
  ifinfomsg info{};
  info.ifi_index = static_cast<int>(index);
  if (change.up) {
    info.ifi_change = IFF_UP;
    info.ifi_flags = *change.up ? IFF_UP : 0;
  }
  if (change.arp) {
    info.ifi_change |= IFF_NOARP;
    if (!*change.arp) info.ifi_flags |= IFF_NOARP;
  }
  request.Body(&info, sizeof(info));
  if (change.mac) request.Bytes(IFLA_ADDRESS, MacBytes(*change.mac));
  if (change.mtu) request.U32(IFLA_MTU, *change.mtu);
  if (change.alias) request.Bytes(IFLA_IFALIAS, *change.alias);
  return socket.Do(std::move(request), fmt::format("change interface {}", index), deadline);
}

Status DeleteLink(Socket& socket, uint32_t index, Deadline deadline) {
  MessageBuilder request(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK);
  ifinfomsg info{};
  info.ifi_index = static_cast<int>(index);
  request.Body(&info, sizeof(info));
  return socket.Do(std::move(request), fmt::format("delete interface {}", index), deadline);
}

Status CheckLinkName(std::string_view name) {
  if (name.empty() || name.size() >= IFNAMSIZ)
    return InvalidArgument("interface name '{}' has {} characters; 1 to {} are allowed", name,
                           name.size(), IFNAMSIZ - 1);
  if (name == "." || name == "..")
    return InvalidArgument("interface name '{}' is not allowed", name);
  for (const char c : name)
    if (c == '/' || c == ':' || static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
      return InvalidArgument("interface name '{}' has a slash, colon, space or control character",
                             name);
  return {};
}

}  // namespace ipdk::netlink
