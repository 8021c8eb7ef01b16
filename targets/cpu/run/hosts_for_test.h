#pragma once
// Two network namespaces with a veth pair each, whose near ends are in the test's own namespace:
// the only path between the two is what the test puts there. Names carry the process's number; all
// is gone when the object is.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace ipdk::cpu {

inline int Shell(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str());
}
inline std::string Capture(const std::string& command) {
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
  Hosts()
      : a_("ipdkt" + std::to_string(getpid()) + "a"), b_("ipdkt" + std::to_string(getpid()) + "b") {
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
  const std::string& name(char host) const { return host == 'a' ? a_ : b_; }
  // Bits per second of TCP payload from a to b, or back with "-R".
  double TcpRate(const std::string& direction, int seconds = 3) const {
    std::thread server([&] { In('b', "timeout 20 iperf3 -s -1"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    std::string tcp = In(
        'a', "timeout 15 iperf3 -c 10.77.0.2 -J -t " + std::to_string(seconds) + " " + direction);
    server.join();
    size_t at = tcp.find("\"sum_received\"");
    if (at == std::string::npos) return 0;
    at = tcp.find("\"bits_per_second\":", at);
    double rate = std::atof(tcp.c_str() + at + 18);
    std::printf("tcp %s: %.2f Mbit/s\n", direction.c_str(), rate / 1e6);
    return rate;
  }
  const std::string& near_a() const { return near_a_; }
  const std::string& near_b() const { return near_b_; }
  std::string In(char host, const std::string& command) const {
    return Capture("ip netns exec " + (host == 'a' ? a_ : b_) + " " + command);
  }

 private:
  std::string a_, b_, near_a_, near_b_;
  bool ok_ = false;
};

#define NEEDS_ROOT()  \
  if (geteuid() != 0) \
  GTEST_SKIP() << "SKIPPED: needs root for network namespaces and packet sockets"

}  // namespace ipdk::cpu
