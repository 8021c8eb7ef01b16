// The reconciler on a fake data path, a fake kind of host and a fake clock: no threads, nothing
// real.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devices/reconcile/fakes.h"
#include "devices/reconcile/reconciler.h"
#include "tdi/journal.h"

namespace ipdk::devices {
namespace {

using namespace std::chrono_literals;
using tdi::Operation;
using tdi::OpKind;
using tdi::fixed::EncodeHost;
using tdi::fixed::EncodePort;
using tdi::fixed::kHostTable;
using tdi::fixed::kPortTable;
using testing::ElementsAre;
using testing::HasSubstr;

Operation Host(OpKind kind, std::string name, std::string address = "") {
  return {.table = kHostTable,
          .kind = kind,
          .row = EncodeHost({.name = name, .kind = "fake", .address = address})};
}

Operation Port(OpKind kind, std::string name, std::string host, uint32_t number = 0,
               uint64_t rate = 0) {
  tdi::fixed::PortConfig config{
      .name = name, .host = host, .device_type = "nic", .rate_bps = rate, .number = number};
  return {.table = kPortTable, .kind = kind, .row = EncodePort(config)};
}

// Rows by table, as a journal keeps them.
class FakeJournal final : public tdi::Journal {
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

class ReconcileTest : public testing::Test {
 protected:
  void SetUp() override { Begin(); }
  void TearDown() override { End(); }

  void Begin() {
    device = tdi::Device::Create(&journal);
    ReconcilerOptions options;
    options.device = device.get();
    options.ports = &data_path;
    options.kinds = {&kind};
    options.local = &local;
    options.threads = 0;
    options.now = [this] { return clock; };
    options.idle = [this](std::chrono::steady_clock::time_point next) {
      clock = next;
      return true;
    };
    options.log = [this](const std::string& line) { log.push_back(line); };
    reconciler = Reconciler::Create(std::move(options));
    const Status status = reconciler->Start();
    ASSERT_TRUE(status) << status.error().message();
  }
  void End() {
    reconciler.reset();
    device.reset();
  }
  void Settle() {
    device->Run([] {});
    while (reconciler->RunPending()) {
    }
  }
  Status Do(std::vector<Operation> operations) {
    return reconciler->CommitAndConverge(operations, 10s);
  }
  tdi::fixed::PortState State(const std::string& port) {
    return tdi::fixed::DecodePortState(
               device->GetState(kPortTable, tdi::fixed::PortKey(port), 0).value())
        .value();
  }
  tdi::fixed::HostState HostState(const std::string& host) {
    return tdi::fixed::DecodeHostState(
               device->GetState(kHostTable, tdi::fixed::HostKey(host), 0).value())
        .value();
  }
  std::string Message(const Status& status) { return status ? "OK" : status.error().message(); }

  FakeJournal journal;
  FakePortHost data_path;
  FakeKind kind, local;
  std::chrono::steady_clock::time_point clock = std::chrono::steady_clock::now();
  std::vector<std::string> log;
  std::unique_ptr<tdi::Device> device;
  std::unique_ptr<Reconciler> reconciler;
};

TEST_F(ReconcileTest, TwoLinesMakeAPort) {
  ASSERT_EQ(Message(Do({Host(OpKind::kPut, "host1")})), "OK");
  ASSERT_EQ(Message(Do({Port(OpKind::kPut, "netdev1", "host1", 0, 10'000'000'000)})), "OK");
  EXPECT_THAT(kind.done, ElementsAre("boot host1", "plug host1/netdev1", "power host1/netdev1"));
  ASSERT_EQ(data_path.ports.size(), 1u);
  EXPECT_EQ(data_path.ports[1].name, "netdev1");
  EXPECT_EQ(data_path.ports[1].kind, "netdev");
  EXPECT_EQ(data_path.ports[1].rate_bps, 10'000'000'000u);
  const auto state = State("netdev1");
  EXPECT_EQ(state.number, 1u);
  EXPECT_EQ(state.oper_status, "UP");
  EXPECT_EQ(state.endpoint, "near-netdev1");
  EXPECT_EQ(state.counters.in_pkts, 1u);
  EXPECT_EQ(HostState("host1").status, "UP");
  // Again, and again much later: nothing is done twice.
  ASSERT_EQ(Message(Do({Port(OpKind::kPut, "netdev1", "host1", 0, 10'000'000'000)})), "OK");
  clock += 1h;
  Settle();
  EXPECT_EQ(kind.done.size(), 3u);
  EXPECT_EQ(data_path.attaches, 1);
}

TEST_F(ReconcileTest, DeleteIsAsGoodAsCreate) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "host1"), Port(OpKind::kInsert, "p", "host1")}));
  const Status refused = Do({Host(OpKind::kDelete, "host1")});
  EXPECT_EQ(refused.error().code(), Code::kFailedPrecondition);
  EXPECT_EQ(refused.error().message(), "host 'host1' still has ports: 'p'; delete them first");
  ASSERT_EQ(Message(Do({Port(OpKind::kDelete, "p", "host1"), Host(OpKind::kDelete, "host1")})),
            "OK");
  EXPECT_TRUE(data_path.ports.empty());
  EXPECT_TRUE(kind.plugs.empty());
  EXPECT_TRUE(kind.hosts.empty());
  EXPECT_EQ(Do({Port(OpKind::kDelete, "p", "host1")}).error().code(), Code::kNotFound);
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "host1"), Port(OpKind::kInsert, "p", "host1"),
                  Port(OpKind::kInsert, "q", "host1")}));
  const auto cascade = reconciler->DeleteHostWithPorts("host1");
  ASSERT_TRUE(cascade);
  EXPECT_EQ(cascade->size(), 3u);
  ASSERT_EQ(Message(Do(*cascade)), "OK");
  EXPECT_TRUE(kind.hosts.empty());
  EXPECT_EQ(reconciler->DeleteHostWithPorts("host9").error().message(),
            "there is no host 'host9'; hosts: none");
}

TEST_F(ReconcileTest, WhatIsAskedWronglyIsRefusedAtOnce) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "host1")}));
  Operation port = Port(OpKind::kInsert, "p", "host1");
  tdi::fixed::PortConfig config{.name = "p", .host = "host1", .device_type = "virtio-net"};
  port.row = EncodePort(config);
  EXPECT_EQ(Message(Do({port})),
            "port 'p': host 'host1' (fake) does not offer 'virtio-net'; it offers 'nic'");
  EXPECT_EQ(Message(Do({Port(OpKind::kInsert, "p", "host2")})),
            "port 'p': there is no host 'host2'; hosts: 'host1'");
  EXPECT_THAT(Message(Do({Host(OpKind::kInsert, "a b")})), HasSubstr("has a space"));
  EXPECT_THAT(Message(Do({Host(OpKind::kInsert, "x", "nowhere")})), HasSubstr("no nowhere"));
  ASSERT_TRUE(Do({Port(OpKind::kInsert, "p", "host1", 7)}));
  EXPECT_EQ(Message(Do({Port(OpKind::kInsert, "q", "host1", 7)})),
            "port 'q': number 7 is port 'p' already");
  EXPECT_EQ(Do({Port(OpKind::kPut, "r", "host1", 0, 10)}).error().message(),
            "port 'r': rate 10 bit/s is not within 1000 to 10000000000000; 0 (`unlimited`) is no "
            "limit");
  tdi::fixed::PortConfig same{.name = "q", .host = "host1", .device_type = "nic", .interface = "p"};
  port.row = EncodePort(same);
  EXPECT_THAT(Message(Do({port})), HasSubstr("interface 'p' is port 'p' already"));
  EXPECT_EQ(Message(Do({Host(OpKind::kPut, "host1", "elsewhere")})),
            "host 'host1' still has ports: 'p'; delete them first");
  const Operation number{.table = tdi::fixed::kPortNumberTable,
                         .kind = OpKind::kPut,
                         .row = tdi::fixed::EncodePortNumber({.name = "p", .number = 3})};
  EXPECT_EQ(Do({number}).error().code(), Code::kPermissionDenied);
}

TEST_F(ReconcileTest, NumbersThatTheDataPathReservesAreNotChosen) {
  data_path.reserved = {1, 2, 4};
  ASSERT_TRUE(Do({Host(OpKind::kPut, "host1"), Port(OpKind::kPut, "a", "host1"),
                  Port(OpKind::kPut, "b", "host1"), Port(OpKind::kPut, "c", "host1", 2)}));
  EXPECT_EQ(State("a").number, 3u);
  EXPECT_EQ(State("b").number, 5u);
  EXPECT_EQ(State("c").number, 2u) << "a number that was asked for is the data path's to refuse";
}

TEST_F(ReconcileTest, AFailureUndoesTheStepsAndTheIntent) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "host1")}));
  kind.fail_step = "power";
  const Status status = Do({Port(OpKind::kInsert, "p", "host1")});
  EXPECT_EQ(status.error().code(), Code::kUnavailable);
  EXPECT_EQ(status.error().message(),
            "port 'p': step 'power host1/p': it is stuck; nothing was changed");
  EXPECT_TRUE(kind.plugs.empty());
  EXPECT_TRUE(data_path.ports.empty());
  EXPECT_FALSE(device->Get(kPortTable, tdi::fixed::PortKey("p"), 0));
  EXPECT_THAT(kind.done, ElementsAre("boot host1", "plug host1/p", "undo plug host1/p"));
  // The data path says no: the host is unplugged again.
  kind.fail_step.clear();
  data_path.fail_attach = true;
  EXPECT_EQ(Message(Do({Port(OpKind::kInsert, "p", "host1")})),
            "port 'p': step 'attach it to the data path as port 1': this data path takes no ports "
            "today; nothing was changed");
  EXPECT_TRUE(kind.plugs.empty());
  data_path.fail_attach = false;
  ASSERT_TRUE(Do({Port(OpKind::kInsert, "p", "host1")}));
  EXPECT_EQ(State("p").number, 1u);
}

TEST_F(ReconcileTest, AFailedTransactionIsUndoneWhole) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "old"), Port(OpKind::kInsert, "p", "old", 0, 1000)}));
  kind.fail_step = "plug new/q";
  const Status status = Do({Host(OpKind::kInsert, "new"), Port(OpKind::kPut, "p", "old", 0, 2000),
                            Port(OpKind::kInsert, "q", "new")});
  EXPECT_EQ(Message(status), "port 'q': step 'plug new/q': it is stuck; nothing was changed");
  EXPECT_EQ(data_path.ports[1].rate_bps, 1000u);
  EXPECT_FALSE(kind.hosts.contains("new"));
  EXPECT_FALSE(device->Get(kHostTable, tdi::fixed::HostKey("new"), 0));
}

TEST_F(ReconcileTest, ChangesAreMadeInPlaceWherePossible) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "host1"), Port(OpKind::kInsert, "p", "host1", 0, 1000)}));
  ASSERT_TRUE(Do({Port(OpKind::kPut, "p", "host1", 0, 2000)}));
  EXPECT_EQ(data_path.ports[1].rate_bps, 2000u);
  EXPECT_EQ(data_path.attaches, 1);
  data_path.fail_modify = true;
  EXPECT_EQ(Message(Do({Port(OpKind::kPut, "p", "host1", 0, 3000)})),
            "port 'p': step 'change rate, MTU or state in the data path': rate 3000 is not "
            "possible; nothing was changed");
  EXPECT_EQ(State("p").oper_status, "UP");
  data_path.fail_modify = false;
  // Another number is another port of the data path.
  ASSERT_EQ(Message(Do({Port(OpKind::kPut, "p", "host1", 9, 2000)})), "OK");
  EXPECT_EQ(data_path.attaches, 2);
  EXPECT_TRUE(data_path.ports.contains(9));
  EXPECT_FALSE(data_path.ports.contains(1));
}

TEST_F(ReconcileTest, NamesKeepTheirNumbers) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "h"), Port(OpKind::kInsert, "a", "h"),
                  Port(OpKind::kInsert, "b", "h"), Port(OpKind::kInsert, "c", "h")}));
  EXPECT_EQ(State("b").number, 2u);
  ASSERT_TRUE(Do({Port(OpKind::kDelete, "b", "h")}));
  ASSERT_TRUE(Do({Port(OpKind::kInsert, "d", "h")}));
  EXPECT_EQ(State("d").number, 4u) << "b's number is held for b";
  ASSERT_TRUE(Do({Port(OpKind::kInsert, "b", "h")}));
  EXPECT_EQ(State("b").number, 2u);
  // An explicit number takes it from a deleted name.
  ASSERT_TRUE(Do({Port(OpKind::kDelete, "b", "h")}));
  ASSERT_TRUE(Do({Port(OpKind::kInsert, "e", "h", 2)}));
  ASSERT_TRUE(Do({Port(OpKind::kInsert, "b", "h")}));
  EXPECT_EQ(State("b").number, 5u);
  ASSERT_TRUE(Do({Port(OpKind::kDelete, "c", "h")}));
  End();
  data_path.ports.clear();
  Begin();
  Settle();
  EXPECT_EQ(State("b").number, 5u);
  EXPECT_EQ(State("e").number, 2u);
  ASSERT_TRUE(Do({Port(OpKind::kInsert, "c", "h")}));
  EXPECT_EQ(State("c").number, 3u);
}

TEST_F(ReconcileTest, NumbersOfDeletedNamesAreNotHeldForEver) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "h")}));
  uint32_t largest = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string name = "p" + std::to_string(i);
    ASSERT_TRUE(Do({Port(OpKind::kInsert, name, "h")}));
    largest = std::max(largest, State(name).number);
    ASSERT_TRUE(Do({Port(OpKind::kDelete, name, "h")}));
  }
  EXPECT_LE(largest, 66u);
}

TEST_F(ReconcileTest, ARestartFindsWhatIsThere) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "h"), Port(OpKind::kInsert, "a", "h"),
                  Port(OpKind::kInsert, "b", "h")}));
  End();
  data_path.ports.clear();  // the process is gone, and its data path with it
  kind.done.clear();
  kind.plugs.insert("h/left-over");
  Begin();
  Settle();
  EXPECT_EQ(data_path.ports.size(), 2u);
  EXPECT_TRUE(kind.done.empty()) << "plugged devices are taken as they are";
  EXPECT_FALSE(kind.plugs.contains("h/left-over"));
  EXPECT_THAT(log, ElementsAre(HasSubstr("left over: 'h/left-over'")));
  // Deleting right after a restart removes what the former process made.
  End();
  data_path.ports.clear();
  Begin();
  ASSERT_TRUE(Do({Port(OpKind::kDelete, "a", "h")}));
  EXPECT_FALSE(kind.plugs.contains("h/a"));
}

TEST_F(ReconcileTest, WhatIsTakenAwayIsMadeAgain) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "h"), Port(OpKind::kInsert, "a", "h")}));
  kind.plugs.clear();
  kind.hosts.clear();
  Settle();
  EXPECT_TRUE(kind.plugs.empty()) << "not before its time";
  clock += 61s;
  Settle();
  EXPECT_TRUE(kind.hosts.contains("h"));
  EXPECT_TRUE(kind.plugs.contains("h/a"));
  EXPECT_EQ(data_path.attaches, 2);
  kind.plugs.clear();
  reconciler->AuditNow();
  Settle();
  EXPECT_TRUE(kind.plugs.contains("h/a"));
}

TEST_F(ReconcileTest, FailuresAreTriedAgainWithGrowingPauses) {
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "h")}));
  kind.fail_step = "plug";
  // A commit without waiting leaves the intent.
  ASSERT_TRUE(device->CommitOne(Port(OpKind::kInsert, "a", "h")));
  Settle();
  EXPECT_EQ(State("a").oper_status, "ERROR");
  EXPECT_EQ(State("a").message, "step 'plug h/a': it is stuck");
  EXPECT_FALSE(reconciler->WaitConverged(kPortTable, tdi::fixed::PortKey("a"), 1s));
  clock += 400ms;
  EXPECT_FALSE(reconciler->RunPending());
  clock += 100ms;
  EXPECT_TRUE(reconciler->RunPending());
  clock += 900ms;
  EXPECT_FALSE(reconciler->RunPending());
  kind.fail_step.clear();
  clock += 100ms;
  EXPECT_TRUE(reconciler->RunPending());
  EXPECT_EQ(State("a").oper_status, "UP");
  EXPECT_EQ(log.size(), 1u) << "said once";
}

TEST_F(ReconcileTest, AHostThatFailsTellsItsPorts) {
  kind.fail_step = "boot";
  const Status status = Do({Host(OpKind::kInsert, "h"), Port(OpKind::kInsert, "a", "h")});
  EXPECT_EQ(Message(status), "host 'h': step 'boot h': it is stuck; nothing was changed");
  ASSERT_TRUE(device->CommitOne(Host(OpKind::kInsert, "h")));
  ASSERT_TRUE(device->CommitOne(Port(OpKind::kInsert, "a", "h")));
  Settle();
  EXPECT_EQ(State("a").message, "host 'h': step 'boot h': it is stuck");
  kind.fail_step.clear();
  clock += 1s;
  Settle();
  EXPECT_EQ(State("a").oper_status, "UP");
}

TEST_F(ReconcileTest, AdoptedHostsStay) {
  kind.hosts.insert("h");
  kind.adopted.insert("h");
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "h")}));
  EXPECT_TRUE(HostState("h").adopted);
  ASSERT_TRUE(Do({Host(OpKind::kDelete, "h")}));
  EXPECT_TRUE(kind.hosts.contains("h"));
}

TEST_F(ReconcileTest, EventsTellOfProgress) {
  std::vector<std::string> seen;
  auto subscription = device->Subscribe({.tables = {kPortTable}}, [&](const tdi::Event& event) {
    if (event.kind == tdi::EventKind::kState)
      seen.push_back(tdi::fixed::PortName(event.row.key).value() + " " + event.text);
  });
  ASSERT_TRUE(Do({Host(OpKind::kInsert, "h"), Port(OpKind::kInsert, "a", "h")}));
  ASSERT_TRUE(Do({Port(OpKind::kDelete, "a", "h")}));
  device->Run([] {});
  EXPECT_THAT(seen, ElementsAre("a converged", "a removed"));
}

// The same with real threads and several users at once.
TEST_F(ReconcileTest, ThreadsAndUsers) {
  End();
  device = tdi::Device::Create(&journal);
  ReconcilerOptions options;
  options.device = device.get();
  options.ports = &data_path;
  options.kinds = {&kind};
  options.local = &local;
  options.audit_interval = 5ms;
  reconciler = Reconciler::Create(std::move(options));
  ASSERT_TRUE(reconciler->Start());
  std::vector<std::thread> users;
  for (int user = 0; user < 3; ++user) {
    users.emplace_back([&, user] {
      const std::string host = "h" + std::to_string(user);
      EXPECT_TRUE(Do({Host(OpKind::kInsert, host)}));
      for (int i = 0; i < 20; ++i) {
        const std::string port = fmt::format("p{}-{}", user, i % 4);
        EXPECT_EQ(Message(Do({Port(OpKind::kPut, port, host)})), "OK");
        EXPECT_NE(State(port).number, 0u);
        if (i % 3 == 0) {
          EXPECT_EQ(Message(Do({Port(OpKind::kDelete, port, host)})), "OK");
        }
      }
      EXPECT_EQ(Message(Do(*reconciler->DeleteHostWithPorts(host))), "OK");
    });
  }
  for (std::thread& user : users) user.join();
  EXPECT_TRUE(kind.hosts.empty());
  EXPECT_TRUE(kind.plugs.empty());
  EXPECT_TRUE(data_path.ports.empty());
}

}  // namespace
}  // namespace ipdk::devices
