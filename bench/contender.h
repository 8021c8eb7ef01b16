#pragma once
// One way of doing a bench's work. All get the same packets from a Source and hand theirs to a
// Sink.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/by_hand.h"
#include "bench/traffic.h"

namespace ipdk::bench {

class Contender {
 public:
  virtual ~Contender() = default;
  // Takes `bursts` bursts from the source. digest: fold all that leaves into the sink's digest,
  // else only touch it.
  virtual void Run(Source& source, Sink& sink, uint64_t bursts, bool digest) = 0;
};

// What all contenders of one row are told.
struct Work {
  enum class Kind : uint8_t { kL2Switch, kIpv4Router } kind = Kind::kIpv4Router;
  std::vector<Route> routes;                     // kIpv4Router
  std::vector<RouterByHand::NextHop> next_hops;  // kIpv4Router
  size_t macs = 0;                               // kL2Switch: entries
  static constexpr uint32_t kPorts = 4;
};

std::unique_ptr<Contender> SourceAndSink();
std::unique_ptr<Contender> ByHand(const Work& work);
// The P4 program compiled to native code, with its traffic manager, as a worker runs it.
Result<std::unique_ptr<Contender>> Compiled(const Work& work);
// The same program on the reference interpreter.
Result<std::unique_ptr<Contender>> Interpreted(const Work& work);

}  // namespace ipdk::bench
