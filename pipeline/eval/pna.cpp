// PNA's packet flow.
//
//   receive > main > mirror copies > drop? | recirculate? | send
//
// Main is one function: parser, pre control, main control, deparser. A mirror copy is the packet
// as main left it, cut to what its session says, sent to the session's ports without another pass
// (PNA 0.7 knows no loopback). It is made whatever becomes of the packet itself; slots in their
// order, before the packet. A recirculated packet starts again from its new bytes, with empty
// metadata, the port and direction it had, and the next pass number; 16 times at most.
//
// A port leads to the network unless the options say that it leads to the host.

#include <algorithm>

#include "pipeline/eval/switch.h"
#include "pipeline/externs/random.h"

namespace ipdk::eval {
namespace {

using ir::Role;

constexpr uint32_t kMaxPasses = 16;
constexpr uint32_t kMirrorSlots = 4;
constexpr uint32_t kRecirculatedPath = 2, kHostPath = 3;  // PNA_PacketPath_t

class Pna final : public PacketFlow {
 public:
  Pna(const ir::Compiled& compiled, Control& control, const SwitchOptions& options)
      : p_(compiled.program),
        control_(control),
        options_(options),
        interpreter_(compiled, control) {}

  PacketResult Process(uint32_t port, const std::string& bytes, uint64_t now_ns, uint64_t packet_id,
                       TraceListener* trace) override {
    result_ = {};
    trace_ = trace;
    control_.Expire(now_ns);
    Tell(TraceKind::kReceived, fmt::format("port {}", port), {{"bytes", ToHex(bytes)}});
    std::string packet = bytes;
    uint32_t random_calls = 0;
    for (uint32_t pass = 0; pass <= kMaxPasses; ++pass) {
      PacketState state(p_);
      state.packet = std::move(packet);
      state.random_calls = random_calls;
      const bool host = options_.host_ports.contains(port);
      Set(state, Role::kInputPort, port);
      Set(state, Role::kDirection, host);
      Set(state, Role::kPass, pass);
      Set(state, Role::kLoopedBack, 0);
      Set(state, Role::kPacketPath, (host ? kHostPath : 0) + (pass != 0 ? kRecirculatedPath : 0));
      Set(state, Role::kIngressTimestamp, now_ns);
      const auto length = static_cast<uint32_t>(state.packet.size());
      Set(state, Role::kPacketLength, length);
      const Environment environment = {
          now_ns, options_.seed,    packet_id,    length,
          trace_, &result_.digests, &result_.log, &options_.host_ports};
      switch (interpreter_.Run(p_.ingress, state, environment)) {
        case Outcome::kEnd:
          break;
        case Outcome::kStepLimit:
          Drop(DropReason::kStepLimit);
          return std::move(result_);
        case Outcome::kAssert:
          Drop(DropReason::kAssert);
          return std::move(result_);
      }
      Mirror(state);
      if (Get(state, Role::kDrop) != 0) {
        Drop(DropReason::kProgram);
        return std::move(result_);
      }
      if (Get(state, Role::kRecirculate) == 0) {
        Send(static_cast<uint32_t>(Get(state, Role::kOutputPort)), state, state.packet.size());
        return std::move(result_);
      }
      Tell(TraceKind::kRecirculated, fmt::format("pass {}", pass + 1));
      packet = std::move(state.packet);
      random_calls = state.random_calls;
    }
    Drop(DropReason::kPassLimit);
    return std::move(result_);
  }

 private:
  void Tell(TraceKind kind, std::string object, std::vector<TraceValue> values = {}) {
    if (trace_ != nullptr) trace_->On({kind, std::move(object), std::move(values), {}});
  }

  void Drop(DropReason reason) {
    result_.drops.push_back(reason);
    Tell(TraceKind::kDropped, std::string(Text(reason)));
  }

  // The role's value; 0 if the program has no variable for it.
  uint64_t Get(const PacketState& state, Role role) const {
    const ir::VarId var = p_.role(role);
    return var.valid() ? ToU64(state.vars[var.index]) : 0;
  }
  void Set(PacketState& state, Role role, uint64_t value) const {
    const ir::VarId var = p_.role(role);
    if (var.valid()) state.vars[var.index] = Truncate(FromU64(value), p_.vars[var].width);
  }

  void Send(uint32_t port, const PacketState& state, size_t keep) {
    std::string bytes = state.packet.substr(0, keep);
    Tell(TraceKind::kSent, fmt::format("port {}", port), {{"bytes", ToHex(bytes)}});
    result_.outputs.push_back({port, std::move(bytes), state.emitted_headers});
  }

  void Mirror(const PacketState& state) {
    const uint64_t slots = Get(state, Role::kMirrorSlots);
    const uint64_t sessions = Get(state, Role::kMirrorSessions);
    for (uint32_t slot = 0; slot < kMirrorSlots; ++slot) {
      if ((slots >> slot & 1) == 0) continue;
      const auto id = static_cast<uint32_t>(sessions >> 16 * slot & 0xffff);
      const auto found = control_.sessions.find(id);
      if (found == control_.sessions.end()) {
        Drop(DropReason::kNoSuchSession);
        continue;
      }
      Tell(TraceKind::kCloned, fmt::format("session {}", id));
      const CloneSession& session = found->second;
      std::vector<Replica> replicas = session.replicas;
      if (const auto group = control_.groups.find(session.multicast_group);
          session.multicast_group != 0 && group != control_.groups.end())
        replicas.insert(replicas.end(), group->second.begin(), group->second.end());
      if (replicas.empty()) Drop(DropReason::kNoSuchGroup);
      size_t keep = state.packet.size();
      if (session.truncate != 0) keep = std::min<size_t>(keep, session.truncate);
      for (const Replica& replica : replicas) Send(replica.port, state, keep);
    }
  }

  const ir::Program& p_;
  Control& control_;
  const SwitchOptions options_;
  Interpreter interpreter_;

  // Of the packet being processed.
  PacketResult result_;
  TraceListener* trace_ = nullptr;
};

}  // namespace

std::unique_ptr<PacketFlow> MakePna(const ir::Compiled& compiled, Control& control,
                                    const SwitchOptions& options) {
  return std::make_unique<Pna>(compiled, control, options);
}

}  // namespace ipdk::eval
