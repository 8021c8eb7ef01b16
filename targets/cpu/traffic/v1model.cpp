#include "targets/cpu/traffic/v1model.h"

#include <algorithm>
#include <cstring>

#include "pipeline/externs/random.h"
#include "targets/cpu/pipeline.h"
#include "targets/cpu/traffic/frames.h"
#include "targets/cpu/traffic/offload.h"

namespace ipdk::cpu {
namespace {

using ir::Role;

enum : uint32_t {
  kNormal = 0,
  kIngressClone = 1,
  kEgressClone = 2,
  kRecirculated = 4,
  kReplicated = 5,
  kResubmitted = 6
};

// A packet on its way through one pass.
struct Job {
  Packet* packet = nullptr;
  uint32_t arrival = 0;
  uint32_t instance_type = kNormal;
  uint32_t port = 0;      // egress
  uint32_t instance = 0;  // egress: rid
  uint32_t truncate = 0;  // by the clone session; 0 = not
  uint32_t copies = 0;    // made of it so far: each has an id of its own
  uint8_t passes = 0;
};

class V1Model final : public Traffic {
 public:
  V1Model(const Pipeline& pipeline, Buffers& buffers, const TrafficOptions& options)
      : pipeline_(pipeline),
        buffers_(buffers),
        options_(options),
        worker_(pipeline.MakeWorker(options.worker)),
        frames_(pipeline.frame_bytes()) {
    for (auto [role, what] : {std::pair{Role::kIngressPort, What::kInPort},
                              {Role::kInstanceType, What::kInstanceType},
                              {Role::kPacketLength, What::kLength},
                              {Role::kIngressGlobalTimestamp, What::kMicroseconds}})
      AddWrite(ingress_writes_, role, what);
    for (auto [role, what] : {std::pair{Role::kEgressPort, What::kOutPort},
                              {Role::kEgressSpec, What::kZero},
                              {Role::kEgressRid, What::kInstance},
                              {Role::kInstanceType, What::kInstanceType},
                              {Role::kPacketLength, What::kLength},
                              {Role::kEnqTimestamp, What::kMicroseconds},
                              {Role::kEnqQdepth, What::kZero},
                              {Role::kDeqTimedelta, What::kZero},
                              {Role::kDeqQdepth, What::kZero},
                              {Role::kEgressGlobalTimestamp, What::kMicroseconds},
                              {Role::kCloneSession, What::kZero},
                              {Role::kCloneFields, What::kZero},
                              {Role::kResubmitFields, What::kZero},
                              {Role::kRecirculateFields, What::kZero}})
      AddWrite(egress_writes_, role, what);
    egress_drops_ = pipeline.uses(Role::kEgressSpec);
    clones_ = pipeline.uses(Role::kCloneSession);
    resubmits_ = pipeline.uses(Role::kResubmitFields);
    recirculates_ = pipeline.uses(Role::kRecirculateFields);
    multicasts_ = pipeline.uses(Role::kMcastGrp);
    truncates_ = pipeline.uses(Role::kTruncateLength);
    const schema::Schema& schema = pipeline.schema();
    bool state = !schema.registers.empty() || !schema.meters.empty();
    for (const auto& table : schema.tables) state = state || table.add_on_miss;
    one_by_one_ = pipeline.couples_ingress_and_egress() ||
                  (state && (clones_ || resubmits_ || recirculates_));
    // Where state must see the replicas of a packet before the next packet, ingress ends first.
    goes_through_ = pipeline.has_egress() && (one_by_one_ || !(state && multicasts_));
    for (Role role : {Role::kCloneSession, Role::kRecirculateFields, Role::kTruncateLength})
      if (pipeline.uses(role))
        egress_asks_.push_back(Intrinsics::kSlots[static_cast<size_t>(role)]);
    for (uint8_t*& frame : plain_frames_) frame = frames_.Take();
    prefix_ = std::max<uint32_t>(pipeline.parse_bytes(), 128);
    next_id_ = static_cast<uint64_t>(options.worker) << 48;
  }

  void Process(Packet* const* packets, uint32_t n, uint64_t now_ns, const Replication& replication,
               std::vector<Transmission>& out) override {
    now_ns_ = now_ns;
    replication_ = &replication;
    out_ = &out;
    const size_t first_out = out.size();
    bool looped = false;
    const uint32_t step = one_by_one_ ? 1 : kMaxBurst;
    for (uint32_t from = 0; from < n; from += step) {
      const uint32_t count = std::min(step, n - from);
      if (Plain(packets + from, count)) {
        looped = RunPlain(packets + from, count, from) || looped;
        looped = DrainLoops(step) || looped;
        continue;
      }
      ready_.clear();
      for (uint32_t i = from; i < from + count; ++i) Admit(packets[i], i);
      for (size_t at = 0; at < ready_.size(); at += step) {
        RunIngress(ready_.data() + at,
                   static_cast<uint32_t>(std::min<size_t>(step, ready_.size() - at)));
        looped = DrainLoops(step) || looped;
      }
    }
    // Copies and further passes ran after the packets behind them; on the wire they stand beside
    // their original.
    if (looped) {
      std::sort(out.begin() + static_cast<ptrdiff_t>(first_out), out.end(),
                [](const Transmission& a, const Transmission& b) {
                  return a.arrival != b.arrival ? a.arrival < b.arrival : a.sequence < b.sequence;
                });
    }
  }

 private:
  // Nothing to finish, in one piece, with room to grow: most packets.
  bool Plain(Packet* const* packets, uint32_t n) const {
    const uint32_t growth = pipeline_.growth_bytes();
    bool plain = true;
    for (uint32_t i = 0; i < n; ++i) {
      const Packet& packet = *packets[i];
      plain = plain && packet.chain == nullptr && packet.headroom >= growth &&
              (packet.offload.flags & Offload::kNeedsChecksum) == 0 &&
              packet.offload.gso == Offload::Gso::kNone;
    }
    return plain;
  }

  // The short way, for packets that ask for nothing but to be forwarded or dropped; the others go
  // on the long way from where they are. True if there may be transmissions out of their order.
  bool RunPlain(Packet* const* packets, uint32_t n, uint32_t arrival) {
    const uint64_t first_id = next_id_;
    next_id_ += n;
    for (uint32_t i = 0; i < n; ++i) {
      Packet& packet = *packets[i];
      packet.id = first_id + i;
      packet.receive_ns = now_ns_;
      packet.received_length = packet.total_length;
      packet.verdict = Verdict::kNone;
      packet.frame = plain_frames_[i];
    }
    SetRolesOfBurst(ingress_writes_, packets, n);
    if (goes_through_) {
      pipeline_.Through(*worker_, packets, n, options_.drop_port);
    } else {
      pipeline_.Ingress(*worker_, packets, n);
    }
    DrainRequests();
    const size_t first = out_->size();
    out_->resize(first + n);
    Transmission* sent = out_->data() + first;
    uint32_t others = 0, other[kMaxBurst];
    for (uint32_t i = 0; i < n; ++i) {
      Packet* packet = packets[i];
      if (packet->verdict != Verdict::kSent || AsksAfterEgress(*packet)) [[unlikely]] {
        other[others++] = i;
        continue;
      }
      packet->frame = nullptr;
      *sent = {packet, packet->out_port, arrival + i, static_cast<uint32_t>(sent - out_->data())};
      ++sent;
    }
    out_->resize(static_cast<size_t>(sent - out_->data()));
    return others != 0 && LongWay(packets, other, others, arrival);
  }

  bool AsksAfterEgress(const Packet& packet) const {
    uint64_t asks = 0;
    for (uint8_t slot : egress_asks_) asks |= packet.intrinsics().slots[slot];
    return asks != 0;
  }

  // What RunPlain could not send at once: dropped, failed, or asking for more than one port. True
  // if there may be transmissions out of their order.
  bool LongWay(Packet* const* packets, const uint32_t* other, uint32_t others, uint32_t arrival) {
    bool unordered = false;
    for (uint32_t k = 0; k < others; ++k) {
      Packet* packet = packets[other[k]];
      const bool after_egress =
          packet->verdict == Verdict::kSent ||
          (packet->verdict == Verdict::kDropped && clones_ && AsksAfterEgress(*packet));
      if (packet->verdict == Verdict::kDropped && !after_egress) {
        packet->frame = nullptr;
        Discard(packet, Drop::kProgram);
        continue;
      }
      unordered = true;
      plain_frames_[other[k]] = frames_.Take();
      const Job job{.packet = packet, .arrival = arrival + other[k]};
      if (after_egress) {
        packet->verdict = Verdict::kNone;
        AfterEgress({.packet = packet, .arrival = job.arrival, .port = packet->out_port});
      } else {
        AfterIngress(job);
      }
    }
    RunEgress();
    return unordered;
  }

  // Makes a received packet fit for the program: finished where the program looks at what is
  // unfinished, contiguous as far as the parser goes, with room to grow.
  void Admit(Packet* packet, uint32_t arrival) {
    packet->id = next_id_++;
    packet->receive_ns = now_ns_;
    const Offload& offload = packet->offload;
    if ((offload.flags & Offload::kNeedsChecksum) != 0 &&
        pipeline_.MayTouchByte(offload.checksum_start + offload.checksum_offset)) {
      if (offload.gso != Offload::Gso::kNone) {
        Cut(packet, arrival);
        return;
      }
      CompleteChecksum(*packet);
    } else if (offload.gso != Offload::Gso::kNone &&
               (wraps_ ||
                packet->length < std::min(packet->total_length, pipeline_.parse_bytes()))) {
      // The parser may look further than such a frame lies in one piece, or the program puts it
      // into something else.
      Cut(packet, arrival);
      return;
    }
    if (Fit(packet)) ready_.push_back({.packet = packet, .arrival = arrival});
  }

  void Cut(Packet* packet, uint32_t arrival) {
    SegmentPlan plan;
    Packet* cut[64];
    uint32_t count =
        PlanSegments(*packet, &plan) ? CutSegments(*packet, plan, buffers_, cut, 64) : 0;
    if (count == 0) Count(Drop::kOffload);
    for (uint32_t i = 0; i < count; ++i) {
      if (i != 0) cut[i]->id = next_id_++;
      if (Fit(cut[i])) ready_.push_back({.packet = cut[i], .arrival = arrival});
    }
    buffers_.Free(packet);
  }

  // False: dropped and counted.
  bool Fit(Packet*& packet) {
    uint32_t contiguous = std::min(packet->total_length, pipeline_.parse_bytes());
    if (packet->length < contiguous ||
        (packet->chain != nullptr && packet->length < std::min(packet->total_length, prefix_))) {
      if (!buffers_.Unshare(*packet,
                            std::max(contiguous, std::min(packet->total_length, prefix_)))) {
        Discard(packet,
                packet->total_length > Buffers::kSmallBytes ? Drop::kTooLong : Drop::kNoBuffer);
        return false;
      }
    }
    if (packet->headroom < pipeline_.growth_bytes() && packet->headroom < Buffers::kHeadroom) {
      Packet* roomy = buffers_.Copy(*packet, prefix_);
      if (roomy == nullptr) {
        Discard(packet, Drop::kNoBuffer);
        return false;
      }
      roomy->frame = packet->frame;
      packet->frame = nullptr;
      buffers_.Free(packet);
      packet = roomy;
    }
    packet->received_length = packet->total_length;
    return true;
  }

  void Discard(Packet* packet, Drop reason) {
    Count(reason);
    if (packet->frame != nullptr) frames_.Give(packet->frame);
    packet->frame = nullptr;
    buffers_.Free(packet);
  }

  // True: the packet was given up by the program's code, and is gone.
  bool Failed(Packet* packet) {
    switch (packet->verdict) {
      case Verdict::kNone:
        return false;
      case Verdict::kStepLimit:
        Discard(packet, Drop::kStepLimit);
        return true;
      case Verdict::kAssert:
        Discard(packet, Drop::kAssert);
        return true;
      case Verdict::kNoHeadroom:
        Discard(packet, Drop::kNoHeadroom);
        return true;
    }
    return false;
  }

  // What the target writes into a role before a function runs; only those that the program has.
  enum class What : uint8_t {
    kZero,
    kInPort,
    kOutPort,
    kInstanceType,
    kLength,
    kMicroseconds,
    kInstance
  };
  struct Write {
    uint8_t slot;
    What what;
    uint64_t mask;
  };
  void AddWrite(std::vector<Write>& writes, Role role, What what) {
    if (!pipeline_.uses(role)) return;
    const uint32_t width = ir::RoleWidth(role);
    writes.push_back({Intrinsics::kSlots[static_cast<size_t>(role)], what,
                      width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1});
  }
  static void SetRoles(const std::vector<Write>& writes, Packet& packet, uint32_t instance_type,
                       uint32_t port, uint32_t instance) {
    Intrinsics& intrinsics = packet.intrinsics();
    for (const Write& write : writes) {
      uint64_t value = 0;
      switch (write.what) {
        case What::kZero:
          break;
        case What::kInPort:
          value = packet.ingress_port;
          break;
        case What::kOutPort:
          value = port;
          break;
        case What::kInstanceType:
          value = instance_type;
          break;
        case What::kLength:
          value = packet.received_length;
          break;
        case What::kMicroseconds:
          value = packet.receive_ns / 1000;
          break;
        case What::kInstance:
          value = instance;
          break;
      }
      intrinsics.slots[write.slot] = value & write.mask;
    }
  }
  // The same for a burst of packets that came in as they are, before ingress: a role at a time, so
  // that what is written is decided once.
  static void SetRolesOfBurst(const std::vector<Write>& writes, Packet* const* packets,
                              uint32_t n) {
    for (const Write& write : writes) {
      auto set = [&](auto value) {
        for (uint32_t i = 0; i < n; ++i)
          packets[i]->intrinsics().slots[write.slot] =
              static_cast<uint64_t>(value(*packets[i])) & write.mask;
      };
      switch (write.what) {
        case What::kInPort:
          set([](const Packet& packet) { return packet.ingress_port; });
          break;
        case What::kLength:
          set([](const Packet& packet) { return packet.received_length; });
          break;
        case What::kMicroseconds:
          set([](const Packet& packet) { return packet.receive_ns / 1000; });
          break;
        default:  // a packet that just came in is normal (0)
          set([](const Packet&) { return 0; });
          break;
      }
    }
  }
  static void SetRoles(const std::vector<Write>& writes, const Job& job) {
    SetRoles(writes, *job.packet, job.instance_type, job.port, job.instance);
  }

  void RunIngress(const Job* jobs, uint32_t n) {
    Packet* packets[kMaxBurst];
    for (uint32_t i = 0; i < n; ++i) {
      Packet* packet = packets[i] = jobs[i].packet;
      if (packet->frame == nullptr) packet->frame = frames_.Take();
      packet->verdict = Verdict::kNone;
      SetRoles(ingress_writes_, jobs[i]);
    }
    pipeline_.Ingress(*worker_, packets, n);
    DrainRequests();
    for (uint32_t i = 0; i < n; ++i) AfterIngress(jobs[i]);
    RunEgress();
  }

  void AfterIngress(Job job) {
    Packet* packet = job.packet;
    if (Failed(packet)) return;
    if (clones_) {
      uint64_t session = packet->intrinsics()[Role::kCloneSession];
      if (session != 0) {
        CloneReceived(job, static_cast<uint32_t>(session - 1));
        packet->intrinsics()[Role::kCloneSession] = 0;
      }
    }
    if (resubmits_) {
      uint64_t fields = packet->intrinsics()[Role::kResubmitFields];
      if (fields != 0) {
        pipeline_.PreserveFields(*packet, *packet, static_cast<uint32_t>(fields - 1));
        Again(job, kResubmitted);
        return;
      }
    }
    if (multicasts_) {
      uint64_t group = packet->intrinsics()[Role::kMcastGrp];
      if (group != 0) {
        Multicast(job, static_cast<uint32_t>(group));
        return;
      }
    }
    const uint64_t port = egress_drops_ ? packet->intrinsics()[Role::kEgressSpec] : 0;
    if (port == options_.drop_port) {
      Discard(packet, Drop::kProgram);
      return;
    }
    job.port = static_cast<uint32_t>(port);
    ToEgress(job);
  }

  void Multicast(const Job& job, uint32_t group) {
    auto found = replication_->groups.find(group);
    if (found == replication_->groups.end() || found->second.empty()) {
      Discard(job.packet, Drop::kNoSuchGroup);
      return;
    }
    Job next = job;
    next.instance_type = kReplicated;
    Replicate(next, found->second);
  }

  // Gives each replica a packet with the same state; the last one gets the original.
  void Replicate(Job job, std::span<const Replica> replicas) {
    const uint64_t original = job.packet->id;
    for (size_t i = 0; i < replicas.size(); ++i) {
      Job next = job;
      next.copies = 0;
      ++job.copies;
      if (i + 1 < replicas.size()) {
        next.packet = CopyWithState(*job.packet, Keep::kAll, 0);
        if (next.packet == nullptr) continue;
      }
      next.packet->id = externs::CopyId(original, job.copies);
      next.packet->random_calls = 0;
      next.port = replicas[i].port;
      next.instance = replicas[i].instance;
      ToEgress(next);
    }
  }

  Packet* CopyWithState(const Packet& from, Keep keep, uint32_t field_list) {
    Packet* copy = buffers_.Copy(from, std::max<uint32_t>(prefix_, from.parsed));
    if (copy == nullptr) {
      Count(Drop::kNoBuffer);
      return nullptr;
    }
    copy->frame = frames_.Take();
    pipeline_.CopyFrame(from, *copy, keep, field_list);
    return copy;
  }

  uint32_t FieldList(const Packet& packet) const {
    uint64_t fields = pipeline_.role(packet, Role::kCloneFields);
    return fields == 0 ? UINT32_MAX : static_cast<uint32_t>(fields - 1);
  }

  const CloneSession* Session(uint32_t id) {
    auto found = replication_->sessions.find(id);
    if (found == replication_->sessions.end()) {
      Count(Drop::kNoSuchSession);
      return nullptr;
    }
    return &found->second;
  }

  // `copy` goes wherever the session says.
  void SendToSession(Job copy, const CloneSession& session) {
    std::vector<Replica>& all = replicas_;
    all.assign(session.replicas.begin(), session.replicas.end());
    if (session.multicast_group != 0) {
      auto group = replication_->groups.find(session.multicast_group);
      if (group != replication_->groups.end())
        all.insert(all.end(), group->second.begin(), group->second.end());
    }
    copy.truncate = session.truncate;
    if (all.empty()) {
      Discard(copy.packet, Drop::kNoSuchGroup);
      return;
    }
    Replicate(copy, all);
  }

  // The packet as it was received, parsed again, joins egress.
  void CloneReceived(Job& job, uint32_t id) {
    const CloneSession* session = Session(id);
    if (session == nullptr) return;
    Job copy = job;
    copy.instance_type = kIngressClone;
    copy.packet = buffers_.Copy(*job.packet, prefix_);
    if (copy.packet == nullptr) {
      Count(Drop::kNoBuffer);
      return;
    }
    copy.packet->frame = frames_.Take();
    pipeline_.CloneAsReceived(*worker_, *job.packet, *copy.packet, FieldList(*job.packet));
    copy.packet->id = externs::CopyId(job.packet->id, ++job.copies);
    copy.copies = 0;
    SetRoles(ingress_writes_, copy);
    SendToSession(copy, *session);
  }

  void ToEgress(const Job& job) {
    if (egress_count_ == kMaxBurst) RunEgress();
    egress_[egress_count_++] = job;
  }

  // Runs what waits for egress, in order. Clones made on the way wait in cloned_.
  void RunEgress() {
    if (egress_count_ == 0) return;
    uint32_t n = egress_count_;
    egress_count_ = 0;
    Packet* packets[kMaxBurst];
    for (uint32_t i = 0; i < n; ++i) {
      packets[i] = egress_[i].packet;
      packets[i]->verdict = Verdict::kNone;
      SetRoles(egress_writes_, egress_[i]);
    }
    pipeline_.Egress(*worker_, packets, n);
    DrainRequests();
    for (uint32_t i = 0; i < n; ++i) AfterEgress(egress_[i]);
  }

  void AfterEgress(Job job) {
    Packet* packet = job.packet;
    if (Failed(packet)) return;
    if (clones_) {
      uint64_t session = packet->intrinsics()[Role::kCloneSession];
      if (session != 0) {
        packet->intrinsics()[Role::kCloneSession] = 0;
        CloneSent(job, static_cast<uint32_t>(session - 1));
      }
    }
    if (egress_drops_ && packet->intrinsics()[Role::kEgressSpec] == options_.drop_port) {
      Discard(packet, Drop::kProgram);
      return;
    }
    uint32_t keep = UINT32_MAX;
    if (truncates_) {
      uint64_t length = packet->intrinsics()[Role::kTruncateLength];
      if (length != 0) keep = static_cast<uint32_t>(length - 1);
    }
    if (job.truncate != 0) keep = std::min(keep, job.truncate);
    if (keep < packet->total_length) {
      buffers_.Truncate(*packet, keep);
      packet->offload = Offload{};
    }
    if (recirculates_) {
      uint64_t fields = packet->intrinsics()[Role::kRecirculateFields];
      if (fields != 0) {
        pipeline_.PreserveFields(*packet, *packet, static_cast<uint32_t>(fields - 1));
        Again(job, kRecirculated);
        return;
      }
    }
    if (packet->offload.gso != Offload::Gso::kNone) {
      SegmentPlan plan;
      if (!PlanSegments(*packet, &plan) || plan.l4_offset != packet->offload.checksum_start) {
        // Put into other headers (a tunnel), a super-frame cannot be cut any more: from now on they
        // are cut when they come. The sender repeats this one.
        wraps_ = true;
        Discard(packet, Drop::kOffload);
        return;
      }
    }
    frames_.Give(packet->frame);
    packet->frame = nullptr;
    out_->push_back({packet, job.port, job.arrival, static_cast<uint32_t>(out_->size())});
  }

  // A copy of the packet as it leaves, to run egress again.
  void CloneSent(Job& job, uint32_t id) {
    const CloneSession* session = Session(id);
    if (session == nullptr) return;
    Job copy = job;
    copy.instance_type = kEgressClone;
    if (++copy.passes > kMaxPasses) {
      Count(Drop::kPassLimit);
      return;
    }
    copy.packet = CopyWithState(*job.packet, Keep::kFieldList, FieldList(*job.packet));
    if (copy.packet == nullptr) return;
    copy.packet->id = externs::CopyId(job.packet->id, ++job.copies);
    copy.copies = 0;
    pipeline_.set_role(*copy.packet, Role::kIngressPort, copy.packet->ingress_port);
    cloned_.push_back({copy, id});
  }

  // Another pass from the parser on.
  void Again(Job job, uint32_t instance_type) {
    if (++job.passes > kMaxPasses) {
      Discard(job.packet, Drop::kPassLimit);
      return;
    }
    job.instance_type = instance_type;
    job.truncate = 0;
    job.instance = 0;
    if (instance_type == kRecirculated) {
      // A later pass parses from the new start: those bytes must be ours alone.
      if (job.packet->total_length > Buffers::kSmallBytes &&
          !buffers_.Unshare(*job.packet, std::max(prefix_, job.packet->length))) {
        Discard(job.packet, Drop::kNoBuffer);
        return;
      }
      CompleteForParser(*job.packet);
      if (!Fit(job.packet)) return;
    }
    loops_.push_back(job);
  }

  void CompleteForParser(Packet& packet) {
    const Offload& offload = packet.offload;
    if ((offload.flags & Offload::kNeedsChecksum) != 0 && offload.gso == Offload::Gso::kNone &&
        pipeline_.MayTouchByte(offload.checksum_start + offload.checksum_offset))
      CompleteChecksum(packet);
  }

  // Runs clones and further passes until none is left. True if there were any.
  bool DrainLoops(uint32_t step) {
    bool any = false;
    while (!cloned_.empty() || !loops_.empty()) {
      any = true;
      if (!cloned_.empty()) {
        std::vector<Cloned> clones = std::move(cloned_);
        cloned_.clear();
        for (const Cloned& clone : clones) {
          const CloneSession* session = Session(clone.session);
          if (session == nullptr) {
            Discard(clone.job.packet, Drop::kNoSuchSession);
            continue;
          }
          SendToSession(clone.job, *session);
          if (step == 1) RunEgress();
        }
        RunEgress();
        continue;
      }
      std::vector<Job> jobs = std::move(loops_);
      loops_.clear();
      for (size_t at = 0; at < jobs.size(); at += step)
        RunIngress(jobs.data() + at,
                   static_cast<uint32_t>(std::min<size_t>(step, jobs.size() - at)));
    }
    return any;
  }

  void DrainRequests() {
    if (worker_->requests.empty()) return;
    if (options_.listener != nullptr) {
      for (const Request& request : worker_->requests)
        options_.listener->OnRequest(
            pipeline_.request_sites()[request.site],
            {worker_->request_bytes.data() + request.offset, request.size});
    }
    worker_->requests.clear();
    worker_->request_bytes.clear();
  }

  struct Cloned {
    Job job;
    uint32_t session;
  };

  const Pipeline& pipeline_;
  Buffers& buffers_;
  const TrafficOptions options_;
  const std::unique_ptr<Worker> worker_;
  Frames frames_;
  std::vector<Write> ingress_writes_, egress_writes_;
  std::vector<uint8_t> egress_asks_;  // slots of roles by which it asks for more than to be sent
  uint8_t* plain_frames_[kMaxBurst];
  bool egress_drops_, clones_, resubmits_, recirculates_, multicasts_, truncates_, one_by_one_,
      goes_through_;
  uint32_t prefix_;     // what a copy owns of its bytes
  bool wraps_ = false;  // the program was seen to put super-frames into other headers
  uint64_t next_id_;

  // The burst under way.
  uint64_t now_ns_ = 0;
  const Replication* replication_ = nullptr;
  std::vector<Transmission>* out_ = nullptr;
  std::vector<Job> ready_, loops_;
  std::vector<Cloned> cloned_;
  std::vector<Replica> replicas_;
  Job egress_[kMaxBurst];
  uint32_t egress_count_ = 0;
};

}  // namespace

std::unique_ptr<Traffic> CreateV1ModelTraffic(const Pipeline& pipeline, Buffers& buffers,
                                              const TrafficOptions& options) {
  return std::make_unique<V1Model>(pipeline, buffers, options);
}

}  // namespace ipdk::cpu
