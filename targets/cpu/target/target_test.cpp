#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

#include "targets/cpu/ports/memory.h"
#include "targets/cpu/target/cpu_target.h"
#include "targets/cpu/target/programs_for_test.h"
#include "tdi/fixed/replication.h"
#include "tdi/row.h"

namespace ipdk::cpu {
namespace {

bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 5000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return condition();
}

std::string Frame(uint64_t dst, uint16_t type = 0x0800, const std::string& payload = "payload") {
  return ToBytes(FromU64(dst), 6) + ToBytes(FromU64(0x020000000099), 6) +
         ToBytes(FromU64(type), 2) + payload;
}

class Target : public testing::Test {
 protected:
  void SetUp() override { Start(1); }
  void TearDown() override { target_.reset(); }

  void Start(uint32_t workers) {
    target_.reset();
    ports_.clear();
    CpuTargetOptions options;
    options.workers = workers;
    options.host_cpu = false;
    // A memory port that the test can reach.
    options.more_kinds.push_back(
        {"probe", [this](const tdi::PortSpec& spec) -> Result<std::unique_ptr<Port>> {
           auto port = MemoryPort::Open(spec);
           if (!port) return std::unexpected(std::move(port).error());
           (*port)->Keep(true);
           ports_[spec.number] = port->get();
           return std::unique_ptr<Port>(*std::move(port));
         }});
    auto made = CpuTarget::Create(*device_, std::move(options));
    ASSERT_TRUE(made.has_value()) << made.error().ToString();
    target_ = *std::move(made);
  }

  Status Attach(uint32_t number) {
    tdi::PortSpec spec;
    spec.name = "p" + std::to_string(number);
    spec.number = number;
    spec.kind = "probe";
    return target_->AttachPort(spec);
  }
  Status Load(const std::string& text, tdi::LoadMode mode = tdi::LoadMode::kVerifyAndCommit) {
    return target_->Load({.mode = mode, .package = Package(text), .cpu_port = 510});
  }
  Status AddRoute(uint64_t dst, uint32_t port, tdi::OpKind kind = tdi::OpKind::kInsert) {
    auto table = *device_->FindTable("in.dmac");
    tdi::Operation operation;
    operation.table = table->id;
    operation.kind = kind;
    tdi::KeyBuilder builder(*table);
    IPDK_RETURN_IF_ERROR(builder.Exact(table->keys[0], FromU64(dst)));
    IPDK_ASSIGN(operation.row.key, builder.Finish());
    const tdi::ActionSpec* action = table->FindAction("in.forward");
    operation.row.action = action->id;
    std::vector<tdi::DataValue> values(action->params.size());
    values[0].value = port;
    IPDK_ASSIGN(operation.row.data, tdi::EncodeData(action->params, values));
    return device_->CommitOne(std::move(operation));
  }
  uint64_t Hits(uint64_t dst) {
    auto table = *device_->FindTable("in.dmac");
    tdi::KeyBuilder builder(*table);
    EXPECT_TRUE(builder.Exact(table->keys[0], FromU64(dst)).has_value());
    auto state = device_->GetState(table->id, *builder.Finish(), 0);
    if (!state) return UINT64_MAX;
    return ToU64((*tdi::DecodeData(table->state, *state))[0].value);
  }
  std::vector<std::string> Sent(uint32_t port, size_t count) {
    std::vector<std::string> all;
    Eventually([&] {
      for (auto& frame : ports_[port]->TakeSent()) all.push_back(std::move(frame));
      return all.size() >= count;
    });
    return all;
  }
  uint64_t Dropped(std::string_view part) {
    for (auto& drop : target_->Drops())
      if (drop.reason.find(part) != std::string::npos) return drop.packets;
    return UINT64_MAX;
  }

  std::unique_ptr<tdi::Device> device_ = tdi::Device::Create(nullptr);
  std::unique_ptr<CpuTarget> target_;
  std::map<uint32_t, MemoryPort*> ports_;
};

TEST_F(Target, CarriesPacketsByItsTables) {
  ASSERT_TRUE(Attach(1).has_value());
  ASSERT_TRUE(Attach(2).has_value());
  Status loaded = Load(SwitchText());
  ASSERT_TRUE(loaded.has_value()) << loaded.error().ToString();
  ASSERT_NE(target_->program(), nullptr);
  EXPECT_EQ(target_->program()->name, "switch.p4");
  ASSERT_TRUE(AddRoute(0x020000000002, 2).has_value());
  EXPECT_EQ(AddRoute(0x020000000002, 2).error().code(), Code::kAlreadyExists);
  ports_[1]->Inject(Frame(0x020000000002));
  auto sent = Sent(2, 1);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0], Frame(0x020000000002));
  EXPECT_EQ(Hits(0x020000000002), 1u);
  // The default drops.
  ports_[1]->Inject(Frame(0x020000000003));
  EXPECT_TRUE(Eventually([&] { return Dropped("dropped by the program") == 1; }));
  // Counter arrays and registers are live tables.
  auto counter = *device_->FindTable("in.ports");
  auto row = device_->Get(counter->id, ToBytes(1, 4), 0);
  ASSERT_TRUE(row.has_value()) << row.error().ToString();
  EXPECT_EQ(ToU64((*tdi::DecodeData(counter->data, row->data))[0].value), 2u);
  auto reg = *device_->FindTable("in.last");
  row = device_->Get(reg->id, ToBytes(1, 4), 0);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ((*tdi::DecodeData(reg->data, row->data))[0].value, FromU64(0x020000000099));
  EXPECT_FALSE(device_->Get(reg->id, ToBytes(4, 4), 0).has_value());
  // A changed entry is seen by the next packet.
  ASSERT_TRUE(AddRoute(0x020000000002, 1, tdi::OpKind::kModify).has_value());
  ports_[2]->Inject(Frame(0x020000000002));
  EXPECT_EQ(Sent(1, 1).size(), 1u);
}

// The switch with an action profile on its table, and a meter array.
std::string ProfileText(const std::string& name) {
  std::string text = SwitchText(name);
  auto replace = [&](std::string_view what, std::string_view with) {
    const size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), with);
  };
  replace("table in.dmac size 1024",
          "profile in.next size 4\nmeter in.police packets size 3\n"
          "table in.dmac size 1024 profile in.next");
  return text;
}

TEST_F(Target, EntriesFollowTheirMembers) {
  ASSERT_TRUE(Attach(1).has_value());
  ASSERT_TRUE(Attach(2).has_value());
  ASSERT_TRUE(Attach(3).has_value());
  Status loaded = Load(ProfileText("a.p4"));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().ToString();
  auto members = *device_->FindTable("in.next");
  auto table = *device_->FindTable("in.dmac");
  auto meter = *device_->FindTable("in.police");
  auto member = [&](tdi::OpKind kind, uint32_t number, uint32_t port) {
    tdi::Operation operation{.table = members->id, .kind = kind, .row = {}};
    operation.row.key = ToBytes(FromU64(number), 4);
    if (kind != tdi::OpKind::kDelete) {
      operation.row.action = members->FindAction("in.forward")->id;
      operation.row.data = ToBytes(FromU64(port), 2);
    }
    return device_->CommitOne(operation);
  };
  auto entry = [&](tdi::OpKind kind, uint64_t dst, uint32_t number) {
    tdi::Operation operation{.table = table->id, .kind = kind, .row = {}};
    operation.row.key = ToBytes(FromU64(dst), 6);
    if (kind != tdi::OpKind::kDelete) operation.row.data = ToBytes(FromU64(number), 4);
    return device_->CommitOne(operation);
  };
  constexpr uint64_t kDst = 0x020000000002;
  EXPECT_EQ(entry(tdi::OpKind::kInsert, kDst, 7).error().code(), Code::kNotFound);
  ASSERT_TRUE(member(tdi::OpKind::kInsert, 7, 2));
  EXPECT_EQ(member(tdi::OpKind::kInsert, 0, 2).error().code(), Code::kInvalidArgument);
  ASSERT_TRUE(entry(tdi::OpKind::kInsert, kDst, 7));
  ports_[1]->Inject(Frame(kDst));
  EXPECT_EQ(Sent(2, 1).size(), 1u);
  // A member that changes changes its entries; one in use stays.
  ASSERT_TRUE(member(tdi::OpKind::kModify, 7, 3));
  ports_[1]->Inject(Frame(kDst));
  EXPECT_EQ(Sent(3, 1).size(), 1u);
  EXPECT_EQ(Hits(kDst), 2u) << "its counter goes on";
  EXPECT_EQ(member(tdi::OpKind::kDelete, 7, 0).error().code(), Code::kFailedPrecondition);
  ASSERT_TRUE(member(tdi::OpKind::kInsert, 8, 2));
  ASSERT_TRUE(entry(tdi::OpKind::kModify, kDst, 8));
  ASSERT_TRUE(member(tdi::OpKind::kDelete, 7, 0));
  // Members, entries and meters pass to a program that has them too.
  tdi::Operation police{.table = meter->id, .kind = tdi::OpKind::kPut, .row = {}};
  police.row.key = ToBytes(FromU64(2), 4);
  police.row.data = ToBytes(FromU64(9), 32);
  ASSERT_TRUE(device_->CommitOne(police));
  Status again = Load(ProfileText("b.p4"), tdi::LoadMode::kReconcileAndCommit);
  ASSERT_TRUE(again.has_value()) << again.error().ToString();
  ports_[1]->Inject(Frame(kDst));
  EXPECT_EQ(Sent(2, 1).size(), 1u);
  EXPECT_EQ(device_->Get(meter->id, police.row.key, 0)->data, police.row.data);
  EXPECT_EQ(member(tdi::OpKind::kDelete, 8, 0).error().code(), Code::kFailedPrecondition);
  // And refuse one that has not.
  EXPECT_NE(Load(SwitchText("c.p4"), tdi::LoadMode::kReconcileAndCommit)
                .error()
                .message()
                .find("would lose"),
            std::string::npos);
  police.row.key = ToBytes(FromU64(3), 4);
  EXPECT_EQ(device_->CommitOne(police).error().code(), Code::kOutOfRange);
  ASSERT_TRUE(entry(tdi::OpKind::kDelete, kDst, 0));
  ASSERT_TRUE(member(tdi::OpKind::kDelete, 8, 0));
}

TEST_F(Target, SaysWhatItCannotLoad) {
  tdi::LoadRequest request;
  request.package = "not a package";
  EXPECT_FALSE(target_->Load(request).has_value());
  request.mode = tdi::LoadMode::kCommit;
  EXPECT_EQ(target_->Load(request).error().code(), Code::kFailedPrecondition);
  EXPECT_EQ(target_->program(), nullptr);
  EXPECT_EQ(target_->SendFromController("x").error().code(), Code::kFailedPrecondition);
}

TEST_F(Target, VerifyChangesNothingSaveIsCommittedLater) {
  ASSERT_TRUE(Load(SwitchText("one.p4"), tdi::LoadMode::kVerify).has_value());
  EXPECT_EQ(target_->program(), nullptr);
  ASSERT_TRUE(Load(SwitchText("two.p4"), tdi::LoadMode::kVerifyAndSave).has_value());
  EXPECT_EQ(target_->program(), nullptr);
  ASSERT_NE(target_->saved_program(), nullptr);
  ASSERT_TRUE(
      target_->Load({.mode = tdi::LoadMode::kCommit, .package = {}, .cpu_port = 510}).has_value());
  ASSERT_NE(target_->program(), nullptr);
  EXPECT_EQ(target_->program()->name, "two.p4");
  EXPECT_EQ(target_->saved_program(), nullptr);
}

TEST_F(Target, ReconcileKeepsRowsCountsAndRegisters) {
  ASSERT_TRUE(Attach(1).has_value());
  ASSERT_TRUE(Attach(2).has_value());
  ASSERT_TRUE(Load(SwitchText()).has_value());
  ASSERT_TRUE(AddRoute(0x020000000002, 2).has_value());
  ASSERT_TRUE(AddRoute(0x020000000003, 2).has_value());
  for (int i = 0; i < 5; ++i) ports_[1]->Inject(Frame(0x020000000003));
  ASSERT_EQ(Sent(2, 5).size(), 5u);
  Status again = Load(SwitchText("changed.p4", "action in.forward(9 port)", 0x4321),
                      tdi::LoadMode::kReconcileAndCommit);
  ASSERT_TRUE(again.has_value()) << again.error().ToString();
  EXPECT_EQ(target_->program()->name, "changed.p4");
  EXPECT_EQ(Hits(0x020000000003), 5u);
  ports_[1]->Inject(Frame(0x020000000003));
  auto sent = Sent(2, 1);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0], Frame(0x020000000003, 0x4321));
  EXPECT_EQ(Hits(0x020000000003), 6u);
  auto reg = *device_->FindTable("in.last");
  auto row = device_->Get(reg->id, ToBytes(1, 4), 0);
  EXPECT_EQ((*tdi::DecodeData(reg->data, row->data))[0].value, FromU64(0x020000000099));

  // Another shape of the action: refused, named, and everything goes on as it was.
  std::string other = SwitchText("other.p4", "action in.forward(9 port, 9 more)");
  other.replace(other.find("in.forward (port)"), 17, "in.forward (port, sm.egress_port)");
  Status refused = Load(other, tdi::LoadMode::kReconcileAndCommit);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument) << refused.error().ToString();
  EXPECT_NE(refused.error().message().find("in.dmac"), std::string::npos)
      << refused.error().message();
  EXPECT_EQ(target_->program()->name, "changed.p4");
  ports_[1]->Inject(Frame(0x020000000003));
  EXPECT_EQ(Sent(2, 1).size(), 1u);

  // Without RECONCILE all is cleared.
  ASSERT_TRUE(Load(SwitchText("fresh.p4")).has_value());
  EXPECT_EQ(Hits(0x020000000003), UINT64_MAX);
  row = device_->Get((*device_->FindTable("in.last"))->id, ToBytes(1, 4), 0);
  EXPECT_EQ((*tdi::DecodeData(reg->data, row->data))[0].value, 0);
}

TEST_F(Target, SwapsUnderTrafficLoseNothing) {
  for (uint32_t workers : {1u, 2u}) {
    Start(workers);
    ASSERT_TRUE(Attach(1).has_value());
    ASSERT_TRUE(Attach(2).has_value());
    ASSERT_TRUE(Load(SwitchText()).has_value());
    ASSERT_TRUE(AddRoute(0x020000000002, 2).has_value());
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> injected{0};
    std::thread source([&] {
      while (!stop) {
        ports_[1]->Inject(Frame(0x020000000002));
        ++injected;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
    for (int i = 0; i < 6; ++i)
      EXPECT_TRUE(
          Load(SwitchText("v" + std::to_string(i) + ".p4", "action in.forward(9 port)", i + 1),
               tdi::LoadMode::kReconcileAndCommit)
              .has_value());
    stop = true;
    source.join();
    EXPECT_EQ(Sent(2, injected).size(), injected.load());
    EXPECT_EQ(Hits(0x020000000002), injected.load());
  }
}

TEST_F(Target, ControllerPacketsAndMulticast) {
  for (uint32_t port : {1u, 2u, 3u}) ASSERT_TRUE(Attach(port).has_value());
  std::mutex mutex;
  std::vector<std::string> received;
  target_->OnPacketToController([&](std::string_view bytes) {
    std::lock_guard lock(mutex);
    received.emplace_back(bytes);
  });
  ASSERT_TRUE(Load(SwitchText()).has_value());
  ports_[1]->Inject(Frame(0x020000000002, 0x1234));
  EXPECT_TRUE(Eventually([&] {
    std::lock_guard lock(mutex);
    return received.size() == 1 && received[0] == Frame(0x020000000002, 0x1234);
  }));
  ASSERT_TRUE(AddRoute(0x020000000002, 2).has_value());
  ASSERT_TRUE(target_->SendFromController(Frame(0x020000000002)).has_value());
  EXPECT_EQ(Sent(2, 1).size(), 1u);

  auto put = [&](uint32_t table, tdi::Row row, tdi::OpKind kind = tdi::OpKind::kInsert) {
    tdi::Operation operation;
    operation.table = table;
    operation.kind = kind;
    operation.row = std::move(row);
    return device_->CommitOne(std::move(operation));
  };
  using namespace tdi::fixed;
  EXPECT_EQ(put(kMulticastReplicaTable, EncodeReplica({.group = 1, .instance = 1, .port = 2}))
                .error()
                .code(),
            Code::kNotFound);
  ASSERT_TRUE(put(kMulticastGroupTable, EncodeMulticastGroup({.group = 1})).has_value());
  for (uint32_t port : {1u, 2u, 3u})
    ASSERT_TRUE(
        put(kMulticastReplicaTable, EncodeReplica({.group = 1, .instance = 7, .port = port}))
            .has_value());
  EXPECT_EQ(put(kMulticastGroupTable, EncodeMulticastGroup({.group = 1}), tdi::OpKind::kDelete)
                .error()
                .code(),
            Code::kFailedPrecondition);
  std::string broadcast = Frame(0xffffffffffff);
  ports_[1]->Inject(broadcast);
  EXPECT_EQ(Sent(2, 1), std::vector<std::string>{broadcast});
  EXPECT_EQ(Sent(3, 1), std::vector<std::string>{broadcast});
  EXPECT_TRUE(ports_[1]->TakeSent().empty());  // not back where it came from
  // Groups are the target's: another program finds them.
  ASSERT_TRUE(Load(SwitchText("next.p4")).has_value());
  ports_[2]->Inject(broadcast);
  EXPECT_EQ(Sent(3, 1).size(), 1u);
}

TEST_F(Target, AtomicBatches) {
  ASSERT_TRUE(Attach(1).has_value());
  ASSERT_TRUE(Load(SwitchText()).has_value());
  auto table = *device_->FindTable("in.dmac");
  std::vector<tdi::Operation> batch;
  for (uint64_t i = 0; i < 100; ++i) {
    tdi::Operation operation;
    operation.table = table->id;
    operation.row.key = ToBytes(FromU64(i), 6);
    operation.row.action = table->FindAction("in.forward")->id;
    operation.row.data = ToBytes(1, 2);
    batch.push_back(operation);
  }
  EXPECT_TRUE(device_->Commit(batch, tdi::Atomicity::kDataplaneAtomic).status.has_value());
  EXPECT_FALSE(device_->Commit(batch, tdi::Atomicity::kDataplaneAtomic).status.has_value());
  EXPECT_EQ(device_->Usage(table->id)->rows, 100u);
  // Workers go on afterwards.
  ports_[1]->Inject(Frame(0x020000000003));
  EXPECT_TRUE(Eventually([&] { return Dropped("dropped by the program") == 1; }));
}

TEST_F(Target, PortsAndTheirNumbers) {
  ASSERT_TRUE(Attach(1).has_value());
  auto same = Attach(1);
  EXPECT_EQ(same.error().code(), Code::kAlreadyExists);
  EXPECT_NE(same.error().message().find("'p1'"), std::string::npos);
  ASSERT_TRUE(Attach(600).has_value());  // no program yet
  Status loaded = Load(SwitchText());
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code(), Code::kOutOfRange);
  EXPECT_NE(loaded.error().message().find("600"), std::string::npos) << loaded.error().message();
  ASSERT_TRUE(target_->DetachPort(600).has_value());
  EXPECT_EQ(target_->DetachPort(600).error().code(), Code::kNotFound);
  ASSERT_TRUE(Load(SwitchText()).has_value());
  for (uint32_t reserved : {510u, 511u, 512u})
    EXPECT_EQ(Attach(reserved).error().code(), Code::kOutOfRange) << reserved;
  tdi::PortSpec spec;
  spec.name = "x";
  spec.number = 9;
  spec.kind = "token-ring";
  auto unknown = target_->AttachPort(spec);
  EXPECT_NE(unknown.error().message().find("netdev, tap, pcap, memory"), std::string::npos)
      << unknown.error().message();
  auto status = target_->ReadPort(1);
  ASSERT_TRUE(status.has_value());
  EXPECT_TRUE(status->oper_up);
  EXPECT_EQ(status->rate_bps, 0u);
  spec.name = "p1";
  spec.number = 1;
  spec.kind = "probe";
  spec.rate_bps = 1'000'000;
  spec.admin_up = false;
  ASSERT_TRUE(target_->ModifyPort(spec).has_value());
  status = target_->ReadPort(1);
  EXPECT_EQ(status->rate_bps, 1'000'000u);
  EXPECT_FALSE(status->oper_up);
}

TEST_F(Target, HundredsOfPortsWhilePacketsFlow) {
  ASSERT_TRUE(Attach(1).has_value());
  ASSERT_TRUE(Attach(2).has_value());
  ASSERT_TRUE(Load(SwitchText()).has_value());
  ASSERT_TRUE(AddRoute(0x020000000002, 2).has_value());
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> injected{0};
  std::thread source([&] {
    while (!stop) {
      ports_[1]->Inject(Frame(0x020000000002));
      ++injected;
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  });
  for (uint32_t port = 3; port < 500; ++port) ASSERT_TRUE(Attach(port).has_value());
  for (uint32_t port = 3; port < 500; ++port) ASSERT_TRUE(target_->DetachPort(port).has_value());
  stop = true;
  source.join();
  EXPECT_EQ(Sent(2, injected).size(), injected.load());
}

}  // namespace
}  // namespace ipdk::cpu
