#pragma once
// A port in service: the device (port.h) with what is the same for all kinds around it: rate
// limits, the queue towards the host, the software offloads that the device lacks, and true
// counters.
//
// Threads: one Line per port, shared by all workers; each worker has a LineEnd of its own (queue
// and counters), so that nothing on the packet path is shared but the buckets. The control thread
// reads the counters while workers write them: relaxed atomics, one writer each.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "targets/cpu/ports/bucket.h"
#include "targets/cpu/ports/port.h"
#include "tdi/port.h"

namespace ipdk::cpu {

// One worker's half: its counts, and the packets it could not hand to the device yet.
struct alignas(64) LineEnd {
  struct Counts {
    std::atomic<uint64_t> octets{0}, packets{0}, broadcast{0}, multicast{0}, discards{0}, errors{0};
  };
  Counts in, out;

  // Ring of waiting packets; capacity is allocated when the first waits.
  std::vector<Packet*> waiting;
  uint32_t head = 0, count = 0;
  uint64_t waiting_bytes = 0;
};

class Line {
 public:
  // How many packets wait for a slow device or a rate limit, per worker, and for how long at the
  // limited rate.
  static constexpr uint32_t kQueuePackets = 512;
  static constexpr uint64_t kQueueMs = 50;
  // Packets that a rate limit holds back on the way in are dropped when they are older.
  static constexpr uint64_t kHoldNs = 50'000'000;

  Line(std::unique_ptr<Port> port, const tdi::PortSpec& spec, uint32_t workers, uint64_t now_ns);

  uint32_t number() const { return number_; }
  const std::string& name() const { return name_; }
  Port& port() { return *port_; }
  const Port& port() const { return *port_; }

  // --- a worker ---
  // Receives at most n packets within the rate. realtime_ns: a function, called only when packets
  // are held back.
  uint32_t Receive(uint32_t worker, Buffers& buffers, Packet** packets, uint32_t n,
                   uint64_t now_ns);
  // Takes all packets: sends, queues, or drops and counts them. Order is kept.
  void Send(uint32_t worker, Buffers& buffers, Packet* const* packets, uint32_t n, uint64_t now_ns);
  // Sends what waits, as far as rate and device allow. True: nothing waits any more.
  bool Flush(uint32_t worker, Buffers& buffers, uint64_t now_ns);
  // Gives up what waits (the port is going away).
  void Discard(uint32_t worker, Buffers& buffers);
  bool Waiting(uint32_t worker) const { return ends_[worker].count != 0; }
  // When the rate lets more through; UINT64_MAX: it is not the rate that holds.
  uint64_t SendReadyAt(uint64_t now_ns) const {
    return out_bucket_.limited() ? out_bucket_.ReadyAt(now_ns) : UINT64_MAX;
  }
  uint64_t ReceiveReadyAt(uint64_t now_ns) const { return in_bucket_.ReadyAt(now_ns); }
  bool admin_up() const { return admin_up_.load(std::memory_order_relaxed); }

  // --- the control thread ---
  Status Modify(const tdi::PortSpec& spec, uint64_t now_ns);
  tdi::PortStatus Read() const;

 private:
  // The longest prefix of the burst that may pass now is handed to the device. Returns how many
  // were taken.
  uint32_t Push(LineEnd& end, Buffers& buffers, Packet* const* packets, uint32_t n,
                uint64_t now_ns);
  // Appends to the queue or drops the tail.
  void Enqueue(LineEnd& end, Buffers& buffers, Packet* const* packets, uint32_t n);
  // Does in software what the device cannot. May turn one packet into many; `out` has room for
  // kCut.
  uint32_t Finish(LineEnd& end, Buffers& buffers, Packet* packet, Packet** out);
  bool CanSend(const Packet& packet) const;

  static constexpr uint32_t kCut = 64;

  const uint32_t number_;
  const std::string name_;
  const std::unique_ptr<Port> port_;
  const PortAbilities abilities_;
  std::vector<LineEnd> ends_;
  Bucket in_bucket_, out_bucket_;
  std::atomic<uint64_t> queue_bytes_;
  std::atomic<bool> admin_up_;
};

}  // namespace ipdk::cpu
