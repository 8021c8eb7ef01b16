// v1model's packet flow, as BMv2's simple_switch documents it.
//
//   receive > ingress > [clone] > resubmit? | multicast? | drop? | unicast > egress > [clone] >
//   drop? | recirculate? | send
//
// The decisions after ingress are taken in this order: an ingress clone is made (the packet as
// received, parsed again, with the listed fields); then resubmit, else multicast, else drop
// (egress_spec 511), else unicast. After egress: an egress clone is made (headers as egress left
// them, metadata from the list); then drop, else recirculate, else send.
//
// One received packet is run to its end before the next. Inside it: copies made in ingress run
// egress in the order of their making, an ingress clone before the packet itself. Then, as long as
// there are any: egress clones, oldest first; when none is left, resubmitted and recirculated
// packets, oldest first. A packet may start again 16 times.

#include <algorithm>

#include "pipeline/eval/account.h"
#include "pipeline/externs/random.h"

namespace ipdk::eval {
namespace {

using ir::Role;

constexpr uint32_t kMaxPasses = 16;

enum InstanceType : uint32_t {
  kNormal = 0,
  kIngressClone = 1,
  kEgressClone = 2,
  kRecirculated = 4,
  kReplicated = 5,
  kResubmitted = 6
};

// A packet between two passes.
struct Job {
  PacketState state;
  uint64_t id = 0;
  uint32_t copies = 0;  // made of it so far: each has an id of its own
  uint32_t instance_type = kNormal;
  uint32_t port = 0;      // for egress
  uint32_t instance = 0;  // for egress: the replica's
  uint32_t truncate = 0;  // by a clone session; 0: not
  uint32_t passes = 0;
  uint32_t received_bytes = 0;
};

class V1Model final : public PacketFlow {
 public:
  V1Model(const ir::Compiled& compiled, Control& control, const SwitchOptions& options)
      : p_(compiled.program),
        control_(control),
        options_(options),
        interpreter_(compiled, control) {}

  PacketResult Process(uint32_t port, const std::string& bytes, uint64_t now_ns, uint64_t packet_id,
                       TraceListener* trace) override {
    account_.result = {};
    now_ns_ = now_ns;
    account_.trace = trace;
    ingress_port_ = port;
    account_.Tell(TraceKind::kReceived, fmt::format("port {}", port), {{"bytes", ToHex(bytes)}});
    Job job{PacketState(p_)};
    job.state.packet = bytes;
    job.id = packet_id;
    job.received_bytes = static_cast<uint32_t>(bytes.size());
    Ingress(std::move(job));
    while (!clones_.empty() || !again_.empty()) {
      if (!clones_.empty()) {
        std::vector<std::pair<Job, uint32_t>> clones = std::move(clones_);
        clones_.clear();
        for (auto& [clone, session] : clones) ToSession(std::move(clone), session);
        continue;
      }
      std::vector<Job> jobs = std::move(again_);
      again_.clear();
      for (Job& next : jobs) Ingress(std::move(next));
    }
    return std::move(account_.result);
  }

 private:
  Environment EnvironmentOf(const Job& job) {
    return {now_ns_,
            options_.seed,
            job.id,
            job.received_bytes,
            account_.trace,
            &account_.result.digests,
            &account_.result.log};
  }

  // False: the packet ended there.
  bool Run(ir::FunctionId function, Job& job, std::optional<PacketState>* parsed = nullptr) {
    return account_.GoesOn(interpreter_.Run(function, job.state, EnvironmentOf(job), parsed));
  }

  void SetIngressRoles(Job& job) {
    SetRole(p_, job.state, Role::kIngressPort, ingress_port_);
    SetRole(p_, job.state, Role::kInstanceType, job.instance_type);
    SetRole(p_, job.state, Role::kPacketLength, job.received_bytes);
    SetRole(p_, job.state, Role::kIngressGlobalTimestamp, now_ns_ / 1000);
  }

  // The variables of a field list, from one state into another; the list is named by 1 + its index,
  // 0 is none.
  void Preserve(const PacketState& from, PacketState& to, uint64_t list) const {
    if (list == 0) return;
    for (const ir::FieldList& fields : p_.field_lists)
      if (fields.index == list - 1)
        for (ir::VarId var : fields.vars) to.vars[var.index] = from.vars[var.index];
  }

  void ClearRequests(PacketState& state) const {
    for (Role role :
         {Role::kCloneSession, Role::kCloneFields, Role::kResubmitFields, Role::kRecirculateFields})
      SetRole(p_, state, role, 0);
  }

  Job CopyOf(Job& job) {
    Job copy = job;
    copy.id = externs::CopyId(job.id, ++job.copies);
    copy.copies = 0;
    copy.state.random_calls = 0;
    return copy;
  }

  void Ingress(Job job) {
    const std::string received = job.state.packet;
    SetIngressRoles(job);
    std::optional<PacketState> parsed;
    const bool clones = p_.role(Role::kCloneSession).valid();
    if (!Run(p_.ingress, job, clones ? &parsed : nullptr)) return;
    if (const uint64_t session = GetRole(p_, job.state, Role::kCloneSession); session != 0) {
      Job clone = CopyOf(job);
      clone.instance_type = kIngressClone;
      if (parsed.has_value()) {
        clone.state = std::move(*parsed);
        clone.state.random_calls = 0;
      } else {
        clone.state = PacketState(p_);
        clone.state.packet = received;
      }
      Preserve(job.state, clone.state, GetRole(p_, job.state, Role::kCloneFields));
      ClearRequests(clone.state);
      SetIngressRoles(clone);
      ToSession(std::move(clone), static_cast<uint32_t>(session - 1));
    }
    if (const uint64_t list = GetRole(p_, job.state, Role::kResubmitFields); list != 0) {
      account_.Tell(TraceKind::kResubmitted, fmt::format("field list {}", list - 1));
      return Again(std::move(job), received, list, kResubmitted);
    }
    ClearRequests(job.state);
    if (const uint64_t group = GetRole(p_, job.state, Role::kMcastGrp); group != 0) {
      account_.Tell(TraceKind::kReplicated, fmt::format("group {}", group));
      job.instance_type = kReplicated;
      const auto found = control_.groups.find(static_cast<uint32_t>(group));
      return Replicate(std::move(job),
                       found == control_.groups.end() ? std::vector<Replica>() : found->second);
    }
    const uint64_t port = GetRole(p_, job.state, Role::kEgressSpec);
    if (port == options_.drop_port) return account_.Drop(DropReason::kProgram);
    job.port = static_cast<uint32_t>(port);
    Egress(std::move(job));
  }

  void Again(Job job, std::string bytes, uint64_t list, uint32_t instance_type) {
    if (++job.passes > kMaxPasses) return account_.Drop(DropReason::kPassLimit);
    PacketState fresh(p_);
    fresh.packet = std::move(bytes);
    fresh.random_calls = job.state.random_calls;
    Preserve(job.state, fresh, list);
    ClearRequests(fresh);
    job.state = std::move(fresh);
    job.instance_type = instance_type;
    job.truncate = 0;
    job.instance = 0;
    job.received_bytes = static_cast<uint32_t>(job.state.packet.size());
    again_.push_back(std::move(job));
  }

  void ToSession(Job copy, uint32_t id) {
    const auto found = control_.sessions.find(id);
    if (found == control_.sessions.end()) return account_.Drop(DropReason::kNoSuchSession);
    account_.Tell(TraceKind::kCloned, fmt::format("session {}", id));
    copy.truncate = found->second.truncate;
    std::vector<Replica> replicas = found->second.replicas;
    if (found->second.multicast_group != 0) {
      const auto group = control_.groups.find(found->second.multicast_group);
      if (group != control_.groups.end())
        replicas.insert(replicas.end(), group->second.begin(), group->second.end());
    }
    Replicate(std::move(copy), replicas);
  }

  void Replicate(Job job, const std::vector<Replica>& replicas) {
    if (replicas.empty()) return account_.Drop(DropReason::kNoSuchGroup);
    for (const Replica& replica : replicas) {
      Job copy = CopyOf(job);
      copy.port = replica.port;
      copy.instance = replica.instance;
      Egress(std::move(copy));
    }
  }

  void Egress(Job job) {
    PacketState& state = job.state;
    SetRole(p_, state, Role::kEgressPort, job.port);
    SetRole(p_, state, Role::kEgressSpec,
            0);  // so that the ingress decision is not taken for a drop in egress
    SetRole(p_, state, Role::kEgressRid, job.instance);
    SetRole(p_, state, Role::kInstanceType, job.instance_type);
    SetRole(p_, state, Role::kPacketLength, job.received_bytes);
    SetRole(p_, state, Role::kEnqTimestamp, now_ns_ / 1000);
    SetRole(p_, state, Role::kEnqQdepth, 0);
    SetRole(p_, state, Role::kDeqTimedelta, 0);
    SetRole(p_, state, Role::kDeqQdepth, 0);
    SetRole(p_, state, Role::kEgressGlobalTimestamp, now_ns_ / 1000);
    account_.Tell(TraceKind::kEgress, fmt::format("port {}", job.port));
    if (!Run(p_.egress, job)) return;
    if (const uint64_t session = GetRole(p_, state, Role::kCloneSession); session != 0)
      CloneSent(job, session - 1);
    if (GetRole(p_, state, Role::kEgressSpec) == options_.drop_port &&
        p_.role(Role::kEgressSpec).valid())
      return account_.Drop(DropReason::kProgram);
    size_t keep = state.packet.size();
    if (const uint64_t length = GetRole(p_, state, Role::kTruncateLength); length != 0)
      keep = std::min<size_t>(keep, length - 1);
    if (job.truncate != 0) keep = std::min<size_t>(keep, job.truncate);
    state.packet.resize(keep);
    if (const uint64_t list = GetRole(p_, state, Role::kRecirculateFields); list != 0) {
      account_.Tell(TraceKind::kRecirculated, fmt::format("field list {}", list - 1));
      std::string bytes = state.packet;
      return Again(std::move(job), std::move(bytes), list, kRecirculated);
    }
    account_.Tell(TraceKind::kSent, fmt::format("port {}", job.port),
                  {{"bytes", ToHex(state.packet)}});
    account_.result.outputs.push_back(
        {job.port, std::move(state.packet), std::move(state.emitted_headers)});
  }

  // The egress function has deparsed already: the clone's payload is what it left, its headers are
  // as egress left them.
  void CloneSent(Job& job, uint64_t session) {
    if (job.passes + 1 > kMaxPasses) return account_.Drop(DropReason::kPassLimit);
    Job clone = CopyOf(job);
    ++clone.passes;
    clone.instance_type = kEgressClone;
    for (Integer& var : clone.state.vars) var = 0;
    // The emitted headers are in front of the payload again; egress emits them once more from the
    // header values.
    clone.state.cursor = job.state.deparsed_bits;
    Preserve(job.state, clone.state, GetRole(p_, job.state, Role::kCloneFields));
    ClearRequests(clone.state);
    SetRole(p_, clone.state, Role::kIngressPort, ingress_port_);
    clones_.emplace_back(std::move(clone), static_cast<uint32_t>(session));
  }

  const ir::Program& p_;
  Control& control_;
  const SwitchOptions options_;
  Interpreter interpreter_;

  // Of the packet being processed.
  Account account_;
  uint64_t now_ns_ = 0;
  uint32_t ingress_port_ = 0;
  std::vector<std::pair<Job, uint32_t>> clones_;  // egress clones and their sessions
  std::vector<Job> again_;                        // resubmitted and recirculated
};

}  // namespace

std::unique_ptr<PacketFlow> MakeV1Model(const ir::Compiled& compiled, Control& control,
                                        const SwitchOptions& options) {
  return std::make_unique<V1Model>(compiled, control, options);
}

}  // namespace ipdk::eval
