// The tables' side of the reconciler: rows in, state out. On the device's control thread.

#include "devices/reconcile/backends.h"

#include <algorithm>

namespace ipdk::devices {
namespace {

constexpr size_t kHeldNumbers = 64;
constexpr size_t kMaxName = 64;
constexpr uint32_t kNumbersTried = 4096;  // for a port without a number of its own
constexpr uint64_t kMinRate = 1'000, kMaxRate = 10'000'000'000'000;  // bits per second

// Names stand in paths, aliases and command lines.
Status CheckName(std::string_view what, std::string_view name) {
  if (name.empty() || name.size() > kMaxName)
    return InvalidArgument("{} name '{}' has {} characters; 1 to {} are allowed", what, name,
                           name.size(), kMaxName);
  for (const char c : name)
    if (static_cast<unsigned char>(c) <= ' ' || c == '/' || c == '\x7f')
      return InvalidArgument("{} name '{}' has a space, slash or control character", what, name);
  return {};
}

// Keeps what may be there to be taken away: what was reached, or what was wanted first if nothing
// was reached yet.
template <typename T>
void Remember(T* entry) {
  if (entry->wanted && (!entry->last || entry->converged == entry->generation))
    entry->last = entry->wanted;
}

}  // namespace

// --- hosts

Status Engine::ApplyHost(const tdi::Change& change) {
  const std::lock_guard lock(mutex_);
  IPDK_ASSIGN(const HostSpec spec,
              tdi::fixed::DecodeHost(change.after != nullptr ? *change.after : *change.before));
  const auto it = hosts_.find(spec.name);
  const bool exists = it != hosts_.end() && it->second.wanted;
  std::vector<std::string> ports;
  for (const auto& [name, port] : ports_)
    if (port.wanted && port.wanted->plug.config.host == spec.name) ports.push_back(name);
  const bool other =
      exists && change.after != nullptr &&
      (spec.kind != it->second.wanted->kind || spec.address != it->second.wanted->address);
  if (!ports.empty() && (change.after == nullptr || other))
    return FailedPrecondition("host '{}' still has ports: {}; delete them first", spec.name,
                              Quoted(ports));
  if (change.after != nullptr && !replaying_) {
    IPDK_RETURN_IF_ERROR(CheckName("host", spec.name));
    const HostKind* kind = KindOf(spec);
    if (kind == nullptr)
      return InvalidArgument("host '{}': there is no host kind '{}'", spec.name, spec.kind);
    IPDK_RETURN_IF_ERROR(kind->CheckHost(spec));
    for (const auto& [name, entry] : hosts_)
      if (name != spec.name && entry.wanted && entry.wanted->kind == spec.kind &&
          (entry.wanted->address.empty() ? name : entry.wanted->address) ==
              (spec.address.empty() ? spec.name : spec.address))
        return AlreadyExists("host '{}': host '{}' is that {} already", spec.name, name, spec.kind);
  }
  HostEntry& entry = hosts_[spec.name];
  entry.name = spec.name;
  Remember(&entry);
  if (change.after != nullptr)
    entry.wanted = spec;
  else
    entry.wanted.reset();
  Changed(&entry);
  return {};
}

std::string Engine::HostStateOf(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  tdi::fixed::HostState state;
  const auto it = hosts_.find(name);
  if (it == hosts_.end()) return tdi::fixed::EncodeHostState(state);
  const HostEntry& entry = it->second;
  state.adopted = entry.adopted;
  if (entry.error) {
    state.status = "ERROR";
    state.message = entry.error->message();
  } else if (entry.converged == entry.generation && entry.present) {
    state.status = "UP";
  } else {
    state.message = entry.doing.empty() ? "waiting" : entry.doing;
  }
  return tdi::fixed::EncodeHostState(state);
}

// --- ports

Result<PortIntent> Engine::Resolve(const tdi::fixed::PortConfig& config) const {
  PortIntent intent;
  intent.plug.config = config;
  IPDK_RETURN_IF_ERROR(CheckName("port", config.name));
  if (auto options = tdi::fixed::ParseOptions(config.options)) {
    intent.plug.options = *std::move(options);
  } else {
    return std::unexpected(
        std::move(options).error().Within(fmt::format("port '{}'", config.name)));
  }
  std::string whose = "this machine";
  const HostKind* kind = options_.local;
  if (!config.host.empty()) {
    const auto host = hosts_.find(config.host);
    if (host == hosts_.end() || !host->second.wanted) {
      std::vector<std::string> names;
      for (const auto& [name, entry] : hosts_)
        if (entry.wanted) names.push_back(name);
      return NotFound("port '{}': there is no host '{}'; hosts: {}", config.name, config.host,
                      Quoted(names));
    }
    intent.host = *host->second.wanted;
    kind = KindOf(intent.host);
    if (kind == nullptr)
      return InvalidArgument(
          "port '{}': host '{}' is of kind '{}', which this daemon does not have", config.name,
          config.host, intent.host.kind);
    whose = fmt::format("host '{}' ({})", config.host, intent.host.kind);
  }
  const auto types = kind->DeviceTypes();
  if (std::find(types.begin(), types.end(), config.device_type) == types.end())
    return InvalidArgument("port '{}': {} does not offer '{}'; it offers {}", config.name, whose,
                           config.device_type, Quoted(types));
  if (config.rate_bps != 0 && (config.rate_bps < kMinRate || config.rate_bps > kMaxRate))
    return InvalidArgument(
        "port '{}': rate {} bit/s is not within {} to {}; 0 (`unlimited`) is no limit", config.name,
        config.rate_bps, kMinRate, kMaxRate);
  IPDK_RETURN_IF_ERROR(kind->CheckPort(intent.host, &intent.plug));
  return intent;
}

Status Engine::CheckNeighbours(const PortIntent& intent) const {
  const tdi::fixed::PortConfig& config = intent.plug.config;
  for (const auto& [name, other] : ports_) {
    if (name == config.name || !other.wanted) continue;
    const tdi::fixed::PortConfig& theirs = other.wanted->plug.config;
    if (theirs.host == config.host && !config.interface.empty() &&
        theirs.interface == config.interface)
      return AlreadyExists(
          "port '{}': interface '{}' is port '{}' already; give it another with interface=NAME",
          config.name, config.interface, name);
  }
  return {};
}

Result<uint32_t> Engine::ChooseNumber(const tdi::fixed::PortConfig& config) const {
  std::map<uint32_t, std::string> taken;  // by ports that exist
  std::set<uint32_t> held;                // by names deleted
  for (const auto& [name, port] : ports_)
    if (name != config.name && port.wanted) taken[port.wanted->number] = name;
  for (const auto& [name, number] : numbers_)
    if (name != config.name && number.deleted != 0) held.insert(number.number);
  if (config.number != 0) {
    const auto it = taken.find(config.number);
    if (it != taken.end())
      return AlreadyExists("port '{}': number {} is port '{}' already", config.name, config.number,
                           it->second);
    return config.number;
  }
  const auto before = numbers_.find(config.name);
  if (before != numbers_.end() && !taken.contains(before->second.number))
    return before->second.number;
  const auto is_free = [&](uint32_t number) {
    return !taken.contains(number) && !held.contains(number);
  };
  uint32_t number = 1;
  while (!is_free(number)) ++number;
  // If the data path has no use for any that is free, its own refusal says why.
  for (uint32_t other = number; other < number + kNumbersTried; ++other)
    if (is_free(other) && options_.ports->MayChoose(other)) return other;
  return number;
}

void Engine::HoldNumber(const std::string& name, uint32_t number) {
  std::erase_if(numbers_, [&](const auto& item) {
    return item.first != name && item.second.number == number;
  });
  numbers_[name] = {.name = name, .number = number, .deleted = 0};
  if (recorded_numbers_.contains(name) && recorded_numbers_[name].number == number &&
      recorded_numbers_[name].deleted == 0)
    return;
  ports_[name].number_pending = true;
  if (flush_posted_) return;
  flush_posted_ = true;
  options_.device->Post([this] { FlushNumbers(); });
}

void Engine::ReleaseNumber(const std::string& name) {
  const auto it = numbers_.find(name);
  if (it == numbers_.end()) return;
  uint64_t last = 0;
  for (const auto& [other, number] : numbers_) last = std::max(last, number.deleted);
  it->second.deleted = last + 1;
  size_t held = 0;
  std::string oldest;
  for (const auto& [other, number] : numbers_) {
    if (number.deleted == 0) continue;
    ++held;
    if (oldest.empty() || number.deleted < numbers_[oldest].deleted) oldest = other;
  }
  if (held > kHeldNumbers) numbers_.erase(oldest);
  if (flush_posted_) return;
  flush_posted_ = true;
  options_.device->Post([this] { FlushNumbers(); });
}

// Writes what changed in `numbers_` to its table, as a commit of its own after the one that caused
// it. Ports wait for it, so that no number is seen that a restart could give to another.
void Engine::FlushNumbers() {
  std::vector<tdi::Operation> operations;
  {
    const std::lock_guard lock(mutex_);
    flush_posted_ = false;
    for (const auto& [name, number] : recorded_numbers_)
      if (!numbers_.contains(name))
        operations.push_back({.table = tdi::fixed::kPortNumberTable,
                              .kind = tdi::OpKind::kDelete,
                              .row = EncodePortNumber(number)});
    for (const auto& [name, number] : numbers_) {
      const auto it = recorded_numbers_.find(name);
      if (it != recorded_numbers_.end() && it->second.number == number.number &&
          it->second.deleted == number.deleted)
        continue;
      operations.push_back({.table = tdi::fixed::kPortNumberTable,
                            .kind = tdi::OpKind::kPut,
                            .row = EncodePortNumber(number)});
    }
    flushing_ = true;
  }
  Status status;
  if (!operations.empty())
    status = options_.device->Commit(operations, tdi::Atomicity::kRollbackOnError).status;
  const std::lock_guard lock(mutex_);
  flushing_ = false;
  if (status) recorded_numbers_ = numbers_;
  for (auto& [name, port] : ports_) {
    if (!port.number_pending) continue;
    port.number_pending = false;
    if (!status && port.wanted) {
      port.wanted->refused =
          Error(status.error().code(),
                fmt::format("its number could not be recorded: {}", status.error().message()));
      Changed(&port);
    }
  }
  work_.notify_all();
}

Status Engine::ApplyPort(const tdi::Change& change) {
  const std::lock_guard lock(mutex_);
  IPDK_ASSIGN(const auto config,
              tdi::fixed::DecodePort(change.after != nullptr ? *change.after : *change.before));
  if (change.after == nullptr) {
    const auto it = ports_.find(config.name);
    if (it == ports_.end()) return {};
    PortEntry& entry = it->second;
    Remember(&entry);
    entry.wanted.reset();
    ReleaseNumber(config.name);
    Changed(&entry);
    return {};
  }
  auto resolved = Resolve(config);
  if (resolved) {
    if (auto status = CheckNeighbours(*resolved); !status)
      resolved = std::unexpected(std::move(status).error());
  }
  if (!resolved && !replaying_) return std::unexpected(std::move(resolved).error());
  PortIntent intent;
  if (resolved) {
    intent = *std::move(resolved);
  } else {
    intent.plug.config = config;
    intent.refused = std::move(resolved).error();
  }
  auto number = ChooseNumber(config);
  if (!number && !replaying_) return std::unexpected(std::move(number).error());
  if (!number) intent.refused = std::move(number).error();
  intent.number = number.value_or(0);
  PortEntry& entry = ports_[config.name];
  entry.name = config.name;
  Remember(&entry);
  entry.wanted = std::move(intent);
  if (number) HoldNumber(config.name, *number);
  Changed(&entry);
  return {};
}

std::string Engine::PortStateOf(const std::string& name) {
  tdi::fixed::PortState state;
  uint32_t attached = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto it = ports_.find(name);
    if (it == ports_.end()) return tdi::fixed::EncodePortState(state);
    const PortEntry& entry = it->second;
    if (entry.wanted) {
      state.number = entry.wanted->number;
      state.interface = entry.wanted->plug.config.interface;
      state.actual_mac = entry.wanted->plug.config.mac;
    }
    state.endpoint = entry.endpoint;
    if (entry.attached) attached = entry.attached->number;
    if (entry.error) {
      state.oper_status = "ERROR";
      state.message = entry.error->message();
    } else if (entry.converged != entry.generation) {
      state.message = entry.doing.empty() ? "waiting" : entry.doing;
    }
  }
  if (attached == 0) return tdi::fixed::EncodePortState(state);
  const auto status = options_.ports->ReadPort(attached);
  if (status) {
    if (state.oper_status != "ERROR") state.oper_status = status->oper_up ? "UP" : "DOWN";
    state.actual_rate_bps = status->rate_bps;
    state.actual_burst_bytes = status->burst_bytes;
    state.poll_only = status->poll_only;
    state.counters = status->counters;
  } else if (state.message.empty()) {
    state.message = status.error().message();
  }
  return tdi::fixed::EncodePortState(state);
}

Status Engine::ApplyNumber(const tdi::Change& change) {
  const std::lock_guard lock(mutex_);
  if (!flushing_ && !replaying_)
    return PermissionDenied(
        "table 'port_number' is written by the daemon; give a port's number with number=N");
  if (!replaying_ || change.after == nullptr) return {};
  IPDK_ASSIGN(const auto number, tdi::fixed::DecodePortNumber(*change.after));
  numbers_[number.name] = number;
  recorded_numbers_[number.name] = number;
  return {};
}

}  // namespace ipdk::devices
