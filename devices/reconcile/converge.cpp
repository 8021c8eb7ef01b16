// Making one host or port as wanted: look, plan, do. No lock is held here.

#include "devices/reconcile/engine.h"

namespace ipdk::devices {
namespace {

using Presence = PortObservation::Presence;

// Whether the port must be taken away and made anew to become the other.
bool NeedsReplug(const PortIntent& a, const PortIntent& b) {
  const tdi::fixed::PortConfig &p = a.plug.config, &q = b.plug.config;
  return a.number != b.number || a.host.name != b.host.name || a.host.kind != b.host.kind ||
         a.host.address != b.host.address || p.device_type != q.device_type ||
         p.interface != q.interface || p.mac != q.mac || p.queues != q.queues ||
         a.plug.options != b.plug.options;
}

bool SameLimits(const tdi::PortSpec& a, const tdi::PortSpec& b) {
  return a.rate_bps == b.rate_bps && a.burst_bytes == b.burst_bytes && a.mtu == b.mtu &&
         a.admin_up == b.admin_up;
}

tdi::PortSpec SpecOf(const PortIntent& intent, const Endpoint& endpoint) {
  const tdi::fixed::PortConfig& config = intent.plug.config;
  tdi::PortSpec spec;
  spec.name = config.name;
  spec.number = intent.number;
  spec.kind = endpoint.kind;
  spec.options = endpoint.options;
  spec.rate_bps = config.rate_bps;
  spec.burst_bytes = config.burst_bytes;
  spec.mtu = config.mtu;
  spec.mac = config.mac;
  spec.admin_up = config.admin_up;
  return spec;
}

}  // namespace

Status Engine::ConvergeHost(const std::optional<HostSpec>& wanted,
                            const std::optional<HostSpec>& last,
                            const std::function<void(const std::string&)>& doing,
                            HostOutcome* outcome) {
  // Another address or kind is another host: the former one goes first.
  const bool replaced =
      wanted && last && (wanted->kind != last->kind || wanted->address != last->address);
  auto remove = [&](const HostSpec& host) -> Status {
    HostKind* kind = KindOf(host);
    if (kind == nullptr) return {};
    IPDK_ASSIGN(const HostObservation seen,
                kind->ObserveHost(host, std::chrono::steady_clock::now() + options_.step_timeout));
    IPDK_ASSIGN(const Plan plan, kind->PlanHostRemoval(host, seen));
    return RunPlan(plan, options_.step_timeout, doing);
  };
  if (last && (!wanted || replaced)) IPDK_RETURN_IF_ERROR(remove(*last));
  if (!wanted) return {};
  HostKind* kind = KindOf(*wanted);
  if (kind == nullptr) return FailedPrecondition("this daemon has no host kind '{}'", wanted->kind);
  const Deadline deadline = std::chrono::steady_clock::now() + options_.step_timeout;
  IPDK_ASSIGN(HostObservation seen, kind->ObserveHost(*wanted, deadline));
  IPDK_ASSIGN(const Plan plan, kind->PlanHost(*wanted, seen));
  if (!plan.empty()) {
    IPDK_RETURN_IF_ERROR(RunPlan(plan, options_.step_timeout, doing));
    IPDK_ASSIGN(seen, kind->ObserveHost(*wanted, deadline));
  }
  outcome->present = seen.present;
  outcome->adopted = seen.adopted;
  return {};
}

Status Engine::Unplug(const PortIntent& intent, bool attached,
                      const std::function<void(const std::string&)>& doing) {
  if (attached) {
    doing(fmt::format("take port {} from the data path", intent.number));
    const Status status = options_.ports->DetachPort(intent.number);
    if (!status && status.error().code() != Code::kNotFound)
      return Fail(status.error().code(), "step 'take port {} from the data path': {}",
                  intent.number, status.error().message());
  }
  HostKind* kind = KindOf(intent.host);
  if (kind == nullptr || intent.refused) return {};
  const Deadline deadline = std::chrono::steady_clock::now() + options_.step_timeout;
  auto seen = kind->ObservePort(intent.host, intent.plug, deadline);
  // Something of someone else's in its place: nothing of ours is left to remove.
  if (!seen && seen.error().code() == Code::kAlreadyExists) return {};
  if (!seen) return std::unexpected(std::move(seen).error());
  IPDK_ASSIGN(const Plan plan, kind->PlanPortRemoval(intent.host, intent.plug, *seen));
  return RunPlan(plan, options_.step_timeout, doing);
}

Status Engine::ConvergePort(const std::optional<PortIntent>& wanted,
                            const std::optional<PortIntent>& last,
                            const std::function<void(const std::string&)>& doing,
                            PortOutcome* outcome) {
  auto detached = [&] {
    outcome->attached.reset();
    outcome->spec.reset();
    outcome->endpoint.clear();
  };
  if (outcome->attached &&
      (!wanted || wanted->refused || NeedsReplug(*outcome->attached, *wanted))) {
    IPDK_RETURN_IF_ERROR(Unplug(*outcome->attached, true, doing));
    detached();
  } else if (!outcome->attached && last &&
             (!wanted || wanted->refused || NeedsReplug(*last, *wanted))) {
    // Never attached by this process, but a former one may have made it.
    IPDK_RETURN_IF_ERROR(Unplug(*last, false, doing));
  }
  if (!wanted) return {};
  if (wanted->refused) return std::unexpected(*wanted->refused);
  HostKind* kind = KindOf(wanted->host);
  const Deadline deadline = std::chrono::steady_clock::now() + options_.step_timeout;
  IPDK_ASSIGN(PortObservation seen, kind->ObservePort(wanted->host, wanted->plug, deadline));
  if (outcome->attached && seen.presence != Presence::kComplete) {
    // It was taken away under us: let go of the data path's end and make it again.
    IPDK_RETURN_IF_ERROR(Unplug(*outcome->attached, true, doing));
    detached();
    IPDK_ASSIGN(seen, kind->ObservePort(wanted->host, wanted->plug, deadline));
  }
  Endpoint endpoint;
  const bool attached = outcome->attached.has_value();
  IPDK_ASSIGN(Plan plan, kind->PlanPort(wanted->host, wanted->plug, seen, attached, &endpoint));
  tdi::PortSpec spec;
  if (!attached) {
    plan.push_back({.what = fmt::format("attach it to the data path as port {}", wanted->number),
                    .run =
                        [&](Deadline) {
                          spec = SpecOf(*wanted, endpoint);
                          spec.fd = endpoint.fd.Release();
                          return options_.ports->AttachPort(spec);
                        },
                    .undo = [&](Deadline) { return options_.ports->DetachPort(wanted->number); }});
  } else {
    spec = SpecOf(*wanted, endpoint);
    if (endpoint.kind.empty()) {  // planned without touching the data path's end
      spec.kind = outcome->spec->kind;
      spec.options = outcome->spec->options;
    }
    if (!SameLimits(spec, *outcome->spec)) {
      plan.push_back(
          {.what = "change rate, MTU or state in the data path",
           .run = [&](Deadline) { return options_.ports->ModifyPort(spec); },
           .undo = [&](Deadline) { return options_.ports->ModifyPort(*outcome->spec); }});
    }
  }
  IPDK_RETURN_IF_ERROR(RunPlan(plan, options_.step_timeout, doing));
  spec.fd = -1;
  outcome->attached = wanted;
  outcome->spec = std::move(spec);
  if (!endpoint.interface.empty()) outcome->endpoint = endpoint.interface;
  return {};
}

}  // namespace ipdk::devices
