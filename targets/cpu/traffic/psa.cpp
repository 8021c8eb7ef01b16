#include "targets/cpu/traffic/psa.h"

#include <algorithm>
#include <utility>

#include "pipeline/externs/random.h"
#include "targets/cpu/traffic/passage.h"

namespace ipdk::cpu {
namespace {

using ir::PsaFields;
using ir::Role;

constexpr uint32_t kPortRecirculate = 0xfffffffa, kPortCpu = 0xfffffffd;

// PSA_PacketPath_t.
enum Path : uint32_t {
  kNormal,
  kNormalUnicast,
  kNormalMulticast,
  kCloneI2E,
  kCloneE2E,
  kResubmit,
  kRecirculate
};

// A packet on its way through one pass.
struct Job {
  Packet* packet = nullptr;
  Packet* original = nullptr;  // in ingress, where the program may want it: as received
  uint32_t arrival = 0;
  Path path = kNormal;
  uint32_t port = 0;  // in ingress: it came from; in egress: it goes to
  uint32_t instance = 0;
  uint32_t class_of_service = 0;
  uint32_t copies = 0;  // made of it so far: each has an id of its own
  uint8_t passes = 0;
};

uint32_t Index(PsaFields fields) { return static_cast<uint32_t>(fields); }

class Psa final : public Traffic {
 public:
  Psa(const Pipeline& pipeline, Buffers& buffers, const TrafficOptions& options)
      : pipeline_(pipeline),
        buffers_(buffers),
        drops_seen_{},
        passage_(pipeline, buffers, options, drops_seen_),
        clones_(pipeline.uses(Role::kClone)),
        resubmits_(pipeline.uses(Role::kResubmit)),
        multicasts_(pipeline.uses(Role::kMulticastGroup)),
        bridges_(!pipeline.program().field_lists.empty()) {
    const ir::Program& program = pipeline.program();
    const ir::VarId port = program.role(Role::kOutputPort);
    if (port.valid() && program.vars[port].width < 32)
      port_mask_ = (uint32_t{1} << program.vars[port].width) - 1;
    cpu_session_.replicas = {{.port = kPortCpu & port_mask_, .instance = 0}};
    const schema::Schema& schema = pipeline.schema();
    // A program that never speaks of recirculation is not expected to do it.
    const Integer recirculate = FromU64(kPortRecirculate & port_mask_);
    const bool loops =
        clones_ || resubmits_ ||
        std::find(program.constants.begin(), program.constants.end(), recirculate) !=
            program.constants.end();
    const bool state = !schema.registers.empty() || !schema.meters.empty();
    one_by_one_ = pipeline.couples_ingress_and_egress() || (state && loops);
  }

  void Process(Packet* const* packets, uint32_t n, uint64_t now_ns, const Replication& replication,
               std::vector<Transmission>& out) override {
    replication_ = &replication;
    out_ = &out;
    const size_t first_out = out.size();
    bool looped = false;
    const uint32_t step = one_by_one_ ? 1 : kMaxBurst;
    for (uint32_t from = 0; from < n; from += step) {
      ready_.clear();
      for (uint32_t i = from; i < std::min(n, from + step); ++i)
        passage_.Admit(packets[i], now_ns, [&](Packet* packet) {
          ready_.push_back({.packet = packet, .arrival = i, .port = packet->ingress_port});
        });
      for (size_t at = 0; at < ready_.size(); at += step) {
        RunIngress(ready_.data() + at,
                   static_cast<uint32_t>(std::min<size_t>(step, ready_.size() - at)));
        looped = DrainLoops(step) || looped;
      }
    }
    // Copies and further passes ran after the packets behind them; on the wire they stand beside
    // their original.
    if (looped)
      std::sort(out.begin() + static_cast<ptrdiff_t>(first_out), out.end(),
                [](const Transmission& a, const Transmission& b) {
                  return a.arrival != b.arrival ? a.arrival < b.arrival : a.sequence < b.sequence;
                });
    for (size_t i = 0; i < drops_seen_.size(); ++i)
      if (drops_seen_[i] != 0) Count(static_cast<Drop>(i), std::exchange(drops_seen_[i], 0));
  }

 private:
  // The packet's own metadata for the way that it takes.
  void KeepFields(const Packet& from, Packet& to, PsaFields fields) {
    if (bridges_) pipeline_.PreserveFields(from, to, Index(fields));
  }

  void RunIngress(const Job* jobs, uint32_t n) {
    Job running[kMaxBurst];
    Packet* packets[kMaxBurst];
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; ++i) {
      Job job = jobs[i];
      if (!passage_.Ready(job.packet)) continue;
      job.original = nullptr;
      if (clones_ || resubmits_) {
        job.original = passage_.Copy(*job.packet);
        if (job.original == nullptr) {
          passage_.Release(job.packet);
          continue;
        }
      }
      Packet& packet = *job.packet;
      passage_.Set(packet, Role::kInputPort, job.port);
      passage_.Set(packet, Role::kPacketPath, job.path);
      passage_.Set(packet, Role::kIngressTimestamp, packet.receive_ns);
      packets[count] = job.packet;
      running[count++] = job;
    }
    if (count == 0) return;
    pipeline_.Ingress(passage_.worker(), packets, count);
    passage_.Drain();
    for (uint32_t i = 0; i < count; ++i) AfterIngress(running[i]);
    RunEgress();
  }

  void AfterIngress(Job job) {
    Packet* packet = job.packet;
    Packet* const original = std::exchange(job.original, nullptr);
    const bool resubmit = Decide(job, original);
    if (original != nullptr && !resubmit) passage_.Release(original);
    if (!resubmit) return;
    // The packet goes on as it was received, in the frame of this pass.
    original->frame = std::exchange(packet->frame, nullptr);
    original->random_calls = packet->random_calls;
    KeepFields(*original, *original, PsaFields::kResubmit);
    passage_.Release(packet);
    job.packet = original;
    Again(job, kResubmit);
  }

  // All that can be decided without the packet as it was received; true: that is to be resubmitted.
  bool Decide(Job& job, const Packet* original) {
    Packet* packet = job.packet;
    if (passage_.Failed(packet)) return false;
    if (clones_ && passage_.Get(*packet, Role::kClone) != 0)
      CloneReceived(job, *original,
                    static_cast<uint32_t>(passage_.Get(*packet, Role::kCloneSessionId)));
    if (passage_.Get(*packet, Role::kDrop) != 0) {
      passage_.Discard(packet, Drop::kProgram);
      return false;
    }
    if (resubmits_ && passage_.Get(*packet, Role::kResubmit) != 0) return true;
    KeepFields(*packet, *packet, PsaFields::kNormal);
    job.class_of_service = static_cast<uint32_t>(passage_.Get(*packet, Role::kClassOfService));
    job.instance = 0;
    if (multicasts_) {
      const uint64_t group = passage_.Get(*packet, Role::kMulticastGroup);
      if (group != 0) {
        job.path = kNormalMulticast;
        const auto found = replication_->groups.find(static_cast<uint32_t>(group));
        if (found == replication_->groups.end() || found->second.empty())
          passage_.Discard(packet, Drop::kNoSuchGroup);
        else
          Replicate(job, found->second);
        return false;
      }
    }
    job.path = kNormalUnicast;
    job.port = static_cast<uint32_t>(passage_.Get(*packet, Role::kOutputPort));
    ToEgress(job);
    return false;
  }

  const CloneSession* Session(uint32_t id) {
    const auto found = replication_->sessions.find(id);
    if (found != replication_->sessions.end()) return &found->second;
    if (id == 0) return &cpu_session_;
    passage_.Count(Drop::kNoSuchSession);
    return nullptr;
  }

  void CloneReceived(Job& job, const Packet& original, uint32_t id) {
    Job copy = job;
    copy.copies = 0;
    const uint64_t copy_id = externs::CopyId(job.packet->id, ++job.copies);
    const CloneSession* session = Session(id);
    if (session == nullptr) return;
    copy.path = kCloneI2E;
    copy.packet = passage_.CopyWithFields(original, *job.packet, Index(PsaFields::kCloneI2E));
    if (copy.packet == nullptr) return;
    copy.packet->id = copy_id;
    SendToSession(copy, *session);
  }

  // `copy` goes wherever the session says.
  void SendToSession(Job copy, const CloneSession& session) {
    replicas_.assign(session.replicas.begin(), session.replicas.end());
    if (session.multicast_group != 0) {
      const auto group = replication_->groups.find(session.multicast_group);
      if (group != replication_->groups.end())
        replicas_.insert(replicas_.end(), group->second.begin(), group->second.end());
    }
    if (replicas_.empty()) {
      passage_.Discard(copy.packet, Drop::kNoSuchGroup);
      return;
    }
    if (session.truncate != 0) buffers_.Truncate(*copy.packet, session.truncate);
    copy.class_of_service = session.class_of_service;
    Replicate(copy, replicas_);
  }

  // Gives each replica a packet with the same state; the last one gets the original.
  void Replicate(Job job, std::span<const Replica> replicas) {
    const uint64_t original = job.packet->id;
    for (size_t i = 0; i < replicas.size(); ++i) {
      Job next = job;
      next.copies = 0;
      ++job.copies;
      if (i + 1 < replicas.size()) {
        next.packet = passage_.CopyWithFrame(*job.packet);
        if (next.packet == nullptr) continue;
      }
      next.packet->id = externs::CopyId(original, job.copies);
      next.packet->random_calls = 0;
      next.port = replicas[i].port;
      next.instance = replicas[i].instance;
      ToEgress(next);
    }
  }

  void ToEgress(const Job& job) {
    if (egress_count_ == kMaxBurst) RunEgress();
    egress_[egress_count_++] = job;
  }

  // Runs what waits for egress, in order. Clones made on the way wait in cloned_.
  void RunEgress() {
    Packet* packets[kMaxBurst];
    uint32_t n = 0;
    for (uint32_t i = 0; i < egress_count_; ++i) {
      Job job = egress_[i];
      // Others may have the later bytes of a packet as it was received, and egress parse them.
      if (!passage_.Ready(job.packet, clones_ || resubmits_)) continue;
      Packet& packet = *job.packet;
      passage_.Set(packet, Role::kOutputPort, job.port);
      passage_.Set(packet, Role::kPacketPath, job.path);
      passage_.Set(packet, Role::kInstance, job.instance);
      passage_.Set(packet, Role::kClassOfService, job.class_of_service);
      passage_.Set(packet, Role::kEgressTimestamp, packet.receive_ns);
      packets[n] = job.packet;
      egress_[n++] = job;
    }
    egress_count_ = 0;
    if (n == 0) return;
    pipeline_.Egress(passage_.worker(), packets, n);
    passage_.Drain();
    for (uint32_t i = 0; i < n; ++i) AfterEgress(egress_[i]);
  }

  void AfterEgress(Job job) {
    Packet* packet = job.packet;
    if (passage_.Failed(packet)) return;
    if (clones_ && passage_.Get(*packet, Role::kClone) != 0)
      CloneSent(job, static_cast<uint32_t>(passage_.Get(*packet, Role::kCloneSessionId)));
    if (passage_.Get(*packet, Role::kDrop) != 0) {
      passage_.Discard(packet, Drop::kProgram);
      return;
    }
    if (job.port == (kPortRecirculate & port_mask_)) {
      KeepFields(*packet, *packet, PsaFields::kRecirculate);
      // A later pass parses from the new start: those bytes must be ours alone.
      if (passage_.Ready(packet, true)) {
        job.packet = packet;
        Again(job, kRecirculate);
      }
      return;
    }
    passage_.GiveFrame(packet);
    out_->push_back({packet, job.port, job.arrival, static_cast<uint32_t>(out_->size())});
  }

  // A copy of the packet as it leaves, to run egress again.
  void CloneSent(Job& job, uint32_t id) {
    Job copy = job;
    copy.copies = 0;
    copy.path = kCloneE2E;
    const uint64_t copy_id = externs::CopyId(job.packet->id, ++job.copies);
    if (++copy.passes > kMaxPasses) {
      passage_.Count(Drop::kPassLimit);
      return;
    }
    copy.packet = passage_.CopyWithFields(*job.packet, *job.packet, Index(PsaFields::kCloneE2E));
    if (copy.packet == nullptr) return;
    copy.packet->id = copy_id;
    cloned_.push_back({copy, id});
  }

  // Another pass through ingress.
  void Again(Job job, Path path) {
    if (++job.passes > kMaxPasses) {
      passage_.Discard(job.packet, Drop::kPassLimit);
      return;
    }
    job.path = path;
    loops_.push_back(job);
  }

  // Runs clones and further passes until none is left. True if there were any.
  bool DrainLoops(uint32_t step) {
    bool any = false;
    while (!cloned_.empty() || !loops_.empty()) {
      any = true;
      if (!cloned_.empty()) {
        const std::vector<Cloned> clones = std::move(cloned_);
        cloned_.clear();
        for (const Cloned& clone : clones) {
          const CloneSession* session = Session(clone.session);
          if (session == nullptr) {
            passage_.Release(clone.job.packet);
            continue;
          }
          SendToSession(clone.job, *session);
          if (step == 1) RunEgress();
        }
        RunEgress();
        continue;
      }
      const std::vector<Job> jobs = std::move(loops_);
      loops_.clear();
      for (size_t at = 0; at < jobs.size(); at += step)
        RunIngress(jobs.data() + at,
                   static_cast<uint32_t>(std::min<size_t>(step, jobs.size() - at)));
    }
    return any;
  }

  struct Cloned {
    Job job;
    uint32_t session;
  };

  const Pipeline& pipeline_;
  Buffers& buffers_;
  Drops drops_seen_;  // of the burst under way
  Passage passage_;
  const bool clones_, resubmits_, multicasts_, bridges_;
  bool one_by_one_;
  uint32_t port_mask_ = ~uint32_t{0};
  CloneSession cpu_session_;

  // The burst under way.
  const Replication* replication_ = nullptr;
  std::vector<Transmission>* out_ = nullptr;
  std::vector<Job> ready_, loops_;
  std::vector<Cloned> cloned_;
  std::vector<Replica> replicas_;
  Job egress_[kMaxBurst];
  uint32_t egress_count_ = 0;
};

}  // namespace

std::unique_ptr<Traffic> CreatePsaTraffic(const Pipeline& pipeline, Buffers& buffers,
                                          const TrafficOptions& options) {
  return std::make_unique<Psa>(pipeline, buffers, options);
}

}  // namespace ipdk::cpu
