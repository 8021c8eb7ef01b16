// Services' side: commit, wait, and put back what cannot be made true.

#include <algorithm>

#include "devices/reconcile/engine.h"

namespace ipdk::devices {

// A row as it was before the operations, and as they left it.
struct Engine::Former {
  uint32_t table = 0;
  bool is_default = false;
  tdi::Row key;  // key and order
  std::optional<tdi::Row> before, after;
};

namespace {

bool IsDevice(uint32_t table) {
  return table == tdi::fixed::kHostTable || table == tdi::fixed::kPortTable;
}

}  // namespace

Status Engine::WaitConverged(uint32_t table, std::string_view key,
                             std::chrono::milliseconds timeout) {
  if (!IsDevice(table)) return {};
  const bool is_port = table == tdi::fixed::kPortTable;
  IPDK_ASSIGN(const std::string name,
              is_port ? tdi::fixed::PortName(key) : tdi::fixed::HostName(key));
  uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    if (is_port) {
      if (const auto it = ports_.find(name); it != ports_.end()) generation = it->second.generation;
    } else {
      if (const auto it = hosts_.find(name); it != hosts_.end()) generation = it->second.generation;
    }
  }
  return Wait(is_port, name, generation, options_.now() + timeout);
}

Status Engine::CommitAndConverge(std::span<const tdi::Operation> operations,
                                 std::chrono::milliseconds timeout) {
  const Time deadline = options_.now() + timeout;
  std::vector<Former> formers;
  tdi::CommitResult result;
  // In one closure, so that nobody writes between looking and committing.
  options_.device->Run([&] {
    auto read = [&](const tdi::Operation& operation) -> std::optional<tdi::Row> {
      auto row = operation.is_default ? options_.device->GetDefault(operation.table)
                                      : options_.device->Get(operation.table, operation.row.key,
                                                             operation.row.order);
      return row ? std::optional(*std::move(row)) : std::nullopt;
    };
    for (const tdi::Operation& operation : operations) {
      Former former{.table = operation.table,
                    .is_default = operation.is_default,
                    .key = operation.row,
                    .before = read(operation),
                    .after = {}};
      const bool seen = std::any_of(formers.begin(), formers.end(), [&](const Former& other) {
        return other.table == former.table && other.is_default == former.is_default &&
               other.key.key == former.key.key && other.key.order == former.key.order;
      });
      if (!seen) formers.push_back(std::move(former));
    }
    result = options_.device->Commit(operations, tdi::Atomicity::kRollbackOnError);
    if (!result.status) return;
    for (Former& former : formers)
      former.after = read({.table = former.table,
                           .kind = tdi::OpKind::kPut,
                           .is_default = former.is_default,
                           .row = former.key});
  });
  IPDK_RETURN_IF_ERROR(std::move(result.status));
  Status status;
  for (const Former& former : formers) {
    if (!IsDevice(former.table)) continue;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - options_.now());
    status =
        WaitConverged(former.table, former.key.key, std::max(left, std::chrono::milliseconds(0)));
    if (!status) break;
  }
  if (status) return {};
  const Status restored = Restore(formers);
  const Error& error = status.error();
  if (!restored)
    return Fail(error.code(), "{}; putting back what was there before failed, too: {}",
                error.message(), restored.error().message());
  return Fail(error.code(), "{}; nothing was changed", error.message());
}

Status Engine::Restore(const std::vector<Former>& formers) {
  std::vector<tdi::Operation> operations;
  Status status;
  options_.device->Run([&] {
    // Backwards: what was made last goes first.
    for (size_t i = formers.size(); i > 0; --i) {
      const Former& former = formers[i - 1];
      const auto now = former.is_default
                           ? options_.device->GetDefault(former.table)
                           : options_.device->Get(former.table, former.key.key, former.key.order);
      // Somebody else has written it since: theirs stands.
      if (now.has_value() != former.after.has_value() || (now && *now != *former.after)) continue;
      if (!former.before && !now) continue;
      tdi::Operation operation{
          .table = former.table, .is_default = former.is_default, .row = former.key};
      operation.kind = former.before
                           ? (former.is_default ? tdi::OpKind::kModify : tdi::OpKind::kPut)
                           : tdi::OpKind::kDelete;
      if (former.before) operation.row = *former.before;
      operations.push_back(std::move(operation));
    }
    status = options_.device->Commit(operations, tdi::Atomicity::kRollbackOnError).status;
  });
  IPDK_RETURN_IF_ERROR(std::move(status));
  for (const tdi::Operation& operation : operations)
    if (IsDevice(operation.table))
      IPDK_RETURN_IF_ERROR(
          WaitConverged(operation.table, operation.row.key, options_.step_timeout));
  return {};
}

Result<std::vector<tdi::Operation>> Engine::DeleteHostWithPorts(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto host = hosts_.find(std::string(name));
  if (host == hosts_.end() || !host->second.wanted) {
    std::vector<std::string> names;
    for (const auto& [other, entry] : hosts_)
      if (entry.wanted) names.push_back(other);
    return NotFound("there is no host '{}'; hosts: {}", name, Quoted(names));
  }
  std::vector<tdi::Operation> operations;
  for (const auto& [port_name, port] : ports_)
    if (port.wanted && port.wanted->plug.config.host == name)
      operations.push_back({.table = tdi::fixed::kPortTable,
                            .kind = tdi::OpKind::kDelete,
                            .row = {.key = tdi::fixed::PortKey(port_name)}});
  operations.push_back({.table = tdi::fixed::kHostTable,
                        .kind = tdi::OpKind::kDelete,
                        .row = {.key = tdi::fixed::HostKey(name)}});
  return operations;
}

}  // namespace ipdk::devices
