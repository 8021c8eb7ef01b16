#include "targets/cpu/traffic/pna.h"

#include <algorithm>
#include <utility>

#include "targets/cpu/traffic/passage.h"

namespace ipdk::cpu {
namespace {

using ir::Role;

constexpr uint32_t kMirrorSlots = 4;
constexpr uint32_t kRecirculatedPath = 2, kHostPath = 3;  // PNA_PacketPath_t

// A packet on its way through one pass.
struct Job {
  Packet* packet = nullptr;
  uint32_t arrival = 0;
  uint32_t pass = 0;
};

class Pna final : public Traffic {
 public:
  Pna(const Pipeline& pipeline, Buffers& buffers, const TrafficOptions& options)
      : buffers_(buffers),
        drops_seen_{},
        passage_(pipeline, buffers, options, drops_seen_),
        pipeline_(pipeline),
        mirrors_(pipeline.uses(Role::kMirrorSlots)),
        recirculates_(pipeline.uses(Role::kRecirculate)) {
    const schema::Schema& schema = pipeline.schema();
    bool state = !schema.registers.empty() || !schema.meters.empty();
    for (const auto& table : schema.tables) state = state || table.add_on_miss;
    one_by_one_ = state && recirculates_;
  }

  void Process(Packet* const* packets, uint32_t n, uint64_t now_ns, const Replication& replication,
               std::vector<Transmission>& out) override {
    replication_ = &replication;
    passage_.worker().host_ports = &replication.host_ports;
    out_ = &out;
    const size_t first_out = out.size();
    bool looped = false;
    const uint32_t step = one_by_one_ ? 1 : kMaxBurst;
    for (uint32_t from = 0; from < n; from += step) {
      ready_.clear();
      for (uint32_t i = from; i < std::min(n, from + step); ++i)
        passage_.Admit(packets[i], now_ns,
                       [&](Packet* packet) { ready_.push_back({.packet = packet, .arrival = i}); });
      Run(ready_, step);
      while (!again_.empty()) {
        looped = true;
        ready_.swap(again_);
        again_.clear();
        Run(ready_, step);
      }
    }
    // Further passes ran after the packets behind them; on the wire they stand where the first one
    // came in.
    if (looped)
      std::sort(out.begin() + static_cast<ptrdiff_t>(first_out), out.end(),
                [](const Transmission& a, const Transmission& b) {
                  return a.arrival != b.arrival ? a.arrival < b.arrival : a.sequence < b.sequence;
                });
    for (size_t i = 0; i < drops_seen_.size(); ++i)
      if (drops_seen_[i] != 0) Count(static_cast<Drop>(i), std::exchange(drops_seen_[i], 0));
  }

 private:
  void Run(const std::vector<Job>& jobs, uint32_t step) {
    for (size_t at = 0; at < jobs.size(); at += step)
      RunMain(jobs.data() + at, static_cast<uint32_t>(std::min<size_t>(step, jobs.size() - at)));
  }

  void RunMain(const Job* jobs, uint32_t n) {
    Job running[kMaxBurst];
    Packet* packets[kMaxBurst];
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; ++i) {
      Job job = jobs[i];
      // Mirror copies may have the later bytes of a packet that comes again.
      if (!passage_.Ready(job.packet, mirrors_ && job.pass != 0)) continue;
      Packet& packet = *job.packet;
      const bool host = replication_->host_ports.contains(packet.ingress_port);
      passage_.Set(packet, Role::kInputPort, packet.ingress_port);
      passage_.Set(packet, Role::kDirection, host);
      passage_.Set(packet, Role::kPass, job.pass);
      passage_.Set(packet, Role::kLoopedBack, 0);
      passage_.Set(packet, Role::kPacketPath,
                   (host ? kHostPath : 0) + (job.pass != 0 ? kRecirculatedPath : 0));
      passage_.Set(packet, Role::kIngressTimestamp, packet.receive_ns);
      passage_.Set(packet, Role::kPacketLength, packet.total_length);
      packets[count] = job.packet;
      running[count++] = job;
    }
    if (count == 0) return;
    pipeline_.Ingress(passage_.worker(), packets, count);
    passage_.Drain();
    for (uint32_t i = 0; i < count; ++i) AfterMain(running[i]);
  }

  void AfterMain(Job job) {
    Packet* const packet = job.packet;
    if (passage_.Failed(packet)) return;
    if (mirrors_) {
      const uint64_t slots = passage_.Get(*packet, Role::kMirrorSlots);
      const uint64_t sessions = passage_.Get(*packet, Role::kMirrorSessions);
      for (uint32_t slot = 0; slot < kMirrorSlots; ++slot)
        if ((slots >> slot & 1) != 0)
          Mirror(job, static_cast<uint32_t>(sessions >> 16 * slot & 0xffff));
    }
    if (passage_.Get(*packet, Role::kDrop) != 0) {
      passage_.Discard(packet, Drop::kProgram);
      return;
    }
    if (recirculates_ && passage_.Get(*packet, Role::kRecirculate) != 0) {
      if (++job.pass > kMaxPasses)
        passage_.Discard(packet, Drop::kPassLimit);
      else
        again_.push_back(job);
      return;
    }
    Send(job, packet, static_cast<uint32_t>(passage_.Get(*packet, Role::kOutputPort)));
  }

  void Mirror(const Job& job, uint32_t id) {
    const auto found = replication_->sessions.find(id);
    if (found == replication_->sessions.end()) {
      passage_.Count(Drop::kNoSuchSession);
      return;
    }
    const CloneSession& session = found->second;
    const std::vector<Replica>* more = nullptr;
    if (session.multicast_group != 0)
      if (const auto group = replication_->groups.find(session.multicast_group);
          group != replication_->groups.end())
        more = &group->second;
    if (session.replicas.empty() && (more == nullptr || more->empty()))
      passage_.Count(Drop::kNoSuchGroup);
    const auto send = [&](const Replica& replica) {
      Packet* copy = passage_.Copy(*job.packet);
      if (copy == nullptr) return;
      if (session.truncate != 0 && session.truncate < copy->total_length)
        buffers_.Truncate(*copy, session.truncate);
      Send(job, copy, replica.port);
    };
    for (const Replica& replica : session.replicas) send(replica);
    if (more != nullptr)
      for (const Replica& replica : *more) send(replica);
  }

  void Send(const Job& job, Packet* packet, uint32_t port) {
    passage_.GiveFrame(packet);
    out_->push_back({packet, port, job.arrival, static_cast<uint32_t>(out_->size())});
  }

  Buffers& buffers_;
  Drops drops_seen_;  // of the burst under way
  Passage passage_;
  const Pipeline& pipeline_;
  const bool mirrors_, recirculates_;
  bool one_by_one_;

  // The burst under way.
  const Replication* replication_ = nullptr;
  std::vector<Transmission>* out_ = nullptr;
  std::vector<Job> ready_, again_;
};

}  // namespace

std::unique_ptr<Traffic> CreatePnaTraffic(const Pipeline& pipeline, Buffers& buffers,
                                          const TrafficOptions& options) {
  return std::make_unique<Pna>(pipeline, buffers, options);
}

}  // namespace ipdk::cpu
