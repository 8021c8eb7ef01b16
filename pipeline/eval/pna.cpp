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

#include "pipeline/eval/account.h"
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
    account_.result = {};
    account_.trace = trace;
    control_.Expire(now_ns);
    account_.Tell(TraceKind::kReceived, fmt::format("port {}", port), {{"bytes", ToHex(bytes)}});
    std::string packet = bytes;
    uint32_t random_calls = 0;
    for (uint32_t pass = 0; pass <= kMaxPasses; ++pass) {
      PacketState state(p_);
      state.packet = std::move(packet);
      state.random_calls = random_calls;
      const bool host = options_.host_ports.contains(port);
      SetRole(p_, state, Role::kInputPort, port);
      SetRole(p_, state, Role::kDirection, host);
      SetRole(p_, state, Role::kPass, pass);
      SetRole(p_, state, Role::kLoopedBack, 0);
      SetRole(p_, state, Role::kPacketPath,
              (host ? kHostPath : 0) + (pass != 0 ? kRecirculatedPath : 0));
      SetRole(p_, state, Role::kIngressTimestamp, now_ns);
      const auto length = static_cast<uint32_t>(state.packet.size());
      SetRole(p_, state, Role::kPacketLength, length);
      const Environment environment = {now_ns,
                                       options_.seed,
                                       packet_id,
                                       length,
                                       account_.trace,
                                       &account_.result.digests,
                                       &account_.result.log,
                                       &options_.host_ports};
      if (!account_.GoesOn(interpreter_.Run(p_.ingress, state, environment)))
        return std::move(account_.result);
      Mirror(state);
      if (GetRole(p_, state, Role::kDrop) != 0) {
        account_.Drop(DropReason::kProgram);
        return std::move(account_.result);
      }
      if (GetRole(p_, state, Role::kRecirculate) == 0) {
        Send(static_cast<uint32_t>(GetRole(p_, state, Role::kOutputPort)), state,
             state.packet.size());
        return std::move(account_.result);
      }
      account_.Tell(TraceKind::kRecirculated, fmt::format("pass {}", pass + 1));
      packet = std::move(state.packet);
      random_calls = state.random_calls;
    }
    account_.Drop(DropReason::kPassLimit);
    return std::move(account_.result);
  }

 private:
  void Send(uint32_t port, const PacketState& state, size_t keep) {
    std::string bytes = state.packet.substr(0, keep);
    account_.Tell(TraceKind::kSent, fmt::format("port {}", port), {{"bytes", ToHex(bytes)}});
    account_.result.outputs.push_back({port, std::move(bytes), state.emitted_headers});
  }

  void Mirror(const PacketState& state) {
    const uint64_t slots = GetRole(p_, state, Role::kMirrorSlots);
    const uint64_t sessions = GetRole(p_, state, Role::kMirrorSessions);
    for (uint32_t slot = 0; slot < kMirrorSlots; ++slot) {
      if ((slots >> slot & 1) == 0) continue;
      const auto id = static_cast<uint32_t>(sessions >> 16 * slot & 0xffff);
      const auto found = control_.sessions.find(id);
      if (found == control_.sessions.end()) {
        account_.Drop(DropReason::kNoSuchSession);
        continue;
      }
      account_.Tell(TraceKind::kCloned, fmt::format("session {}", id));
      const CloneSession& session = found->second;
      std::vector<Replica> replicas = session.replicas;
      if (const auto group = control_.groups.find(session.multicast_group);
          session.multicast_group != 0 && group != control_.groups.end())
        replicas.insert(replicas.end(), group->second.begin(), group->second.end());
      if (replicas.empty()) account_.Drop(DropReason::kNoSuchGroup);
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
  Account account_;
};

}  // namespace

std::unique_ptr<PacketFlow> MakePna(const ir::Compiled& compiled, Control& control,
                                    const SwitchOptions& options) {
  return std::make_unique<Pna>(compiled, control, options);
}

}  // namespace ipdk::eval
