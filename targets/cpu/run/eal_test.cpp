// One process, one environment: everything that needs DPDK is tested here.

#include "targets/cpu/run/eal.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/ports/line.h"
#include "targets/cpu/ports/memory.h"
#include "targets/cpu/run/wire_traffic.h"
#include "targets/cpu/run/workers.h"

namespace ipdk::cpu {
namespace {

std::shared_ptr<Eal> g_eal;

class Environment : public testing::Environment {
  void SetUp() override {
    auto eal = Eal::Start({.memory_mb = 128, .small_buffers = 4095, .large_buffers = 63});
    ASSERT_TRUE(eal.has_value()) << eal.error().message();
    g_eal = *eal;
  }
};

std::vector<uint8_t> Pattern(size_t n) {
  std::vector<uint8_t> bytes(n);
  for (size_t i = 0; i < n; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + (i >> 8));
  return bytes;
}
std::vector<uint8_t> All(const Packet& packet) {
  std::vector<uint8_t> bytes(packet.total_length);
  Gather(packet, 0, bytes);
  return bytes;
}

TEST(Eal, OnlyOnce) {
  auto second = Eal::Start({});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), Code::kFailedPrecondition);
}

TEST(MbufBuffers, CopyUnshareTruncate) {
  auto buffers = g_eal->MakeBuffers();
  uint32_t available = buffers->Available();
  for (int round = 0; round < 3; ++round) {
    for (uint32_t bytes : {0u, 1u, 64u, 1514u, 2048u, 2049u, 9000u, 65226u, 66000u, 73000u}) {
      auto pattern = Pattern(bytes);
      Packet* a = buffers->Allocate(bytes);
      ASSERT_NE(a, nullptr) << bytes;
      Scatter(*a, 0, pattern);
      EXPECT_EQ(All(*a), pattern);
      Packet* b = buffers->Copy(*a, 128);
      ASSERT_NE(b, nullptr);
      Packet* c = buffers->Copy(*b, 256);
      ASSERT_NE(c, nullptr);
      EXPECT_EQ(All(*b), pattern);
      if (bytes > 0) b->data[0] ^= 0xff;
      EXPECT_EQ(All(*a), pattern);
      EXPECT_EQ(All(*c), pattern);
      ASSERT_TRUE(buffers->Unshare(*a, 700));
      for (uint32_t i = 0; i < std::min(bytes, 700u); ++i) a->data[i] ^= 0x55;
      ASSERT_TRUE(buffers->Unshare(*c, 3000));
      for (uint32_t i = 0; i < std::min(bytes, 3000u); ++i) c->data[i] ^= 0x55;
      buffers->Free(a);
      if (bytes > 0) b->data[0] ^= 0xff;
      EXPECT_EQ(All(*b), pattern);
      for (uint32_t cut : {bytes, bytes / 2, 1u}) {
        if (cut > b->total_length) continue;
        buffers->Truncate(*b, cut);
        EXPECT_EQ(All(*b), std::vector<uint8_t>(pattern.begin(), pattern.begin() + cut));
      }
      buffers->Free(b);
      buffers->Free(c);
      EXPECT_EQ(buffers->Available(), available);
    }
  }
}

TEST(MbufBuffers, Exhaustion) {
  auto buffers = g_eal->MakeBuffers();
  uint32_t available = buffers->Available();
  std::vector<Packet*> packets(available + 10);
  uint32_t got = buffers->AllocateSmall(packets.data(), available + 10);
  EXPECT_LE(got, available);
  EXPECT_GE(got, available - 64);
  buffers->Free(packets.data(), got);
  EXPECT_EQ(buffers->Available(), available);
  EXPECT_EQ(buffers->Allocate(100'000), nullptr);
}

bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return condition();
}

TEST(Ethdev, ComesRunsAndGoes) {
  WorkersOptions options;
  options.epoch = std::make_shared<engines::Epoch>();
  options.make_buffers = [](uint32_t) { return g_eal->MakeBuffers(); };
  options.thread_begins = [](uint32_t) { g_eal->RegisterThread(); };
  options.thread_ends = [](uint32_t) { g_eal->UnregisterThread(); };
  auto started = Workers::Start(std::move(options));
  ASSERT_TRUE(started.has_value());
  auto& workers = *started;
  auto forwarding = std::make_shared<Forwarding>();
  forwarding->traffic.push_back(std::make_unique<WireTraffic>(510));
  forwarding->cpu_port = 510;
  workers->Replace(forwarding);
  PortKind kind = g_eal->EthdevKind();
  auto buffers = g_eal->MakeBuffers();
  uint32_t available = buffers->Available();
  for (int round = 0; round < 3; ++round) {
    // A null device gives endless packets; they cross to a ring that hands them back, and return.
    tdi::PortSpec spec;
    spec.kind = "dpdk";
    spec.name = "n";
    spec.number = 1;
    spec.rate_bps = 50'000'000;
    spec.options["device"] = "net_null" + std::to_string(round) + ",size=1000";
    auto port = kind.open(spec);
    ASSERT_TRUE(port.has_value()) << port.error().message();
    auto line = std::make_shared<Line>(*std::move(port), spec, 1, workers->Now());
    auto again = kind.open(spec);
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().code(), Code::kAlreadyExists);
    tdi::PortSpec memory_spec;
    memory_spec.kind = "memory";
    memory_spec.name = "m";
    memory_spec.number = 2;
    auto memory = MemoryPort::Open(memory_spec);
    ASSERT_TRUE(memory.has_value());
    MemoryPort* sink = memory->get();
    auto sink_line = std::make_shared<Line>(*std::move(memory), memory_spec, 1, workers->Now());
    workers->Attach(sink_line);
    workers->Attach(line);
    sink->Inject(std::string(70, 'x'));
    EXPECT_TRUE(Eventually([&] { return line->Read().counters.out_pkts == 1; }));
    auto begin = std::chrono::steady_clock::now();
    uint64_t first = sink_line->Read().counters.out_octets;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    double rate = static_cast<double>(sink_line->Read().counters.out_octets - first) * 8 / seconds;
    EXPECT_NEAR(rate / 50e6, 1.0, 0.15);
    EXPECT_TRUE(line->Read().poll_only);
    EXPECT_TRUE(line->Read().oper_up);
    workers->Detach(1);
    workers->Detach(2);
  }
  tdi::PortSpec bad;
  bad.kind = "dpdk";
  bad.name = "bad";
  bad.options["device"] = "net_nonsense7";
  auto refused = kind.open(bad);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message().find("net_nonsense7"), std::string::npos);
  workers.reset();
  EXPECT_EQ(buffers->Available(), available);
}

}  // namespace
}  // namespace ipdk::cpu

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new ipdk::cpu::Environment);
  return RUN_ALL_TESTS();
}
