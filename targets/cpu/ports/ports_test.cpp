#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "targets/cpu/ports/kinds.h"
#include "targets/cpu/ports/line.h"
#include "targets/cpu/ports/memory.h"
#include "targets/cpu/ports/vnet.h"
#include "targets/cpu/traffic/memory_buffers.h"

namespace ipdk::cpu {
namespace {

TEST(Bucket, HoldsItsRateOnAFakeClock) {
  for (uint64_t rate :
       {1'000'000ull, 8'000'000ull, 1'000'000'000ull, 10'000'000'000ull, 100'000'000'000ull}) {
    Bucket bucket;
    uint64_t start = 1'000'000'000'000, now = start, bytes = 0;
    bucket.Set(rate, 0, now);
    // A worker that always has a full frame to send and comes round every 7 microseconds.
    for (; now < start + 5'000'000'000ull; now += 7'000) {
      while (bucket.Allowance(now) > 0) {
        bucket.Take(1514);
        bytes += 1514;
      }
    }
    double ratio = static_cast<double>(bytes) * 8 / (static_cast<double>(rate) * 5);
    EXPECT_GT(ratio, 0.995) << rate;
    EXPECT_LT(ratio, 1.02) << rate;
  }
}

TEST(Bucket, SuperFramesAreInDebt) {
  Bucket bucket;
  uint64_t now = 1'000'000'000'000, start = now, bytes = 0;
  bucket.Set(10'000'000, 0, now);
  while (now < start + 5'000'000'000ull) {
    if (bucket.Allowance(now) > 0) {
      bucket.Take(65226);
      bytes += 65226;
    } else {
      EXPECT_GT(bucket.ReadyAt(now), now);
      now = bucket.ReadyAt(now);
    }
  }
  EXPECT_NEAR(static_cast<double>(bytes) * 8 / 50e6, 1.0, 0.02);
}

TEST(Bucket, NoLimit) {
  Bucket bucket;
  bucket.Set(0, 0, 5);
  EXPECT_EQ(bucket.Allowance(5), UINT64_MAX);
  bucket.Take(1'000'000);
  EXPECT_EQ(bucket.ReadyAt(7), 7u);
}

std::string Frame(size_t bytes, uint8_t first = 0x02) {
  std::string frame(bytes, 'x');
  frame[0] = static_cast<char>(first);
  return frame;
}

tdi::PortSpec Spec(std::string kind, uint64_t rate = 0) {
  tdi::PortSpec spec;
  spec.name = "p";
  spec.number = 3;
  spec.kind = std::move(kind);
  spec.rate_bps = rate;
  return spec;
}

struct MemoryLine {
  std::unique_ptr<Buffers> buffers = CreateMemoryBuffers({.packets = 4096});
  MemoryPort* port;
  std::unique_ptr<Line> line;
  explicit MemoryLine(uint64_t rate, uint64_t now) {
    tdi::PortSpec spec = Spec("memory", rate);
    auto opened = MemoryPort::Open(spec);
    port = opened->get();
    port->Keep(true);
    line = std::make_unique<Line>(*std::move(opened), spec, 1, now);
  }
};

TEST(Line, CountsBothWays) {
  MemoryLine m(0, 1);
  m.port->Inject(Frame(60));
  m.port->Inject(Frame(100, 0x01));
  std::string all(64, '\xff');
  m.port->Inject(all);
  Packet* packets[8];
  ASSERT_EQ(m.line->Receive(0, *m.buffers, packets, 8, 1), 3u);
  EXPECT_EQ(packets[0]->ingress_port, 3u);
  m.line->Send(0, *m.buffers, packets, 3, 2);
  auto counters = m.line->Read().counters;
  EXPECT_EQ(counters.in_pkts, 3u);
  EXPECT_EQ(counters.in_octets, 224u);
  EXPECT_EQ(counters.in_unicast_pkts, 1u);
  EXPECT_EQ(counters.in_multicast_pkts, 1u);
  EXPECT_EQ(counters.in_broadcast_pkts, 1u);
  EXPECT_EQ(counters.out_pkts, 3u);
  EXPECT_EQ(counters.out_octets, 224u);
  EXPECT_EQ(counters.out_broadcast_pkts, 1u);
  auto sent = m.port->TakeSent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[2], all);
  EXPECT_EQ(m.buffers->Available(), 4096u);
}

TEST(Line, ShapesTowardsTheHostThenDropsTheTail) {
  uint64_t now = 1'000'000'000;
  MemoryLine m(8'000'000, now);  // 1 MB/s
  auto make = [&] {
    Packet* packet = m.buffers->Allocate(1000);
    std::memset(packet->data, 2, 1000);
    return packet;
  };
  // One second of three times the rate.
  uint64_t offered = 0;
  for (uint64_t step = 0; step < 1000; ++step, now += 1'000'000) {
    for (int i = 0; i < 3; ++i, ++offered) {
      Packet* packet = make();
      m.line->Send(0, *m.buffers, &packet, 1, now);
    }
    m.line->Flush(0, *m.buffers, now);
  }
  auto counters = m.line->Read().counters;
  EXPECT_NEAR(static_cast<double>(counters.out_octets), 1e6, 2e4);
  EXPECT_GT(counters.out_discards, 1000u);
  uint64_t waiting = m.line->Waiting(0) ? offered - counters.out_pkts - counters.out_discards : 0;
  EXPECT_LE(waiting, Line::kQueuePackets);
  m.line->Discard(0, *m.buffers);
  EXPECT_EQ(m.buffers->Available(), 4096u);
}

TEST(Line, HoldsTheRateFromTheHostByNotReading) {
  uint64_t now = 1'000'000'000;
  MemoryLine m(80'000'000, now);  // 10 MB/s
  for (int i = 0; i < 3000; ++i) m.port->Inject(Frame(1000));
  uint64_t got = 0;
  Packet* packets[32];
  for (int step = 0; step < 10'000; ++step, now += 10'000) {
    uint32_t n = m.line->Receive(0, *m.buffers, packets, 32, now);
    got += n;
    m.buffers->Free(packets, n);
  }
  EXPECT_NEAR(static_cast<double>(got), 1000,
              120);  // 100 ms at 10 MB/s, and the initial burst of 10 ms
}

TEST(Line, CutsSuperFramesForPortsThatCannot) {
  MemoryLine m(0, 1);
  // Ethernet, IPv4, TCP with 3000 bytes of payload, segment size 1400.
  std::string frame(14 + 20 + 20 + 3000, '\0');
  frame[0] = 2;
  frame[12] = 8;
  frame[14] = 0x45;
  frame[16] = static_cast<char>((frame.size() - 14) >> 8);
  frame[17] = static_cast<char>(frame.size() - 14);
  frame[14 + 9] = 6;
  frame[34 + 12] = 0x50;
  frame[34 + 13] = 0x19;  // ACK PSH FIN
  for (size_t i = 54; i < frame.size(); ++i) frame[i] = static_cast<char>(i);
  Packet* packet = m.buffers->Allocate(static_cast<uint32_t>(frame.size()));
  Scatter(*packet, 0, {reinterpret_cast<const uint8_t*>(frame.data()), frame.size()});
  packet->offload = {Offload::kNeedsChecksum, Offload::Gso::kTcp4, 1400, 34, 16};
  m.line->Send(0, *m.buffers, &packet, 1, 1);
  auto sent = m.port->TakeSent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].size(), 1454u);
  EXPECT_EQ(sent[2].size(), 54u + 200);
  EXPECT_EQ(static_cast<uint8_t>(sent[0][47]), 0x10);  // PSH and FIN only in the last
  EXPECT_EQ(static_cast<uint8_t>(sent[2][47]), 0x19);
  EXPECT_EQ(static_cast<uint8_t>(sent[1][38]) << 24 | static_cast<uint8_t>(sent[1][39]) << 16 |
                static_cast<uint8_t>(sent[1][40]) << 8 | static_cast<uint8_t>(sent[1][41]),
            1400);
  EXPECT_EQ(m.buffers->Available(), 4096u);
}

TEST(Kinds, RefuseByName) {
  for (const PortKind& kind : BasicPortKinds()) {
    tdi::PortSpec spec = Spec(kind.name);
    spec.options["colour"] = "blue";
    auto opened = kind.open(spec);
    ASSERT_FALSE(opened.has_value()) << kind.name;
    EXPECT_NE(opened.error().message().find("colour"), std::string::npos)
        << opened.error().message();
  }
  tdi::PortSpec spec = Spec("netdev");
  spec.options["ifname"] = "no-such-if0";
  for (const PortKind& kind : BasicPortKinds()) {
    if (kind.name != "netdev") continue;
    auto opened = kind.open(spec);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code(), Code::kNotFound);
  }
}

TEST(Pcap, WritesWhatItReads) {
  std::string path = testing::TempDir() + "ipdk_ports_" + std::to_string(getpid()) + ".pcap";
  std::string copy = path + ".out";
  auto kinds = BasicPortKinds();
  const PortKind* pcap = nullptr;
  for (auto& kind : kinds)
    if (kind.name == "pcap") pcap = &kind;
  auto buffers = CreateMemoryBuffers({.packets = 64});
  {
    tdi::PortSpec spec = Spec("pcap");
    spec.options["out"] = path;
    auto port = pcap->open(spec);
    ASSERT_TRUE(port.has_value()) << port.error().message();
    for (uint32_t bytes : {60u, 1514u, 9000u}) {
      Packet* packet = buffers->Allocate(bytes);
      std::memset(packet->data, static_cast<int>(bytes & 0xff), bytes);
      ASSERT_EQ((*port)->Send(*buffers, &packet, 1), 1u);
    }
  }
  tdi::PortSpec spec = Spec("pcap");
  spec.options["in"] = path;
  spec.options["loop"] = "2";
  auto port = pcap->open(spec);
  ASSERT_TRUE(port.has_value()) << port.error().message();
  Packet* packets[8];
  EXPECT_EQ((*port)->Receive(*buffers, packets, 8, UINT64_MAX), 6u);
  EXPECT_EQ(packets[4]->total_length, 1514u);
  EXPECT_TRUE((*port)->exhausted());
  buffers->Free(packets, 6);
  // Cut short anywhere, it is refused, not read.
  FILE* file = std::fopen(path.c_str(), "r+");
  ASSERT_EQ(ftruncate(fileno(file), 70), 0);
  std::fclose(file);
  auto cut = pcap->open(spec);
  ASSERT_FALSE(cut.has_value());
  EXPECT_NE(cut.error().message().find("ends inside"), std::string::npos);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace ipdk::cpu
