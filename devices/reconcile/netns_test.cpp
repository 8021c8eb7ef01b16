// Real namespaces, veth pairs and TAPs; the data path is a fake.

#include <gmock/gmock.h>

#include "devices/netlink/tap.h"
#include "devices/reconcile/netns_fixture.h"

namespace ipdk::devices {
namespace {

using netlink::TestName;
using tdi::OpKind;
using testing::HasSubstr;

class NetnsTest : public NetnsFixture {};

TEST_F(NetnsTest, VethAndTap) {
  const std::string host = TestName("a");
  ASSERT_EQ(Do({Host(OpKind::kPut, host),
                Port(OpKind::kPut, {.name = "netdev1", .host = host, .device_type = "veth"}),
                Port(OpKind::kPut, {.name = "p2",
                                    .host = host,
                                    .device_type = "tap",
                                    .mtu = 1400,
                                    .mac = 0x020000000022,
                                    .interface = "tapx"})}),
            "OK");
  const auto link = LinkIn(host, "netdev1");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->kind, "veth");
  EXPECT_TRUE(link->up);
  EXPECT_TRUE(link->running);
  EXPECT_EQ(link->mtu, 1500u);
  const auto state = State("netdev1");
  EXPECT_EQ(state.actual_mac, link->mac);
  EXPECT_EQ(state.interface, "netdev1");
  EXPECT_EQ(data_path.ports[1].kind, "netdev");
  EXPECT_EQ(data_path.ports[1].options["ifname"], state.endpoint);
  const auto near = LinkHere(state.endpoint);
  ASSERT_TRUE(near);
  EXPECT_TRUE(near->up);
  EXPECT_FALSE(near->arp) << "the daemon's kernel must not answer on it";
  EXPECT_THAT(near->alias, HasSubstr(host + "/netdev1"));
  const auto tap = LinkIn(host, "tapx");
  ASSERT_TRUE(tap);
  EXPECT_EQ(tap->kind, "tun");
  EXPECT_EQ(tap->mac, 0x020000000022u);
  EXPECT_EQ(tap->mtu, 1400u);
  EXPECT_EQ(data_path.ports[2].kind, "tap");
  // In place: MTU, and the carrier that the host sees.
  ASSERT_EQ(Do({Port(OpKind::kPut, {.name = "netdev1",
                                    .host = host,
                                    .device_type = "veth",
                                    .mtu = 9000,
                                    .admin_up = false})}),
            "OK");
  EXPECT_EQ(LinkIn(host, "netdev1")->mtu, 9000u);
  EXPECT_EQ(LinkHere(state.endpoint)->mtu, 9000u);
  EXPECT_FALSE(LinkHere(state.endpoint)->arp);
  EXPECT_TRUE(LinkIn(host, "netdev1")->arp);
  EXPECT_FALSE(LinkIn(host, "netdev1")->running);
  EXPECT_EQ(LinkIn(host, "netdev1")->index, link->index);
  ASSERT_EQ(Do(*reconciler->DeleteHostWithPorts(host)), "OK");
  EXPECT_FALSE(LinkHere(state.endpoint));
  EXPECT_FALSE(LinkIn(host, "netdev1"));
  EXPECT_TRUE(data_path.ports.empty());
}

TEST_F(NetnsTest, RefusalsNameTheRemedy) {
  const std::string host = TestName("a");
  ASSERT_EQ(Do({Host(OpKind::kPut, host)}), "OK");
  EXPECT_EQ(Do({Port(OpKind::kPut, {.name = "p", .host = host, .device_type = "virtio-net"})}),
            fmt::format(
                "port 'p': host '{}' (netns) does not offer 'virtio-net'; it offers 'veth', 'tap'",
                host));
  EXPECT_EQ(Do({Port(OpKind::kPut,
                     {.name = "a-very-long-port-name", .host = host, .device_type = "veth"})}),
            "port 'a-very-long-port-name': interface name 'a-very-long-port-name' has 21 "
            "characters; 1 to 15 are allowed; give it one with interface=NAME");
  EXPECT_EQ(Do({Port(OpKind::kPut, {.name = "p", .host = host, .device_type = "veth", .mtu = 20})}),
            "port 'p': MTU 20 is not within 68 to 65535");
  EXPECT_EQ(Do({Host(OpKind::kPut, TestName("b"), "/nowhere/at/all")}),
            fmt::format("host '{}': there is no network namespace /nowhere/at/all; by path only an "
                        "existing one can be adopted, by name one is made; nothing was changed",
                        TestName("b")));
  EXPECT_THAT(Do({Port(OpKind::kPut, {.name = "lo", .host = host, .device_type = "veth"})}),
              HasSubstr("already has an interface 'lo'"));
  EXPECT_THAT(Do({Port(OpKind::kPut, {.name = "lo", .host = host, .device_type = "tap"})}),
              HasSubstr("interface 'lo' that is not ours"));
  EXPECT_THAT(
      Do({Port(OpKind::kPut, {.name = "p", .device_type = "netdev", .interface = "nosuchif"})}),
      HasSubstr("there is no interface 'nosuchif' on this machine"));
  EXPECT_TRUE(data_path.ports.empty());
  EXPECT_EQ(CountHere(), 0u);
}

TEST_F(NetnsTest, AFailingDataPathLeavesNothing) {
  const std::string host = TestName("a");
  ASSERT_EQ(Do({Host(OpKind::kPut, host)}), "OK");
  data_path.fail_attach = true;
  for (const char* type : {"veth", "tap"}) {
    EXPECT_THAT(Do({Port(OpKind::kPut, {.name = "p", .host = host, .device_type = type})}),
                HasSubstr("takes no ports today; nothing was changed"));
    EXPECT_FALSE(LinkIn(host, "p")) << type;
  }
  EXPECT_EQ(CountHere(), 0u);
  data_path.fail_attach = false;
}

TEST_F(NetnsTest, AdoptedNamespacesStay) {
  const std::string host = TestName("adopted");
  ASSERT_TRUE(netlink::CreateNamespace(host, []() -> Status { return {}; }));
  ASSERT_EQ(Do({Host(OpKind::kPut, host),
                Port(OpKind::kPut, {.name = "p", .host = host, .device_type = "veth"})}),
            "OK");
  const auto state = tdi::fixed::DecodeHostState(
      device->GetState(tdi::fixed::kHostTable, tdi::fixed::HostKey(host), 0).value());
  EXPECT_TRUE(state->adopted);
  ASSERT_EQ(Do(*reconciler->DeleteHostWithPorts(host)), "OK");
  EXPECT_TRUE(LinkIn(host, "lo"));
  EXPECT_FALSE(LinkIn(host, "p"));
  // By path, too.
  ASSERT_EQ(
      Do({Host(OpKind::kPut, "bypath", fmt::format("{}/{}", netlink::kNamespaceFolder, host))}),
      "OK");
  ASSERT_EQ(Do({Host(OpKind::kDelete, "bypath")}), "OK");
  EXPECT_TRUE(LinkIn(host, "lo"));
}

TEST_F(NetnsTest, AKilledDaemonsDevicesAreFoundAgain) {
  const std::string host = TestName("a");
  ASSERT_EQ(Do({Host(OpKind::kPut, host),
                Port(OpKind::kPut, {.name = "v", .host = host, .device_type = "veth"}),
                Port(OpKind::kPut, {.name = "gone", .host = host, .device_type = "veth"}),
                Port(OpKind::kPut, {.name = "t", .host = host, .device_type = "tap"}),
                Port(OpKind::kPut, {.name = "tgone", .host = host, .device_type = "tap"})}),
            "OK");
  const std::string forgotten = TestName("forgotten"), foreign = TestName("foreign");
  ASSERT_EQ(Do({Host(OpKind::kPut, forgotten)}), "OK");
  ASSERT_TRUE(netlink::CreateNamespace(foreign, []() -> Status { return {}; }));
  const auto veth = LinkIn(host, "v"), tap = LinkIn(host, "t");
  ASSERT_TRUE(veth && tap);
  End();
  data_path.ports.clear();
  // It died between recording a delete and doing it.
  journal.rows["port"].erase(tdi::fixed::PortKey("gone"));
  journal.rows["port"].erase(tdi::fixed::PortKey("tgone"));
  journal.rows["host"].erase(tdi::fixed::HostKey(forgotten));
  Begin();
  for (const char* port : {"v", "t"})
    EXPECT_TRUE(reconciler->WaitConverged(tdi::fixed::kPortTable, tdi::fixed::PortKey(port),
                                          std::chrono::seconds(5)));
  EXPECT_EQ(LinkIn(host, "v")->index, veth->index) << "the same device, with its addresses";
  EXPECT_EQ(LinkIn(host, "t")->index, tap->index);
  EXPECT_EQ(data_path.ports.size(), 2u);
  EXPECT_FALSE(LinkIn(host, "gone"));
  EXPECT_FALSE(LinkIn(host, "tgone"));
  EXPECT_FALSE(LinkIn(forgotten, "lo"));
  EXPECT_TRUE(LinkIn(foreign, "lo"));
  const auto state = tdi::fixed::DecodeHostState(
      device->GetState(tdi::fixed::kHostTable, tdi::fixed::HostKey(host), 0).value());
  EXPECT_FALSE(state->adopted) << "made by us, in an earlier life";
}

TEST_F(NetnsTest, WhatIsTakenAwayIsMadeAgain) {
  const std::string host = TestName("a");
  ASSERT_EQ(Do({Host(OpKind::kPut, host),
                Port(OpKind::kPut, {.name = "v", .host = host, .device_type = "veth"})}),
            "OK");
  // Nobody asks for an audit: the kernel's message is enough.
  ASSERT_TRUE(netlink::DeleteNamespace(host));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!LinkIn(host, "v") && std::chrono::steady_clock::now() < until) usleep(20000);
  EXPECT_TRUE(LinkIn(host, "v"));
  EXPECT_TRUE(reconciler->WaitConverged(tdi::fixed::kPortTable, tdi::fixed::PortKey("v"),
                                        std::chrono::seconds(5)));
}

TEST_F(NetnsTest, TheCarrierIsTold) {
  const std::string host = TestName("a");
  std::mutex mutex;
  std::vector<std::string> seen;
  auto subscription =
      device->Subscribe({.tables = {tdi::fixed::kPortTable}}, [&](const tdi::Event& event) {
        const std::lock_guard lock(mutex);
        if (event.kind == tdi::EventKind::kState) seen.push_back(event.text);
      });
  ASSERT_EQ(Do({Host(OpKind::kPut, host),
                Port(OpKind::kPut, {.name = "v", .host = host, .device_type = "veth"})}),
            "OK");
  ASSERT_EQ(Do({Port(OpKind::kPut,
                     {.name = "v", .host = host, .device_type = "veth", .admin_up = false})}),
            "OK");
  ASSERT_EQ(Do({Port(OpKind::kPut,
                     {.name = "v", .host = host, .device_type = "veth", .admin_up = true})}),
            "OK");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  auto told = [&] {
    const std::lock_guard lock(mutex);
    return std::find(seen.begin(), seen.end(), "link up") != seen.end();
  };
  while (!told() && std::chrono::steady_clock::now() < until) usleep(10000);
  EXPECT_TRUE(told());
}

TEST_F(NetnsTest, PortsOfThisMachine) {
  const std::string tap = fmt::format("ipt{}", getpid());
  ASSERT_EQ(Do({Port(OpKind::kPut, {.name = "m", .device_type = "memory", .options = "a=1"}),
                Port(OpKind::kPut, {.name = "l", .device_type = "netdev", .interface = "lo"}),
                Port(OpKind::kPut, {.name = tap, .device_type = "tap"})}),
            "OK");
  EXPECT_EQ(data_path.ports[1].options["a"], "1");
  EXPECT_EQ(data_path.ports[2].options["ifname"], "lo");
  EXPECT_EQ(LinkHere(tap)->kind, "tun");
  ASSERT_EQ(Do({Port(OpKind::kDelete, {.name = "m"}), Port(OpKind::kDelete, {.name = "l"}),
                Port(OpKind::kDelete, {.name = tap})}),
            "OK");
  EXPECT_FALSE(LinkHere(tap));
  EXPECT_TRUE(LinkHere("lo"));
}

TEST_F(NetnsTest, HundredPortsAtOnce) {
  const std::string host = TestName("many");
  std::vector<tdi::Operation> operations = {Host(OpKind::kPut, host)};
  for (int i = 0; i < 100; ++i)
    operations.push_back(Port(
        OpKind::kPut,
        {.name = fmt::format("p{}", i), .host = host, .device_type = i % 4 == 0 ? "tap" : "veth"}));
  ASSERT_EQ(Do(operations), "OK");
  EXPECT_EQ(data_path.ports.size(), 100u);
  EXPECT_EQ(CountHere(), 75u);
  ASSERT_EQ(Do(*reconciler->DeleteHostWithPorts(host)), "OK");
  EXPECT_EQ(CountHere(), 0u);
}

}  // namespace
}  // namespace ipdk::devices
