#pragma once
// A kind of host: how a network namespace, a virtual machine or the daemon's own machine is given
// network devices. Adding a kind is one folder beside devices/netns and one line in
// apps/ipdkd/modules.cpp.
//
// A kind looks (Observe), says what is to be done (Plan...), and its steps do and undo it
// (devices/host/plan.h). Looking and planning again when all is well gives an empty plan: the
// reconciler repeats them for ever, after a restart of the daemon too, so nothing may be remembered
// between calls that cannot be seen in the host.
//
// Check... are called on the control thread and do no I/O. The others run on the reconciler's
// threads, one at a time for each host.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devices/host/plan.h"
#include "devices/netlink/descriptor.h"
#include "tdi/fixed/host.h"
#include "tdi/fixed/port.h"

namespace ipdk::devices {

using HostSpec = tdi::fixed::HostConfig;

// A port as its host is to see it. `interface` and `mac` are resolved: never empty or 0 where the
// kind chooses.
struct PortPlug {
  tdi::fixed::PortConfig config;
  std::map<std::string, std::string> options;
};

struct HostObservation {
  bool present = false;
  bool adopted = false;  // it is not ours to destroy
};

struct PortObservation {
  enum class Presence : uint8_t {
    kAbsent,
    kBroken,    // something of it is there, but it must be made anew
    kComplete,  // there; attributes may differ
  } presence = Presence::kAbsent;
  uint64_t mac = 0;
  uint32_t mtu = 0;
};

// What the data path is to attach: tdi::PortSpec's kind, options and descriptor.
struct Endpoint {
  std::string kind;
  std::map<std::string, std::string> options;
  netlink::Descriptor fd;
  std::string interface;  // shown to users: an interface of the daemon's namespace, or empty
};

class HostKind {
 public:
  virtual ~HostKind() = default;

  virtual std::string_view name() const = 0;                 // "netns"
  virtual std::vector<std::string> DeviceTypes() const = 0;  // "veth", "tap"
  virtual Status CheckHost(const HostSpec& host) const = 0;
  // Fills in what was left to the kind (interface, mac), or refuses.
  virtual Status CheckPort(const HostSpec& host, PortPlug* plug) const = 0;

  virtual Result<HostObservation> ObserveHost(const HostSpec& host, Deadline deadline) = 0;
  virtual Result<Plan> PlanHost(const HostSpec& host, const HostObservation& seen) = 0;
  // Never destroys what was adopted.
  virtual Result<Plan> PlanHostRemoval(const HostSpec& host, const HostObservation& seen) = 0;

  virtual Result<PortObservation> ObservePort(const HostSpec& host, const PortPlug& plug,
                                              Deadline deadline) = 0;
  // `attached`: the data path has its end already, and only attributes may be changed. Else the
  // steps, when run, fill in `endpoint`, which outlives them.
  virtual Result<Plan> PlanPort(const HostSpec& host, const PortPlug& plug,
                                const PortObservation& seen, bool attached, Endpoint* endpoint) = 0;
  virtual Result<Plan> PlanPortRemoval(const HostSpec& host, const PortPlug& plug,
                                       const PortObservation& seen) = 0;

  // Removes devices of ours that belong to none of `wanted`, and hosts that we made and that are
  // none of `hosts`: left by a daemon that was killed. Called once, at the start, with all hosts of
  // this kind. Returns what was removed, for the log.
  virtual Result<std::vector<std::string>> Sweep(const std::vector<HostSpec>& hosts,
                                                 const std::vector<PortPlug>& wanted) = 0;
};

// "'veth', 'tap'"
std::string Quoted(const std::vector<std::string>& names);

// Names and addresses made from names, the same in every run, so that a restarted daemon finds what
// its predecessor made. `owner` tells daemons on one machine apart.
std::string EndName(std::string_view owner, std::string_view host,
                    std::string_view port);  // "ipdk1f0c3a9b2e"
std::string EndAlias(std::string_view owner, std::string_view host,
                     std::string_view port);      // "ipdk:owner:host/port"
std::string AliasPrefix(std::string_view owner);  // "ipdk:owner:"
uint64_t MacFor(std::string_view owner, std::string_view host,
                std::string_view port);  // locally administered

}  // namespace ipdk::devices
