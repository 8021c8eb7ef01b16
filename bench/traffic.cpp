#include "bench/traffic.h"

#include <time.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <unordered_set>

namespace ipdk::bench {
namespace {

constexpr size_t kRing = 512;  // buffers in flight, as a NIC's ring would have
constexpr size_t kStride = 256;

void Store16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

}  // namespace

std::vector<Route> MakeRoutes(size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Route> routes;
  std::unordered_set<uint64_t> seen;
  while (routes.size() < count) {
    const uint32_t dice = random() % 100;
    const uint8_t length = dice < 58   ? 24
                           : dice < 70 ? 22
                           : dice < 80 ? 23
                           : dice < 86 ? 21
                           : dice < 92 ? 20
                           : dice < 97 ? 19
                                       : 16;
    // Unicast space without 0/8 and 127/8, so that every route is one a router would have.
    const uint32_t address =
        static_cast<uint32_t>((1 + random() % 222) << 24 | (random() & 0xffffff));
    if (address >> 24 == 127) continue;
    const uint32_t prefix = address & ~((1ull << (32 - length)) - 1);
    if (!seen.insert(uint64_t{prefix} << 8 | length).second) continue;
    routes.push_back({prefix, length, static_cast<uint16_t>(random() % 256)});
  }
  return routes;
}

std::vector<Flow> RouteFlows(const std::vector<Route>& routes, size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Flow> flows(count);
  for (Flow& flow : flows) {
    const Route& route = routes[random() % routes.size()];
    flow.destination = route.prefix | (random() & ((1ull << (32 - route.length)) - 1));
  }
  return flows;
}

uint64_t MacOf(size_t entry) {
  return 0x020000000000ull | (entry * 0x9e3779b1ull & 0xffffffffull) << 4;
}

std::vector<Flow> MacFlows(size_t entries, size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Flow> flows(count);
  for (Flow& flow : flows) flow.destination = MacOf(random() % entries);
  return flows;
}

Source::Source(Kind kind, const std::vector<Flow>& flows)
    : kind_(kind), flows_(flows), memory_(kRing * kStride + kHeadroom + 64) {
  // At the start of a cache line, as a NIC would put it.
  const auto start = reinterpret_cast<uintptr_t>(memory_.data()) + kHeadroom;
  first_ = memory_.data() + kHeadroom + (64 - start % 64) % 64;
  std::memset(template_, 0, sizeof template_);
  const uint8_t macs[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
  std::memcpy(template_, macs, sizeof macs);
  Store16(template_ + 12, 0x0800);
  uint8_t* ip = template_ + 14;
  ip[0] = 0x45;
  Store16(ip + 2, kPacketBytes - 14);
  ip[8] = 64;
  ip[9] = 17;
  const uint8_t from[4] = {10, 0, 0, 1};
  std::memcpy(ip + 12, from, 4);
}

uint8_t* const* Source::Next() {
  for (uint32_t i = 0; i < kBurst; ++i) {
    uint8_t* data = first_ + next_buffer_ * kStride;
    next_buffer_ = (next_buffer_ + 1) % kRing;
    std::memcpy(data, template_, kPacketBytes);
    const uint64_t to = flows_[next_flow_].destination;
    if (++next_flow_ == flows_.size()) next_flow_ = 0;
    if (kind_ == Kind::kIpv4) {
      const uint32_t network = __builtin_bswap32(static_cast<uint32_t>(to));
      std::memcpy(data + 30, &network, 4);
      // The checksum over the constant part is known; only the destination's two words differ.
      uint32_t sum = 0x4500 + (kPacketBytes - 14) + 0x4011 + 0x0a00 + 0x0001 + (to >> 16 & 0xffff) +
                     (to & 0xffff);
      sum = (sum & 0xffff) + (sum >> 16);
      sum = (sum & 0xffff) + (sum >> 16);
      Store16(data + 24, ~sum & 0xffff);
    } else {
      const uint64_t network = __builtin_bswap64(to) >> 16;
      std::memcpy(data, &network, 6);
    }
    burst_[i] = data;
  }
  return burst_;
}

void Sink::Digest(uint32_t port, const uint8_t* data, size_t length) {
  auto fold = [this](uint8_t byte) { digest_ = (digest_ ^ byte) * 1099511628211ull; };
  ++packets_;
  fold(static_cast<uint8_t>(port));
  fold(static_cast<uint8_t>(port >> 8));
  const bool ip = length >= 34 && data[12] == 8 && data[13] == 0;
  for (size_t i = 0; i < length; ++i) {
    const bool checksum = ip && (i == 24 || i == 25) && data[24] == 0xff && data[25] == 0xff;
    fold(checksum ? 0 : data[i]);
  }
}

double ThreadSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace ipdk::bench
