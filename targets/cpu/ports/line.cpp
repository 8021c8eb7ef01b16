#include "targets/cpu/ports/line.h"

#include <algorithm>
#include <ctime>

#include "targets/cpu/traffic/offload.h"

namespace ipdk::cpu {
namespace {

// One writer each: a plain addition that readers may see at any time.
void Add(std::atomic<uint64_t>& counter, uint64_t n) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

struct Tally {
  uint64_t octets = 0, packets = 0, broadcast = 0, multicast = 0;

  void Count(const Packet& packet) {
    octets += packet.total_length;
    ++packets;
    if (packet.length >= 6 && (packet.data[0] & 1) != 0) {
      bool all = (packet.data[0] & packet.data[1] & packet.data[2] & packet.data[3] &
                  packet.data[4] & packet.data[5]) == 0xff;
      ++(all ? broadcast : multicast);
    }
  }
  void AddTo(LineEnd::Counts& counts) const {
    Add(counts.octets, octets);
    Add(counts.packets, packets);
    if (broadcast != 0) Add(counts.broadcast, broadcast);
    if (multicast != 0) Add(counts.multicast, multicast);
  }
};

uint64_t QueueBytes(uint64_t rate_bps) {
  if (rate_bps == 0) return UINT64_MAX;
  return std::max<uint64_t>(rate_bps / 8 * Line::kQueueMs / 1000, 2 * Buffers::kMaxFrame);
}

}  // namespace

Line::Line(std::unique_ptr<Port> port, const tdi::PortSpec& spec, uint32_t workers, uint64_t now_ns)
    : number_(spec.number),
      name_(spec.name),
      port_(std::move(port)),
      abilities_(port_->abilities()),
      ends_(workers),
      queue_bytes_(QueueBytes(spec.rate_bps)),
      admin_up_(spec.admin_up) {
  in_bucket_.Set(spec.rate_bps, spec.burst_bytes, now_ns);
  out_bucket_.Set(spec.rate_bps, spec.burst_bytes, now_ns);
}

uint32_t Line::Receive(uint32_t worker, Buffers& buffers, Packet** packets, uint32_t n,
                       uint64_t now_ns) {
  LineEnd& end = ends_[worker];
  uint64_t allowance = in_bucket_.Allowance(now_ns);
  if (allowance == 0 || (in_bucket_.limited() && admin_up())) {
    // What waited in the device for longer than the queue's time is too old to be useful: senders
    // slow down by the loss.
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t realtime =
        static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
    uint32_t old = port_->DropOlderThan(realtime - kHoldNs);
    if (old != 0) Add(end.in.discards, old);
    if (allowance == 0) return 0;
  }
  uint32_t got = port_->Receive(buffers, packets, n, allowance);
  if (got == 0) return 0;
  if (!admin_up()) {
    Add(end.in.discards, got);
    buffers.Free(packets, got);
    return 0;
  }
  Tally tally;
  uint64_t wire = 0;
  for (uint32_t i = 0; i < got; ++i) {
    tally.Count(*packets[i]);
    wire += WireBytes(*packets[i]);
    packets[i]->ingress_port = number_;
  }
  tally.AddTo(end.in);
  in_bucket_.Take(wire);
  return got;
}

bool Line::CanSend(const Packet& packet) const {
  using Gso = Offload::Gso;
  switch (packet.offload.gso) {
    case Gso::kNone:
      return (packet.offload.flags & Offload::kNeedsChecksum) == 0 || abilities_.partial_checksum;
    case Gso::kTcp4:
      return abilities_.tcp4_gso;
    case Gso::kTcp6:
      return abilities_.tcp6_gso;
    case Gso::kUdp:
    case Gso::kUdpL4:
      return abilities_.udp_gso;
  }
  return false;
}

uint32_t Line::Finish(LineEnd& end, Buffers& buffers, Packet* packet, Packet** out) {
  if (packet->offload.gso == Offload::Gso::kNone) {
    CompleteChecksum(*packet);
    out[0] = packet;
    return 1;
  }
  SegmentPlan plan;
  uint32_t count =
      PlanSegments(*packet, &plan) ? CutSegments(*packet, plan, buffers, out, kCut) : 0;
  buffers.Free(packet);
  if (count == 0) Add(end.out.errors, 1);
  return count;
}

void Line::Send(uint32_t worker, Buffers& buffers, Packet* const* packets, uint32_t n,
                uint64_t now_ns) {
  LineEnd& end = ends_[worker];
  if (!admin_up()) {
    Add(end.out.discards, n);
    buffers.Free(packets, n);
    return;
  }
  if (end.count != 0) Flush(worker, buffers, now_ns);
  bool plain = true;
  for (uint32_t i = 0; i < n; ++i) plain = plain && CanSend(*packets[i]);
  if (plain) {
    uint32_t sent = end.count == 0 ? Push(end, buffers, packets, n, now_ns) : 0;
    Enqueue(end, buffers, packets + sent, n - sent);
    return;
  }
  for (uint32_t i = 0; i < n; ++i) {
    Packet* cut[kCut];
    uint32_t count = 1;
    cut[0] = packets[i];
    if (!CanSend(*packets[i])) count = Finish(end, buffers, packets[i], cut);
    uint32_t sent = end.count == 0 ? Push(end, buffers, cut, count, now_ns) : 0;
    Enqueue(end, buffers, cut + sent, count - sent);
  }
}

uint32_t Line::Push(LineEnd& end, Buffers& buffers, Packet* const* packets, uint32_t n,
                    uint64_t now_ns) {
  uint32_t total = 0;
  while (total < n) {
    uint64_t allowance = out_bucket_.Allowance(now_ns);
    if (allowance == 0) break;
    Tally tally;
    uint64_t wire = 0;
    uint32_t take = 0;
    // Lengths are needed after the device has freed the packets.
    uint64_t octets[64];
    uint64_t wires[64];
    uint8_t casts[64];
    while (total + take < n && take < 64 && wire < allowance) {
      const Packet& packet = *packets[total + take];
      Tally one;
      one.Count(packet);
      octets[take] = packet.total_length;
      wires[take] = WireBytes(packet);
      casts[take] = one.broadcast != 0 ? 2 : one.multicast != 0 ? 1 : 0;
      wire += wires[take];
      ++take;
    }
    uint32_t sent = port_->Send(buffers, packets + total, take);
    wire = 0;
    for (uint32_t i = 0; i < sent; ++i) {
      tally.octets += octets[i];
      wire += wires[i];
      tally.broadcast += casts[i] == 2;
      tally.multicast += casts[i] == 1;
    }
    tally.packets = sent;
    tally.AddTo(end.out);
    out_bucket_.Take(wire);
    total += sent;
    if (sent < take) break;
  }
  return total;
}

void Line::Enqueue(LineEnd& end, Buffers& buffers, Packet* const* packets, uint32_t n) {
  if (n == 0) return;
  if (end.waiting.empty()) end.waiting.resize(kQueuePackets);
  uint64_t limit = queue_bytes_.load(std::memory_order_relaxed);
  for (uint32_t i = 0; i < n; ++i) {
    if (end.count == kQueuePackets ||
        (end.count != 0 && end.waiting_bytes + packets[i]->total_length > limit)) {
      Add(end.out.discards, n - i);
      buffers.Free(packets + i, n - i);
      return;
    }
    end.waiting[(end.head + end.count) % kQueuePackets] = packets[i];
    ++end.count;
    end.waiting_bytes += packets[i]->total_length;
  }
}

bool Line::Flush(uint32_t worker, Buffers& buffers, uint64_t now_ns) {
  LineEnd& end = ends_[worker];
  while (end.count != 0) {
    uint32_t n = std::min(end.count, kQueuePackets - end.head);
    uint64_t bytes = 0;
    // The device frees what it takes, so lengths are summed before.
    uint32_t batch = std::min<uint32_t>(n, 64);
    uint64_t lengths[64];
    for (uint32_t i = 0; i < batch; ++i) lengths[i] = end.waiting[end.head + i]->total_length;
    uint32_t sent = Push(end, buffers, end.waiting.data() + end.head, batch, now_ns);
    for (uint32_t i = 0; i < sent; ++i) bytes += lengths[i];
    end.head = (end.head + sent) % kQueuePackets;
    end.count -= sent;
    end.waiting_bytes -= bytes;
    if (sent < batch) return false;
  }
  return true;
}

void Line::Discard(uint32_t worker, Buffers& buffers) {
  LineEnd& end = ends_[worker];
  Add(end.out.discards, end.count);
  for (; end.count != 0; --end.count) {
    buffers.Free(end.waiting[end.head]);
    end.head = (end.head + 1) % kQueuePackets;
  }
  end.waiting_bytes = 0;
}

Status Line::Modify(const tdi::PortSpec& spec, uint64_t now_ns) {
  IPDK_RETURN_IF_ERROR(port_->Modify(spec));
  uint64_t burst = spec.burst_bytes == 0 ? Bucket::DefaultBurst(spec.rate_bps) : spec.burst_bytes;
  if (spec.rate_bps != in_bucket_.rate_bps() || burst != in_bucket_.burst_bytes()) {
    in_bucket_.Set(spec.rate_bps, spec.burst_bytes, now_ns);
    out_bucket_.Set(spec.rate_bps, spec.burst_bytes, now_ns);
    queue_bytes_.store(QueueBytes(spec.rate_bps), std::memory_order_relaxed);
  }
  admin_up_.store(spec.admin_up, std::memory_order_relaxed);
  return {};
}

tdi::PortStatus Line::Read() const {
  tdi::PortStatus status;
  status.oper_up = admin_up() && port_->up();
  status.rate_bps = in_bucket_.rate_bps();
  status.burst_bytes = status.rate_bps == 0 ? 0 : in_bucket_.burst_bytes();
  status.poll_only = port_->event_fd() < 0;
  tdi::PortCounters& c = status.counters;
  auto load = [](const std::atomic<uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  for (const LineEnd& end : ends_) {
    c.in_octets += load(end.in.octets);
    c.in_pkts += load(end.in.packets);
    c.in_broadcast_pkts += load(end.in.broadcast);
    c.in_multicast_pkts += load(end.in.multicast);
    c.in_discards += load(end.in.discards);
    c.in_errors += load(end.in.errors);
    c.out_octets += load(end.out.octets);
    c.out_pkts += load(end.out.packets);
    c.out_broadcast_pkts += load(end.out.broadcast);
    c.out_multicast_pkts += load(end.out.multicast);
    c.out_discards += load(end.out.discards);
    c.out_errors += load(end.out.errors);
  }
  c.in_unicast_pkts = c.in_pkts - c.in_broadcast_pkts - c.in_multicast_pkts;
  c.out_unicast_pkts = c.out_pkts - c.out_broadcast_pkts - c.out_multicast_pkts;
  DeviceCounters device = port_->counters();
  c.in_discards += device.in_discards;
  c.in_errors += device.in_errors;
  c.out_errors += device.out_errors;
  return status;
}

}  // namespace ipdk::cpu
