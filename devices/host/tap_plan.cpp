#include "devices/host/tap_plan.h"

#include <optional>

#include "devices/netlink/namespace.h"
#include "devices/netlink/tap.h"

namespace ipdk::devices {

using netlink::Descriptor;
using netlink::Link;
using netlink::Socket;

Result<Socket> SocketIn(int ns) {
  std::optional<Socket> socket;
  IPDK_RETURN_IF_ERROR(netlink::RunInNamespace(ns, [&]() -> Status {
    IPDK_ASSIGN(socket, Socket::Open());
    return {};
  }));
  return *std::move(socket);
}

Result<PortObservation> ObserveTap(int ns, const std::string& interface, const std::string& alias,
                                   Deadline deadline) {
  IPDK_ASSIGN(Socket socket, SocketIn(ns));
  PortObservation seen;
  const auto link = netlink::GetLink(socket, interface, deadline);
  if (!link && link.error().code() == Code::kNotFound) return seen;
  if (!link) return std::unexpected(link.error());
  // Without an alias: the daemon died between making it and saying whose it is.
  if (link->kind != "tun" || (link->alias != alias && !link->alias.empty()))
    return AlreadyExists(
        "an interface '{}' that is not ours is there already; give the port another with "
        "interface=NAME",
        interface);
  seen.presence = link->alias.empty() ? PortObservation::Presence::kBroken
                                      : PortObservation::Presence::kComplete;
  seen.mac = link->mac;
  seen.mtu = link->mtu;
  return seen;
}

void PlanAttributes(std::shared_ptr<Descriptor> ns, const PortPlug& plug,
                    const PortObservation& seen, Plan* plan) {
  netlink::LinkChange change, back;
  std::string what;
  if (seen.mac != plug.config.mac) {
    change.mac = plug.config.mac;
    back.mac = seen.mac;
    what = "MAC address";
  }
  if (seen.mtu != plug.config.mtu) {
    change.mtu = plug.config.mtu;
    back.mtu = seen.mtu;
    what += what.empty() ? "MTU" : " and MTU";
  }
  if (what.empty()) return;
  auto set = [ns, interface = plug.config.interface](const netlink::LinkChange& to,
                                                     Deadline deadline) -> Status {
    IPDK_ASSIGN(Socket socket, SocketIn(ns->get()));
    IPDK_ASSIGN(const Link link, netlink::GetLink(socket, interface, deadline));
    return netlink::ChangeLink(socket, link.index, to, deadline);
  };
  plan->push_back({.what = fmt::format("set {} of '{}'", what, plug.config.interface),
                   .run = [=](Deadline deadline) { return set(change, deadline); },
                   .undo = [=](Deadline deadline) { return set(back, deadline); }});
}

Result<Plan> PlanTap(std::shared_ptr<Descriptor> ns, const PortPlug& plug, const std::string& alias,
                     const PortObservation& seen, bool attached, Endpoint* endpoint) {
  Plan plan;
  const std::string interface = plug.config.interface;
  const bool there = seen.presence == PortObservation::Presence::kComplete;
  if (!attached) {
    auto remove = [=](Deadline deadline) -> Status {
      endpoint->fd.Reset(-1);
      if (there) return {};
      IPDK_ASSIGN(Socket socket, SocketIn(ns->get()));
      const auto link = netlink::GetLink(socket, interface, deadline);
      return link ? netlink::DeleteLink(socket, link->index, deadline) : Status();
    };
    plan.push_back(
        {.what = fmt::format("{} TAP '{}'", there ? "open" : "create", interface),
         .run = [=, mac = plug.config.mac, mtu = plug.config.mtu](Deadline deadline) -> Status {
           IPDK_RETURN_IF_ERROR(netlink::RunInNamespace(ns->get(), [&]() -> Status {
             IPDK_ASSIGN(endpoint->fd, netlink::OpenTap(interface));
             return {};
           }));
           endpoint->kind = "tap";
           endpoint->options.clear();
           if (there) return {};
           const Status ready = [&]() -> Status {
             IPDK_ASSIGN(Socket socket, SocketIn(ns->get()));
             IPDK_ASSIGN(const Link link, netlink::GetLink(socket, interface, deadline));
             return netlink::ChangeLink(socket, link.index,
                                        {.mac = mac, .mtu = mtu, .up = true, .alias = alias},
                                        deadline);
           }();
           if (!ready) (void)remove(deadline);
           return ready;
         },
         .undo = remove});
  }
  if (there) PlanAttributes(ns, plug, seen, &plan);
  return plan;
}

Plan PlanTapRemoval(std::shared_ptr<Descriptor> ns, const std::string& interface,
                    const std::string& alias) {
  return {
      {.what = fmt::format("delete TAP '{}'", interface), .run = [=](Deadline deadline) -> Status {
         IPDK_ASSIGN(Socket socket, SocketIn(ns->get()));
         const auto link = netlink::GetLink(socket, interface, deadline);
         if (!link)
           return link.error().code() == Code::kNotFound ? Status() : std::unexpected(link.error());
         if (link->kind != "tun" || (link->alias != alias && !link->alias.empty())) return {};
         return netlink::DeleteLink(socket, link->index, deadline);
       }}};
}

}  // namespace ipdk::devices
