// When what is worked on, and by whom.

#include "devices/reconcile/engine.h"

#include <pthread.h>

#include <algorithm>

#include "devices/reconcile/backends.h"

namespace ipdk::devices {

std::unique_ptr<Reconciler> Reconciler::Create(ReconcilerOptions options) {
  return std::make_unique<Engine>(std::move(options));
}

Engine::Engine(ReconcilerOptions options) : options_(std::move(options)) {
  std::vector<std::string> names;
  for (const HostKind* kind : options_.kinds) names.emplace_back(kind->name());
  host_backend_ = std::make_unique<HostBackend>(*this, std::move(names));
  port_backend_ = std::make_unique<PortBackend>(*this);
  number_backend_ = std::make_unique<NumberBackend>(*this);
}

Engine::~Engine() { Stop(); }

Status Engine::Start() {
  replaying_ = true;
  // Hosts before ports, and numbers before the ports that have them.
  auto status = options_.device->SetGroup(
      {.name = "devices",
       .tables = {host_backend_.get(), number_backend_.get(), port_backend_.get()},
       .begin_atomic = {},
       .end_atomic = {}},
      true);
  std::vector<HostSpec> hosts;
  std::vector<PortPlug> wanted;
  {
    const std::lock_guard lock(mutex_);
    replaying_ = false;
    for (const auto& [name, host] : hosts_)
      if (host.wanted) hosts.push_back(*host.wanted);
    for (const auto& [name, port] : ports_)
      if (port.wanted) wanted.push_back(port.wanted->plug);
  }
  IPDK_RETURN_IF_ERROR(std::move(status));
  started_ = true;
  auto sweep = [&](HostKind* kind) {
    std::vector<HostSpec> theirs;
    for (const HostSpec& host : hosts)
      if (host.kind == kind->name()) theirs.push_back(host);
    const auto removed = kind->Sweep(theirs, wanted);
    if (!removed)
      options_.log(fmt::format("cannot look for devices left over: {}", removed.error().message()));
    else if (!removed->empty())
      options_.log(fmt::format("removed devices left over: {}", Quoted(*removed)));
  };
  for (HostKind* kind : options_.kinds) sweep(kind);
  if (options_.local != nullptr) sweep(options_.local);
  if (options_.threads > 0 && options_.watch_links) {
    auto monitor =
        netlink::LinkMonitor::Start([this](const netlink::LinkEvent& event) { HearLink(event); });
    if (monitor)
      monitor_ = *std::move(monitor);
    else
      options_.log(fmt::format("changes of interfaces will be seen by audits only: {}",
                               monitor.error().message()));
  }
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Loop(); });
  return {};
}

void Engine::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    work_.notify_all();
    done_.notify_all();
  }
  monitor_.reset();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  // Behind this no closure of ours is left on the control thread.
  if (started_) options_.device->RemoveGroup("devices");
  started_ = false;
}

HostKind* Engine::KindOf(const HostSpec& host) const {
  if (host.name.empty()) return options_.local;
  for (HostKind* kind : options_.kinds)
    if (kind->name() == host.kind) return kind;
  return nullptr;
}

void Engine::Changed(Entry* entry) {
  entry->generation = ++generation_;
  entry->error.reset();
  entry->backoff = std::chrono::milliseconds(0);
  entry->due = options_.now();
  work_.notify_all();
}

bool Engine::HostFree(const std::string& host) const {
  return host.empty() || !busy_hosts_.contains(host);
}

bool Engine::MayRun(const HostEntry& host) const {
  if (!HostFree(host.name)) return false;
  if (host.wanted) return true;
  for (const auto& [name, port] : ports_) {
    if (port.attached && port.attached->host.name == host.name) return false;
    if (!port.wanted && port.last && port.last->host.name == host.name) return false;
  }
  return true;
}

bool Engine::MayRun(const PortEntry& port) const {
  if (port.number_pending) return false;
  if (port.attached && !HostFree(port.attached->host.name)) return false;
  if (port.last && !HostFree(port.last->host.name)) return false;
  if (!port.wanted || port.wanted->refused) return true;
  const std::string& host = port.wanted->host.name;
  // A port that is going first gives its number and interface free.
  for (const auto& [name, other] : ports_) {
    if (&other == &port) continue;
    const PortIntent* there = other.attached                ? &*other.attached
                              : !other.wanted && other.last ? &*other.last
                                                            : nullptr;
    if (there == nullptr) continue;
    if (other.attached && there->number == port.wanted->number) return false;
    const std::string& interface = port.wanted->plug.config.interface;
    if (!interface.empty() && there->host.name == host && there->plug.config.interface == interface)
      return false;
  }
  if (host.empty()) return true;
  const auto it = hosts_.find(host);
  return HostFree(host) && it != hosts_.end() && it->second.converged == it->second.generation &&
         !it->second.error;
}

Entry* Engine::Take(Time* next) {
  *next = Time::max();
  const Time now = options_.now();
  Entry* best = nullptr;
  auto consider = [&](auto& entry) {
    if (entry.busy || !MayRun(entry)) return;
    if (entry.due > now) {
      *next = std::min(*next, entry.due);
    } else if (best == nullptr || entry.due < best->due) {
      best = &entry;
    }
  };
  for (auto& [name, host] : hosts_) consider(host);
  for (auto& [name, port] : ports_) consider(port);
  return best;
}

void Engine::Tell(bool is_port, const std::string& name, std::string text) {
  tdi::Event event;
  event.kind = tdi::EventKind::kState;
  event.table = is_port ? tdi::fixed::kPortTable : tdi::fixed::kHostTable;
  event.row.key = is_port ? tdi::fixed::PortKey(name) : tdi::fixed::HostKey(name);
  event.text = std::move(text);
  options_.device->Publish(std::move(event));
}

void Engine::HearLink(const netlink::LinkEvent& event) {
  if (event.kind == netlink::LinkEvent::Kind::kMissed) return AuditNow();
  const std::lock_guard lock(mutex_);
  for (auto& [name, port] : ports_) {
    if (port.endpoint != event.name || !port.attached || !port.wanted) continue;
    if (event.kind == netlink::LinkEvent::Kind::kGone) {
      port.due = std::min(port.due, options_.now());
      // Its host may be what is gone.
      if (const auto host = hosts_.find(port.wanted->host.name); host != hosts_.end())
        host->second.due = std::min(host->second.due, options_.now());
      work_.notify_all();
    } else if (port.carrier != event.running) {
      port.carrier = event.running;
      Tell(true, name, event.running ? "link up" : "link down");
    }
    return;
  }
}

void Engine::Finish(Entry* entry, uint64_t generation, Status status) {
  entry->busy = false;
  entry->doing.clear();
  const bool current = entry->generation == generation;
  if (status) {
    entry->converged = generation;
    if (current) {
      entry->error.reset();
      entry->backoff = std::chrono::milliseconds(0);
      entry->due = options_.now() + options_.audit_interval;
    }
  } else {
    entry->failed = generation;
    if (current) {
      entry->error = status.error();
      entry->backoff = entry->backoff.count() == 0
                           ? options_.first_retry
                           : std::min(2 * entry->backoff, options_.last_retry);
      entry->due = options_.now() + entry->backoff;
    }
  }
}

void Engine::Work(Entry* entry, std::unique_lock<std::mutex>& lock) {
  entry->busy = true;
  const uint64_t generation = entry->generation;
  const bool had_error = entry->error.has_value();
  const bool audit = entry->converged == generation && !had_error;
  const std::string name = entry->name;
  const auto host_it = hosts_.find(name);
  const auto port_it = ports_.find(name);
  const bool is_port = port_it != ports_.end() && &port_it->second == entry;
  std::function<void(const std::string&)> doing = [&](const std::string& step) {
    const std::lock_guard inner(mutex_);
    entry->doing = step;
  };
  Status status;
  bool gone = false;
  if (!is_port) {
    HostEntry& host = host_it->second;
    const auto wanted = host.wanted, last = host.last;
    busy_hosts_.insert(name);
    lock.unlock();
    HostOutcome outcome;
    status = ConvergeHost(wanted, last, doing, &outcome);
    lock.lock();
    busy_hosts_.erase(name);
    host.present = outcome.present;
    host.adopted = outcome.adopted;
    Finish(&host, generation, status);
    if (!status) {
      // Its ports cannot go on: whoever waits for one is told why.
      for (auto& [port_name, port] : ports_) {
        if (!port.wanted || port.wanted->host.name != name || port.converged == port.generation)
          continue;
        port.failed = port.generation;
        port.error = Error(status.error().code(),
                           fmt::format("host '{}': {}", name, status.error().message()));
      }
    } else {
      for (auto& [port_name, port] : ports_)
        if (port.wanted && port.wanted->host.name == name && port.error) port.due = options_.now();
      if (wanted) host.last = wanted;
    }
    gone = status && !host.wanted && host.generation == generation;
    if (gone) hosts_.erase(name);
  } else {
    PortEntry& port = port_it->second;
    const auto wanted = port.wanted, last = port.last;
    PortOutcome outcome{.attached = port.attached, .spec = port.spec, .endpoint = port.endpoint};
    std::vector<std::string> held;
    for (const std::optional<PortIntent>* intent :
         {&wanted, &last, static_cast<const std::optional<PortIntent>*>(&port.attached)})
      if (*intent && !(*intent)->host.name.empty() &&
          busy_hosts_.insert((*intent)->host.name).second)
        held.push_back((*intent)->host.name);
    lock.unlock();
    status = ConvergePort(wanted, last, doing, &outcome);
    lock.lock();
    for (const std::string& host : held) busy_hosts_.erase(host);
    port.attached = std::move(outcome.attached);
    port.spec = std::move(outcome.spec);
    port.endpoint = std::move(outcome.endpoint);
    if (status) port.last = wanted;
    Finish(&port, generation, status);
    gone = status && !port.wanted && port.generation == generation;
    if (gone) ports_.erase(name);
  }
  if (!status && !had_error)
    options_.log(
        fmt::format("{} '{}': {}", is_port ? "port" : "host", name, status.error().message()));
  if (!audit || !status)
    Tell(is_port, name,
         !status ? "error: " + status.error().message()
         : gone  ? "removed"
                 : "converged");
  work_.notify_all();
  done_.notify_all();
}

bool Engine::RunPending() {
  std::unique_lock lock(mutex_);
  Time next;
  Entry* entry = Take(&next);
  if (entry == nullptr) return false;
  Work(entry, lock);
  return true;
}

void Engine::Loop() {
  pthread_setname_np(pthread_self(), "ipdk-reconcile");
  std::unique_lock lock(mutex_);
  while (!stop_) {
    Time next;
    if (Entry* entry = Take(&next)) {
      Work(entry, lock);
    } else if (next == Time::max()) {
      work_.wait(lock);
    } else {
      work_.wait_until(lock, next);
    }
  }
}

void Engine::AuditNow() {
  const std::lock_guard lock(mutex_);
  const Time now = options_.now();
  for (auto& [name, host] : hosts_) host.due = std::min(host.due, now);
  for (auto& [name, port] : ports_) port.due = std::min(port.due, now);
  work_.notify_all();
}

Status Engine::Wait(bool is_port, const std::string& name, uint64_t generation, Time deadline) {
  std::unique_lock lock(mutex_);
  const std::string what = fmt::format("{} '{}'", is_port ? "port" : "host", name);
  while (true) {
    const Entry* entry = nullptr;
    if (is_port) {
      if (const auto it = ports_.find(name); it != ports_.end()) entry = &it->second;
    } else {
      if (const auto it = hosts_.find(name); it != hosts_.end()) entry = &it->second;
    }
    if (entry == nullptr || entry->converged >= generation) return {};
    if (entry->failed >= generation && entry->error)
      return Fail(entry->error->code(), "{}: {}", what, entry->error->message());
    if (stop_) return Unavailable("{}: the daemon is stopping", what);
    const auto late = [&]() -> std::unexpected<Error> {
      return DeadlineExceeded("{}: {}", what,
                              entry->doing.empty()
                                  ? "it has not come to its turn in time"
                                  : fmt::format("step '{}' did not end in time", entry->doing));
    };
    if (options_.now() >= deadline) return late();
    if (options_.threads > 0) {
      done_.wait_until(lock, deadline);
      continue;
    }
    lock.unlock();
    const bool ran = RunPending();
    // What is under way may have been posted to the control thread.
    if (!ran) options_.device->Run([] {});
    const bool again = ran || RunPending();
    lock.lock();
    if (again) continue;
    Time next;
    (void)Take(&next);
    lock.unlock();
    const bool waited = options_.idle && options_.idle(std::min(next, deadline));
    lock.lock();
    if (!waited)
      return DeadlineExceeded("{}: nothing is left to be done, and it is not as wanted", what);
  }
}

}  // namespace ipdk::devices
