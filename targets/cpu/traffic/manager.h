#pragma once
// The traffic manager: what happens to packets around the program's own code, as the program's
// architecture orders it: replication, clones, resubmission, recirculation, drops. One per worker
// and pipeline; a burst goes in, transmissions come out. It knows neither ports nor DPDK.
//
// How to add an architecture: a sibling of v1model.cpp and a line in CreateTraffic.
//
// A burst's result is that of its packets one by one: egress runs in arrival order, copies beside
// their original, and the transmissions of a burst are put in arrival order. Programs that loop
// packets (clone, resubmit, recirculate) and keep state run one packet at a time.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "targets/cpu/packet.h"
#include "targets/cpu/traffic/buffers.h"

namespace ipdk::cpu {

class Pipeline;
struct RequestSite;

enum class Drop : uint8_t {
#define IPDK_DROP(name, text) k##name,
#include "targets/cpu/traffic/drop_reasons.def"
#undef IPDK_DROP
  kCount
};
std::string_view DropText(Drop reason);

struct Replica {
  uint32_t port = 0;
  uint32_t instance = 0;
};
struct CloneSession {
  std::vector<Replica> replicas;
  uint32_t multicast_group = 0;  // also to the replicas of this group; 0 = none
  uint32_t truncate = 0;         // bytes that the copies keep; 0 = all
  uint32_t class_of_service = 0;  // of the copies (PSA)
};

// What the control plane says about replication: immutable, replaced as a whole.
struct Replication {
  std::unordered_map<uint32_t, std::vector<Replica>> groups;
  std::unordered_map<uint32_t, CloneSession> sessions;
  std::unordered_set<uint32_t> host_ports{};  // the others lead to the network (PNA)
};

struct Transmission {
  Packet* packet = nullptr;
  uint32_t port = 0;
  uint32_t arrival = 0;   // position in the burst of the packet that it comes from
  uint32_t sequence = 0;  // position in the order of making
};

// What programs say besides packets. Called by the worker while a burst runs: must be quick.
class RequestListener {
 public:
  virtual ~RequestListener() = default;
  // Leaves: each big-endian in whole bytes, in order.
  virtual void OnRequest(const RequestSite& site, std::span<const uint8_t> leaves) = 0;
};

class Traffic {
 public:
  static constexpr uint32_t kMaxPasses = 16;

  using Drops = std::array<uint64_t, static_cast<size_t>(Drop::kCount)>;

  virtual ~Traffic() = default;

  // Takes n packets (any number) and appends what leaves to `out`. Packets need data, lengths,
  // offload, ingress_port; id and receive_ns are set here.
  virtual void Process(Packet* const* packets, uint32_t n, uint64_t now_ns,
                       const Replication& replication, std::vector<Transmission>& out) = 0;

  const Drops& drops() const { return drops_; }

 protected:
  void Count(Drop reason, uint64_t n = 1) { drops_[static_cast<size_t>(reason)] += n; }

 private:
  Drops drops_{};
};

struct TrafficOptions {
  uint32_t worker = 0;
  uint32_t drop_port = 511;
  RequestListener* listener = nullptr;  // may be null
};

// UNIMPLEMENTED for an architecture without a traffic manager. All arguments must outlive it.
Result<std::unique_ptr<Traffic>> CreateTraffic(const Pipeline& pipeline, Buffers& buffers,
                                               const TrafficOptions& options);

}  // namespace ipdk::cpu
