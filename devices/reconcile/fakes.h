#pragma once
// A data path and a kind of host that live in memory, fail when told to, and keep a list of what
// was done to them.

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "devices/host/host_kind.h"
#include "tdi/port.h"

namespace ipdk::devices {

class FakePortHost final : public tdi::PortHost {
 public:
  std::vector<std::string> PortKinds() const override { return {"netdev", "tap", "memory"}; }
  bool MayChoose(uint32_t number) const override { return !reserved.contains(number); }
  Status AttachPort(const tdi::PortSpec& spec) override {
    if (spec.fd >= 0) close(spec.fd);
    const std::lock_guard lock(mutex);
    if (fail_attach) return InvalidArgument("this data path takes no ports today");
    if (!ports.emplace(spec.number, spec).second)
      return AlreadyExists("number {} is in use", spec.number);
    ++attaches;
    return {};
  }
  Status ModifyPort(const tdi::PortSpec& spec) override {
    const std::lock_guard lock(mutex);
    if (fail_modify) return InvalidArgument("rate {} is not possible", spec.rate_bps);
    const auto it = ports.find(spec.number);
    if (it == ports.end()) return NotFound("no port {}", spec.number);
    it->second = spec;
    return {};
  }
  Status DetachPort(uint32_t number) override {
    const std::lock_guard lock(mutex);
    return ports.erase(number) == 1 ? Status() : NotFound("no port {}", number);
  }
  Result<tdi::PortStatus> ReadPort(uint32_t number) const override {
    const std::lock_guard lock(mutex);
    const auto it = ports.find(number);
    if (it == ports.end()) return NotFound("no port {}", number);
    tdi::PortStatus status{.oper_up = it->second.admin_up,
                           .rate_bps = it->second.rate_bps,
                           .burst_bytes = 1000,
                           .counters = {}};
    status.counters.in_pkts = number;
    return status;
  }

  mutable std::mutex mutex;
  std::map<uint32_t, tdi::PortSpec> ports;
  std::set<uint32_t> reserved;
  bool fail_attach = false, fail_modify = false;
  int attaches = 0;
};

class FakeKind final : public HostKind {
 public:
  std::string_view name() const override { return "fake"; }
  std::vector<std::string> DeviceTypes() const override { return {"nic"}; }
  Status CheckHost(const HostSpec& host) const override {
    if (host.address == "nowhere")
      return InvalidArgument("host '{}': there is no nowhere", host.name);
    return {};
  }
  Status CheckPort(const HostSpec&, PortPlug* plug) const override {
    if (plug->config.interface.empty()) plug->config.interface = plug->config.name;
    return {};
  }
  Result<HostObservation> ObserveHost(const HostSpec& host, Deadline) override {
    const std::lock_guard lock(mutex);
    return HostObservation{.present = hosts.contains(host.name),
                           .adopted = adopted.contains(host.name)};
  }
  Result<Plan> PlanHost(const HostSpec& host, const HostObservation& seen) override {
    if (seen.present) return Plan{};
    return Plan{Do(
        "boot " + host.name, [this, host] { hosts.insert(host.name); },
        [this, host] { hosts.erase(host.name); })};
  }
  Result<Plan> PlanHostRemoval(const HostSpec& host, const HostObservation& seen) override {
    if (!seen.present || seen.adopted) return Plan{};
    return Plan{Do("halt " + host.name, [this, host] { hosts.erase(host.name); })};
  }
  Result<PortObservation> ObservePort(const HostSpec& host, const PortPlug& plug,
                                      Deadline) override {
    const std::lock_guard lock(mutex);
    PortObservation seen;
    if (plugs.contains(host.name + "/" + plug.config.interface))
      seen.presence = PortObservation::Presence::kComplete;
    return seen;
  }
  Result<Plan> PlanPort(const HostSpec& host, const PortPlug& plug, const PortObservation& seen,
                        bool, Endpoint* endpoint) override {
    endpoint->kind = "netdev";
    endpoint->options = {{"ifname", "near-" + plug.config.name}};
    endpoint->interface = "near-" + plug.config.name;
    if (seen.presence == PortObservation::Presence::kComplete) return Plan{};
    const std::string key = host.name + "/" + plug.config.interface;
    return Plan{
        Do(
            "plug " + key, [this, key] { plugs.insert(key); }, [this, key] { plugs.erase(key); }),
        Do("power " + key, [] {}, [] {})};
  }
  Result<Plan> PlanPortRemoval(const HostSpec& host, const PortPlug& plug,
                               const PortObservation& seen) override {
    if (seen.presence == PortObservation::Presence::kAbsent) return Plan{};
    const std::string key = host.name + "/" + plug.config.interface;
    return Plan{Do("unplug " + key, [this, key] { plugs.erase(key); })};
  }
  Result<std::vector<std::string>> Sweep(const std::vector<HostSpec>&,
                                         const std::vector<PortPlug>& wanted) override {
    const std::lock_guard lock(mutex);
    std::set<std::string> keep;
    for (const PortPlug& plug : wanted) keep.insert(plug.config.host + "/" + plug.config.interface);
    std::vector<std::string> removed;
    for (const std::string& key : plugs)
      if (!keep.contains(key)) removed.push_back(key);
    for (const std::string& key : removed) plugs.erase(key);
    return removed;
  }

  std::mutex mutex;
  std::set<std::string> hosts, adopted, plugs;
  std::vector<std::string> done;
  std::string fail_step;  // a step whose name contains it fails

 private:
  Step Do(std::string what, std::function<void()> act, std::function<void()> undo = {}) {
    Step step{.what = what, .run = [this, what, act](Deadline) -> Status {
                const std::lock_guard lock(mutex);
                if (!fail_step.empty() && what.find(fail_step) != std::string::npos)
                  return Unavailable("it is stuck");
                act();
                done.push_back(what);
                return {};
              }};
    if (undo) {
      step.undo = [this, what, undo](Deadline) -> Status {
        const std::lock_guard lock(mutex);
        undo();
        done.push_back("undo " + what);
        return {};
      };
    }
    return step;
  }
};

}  // namespace ipdk::devices
