// A compiled program between two namespaces, over DPDK's buffers: real tools on real interfaces.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "targets/cpu/run/eal.h"
#include "targets/cpu/run/hosts_for_test.h"
#include "targets/cpu/target/cpu_target.h"
#include "targets/cpu/target/programs_for_test.h"
#include "tdi/fixed/replication.h"
#include "tdi/row.h"

namespace ipdk::cpu {
namespace {

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

TEST(TwoHosts, PingTcpAndSwap) {
  NEEDS_ROOT();
  Hosts hosts;
  ASSERT_TRUE(hosts.ok());
  hosts.In('a', "ip link set eth0 address 02:00:00:00:00:01");
  hosts.In('b', "ip link set eth0 address 02:00:00:00:00:02");
  auto eal =
      Eal::Start({.memory_mb = 256, .small_buffers = 8191, .large_buffers = 511, .arguments = {}});
  ASSERT_TRUE(eal.has_value()) << eal.error().ToString();
  auto device = tdi::Device::Create(nullptr);
  CpuTargetOptions options;
  options.eal = *eal;
  auto made = CpuTarget::Create(*device, std::move(options));
  ASSERT_TRUE(made.has_value()) << made.error().ToString();
  CpuTarget& target = **made;
  uint32_t number = 1;
  for (const std::string& near : {hosts.near_a(), hosts.near_b()}) {
    tdi::PortSpec spec;
    spec.name = near;
    spec.number = number++;
    spec.kind = "netdev";
    spec.options["ifname"] = near;
    Status attached = target.AttachPort(spec);
    ASSERT_TRUE(attached.has_value()) << attached.error().ToString();
  }
  auto load = [&](int mark, tdi::LoadMode mode) {
    return target.Load({.mode = mode,
                        .package = Package(SwitchText("v" + std::to_string(mark) + ".p4")),
                        .cpu_port = 510});
  };
  ASSERT_TRUE(load(0, tdi::LoadMode::kVerifyAndCommit).has_value());
  auto table = *device->FindTable("in.dmac");
  std::vector<tdi::Operation> operations;
  for (uint32_t port : {1u, 2u}) {
    tdi::Operation route;
    route.table = table->id;
    route.row.key = ToBytes(FromU64(0x020000000000 + port), 6);
    route.row.action = table->FindAction("in.forward")->id;
    route.row.data = ToBytes(port, 2);
    operations.push_back(route);
  }
  using namespace tdi::fixed;
  operations.push_back({.table = kMulticastGroupTable,
                        .kind = tdi::OpKind::kInsert,
                        .row = EncodeMulticastGroup({.group = 1})});
  for (uint32_t port : {1u, 2u})
    operations.push_back({.table = kMulticastReplicaTable,
                          .kind = tdi::OpKind::kInsert,
                          .row = EncodeReplica({.group = 1, .instance = port, .port = port})});
  auto committed = device->Commit(operations, tdi::Atomicity::kRollbackOnError);
  ASSERT_TRUE(committed.status.has_value()) << committed.status.error().ToString();

  std::string ping = hosts.In('a', "ping -c 20 -i 0.01 -W 2 10.77.0.2");
  EXPECT_NE(ping.find(" 20 received"), std::string::npos) << ping;

  // Programs come and go under a ping; not one echo is lost.
  std::string during;
  std::thread pinger([&] { during = hosts.In('a', "ping -c 300 -i 0.01 -W 5 10.77.0.2"); });
  for (int i = 1; i <= 8; ++i) {
    EXPECT_TRUE(load(i, tdi::LoadMode::kReconcileAndCommit).has_value());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  pinger.join();
  EXPECT_NE(during.find(" 300 received"), std::string::npos) << during;

  // Idle: the workers sleep.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  double before = CpuSeconds();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_LT(CpuSeconds() - before, 0.01);

  if (Shell("which iperf3") != 0)
    GTEST_SKIP() << "SKIPPED: iperf3 is not installed, TCP was not tried";
  EXPECT_GT(hosts.TcpRate("", 2), 100e6);
  EXPECT_GT(hosts.TcpRate("-R", 2), 100e6);
  auto status = target.ReadPort(1);
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->counters.out_errors, 0u);
  for (const auto& drop : target.Drops()) {
    if (drop.packets != 0) std::printf("%lu %s\n", drop.packets, drop.reason.c_str());
  }
}

}  // namespace
}  // namespace ipdk::cpu
