#pragma once
// For tests: a reconciler with real namespaces and a data path in memory. Names carry the pid; what
// a test leaves is removed, also what dead test processes left.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>

#include "devices/host/tap_plan.h"
#include "devices/local/local.h"
#include "devices/netlink/link.h"
#include "devices/netlink/testing.h"
#include "devices/netns/netns.h"
#include "devices/reconcile/fakes.h"
#include "devices/reconcile/reconciler.h"
#include "tdi/journal.h"

namespace ipdk::devices {

// Rows by table, as a journal keeps them.
class MemoryJournal final : public tdi::Journal {
 public:
  Status Append(std::span<const tdi::JournalChange> changes) override {
    for (const auto& change : changes) {
      if (change.after)
        rows[change.schema->name][change.after->key] = *change.after;
      else
        rows[change.schema->name].erase(change.before->key);
    }
    return {};
  }
  Status Replay(const tdi::TableSchema& schema,
                const std::function<Status(const tdi::Row&, bool)>& give) override {
    for (const auto& [key, row] : rows[schema.name]) IPDK_RETURN_IF_ERROR(give(row, false));
    return {};
  }
  bool Knows(const tdi::TableSchema& schema) const override { return rows.contains(schema.name); }
  Status Drop(const tdi::TableSchema& schema) override { return rows.erase(schema.name), Status(); }
  Status SavePackage(std::string_view, std::string_view, uint64_t) override { return {}; }
  std::map<std::string, std::map<std::string, tdi::Row>> rows;
};

class NetnsFixture : public testing::Test {
 protected:
  void SetUp() override {
    IPDK_SKIP_WITHOUT_NAMESPACES();
    netlink::SweepDeadTests();
    Begin();
  }
  void TearDown() override {
    if (device == nullptr) return;
    for (const std::string& host : made_hosts)
      if (auto operations = reconciler->DeleteHostWithPorts(host))
        (void)reconciler->CommitAndConverge(*operations, std::chrono::seconds(30));
    End();
    std::error_code ignored;
    for (const auto& entry :
         std::filesystem::directory_iterator(netlink::kNamespaceFolder, ignored)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(netlink::TestName(""))) (void)netlink::DeleteNamespace(name);
    }
  }
  void Begin() {
    const std::string owner = netlink::TestName("owner");
    kind = CreateNetnsKind(owner);
    local = CreateLocalKind(&data_path, owner);
    device = tdi::Device::Create(&journal);
    ReconcilerOptions options;
    options.device = device.get();
    options.ports = &data_path;
    options.kinds = {kind.get()};
    options.local = local.get();
    options.log = [this](const std::string& line) {
      const std::lock_guard lock(log_mutex);
      log.push_back(line);
    };
    reconciler = Reconciler::Create(std::move(options));
    const Status status = reconciler->Start();
    ASSERT_TRUE(status) << status.error().message();
  }
  void End() {
    reconciler.reset();
    device.reset();
  }

  tdi::Operation Host(tdi::OpKind op, const std::string& name, const std::string& address = "") {
    if (op != tdi::OpKind::kDelete) made_hosts.insert(name);
    return {.table = tdi::fixed::kHostTable,
            .kind = op,
            .row = tdi::fixed::EncodeHost({.name = name, .kind = "netns", .address = address})};
  }
  static tdi::Operation Port(tdi::OpKind op, const tdi::fixed::PortConfig& config) {
    return {.table = tdi::fixed::kPortTable, .kind = op, .row = EncodePort(config)};
  }
  std::string Do(std::vector<tdi::Operation> operations) {
    const Status status = reconciler->CommitAndConverge(operations, std::chrono::seconds(30));
    return status ? "OK" : status.error().message();
  }
  tdi::fixed::PortState State(const std::string& port) {
    return tdi::fixed::DecodePortState(
               device->GetState(tdi::fixed::kPortTable, tdi::fixed::PortKey(port), 0).value())
        .value();
  }
  static Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(5); }
  Result<netlink::Link> LinkIn(const std::string& host, const std::string& name) {
    IPDK_ASSIGN(auto ns,
                netlink::OpenNamespace(fmt::format("{}/{}", netlink::kNamespaceFolder, host)));
    IPDK_ASSIGN(auto socket, SocketIn(ns.get()));
    return netlink::GetLink(socket, name, Soon());
  }
  Result<netlink::Link> LinkHere(const std::string& name) {
    IPDK_ASSIGN(auto socket, netlink::Socket::Open());
    return netlink::GetLink(socket, name, Soon());
  }
  static size_t CountHere() {
    auto socket = netlink::Socket::Open();
    size_t count = 0;
    for (const netlink::Link& link : netlink::ListLinks(*socket, Soon()).value())
      count += link.alias.starts_with(AliasPrefix(netlink::TestName("owner")));
    return count;
  }

  MemoryJournal journal;
  FakePortHost data_path;
  std::unique_ptr<HostKind> kind, local;
  std::unique_ptr<tdi::Device> device;
  std::unique_ptr<Reconciler> reconciler;
  std::set<std::string> made_hosts;
  std::mutex log_mutex;
  std::vector<std::string> log;
};

}  // namespace ipdk::devices
