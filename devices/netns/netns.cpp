#include "devices/netns/netns.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "devices/host/tap_plan.h"
#include "devices/netlink/link.h"
#include "devices/netlink/namespace.h"

namespace ipdk::devices {
namespace {

using netlink::Descriptor;
using netlink::Link;
using netlink::Socket;
using Presence = PortObservation::Presence;

constexpr uint32_t kMinMtu = 68, kMaxMtu = 65535;  // veth's own limits
constexpr uint32_t kMaxQueues = 64;

bool IsPath(const HostSpec& host) { return host.address.starts_with("/"); }
std::string NameOf(const HostSpec& host) { return host.address.empty() ? host.name : host.address; }
std::string PathOf(const HostSpec& host) {
  return IsPath(host) ? host.address
                      : fmt::format("{}/{}", netlink::kNamespaceFolder, NameOf(host));
}

Result<std::shared_ptr<Descriptor>> OpenHost(const HostSpec& host) {
  auto fd = netlink::OpenNamespace(PathOf(host));
  if (!fd)
    return std::unexpected(std::move(fd).error().Within(fmt::format("host '{}'", host.name)));
  return std::make_shared<Descriptor>(*std::move(fd));
}

// The near end belongs to the data path, and the daemon's kernel must not talk on it: without this
// it sends router solicitations and listener reports. (IFF_NOARP, set beside the alias, keeps it
// from answering ARP for its own addresses.)
void SilenceIpv6(const std::string& interface) {
  const std::string path = fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", interface);
  const Descriptor fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd.valid()) (void)!write(fd.get(), "1", 1);
}

class Netns final : public HostKind {
 public:
  explicit Netns(std::string owner) : owner_(std::move(owner)) {}

  std::string_view name() const override { return "netns"; }
  std::vector<std::string> DeviceTypes() const override { return {"veth", "tap"}; }

  Status CheckHost(const HostSpec& host) const override {
    if (IsPath(host)) return {};
    if (auto status = netlink::CheckNamespaceName(NameOf(host)); !status)
      return std::unexpected(std::move(status).error().Within(fmt::format("host '{}'", host.name)));
    return {};
  }

  Status CheckPort(const HostSpec& host, PortPlug* plug) const override {
    tdi::fixed::PortConfig& port = plug->config;
    if (port.interface.empty()) port.interface = port.name;
    if (auto status = netlink::CheckLinkName(port.interface); !status)
      return InvalidArgument("port '{}': {}; give it one with interface=NAME", port.name,
                             status.error().message());
    if (port.mtu < kMinMtu || port.mtu > kMaxMtu)
      return InvalidArgument("port '{}': MTU {} is not within {} to {}", port.name, port.mtu,
                             kMinMtu, kMaxMtu);
    if (port.queues < 1 || port.queues > kMaxQueues)
      return InvalidArgument("port '{}': {} queues; 1 to {} are allowed", port.name, port.queues,
                             kMaxQueues);
    if (port.device_type == "tap" && port.queues != 1)
      return Unimplemented(
          "port '{}': a TAP with {} queues is not yet supported; use 1, or device type 'veth'",
          port.name, port.queues);
    if (!plug->options.empty())
      return InvalidArgument("port '{}': device type '{}' has no option '{}'", port.name,
                             port.device_type, plug->options.begin()->first);
    if (port.mac == 0) port.mac = MacFor(owner_, host.name, port.name);
    if (port.mac >> 40 & 1)
      return InvalidArgument("port '{}': {:012x} is a multicast MAC address", port.name, port.mac);
    return {};
  }

  Result<HostObservation> ObserveHost(const HostSpec& host, Deadline deadline) override {
    auto fd = netlink::OpenNamespace(PathOf(host));
    if (!fd && fd.error().code() == Code::kNotFound) return HostObservation{};
    if (!fd) return std::unexpected(std::move(fd).error());
    IPDK_ASSIGN(Socket socket, SocketIn(fd->get()));
    IPDK_ASSIGN(const Link loopback, netlink::GetLink(socket, "lo", deadline));
    return HostObservation{.present = true,
                           .adopted = IsPath(host) || loopback.alias != AliasPrefix(owner_)};
  }

  Result<Plan> PlanHost(const HostSpec& host, const HostObservation& seen) override {
    if (seen.present) return Plan{};
    if (IsPath(host))
      return NotFound(
          "there is no network namespace {}; by path only an existing one can be adopted, by name "
          "one is made",
          host.address);
    const std::string name = NameOf(host);
    return Plan{{.what = fmt::format("create network namespace '{}'", name),
                 .run =
                     [this, name](Deadline deadline) {
                       return netlink::CreateNamespace(name, [&]() -> Status {
                         IPDK_ASSIGN(Socket socket, Socket::Open());
                         IPDK_ASSIGN(const Link loopback, netlink::GetLink(socket, "lo", deadline));
                         return netlink::ChangeLink(socket, loopback.index,
                                                    {.up = true, .alias = AliasPrefix(owner_)},
                                                    deadline);
                       });
                     },
                 .undo = [name](Deadline) { return netlink::DeleteNamespace(name); }}};
  }

  Result<Plan> PlanHostRemoval(const HostSpec& host, const HostObservation& seen) override {
    if (!seen.present || seen.adopted) return Plan{};
    const std::string name = NameOf(host);
    return Plan{{.what = fmt::format("delete network namespace '{}'", name),
                 .run = [name](Deadline) { return netlink::DeleteNamespace(name); }}};
  }

  Result<PortObservation> ObservePort(const HostSpec& host, const PortPlug& plug,
                                      Deadline deadline) override {
    auto ns = OpenHost(host);
    if (!ns && ns.error().code() != Code::kNotFound) return std::unexpected(ns.error());
    const std::string alias = EndAlias(owner_, host.name, plug.config.name);
    if (plug.config.device_type == "tap") {
      if (!ns) return PortObservation{};
      auto seen = ObserveTap((*ns)->get(), plug.config.interface, alias, deadline);
      if (!seen)
        return std::unexpected(std::move(seen).error().Within(fmt::format("host '{}'", host.name)));
      return seen;
    }
    PortObservation seen;
    IPDK_ASSIGN(Socket here, Socket::Open());
    const auto end = netlink::GetLink(here, EndName(owner_, host.name, plug.config.name), deadline);
    if (!end && end.error().code() != Code::kNotFound) return std::unexpected(end.error());
    if (end && !end->alias.empty() && end->alias != alias)
      return AlreadyExists("interface '{}' is marked as '{}'", end->name, end->alias);
    if (end) seen.presence = Presence::kBroken;
    if (!ns) return seen;
    IPDK_ASSIGN(Socket inside, SocketIn((*ns)->get()));
    const auto far = netlink::GetLink(inside, plug.config.interface, deadline);
    if (!far && far.error().code() != Code::kNotFound) return std::unexpected(far.error());
    const bool ours = end && far && far->kind == "veth" && far->peer_index == end->index &&
                      end->peer_index == far->index;
    if (far && !ours)
      return AlreadyExists(
          "host '{}' already has an interface '{}' that is not ours; give the port another with "
          "interface=NAME",
          host.name, plug.config.interface);
    if (!ours) return seen;
    // A near end without alias was left half made.
    if (!end->alias.empty()) seen.presence = Presence::kComplete;
    seen.mac = far->mac;
    seen.mtu = far->mtu;
    return seen;
  }

  Result<Plan> PlanPort(const HostSpec& host, const PortPlug& plug, const PortObservation& seen,
                        bool attached, Endpoint* endpoint) override {
    IPDK_ASSIGN(const std::shared_ptr<Descriptor> ns, OpenHost(host));
    const tdi::fixed::PortConfig& port = plug.config;
    const std::string alias = EndAlias(owner_, host.name, port.name);
    if (port.device_type == "tap") return PlanTap(ns, plug, alias, seen, attached, endpoint);
    const std::string end = EndName(owner_, host.name, port.name);
    endpoint->kind = "netdev";
    endpoint->options = {{"ifname", end}};
    endpoint->interface = end;
    Plan plan;
    if (seen.presence == Presence::kBroken)
      plan.push_back({.what = fmt::format("delete what is left of '{}'", end),
                      .run = [end](Deadline deadline) { return DeleteEnd(end, deadline); }});
    if (seen.presence != Presence::kComplete) {
      plan.push_back({.what = fmt::format("create veth '{}' and '{}' in host '{}'", end,
                                          port.interface, host.name),
                      .run = [=](Deadline deadline) -> Status {
                        IPDK_ASSIGN(Socket here, Socket::Open());
                        IPDK_RETURN_IF_ERROR(netlink::CreateVeth(here,
                                                                 {.name = end,
                                                                  .peer_name = port.interface,
                                                                  .peer_namespace = ns->get(),
                                                                  .peer_mac = port.mac,
                                                                  .mtu = port.mtu,
                                                                  .queues = port.queues},
                                                                 deadline));
                        const Status marked = [&]() -> Status {
                          IPDK_ASSIGN(const Link link, netlink::GetLink(here, end, deadline));
                          SilenceIpv6(end);
                          return netlink::ChangeLink(here, link.index,
                                                     {.arp = false, .alias = alias}, deadline);
                        }();
                        if (!marked) (void)DeleteEnd(end, deadline);
                        return marked;
                      },
                      .undo = [end](Deadline deadline) { return DeleteEnd(end, deadline); }});
      plan.push_back({.what = fmt::format("bring up '{}' in host '{}'", port.interface, host.name),
                      .run = [=](Deadline deadline) -> Status {
                        IPDK_ASSIGN(Socket inside, SocketIn(ns->get()));
                        IPDK_ASSIGN(const Link link,
                                    netlink::GetLink(inside, port.interface, deadline));
                        return netlink::ChangeLink(inside, link.index, {.up = true}, deadline);
                      }});
    } else {
      PlanAttributes(ns, plug, seen, &plan);
    }
    return PlanNearEnd(end, port, std::move(plan));
  }

  Result<Plan> PlanPortRemoval(const HostSpec& host, const PortPlug& plug,
                               const PortObservation& seen) override {
    if (seen.presence == Presence::kAbsent) return Plan{};
    if (plug.config.device_type == "tap") {
      IPDK_ASSIGN(const std::shared_ptr<Descriptor> ns, OpenHost(host));
      return PlanTapRemoval(ns, plug.config.interface,
                            EndAlias(owner_, host.name, plug.config.name));
    }
    const std::string end = EndName(owner_, host.name, plug.config.name);
    return Plan{{.what = fmt::format("delete veth '{}'", end),
                 .run = [end](Deadline deadline) { return DeleteEnd(end, deadline); }}};
  }

  Result<std::vector<std::string>> Sweep(const std::vector<HostSpec>& hosts,
                                         const std::vector<PortPlug>& wanted) override {
    const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::set<std::string> aliases;
    for (const PortPlug& plug : wanted)
      aliases.insert(EndAlias(owner_, plug.config.host, plug.config.name));
    std::vector<std::string> removed;
    auto sweep = [&](Socket& socket) -> Status {
      IPDK_ASSIGN(const auto links, netlink::ListLinks(socket, deadline));
      for (const Link& link : links) {
        if (link.kind != "veth" && link.kind != "tun") continue;
        if (!link.alias.starts_with(AliasPrefix(owner_)) || aliases.contains(link.alias)) continue;
        IPDK_RETURN_IF_ERROR(netlink::DeleteLink(socket, link.index, deadline));
        removed.push_back(link.name);
      }
      return {};
    };
    IPDK_ASSIGN(Socket here, Socket::Open());
    IPDK_RETURN_IF_ERROR(sweep(here));
    for (const HostSpec& host : hosts) {
      auto ns = OpenHost(host);
      if (!ns) continue;
      IPDK_ASSIGN(Socket inside, SocketIn((*ns)->get()));
      IPDK_RETURN_IF_ERROR(sweep(inside));
    }
    // Namespaces that we made and whose host is gone from the record.
    std::set<std::string> kept;
    for (const HostSpec& host : hosts) kept.insert(PathOf(host));
    std::error_code ignored;
    for (const auto& entry :
         std::filesystem::directory_iterator(netlink::kNamespaceFolder, ignored)) {
      const std::string path = entry.path().string();
      if (kept.contains(path)) continue;
      const auto ns = netlink::OpenNamespace(path);
      if (!ns) continue;  // not a namespace, or going right now
      IPDK_ASSIGN(Socket inside, SocketIn(ns->get()));
      const auto loopback = netlink::GetLink(inside, "lo", deadline);
      if (!loopback || loopback->alias != AliasPrefix(owner_)) continue;
      IPDK_RETURN_IF_ERROR(netlink::DeleteNamespace(entry.path().filename().string()));
      removed.push_back(entry.path().filename().string());
    }
    return removed;
  }

 private:
  static Status DeleteEnd(const std::string& end, Deadline deadline) {
    IPDK_ASSIGN(Socket here, Socket::Open());
    const auto link = netlink::GetLink(here, end, deadline);
    if (!link)
      return link.error().code() == Code::kNotFound ? Status() : std::unexpected(link.error());
    return netlink::DeleteLink(here, link->index, deadline);
  }

  // The near end: MTU as the far end's, up if the port is wanted up, so that the host sees its
  // carrier.
  static Result<Plan> PlanNearEnd(const std::string& end, const tdi::fixed::PortConfig& port,
                                  Plan plan) {
    IPDK_ASSIGN(Socket here, Socket::Open());
    const auto link =
        netlink::GetLink(here, end, std::chrono::steady_clock::now() + std::chrono::seconds(5));
    const bool anew = !plan.empty() && plan[0].what.starts_with("delete");
    if (link && !anew && link->up == port.admin_up && link->mtu == port.mtu && !link->arp)
      return plan;
    netlink::LinkChange change{.up = port.admin_up, .arp = false}, back;
    if (link && !anew) {
      change.mtu = port.mtu;
      back = {.mtu = link->mtu, .up = link->up};
    }
    auto set = [end](const netlink::LinkChange& to, Deadline deadline) -> Status {
      IPDK_ASSIGN(Socket socket, Socket::Open());
      IPDK_ASSIGN(const Link found, netlink::GetLink(socket, end, deadline));
      return netlink::ChangeLink(socket, found.index, to, deadline);
    };
    Step step{.what = fmt::format("take '{}' {}", end, port.admin_up ? "up" : "down"),
              .run = [=](Deadline deadline) { return set(change, deadline); }};
    if (link && !anew) step.undo = [=](Deadline deadline) { return set(back, deadline); };
    plan.push_back(std::move(step));
    return plan;
  }

  const std::string owner_;
};

}  // namespace

std::unique_ptr<HostKind> CreateNetnsKind(std::string owner) {
  std::replace(owner.begin(), owner.end(), ':', '_');  // it ends the owner in an alias
  return std::make_unique<Netns>(std::move(owner));
}

}  // namespace ipdk::devices
