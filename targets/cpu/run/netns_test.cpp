// Ports on real interfaces: two network namespaces whose only path to one another is the pair of
// ports under test.

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "targets/cpu/ports/tap.h"
#include "targets/cpu/run/hosts_for_test.h"
#include "targets/cpu/run/running.h"

namespace ipdk::cpu {
namespace {

TEST(Netdev, PingAndTcpBetweenNamespaces) {
  NEEDS_ROOT();
  Hosts hosts;
  ASSERT_TRUE(hosts.ok());
  Running run(1);
  ASSERT_NE(run.AddNetdev(1, hosts.near_a()), nullptr);
  ASSERT_NE(run.AddNetdev(2, hosts.near_b()), nullptr);
  std::string ping = hosts.In('a', "ping -c 20 -i 0.01 -W 2 10.77.0.2");
  EXPECT_NE(ping.find(" 20 received"), std::string::npos) << ping;
  // Large pings come as fragments.
  ping = hosts.In('a', "ping -c 3 -i 0.01 -s 20000 -W 2 10.77.0.2");
  EXPECT_NE(ping.find(" 3 received"), std::string::npos) << ping;
  if (Shell("which iperf3") != 0)
    GTEST_SKIP() << "SKIPPED: iperf3 is not installed, TCP was not tried";
  std::thread server([&] { hosts.In('b', "timeout 20 iperf3 -s -1"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  std::string tcp = hosts.In('a', "timeout 15 iperf3 -c 10.77.0.2 -t 2 -f m");
  server.join();
  EXPECT_NE(tcp.find("receiver"), std::string::npos) << tcp;
  std::printf("%s\n", tcp.c_str());
  auto status = run.lines[0]->Read();
  EXPECT_TRUE(status.oper_up);
  EXPECT_FALSE(status.poll_only);
  // Super-frames crossed whole: far fewer packets than the wire would need.
  EXPECT_GT(status.counters.in_octets / std::max<uint64_t>(status.counters.in_pkts, 1), 1600u);
  std::string kernel = hosts.In('a', "cat /sys/class/net/eth0/statistics/tx_packets");
  EXPECT_NEAR(static_cast<double>(status.counters.in_pkts + status.counters.in_discards),
              std::atof(kernel.c_str()), 20);
}

TEST(Netdev, RateHoldsForTcpBothWays) {
  NEEDS_ROOT();
  if (Shell("which iperf3") != 0) GTEST_SKIP() << "SKIPPED: iperf3 is not installed";
  Hosts hosts;
  ASSERT_TRUE(hosts.ok());
  Running run(1);
  ASSERT_NE(run.AddNetdev(1, hosts.near_a(), 100'000'000), nullptr);
  ASSERT_NE(run.AddNetdev(2, hosts.near_b()), nullptr);
  for (const char* direction : {"", "-R"}) {
    double rate = hosts.TcpRate(direction);
    // 1448 bytes of payload in frames of 1514.
    EXPECT_NEAR(rate / 1e6, 100 * 1448.0 / 1514, 6) << direction;
  }
}

// Opens a TAP device of that name inside a namespace.
int OpenTapIn(const std::string& space, const std::string& name) {
  int result = -1;
  std::thread([&] {
    int ns = open(("/run/netns/" + space).c_str(), O_RDONLY | O_CLOEXEC);
    if (ns < 0 || setns(ns, CLONE_NEWNET) != 0) return;
    close(ns);
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    ifreq request{};
    std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) return;
    result = fd;
  }).join();
  return result;
}

TEST(Tap, PingTcpAndRate) {
  NEEDS_ROOT();
  Hosts hosts;
  ASSERT_TRUE(hosts.ok());
  int fd = OpenTapIn(hosts.name('a'), "tap0");
  if (fd < 0) GTEST_SKIP() << "SKIPPED: no TAP devices here";
  hosts.In('a', "ip addr flush dev eth0");
  hosts.In('a', "ip addr add 10.77.0.1/24 dev tap0");
  hosts.In('a', "ip link set tap0 up");
  Running run(1);
  tdi::PortSpec spec;
  spec.name = "tap";
  spec.number = 1;
  spec.kind = "tap";
  spec.fd = fd;
  spec.rate_bps = 200'000'000;
  auto port = OpenTap(spec);
  ASSERT_TRUE(port.has_value()) << port.error().message();
  run.lines.push_back(std::make_shared<Line>(*std::move(port), spec, 1, run.workers->Now()));
  run.workers->Attach(run.lines.back());
  ASSERT_NE(run.AddNetdev(2, hosts.near_b()), nullptr);
  std::string ping = hosts.In('a', "ping -c 20 -i 0.01 -W 2 10.77.0.2");
  EXPECT_NE(ping.find(" 20 received"), std::string::npos) << ping;
  EXPECT_TRUE(run.lines[0]->Read().oper_up);
  if (Shell("which iperf3") != 0)
    GTEST_SKIP() << "SKIPPED: iperf3 is not installed, TCP was not tried";
  for (const char* direction : {"", "-R"}) {
    double rate = hosts.TcpRate(direction);
    EXPECT_NEAR(rate / 1e6, 200 * 1448.0 / 1514, 12) << direction;
  }
}

TEST(Tap, RefusesOtherDescriptors) {
  tdi::PortSpec spec;
  spec.name = "t";
  EXPECT_FALSE(OpenTap(spec).has_value());
  spec.fd = open("/dev/null", O_RDWR);
  auto opened = OpenTap(spec);
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message().find("not attached to a TAP"), std::string::npos);
}

}  // namespace
}  // namespace ipdk::cpu
