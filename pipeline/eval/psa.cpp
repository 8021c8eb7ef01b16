// PSA's packet flow (PSA 1.2, chapter "Packet Path Details").
//
//   receive > ingress > [clone] > drop? | resubmit? | multicast? | unicast > egress > [clone] >
//   drop? | recirculate? | send
//
// Ingress and egress are functions that parse and deparse. Between two of them a packet is its
// bytes, its roles and the field list of the way it takes; all else starts anew. A clone made by
// ingress and a resubmitted packet have the bytes as received; all others have them as deparsed.
// Clone session 0 leads to the CPU port until the controller says otherwise.
//
// One received packet is run to its end before the next. Inside it the order is v1model's: copies
// made by ingress run egress in the order of their making, a clone before the packet itself; then
// egress clones, oldest first; when none is left, resubmitted and recirculated packets, oldest
// first. A packet may start again 16 times.

#include <algorithm>

#include "pipeline/eval/account.h"
#include "pipeline/externs/random.h"

namespace ipdk::eval {
namespace {

using ir::PsaFields;
using ir::Role;

constexpr uint32_t kMaxPasses = 16;
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

// A packet between two functions. Its state is what the last one left.
struct Job {
  PacketState state;
  uint64_t id = 0;
  uint32_t copies = 0;  // made of it so far: each has an id of its own
  Path path = kNormal;
  PsaFields fields = PsaFields::kNormal;  // what of the state goes on
  uint32_t port = 0;                      // in ingress: it came from; in egress: it goes to
  uint32_t input_port = 0;
  uint32_t instance = 0;
  uint32_t class_of_service = 0;
  uint32_t passes = 0;
};

class Psa final : public PacketFlow {
 public:
  Psa(const ir::Compiled& compiled, Control& control, const SwitchOptions& options)
      : p_(compiled.program),
        control_(control),
        options_(options),
        interpreter_(compiled, control),
        recirculate_(PortOf(kPortRecirculate)) {
    cpu_session_.replicas = {{PortOf(kPortCpu), 0}};
  }

  PacketResult Process(uint32_t port, const std::string& bytes, uint64_t now_ns, uint64_t packet_id,
                       TraceListener* trace) override {
    account_.result = {};
    now_ns_ = now_ns;
    account_.trace = trace;
    account_.Tell(TraceKind::kReceived, fmt::format("port {}", port), {{"bytes", ToHex(bytes)}});
    Job job{PacketState(p_)};
    job.state.packet = bytes;
    job.id = packet_id;
    job.input_port = port;
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
  // The target's ports, in as many bits as the program gives to one.
  uint32_t PortOf(uint32_t port) const {
    const ir::VarId var = p_.role(Role::kOutputPort);
    return var.valid() ? static_cast<uint32_t>(ToU64(Truncate(FromU64(port), p_.vars[var].width)))
                       : port;
  }

  // The state that a function starts from: the bytes and what the way hands on.
  void Renew(Job& job) const {
    PacketState fresh(p_);
    fresh.packet = std::move(job.state.packet);
    fresh.random_calls = job.state.random_calls;
    for (const ir::FieldList& list : p_.field_lists)
      if (list.index == static_cast<uint32_t>(job.fields) && job.path != kNormal)
        for (const ir::VarId var : list.vars) fresh.vars[var.index] = job.state.vars[var.index];
    job.state = std::move(fresh);
    SetRole(p_, job.state, Role::kPacketPath, job.path);
  }

  // False: the packet ended there.
  bool Run(ir::FunctionId function, Job& job) {
    const Environment environment = {now_ns_,
                                     options_.seed,
                                     job.id,
                                     job.state.packet.size(),
                                     account_.trace,
                                     &account_.result.digests,
                                     &account_.result.log};
    return account_.GoesOn(interpreter_.Run(function, job.state, environment));
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
    Renew(job);
    SetRole(p_, job.state, Role::kInputPort, job.input_port);
    SetRole(p_, job.state, Role::kIngressTimestamp, now_ns_);
    if (!Run(p_.ingress, job)) return;
    const PacketState& state = job.state;
    if (GetRole(p_, state, Role::kClone) != 0) {
      Job clone = CopyOf(job);
      clone.state.packet = received;
      clone.path = kCloneI2E;
      clone.fields = PsaFields::kCloneI2E;
      ToSession(std::move(clone), static_cast<uint32_t>(GetRole(p_, state, Role::kCloneSessionId)));
    }
    if (GetRole(p_, state, Role::kDrop) != 0) return account_.Drop(DropReason::kProgram);
    if (GetRole(p_, state, Role::kResubmit) != 0) {
      account_.Tell(TraceKind::kResubmitted, fmt::format("port {}", job.input_port));
      job.state.packet = received;
      return Again(std::move(job), kResubmit, PsaFields::kResubmit);
    }
    job.fields = PsaFields::kNormal;
    job.class_of_service = static_cast<uint32_t>(GetRole(p_, state, Role::kClassOfService));
    if (const uint64_t group = GetRole(p_, state, Role::kMulticastGroup); group != 0) {
      account_.Tell(TraceKind::kReplicated, fmt::format("group {}", group));
      job.path = kNormalMulticast;
      const auto found = control_.groups.find(static_cast<uint32_t>(group));
      return Replicate(std::move(job),
                       found == control_.groups.end() ? std::vector<Replica>() : found->second);
    }
    job.path = kNormalUnicast;
    job.instance = 0;
    job.port = static_cast<uint32_t>(GetRole(p_, state, Role::kOutputPort));
    Egress(std::move(job));
  }

  void Again(Job job, Path path, PsaFields fields) {
    if (++job.passes > kMaxPasses) return account_.Drop(DropReason::kPassLimit);
    job.path = path;
    job.fields = fields;
    again_.push_back(std::move(job));
  }

  void ToSession(Job copy, uint32_t id) {
    const auto found = control_.sessions.find(id);
    if (found == control_.sessions.end() && id != 0)
      return account_.Drop(DropReason::kNoSuchSession);
    const CloneSession& session = found == control_.sessions.end() ? cpu_session_ : found->second;
    account_.Tell(TraceKind::kCloned, fmt::format("session {}", id));
    std::string& bytes = copy.state.packet;
    if (session.truncate != 0) bytes.resize(std::min<size_t>(bytes.size(), session.truncate));
    copy.class_of_service = session.class_of_service;
    std::vector<Replica> replicas = session.replicas;
    if (session.multicast_group != 0) {
      const auto group = control_.groups.find(session.multicast_group);
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
    Renew(job);
    PacketState& state = job.state;
    SetRole(p_, state, Role::kOutputPort, job.port);
    SetRole(p_, state, Role::kInstance, job.instance);
    SetRole(p_, state, Role::kClassOfService, job.class_of_service);
    SetRole(p_, state, Role::kEgressTimestamp, now_ns_);
    account_.Tell(TraceKind::kEgress, fmt::format("port {}", job.port));
    if (!Run(p_.egress, job)) return;
    if (GetRole(p_, state, Role::kClone) != 0) {
      Job clone = CopyOf(job);
      clone.path = kCloneE2E;
      clone.fields = PsaFields::kCloneE2E;
      if (++clone.passes > kMaxPasses)
        account_.Drop(DropReason::kPassLimit);
      else
        clones_.emplace_back(std::move(clone),
                             static_cast<uint32_t>(GetRole(p_, state, Role::kCloneSessionId)));
    }
    if (GetRole(p_, state, Role::kDrop) != 0) return account_.Drop(DropReason::kProgram);
    if (job.port == recirculate_) {
      account_.Tell(TraceKind::kRecirculated, fmt::format("port {}", job.port));
      job.input_port = recirculate_;
      return Again(std::move(job), kRecirculate, PsaFields::kRecirculate);
    }
    account_.Tell(TraceKind::kSent, fmt::format("port {}", job.port),
                  {{"bytes", ToHex(state.packet)}});
    account_.result.outputs.push_back(
        {job.port, std::move(state.packet), std::move(state.emitted_headers)});
  }

  const ir::Program& p_;
  Control& control_;
  const SwitchOptions options_;
  Interpreter interpreter_;
  const uint32_t recirculate_;
  CloneSession cpu_session_;

  // Of the packet being processed.
  Account account_;
  uint64_t now_ns_ = 0;
  std::vector<std::pair<Job, uint32_t>> clones_;  // egress clones and their sessions
  std::vector<Job> again_;                        // resubmitted and recirculated
};

}  // namespace

std::unique_ptr<PacketFlow> MakePsa(const ir::Compiled& compiled, Control& control,
                                    const SwitchOptions& options) {
  return std::make_unique<Psa>(compiled, control, options);
}

}  // namespace ipdk::eval
