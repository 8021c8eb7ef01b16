#include "targets/cpu/run/workers.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>

#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/ports/kinds.h"
#include "targets/cpu/ports/memory.h"
#include "targets/cpu/ports/netdev.h"
#include "targets/cpu/run/wire_traffic.h"
#include "targets/cpu/traffic/memory_buffers.h"

namespace ipdk::cpu {
namespace {

constexpr uint32_t kCpuPort = 510;

bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 5000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return condition();
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

struct Running {
  std::mutex mutex;
  std::vector<std::string> to_controller;
  std::unique_ptr<Workers> workers;

  explicit Running(uint32_t count, uint32_t packets = 8192, bool program = true) {
    WorkersOptions options;
    options.workers = count;
    options.epoch = std::make_shared<engines::Epoch>();
    options.make_buffers = [packets](uint32_t) { return CreateMemoryBuffers({.packets = packets}); };
    options.to_controller = [this](std::string_view bytes) {
      std::lock_guard lock(mutex);
      to_controller.emplace_back(bytes);
    };
    auto started = Workers::Start(std::move(options));
    EXPECT_TRUE(started.has_value());
    workers = *std::move(started);
    if (program) workers->Replace(Wire());
  }
  std::shared_ptr<Forwarding> Wire() {
    auto forwarding = std::make_shared<Forwarding>();
    for (uint32_t i = 0; i < workers->count(); ++i) forwarding->traffic.push_back(std::make_unique<WireTraffic>(kCpuPort));
    forwarding->cpu_port = kCpuPort;
    return forwarding;
  }
  MemoryPort* AddMemory(uint32_t number, uint64_t rate = 0) {
    tdi::PortSpec spec;
    spec.name = "m" + std::to_string(number);
    spec.number = number;
    spec.kind = "memory";
    spec.rate_bps = rate;
    auto port = MemoryPort::Open(spec);
    EXPECT_TRUE(port.has_value());
    MemoryPort* raw = port->get();
    lines.push_back(std::make_shared<Line>(*std::move(port), spec, workers->count(), workers->Now()));
    workers->Attach(lines.back());
    return raw;
  }
  std::shared_ptr<Line> AddNetdev(uint32_t number, const std::string& ifname, uint64_t rate = 0) {
    tdi::PortSpec spec;
    spec.name = ifname;
    spec.number = number;
    spec.kind = "netdev";
    spec.options["ifname"] = ifname;
    spec.rate_bps = rate;
    auto port = OpenNetdev(spec);
    if (!port.has_value()) {
      ADD_FAILURE() << port.error().message();
      return nullptr;
    }
    lines.push_back(std::make_shared<Line>(*std::move(port), spec, workers->count(), workers->Now()));
    workers->Attach(lines.back());
    return lines.back();
  }
  ~Running() { workers.reset(); }
  std::vector<std::shared_ptr<Line>> lines;
};

std::string Frame(uint32_t sequence) {
  std::string frame(64, '\x02');
  std::memcpy(frame.data() + 20, &sequence, 4);
  return frame;
}

TEST(Workers, CarryInOrderAndSleep) {
  for (uint32_t count : {1u, 3u}) {
    Running run(count);
    MemoryPort* a = run.AddMemory(1);
    MemoryPort* b = run.AddMemory(2);
    b->Keep(true);
    for (uint32_t i = 0; i < 5000; ++i) a->Inject(Frame(i));
    std::vector<std::string> all;
    ASSERT_TRUE(Eventually([&] {
      for (auto& frame : b->TakeSent()) all.push_back(std::move(frame));
      return all.size() >= 5000;
    }));
    for (uint32_t i = 0; i < 5000; ++i) ASSERT_EQ(all[i], Frame(i));
    uint64_t packets = 0, sleeps = 0;
    for (auto& s : run.workers->Statistics()) packets += s.packets, sleeps += s.sleeps;
    EXPECT_EQ(packets, 5000u);
    EXPECT_GT(sleeps, 0u);
  }
}

TEST(Workers, ControllerBothWays) {
  Running run(1);
  MemoryPort* zero = run.AddMemory(0);
  MemoryPort* one = run.AddMemory(1);
  one->Keep(true);
  ASSERT_TRUE(run.workers->FromController("packet-out to port one").has_value());
  std::vector<std::string> sent;
  ASSERT_TRUE(Eventually([&] {
    sent = one->TakeSent();
    return !sent.empty();
  }));
  EXPECT_EQ(sent[0], "packet-out to port one");
  zero->Inject("to the controller");
  EXPECT_TRUE(Eventually([&] {
    std::lock_guard lock(run.mutex);
    return run.to_controller.size() == 1 && run.to_controller[0] == "to the controller";
  }));
  EXPECT_FALSE(run.workers->FromController(std::string(100'000, 'x')).has_value());
}

TEST(Workers, DropsAreCountedByReason) {
  Running run(1, 1024, false);
  MemoryPort* five = run.AddMemory(5);
  auto count = [&](std::string_view reason) -> uint64_t {
    for (auto& drop : run.workers->Drops())
      if (drop.reason == reason) return drop.packets;
    return 0;
  };
  five->Inject(Frame(0));
  EXPECT_TRUE(Eventually([&] { return count(DropText(Drop::kNoProgram)) == 1; }));
  run.workers->Replace(run.Wire());
  five->Inject(Frame(0));
  five->Inject(Frame(0));
  EXPECT_TRUE(Eventually([&] { return count(DropText(Drop::kNoSuchPort)) == 2; }));
  // Counts survive a change of program.
  run.workers->Replace(run.Wire());
  EXPECT_EQ(count(DropText(Drop::kNoSuchPort)), 2u);
}

TEST(Workers, SwapsLoseNothing) {
  Running run(2);
  MemoryPort* a = run.AddMemory(1);
  MemoryPort* b = run.AddMemory(2);
  b->Keep(true);
  std::thread source([&] {
    for (uint32_t i = 0; i < 20'000; ++i) {
      a->Inject(Frame(i));
      if (i % 64 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  });
  for (int i = 0; i < 200; ++i) {
    auto old = run.workers->Replace(run.Wire());
    ASSERT_NE(old, nullptr);
    EXPECT_EQ(old.use_count(), 1);  // nobody uses it any more
    if (i % 10 == 0) {
      run.workers->Park();
      run.workers->Unpark();
    }
  }
  source.join();
  std::vector<std::string> all;
  EXPECT_TRUE(Eventually([&] {
    for (auto& frame : b->TakeSent()) all.push_back(std::move(frame));
    return all.size() == 20'000;
  }));
  for (uint32_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], Frame(i));
}

TEST(Workers, PortsComeAndGoWhilePacketsFlow) {
  Running run(2);
  MemoryPort* a = run.AddMemory(1);
  MemoryPort* b = run.AddMemory(2);
  std::atomic<bool> stop{false};
  std::thread source([&] {
    while (!stop) {
      a->Inject(Frame(1));
      b->Inject(Frame(2));
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  });
  for (uint32_t i = 0; i < 300; ++i) {
    run.AddMemory(100 + i % 7)->Inject(Frame(i));
    run.workers->Detach(100 + i % 7);
    EXPECT_EQ(run.lines.back().use_count(), 1);
    run.lines.pop_back();
  }
  stop = true;
  source.join();
}

TEST(Workers, AThousandIdlePortsCostNothing) {
  Running run(2);
  for (uint32_t i = 1; i <= 1000; ++i) run.AddMemory(i);
  auto* last = static_cast<MemoryPort*>(&run.lines.back()->port());
  auto* peer = static_cast<MemoryPort*>(&run.lines[998]->port());
  peer->Keep(true);
  last->Inject(Frame(7));
  EXPECT_TRUE(Eventually([&] { return !peer->TakeSent().empty(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  double before = CpuSeconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_LT(CpuSeconds() - before, 0.02);  // 1 % of two cores, in the sanitizer build
  for (uint32_t i = 1; i <= 1000; ++i) run.workers->Detach(i);
}

// --- real interfaces ---------------------------------------------------------------------------------------------------

int Shell(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()); }
std::string Capture(const std::string& command) {
  std::string text;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[512];
  while (pipe != nullptr && fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
  if (pipe != nullptr) pclose(pipe);
  return text;
}

// Two namespaces whose only path to one another is the port pair under test.
class Hosts {
 public:
  Hosts() : a_("ipdkt" + std::to_string(getpid()) + "a"), b_("ipdkt" + std::to_string(getpid()) + "b") {
    std::string id = std::to_string(getpid() % 100000);
    near_a_ = "tA" + id;
    near_b_ = "tB" + id;
    ok_ = Shell("ip netns add " + a_) == 0 && Shell("ip netns add " + b_) == 0 &&
          Shell("ip link add " + near_a_ + " type veth peer name eth0 netns " + a_) == 0 &&
          Shell("ip link add " + near_b_ + " type veth peer name eth0 netns " + b_) == 0;
    for (const std::string& near : {near_a_, near_b_}) {
      Shell("sysctl -w net.ipv6.conf." + near + ".disable_ipv6=1");
      Shell("ip link set " + near + " up");
    }
    for (const auto& [host, address] : {std::pair{a_, "1"}, std::pair{b_, "2"}}) {
      Shell("ip -n " + host + " addr add 10.77.0." + address + "/24 dev eth0");
      Shell("ip -n " + host + " link set eth0 up");
      Shell("ip -n " + host + " link set lo up");
    }
  }
  ~Hosts() {
    Shell("ip netns del " + a_);
    Shell("ip netns del " + b_);
    Shell("ip link del " + near_a_);
    Shell("ip link del " + near_b_);
  }
  bool ok() const { return ok_; }
  const std::string& near_a() const { return near_a_; }
  const std::string& near_b() const { return near_b_; }
  std::string In(char host, const std::string& command) const {
    return Capture("ip netns exec " + (host == 'a' ? a_ : b_) + " " + command);
  }

 private:
  std::string a_, b_, near_a_, near_b_;
  bool ok_ = false;
};

#define NEEDS_ROOT()                                                                        \
  if (geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root for network namespaces and packet sockets"

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
  if (Shell("which iperf3") != 0) GTEST_SKIP() << "SKIPPED: iperf3 is not installed, TCP was not tried";
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
  EXPECT_NEAR(static_cast<double>(status.counters.in_pkts + status.counters.in_discards), std::atof(kernel.c_str()), 20);
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
    std::thread server([&] { hosts.In('b', "timeout 20 iperf3 -s -1"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    auto before = run.lines[0]->Read().counters;
    auto begin = std::chrono::steady_clock::now();
    std::string tcp = hosts.In('a', std::string("timeout 15 iperf3 -c 10.77.0.2 -t 3 -O 0 -J ") + direction);
    server.join();
    auto after = run.lines[0]->Read().counters;
    (void)begin;
    size_t at = tcp.rfind("\"bits_per_second\"");
    double sum = 0;
    at = tcp.find("\"sum_received\"");
    ASSERT_NE(at, std::string::npos) << tcp;
    at = tcp.find("\"bits_per_second\":", at);
    sum = std::atof(tcp.c_str() + at + 18);
    std::printf("%s received %.2f Mbit/s of payload; in %lu out %lu octets, discards %lu %lu\n", direction, sum / 1e6,
                after.in_octets - before.in_octets, after.out_octets - before.out_octets,
                after.in_discards - before.in_discards, after.out_discards - before.out_discards);
    // 1448 bytes of payload in frames of 1514.
    EXPECT_NEAR(sum / 1e6, 100 * 1448.0 / 1514, 6) << direction;
  }
}

}  // namespace
}  // namespace ipdk::cpu
