#include "devices/local/local.h"

#include <algorithm>
#include <set>

#include "devices/host/tap_plan.h"

namespace ipdk::devices {
namespace {

using netlink::Descriptor;
using netlink::Link;
using netlink::Socket;
using Presence = PortObservation::Presence;

class Local final : public HostKind {
 public:
  Local(const tdi::PortHost* ports, std::string owner) : ports_(ports), owner_(std::move(owner)) {}

  std::string_view name() const override { return ""; }
  std::vector<std::string> DeviceTypes() const override { return ports_->PortKinds(); }
  Status CheckHost(const HostSpec&) const override { return {}; }

  Status CheckPort(const HostSpec&, PortPlug* plug) const override {
    tdi::fixed::PortConfig& port = plug->config;
    if (port.device_type == "netdev") {
      const auto option = plug->options.find("ifname");
      if (option != plug->options.end() && !port.interface.empty() &&
          option->second != port.interface)
        return InvalidArgument("port '{}': interface '{}' and option ifname '{}' differ", port.name,
                               port.interface, option->second);
      if (option != plug->options.end()) port.interface = option->second;
    }
    if (port.device_type == "netdev" || port.device_type == "tap") {
      if (port.interface.empty()) port.interface = port.name;
      if (auto status = netlink::CheckLinkName(port.interface); !status)
        return InvalidArgument("port '{}': {}; give it one with interface=NAME", port.name,
                               status.error().message());
    }
    if (port.device_type == "tap" && port.mac == 0) port.mac = MacFor(owner_, "", port.name);
    if (port.mtu < 68 || port.mtu > 65535)
      return InvalidArgument("port '{}': MTU {} is not within 68 to 65535", port.name, port.mtu);
    return {};
  }

  Result<HostObservation> ObserveHost(const HostSpec&, Deadline) override {
    return HostObservation{.present = true, .adopted = true};
  }
  Result<Plan> PlanHost(const HostSpec&, const HostObservation&) override { return Plan{}; }
  Result<Plan> PlanHostRemoval(const HostSpec&, const HostObservation&) override { return Plan{}; }

  Result<PortObservation> ObservePort(const HostSpec&, const PortPlug& plug,
                                      Deadline deadline) override {
    const tdi::fixed::PortConfig& port = plug.config;
    if (port.device_type == "tap")
      return ObserveTap(-1, port.interface, EndAlias(owner_, "", port.name), deadline);
    PortObservation seen{.presence = Presence::kComplete, .mac = port.mac, .mtu = port.mtu};
    if (port.device_type != "netdev") return seen;
    IPDK_ASSIGN(Socket here, Socket::Open());
    const auto link = netlink::GetLink(here, port.interface, deadline);
    if (link) {
      seen.mac = link->mac;
      seen.mtu = link->mtu;
      return seen;
    }
    if (link.error().code() != Code::kNotFound) return std::unexpected(link.error());
    return PortObservation{};
  }

  Result<Plan> PlanPort(const HostSpec&, const PortPlug& plug, const PortObservation& seen,
                        bool attached, Endpoint* endpoint) override {
    const tdi::fixed::PortConfig& port = plug.config;
    if (port.device_type == "tap")
      return PlanTap(std::make_shared<Descriptor>(), plug, EndAlias(owner_, "", port.name), seen,
                     attached, endpoint);
    endpoint->kind = port.device_type;
    endpoint->options = plug.options;
    if (port.device_type != "netdev") return Plan{};
    if (seen.presence == Presence::kAbsent)
      return NotFound("there is no interface '{}' on this machine; `ip link` lists those there are",
                      port.interface);
    endpoint->options["ifname"] = port.interface;
    endpoint->interface = port.interface;
    // An adopted interface keeps its MAC and MTU; only being down would make it useless.
    if (!port.admin_up) return Plan{};
    IPDK_ASSIGN(Socket here, Socket::Open());
    const Deadline soon = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    IPDK_ASSIGN(const Link link, netlink::GetLink(here, port.interface, soon));
    if (link.up) return Plan{};
    auto set = [index = link.index](bool up, Deadline deadline) -> Status {
      IPDK_ASSIGN(Socket socket, Socket::Open());
      return netlink::ChangeLink(socket, index, {.up = up}, deadline);
    };
    return Plan{{.what = fmt::format("take '{}' up", port.interface),
                 .run = [set](Deadline deadline) { return set(true, deadline); },
                 .undo = [set](Deadline deadline) { return set(false, deadline); }}};
  }

  Result<Plan> PlanPortRemoval(const HostSpec&, const PortPlug& plug,
                               const PortObservation& seen) override {
    if (plug.config.device_type != "tap" || seen.presence == Presence::kAbsent) return Plan{};
    return PlanTapRemoval(std::make_shared<Descriptor>(), plug.config.interface,
                          EndAlias(owner_, "", plug.config.name));
  }

  // TAPs here carry the same marks as those of namespaces: the sweep of that kind would see them
  // only if it is built in.
  Result<std::vector<std::string>> Sweep(const std::vector<HostSpec>&,
                                         const std::vector<PortPlug>& wanted) override {
    const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::set<std::string> aliases;
    for (const PortPlug& plug : wanted)
      aliases.insert(EndAlias(owner_, plug.config.host, plug.config.name));
    std::vector<std::string> removed;
    IPDK_ASSIGN(Socket here, Socket::Open());
    IPDK_ASSIGN(const auto links, netlink::ListLinks(here, deadline));
    for (const Link& link : links) {
      if (link.kind != "tun" || !link.alias.starts_with(AliasPrefix(owner_)) ||
          aliases.contains(link.alias))
        continue;
      IPDK_RETURN_IF_ERROR(netlink::DeleteLink(here, link.index, deadline));
      removed.push_back(link.name);
    }
    return removed;
  }

 private:
  const tdi::PortHost* const ports_;
  const std::string owner_;
};

}  // namespace

std::unique_ptr<HostKind> CreateLocalKind(const tdi::PortHost* ports, std::string owner) {
  std::replace(owner.begin(), owner.end(), ':', '_');  // it ends the owner in an alias
  return std::make_unique<Local>(ports, std::move(owner));
}

}  // namespace ipdk::devices
