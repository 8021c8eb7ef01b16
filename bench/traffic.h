#pragma once
// One source and one sink for all contenders of a bench, memory to memory: 64-byte packets are
// written into a small ring of buffers (so the source costs the same for all), handed over in
// bursts of 32, and folded into a digest by the sink.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ipdk::bench {

inline constexpr uint32_t kBurst = 32;
inline constexpr size_t kPacketBytes = 64;
inline constexpr size_t kHeadroom = 128;

struct Route {
  uint32_t prefix;  // host byte order, host bits zero
  uint8_t length;
  uint16_t next_hop;
};

// `count` distinct prefixes with a length distribution like a BGP table's (most are /24, then /22
// and /23).
std::vector<Route> MakeRoutes(size_t count, uint64_t seed);

// What distinguishes the flows: one destination (address or MAC) each, in random order, all of
// which match an entry.
struct Flow {
  uint64_t destination;
};
std::vector<Flow> RouteFlows(const std::vector<Route>& routes, size_t count, uint64_t seed);
std::vector<Flow> MacFlows(size_t entries, size_t count, uint64_t seed);
uint64_t MacOf(size_t entry);

// Buffers of one burst: data starts kHeadroom bytes into each, kPacketBytes are valid.
class Source {
 public:
  enum class Kind : uint8_t { kIpv4, kEthernet };
  Source(Kind kind, const std::vector<Flow>& flows);
  // Writes the next kBurst packets and returns where their data start.
  uint8_t* const* Next();
  void Rewind() { next_flow_ = 0; }

 private:
  Kind kind_;
  const std::vector<Flow>& flows_;
  size_t next_flow_ = 0, next_buffer_ = 0;
  std::vector<uint8_t> memory_;
  uint8_t* first_ = nullptr;  // data of the first buffer
  uint8_t template_[kPacketBytes];
  uint8_t* burst_[kBurst];
};

// Order-dependent digest of (port, bytes) of everything that was sent; a checksum field of ffff and
// 0000 count as one.
class Sink {
 public:
  void Digest(uint32_t port, const uint8_t* data, size_t length);
  // The timed form: touches what a transmit ring would.
  void Take(uint32_t port, const uint8_t* data) { sum_ += port + data[0]; }
  uint64_t digest() const { return digest_; }
  uint64_t sum() const { return sum_; }
  uint64_t packets() const { return packets_; }

 private:
  uint64_t digest_ = 1469598103934665603ull, sum_ = 0, packets_ = 0;
};

double ThreadSeconds();  // processor time of the calling thread

}  // namespace ipdk::bench
