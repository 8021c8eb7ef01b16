#pragma once
// A whole switch made of the interpreter and its architecture's packet flow: a packet goes in at a
// port, packets come out at ports, in order. It is the oracle for every target, and what `ipdk stf
// --target eval` and `ipdk trace` run.
//
// Deterministic: the clock is an argument, random numbers follow from the seed and the packet's
// number.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/eval/control.h"
#include "pipeline/eval/interpreter.h"

namespace ipdk::eval {

enum class DropReason : uint8_t {
#define IPDK_DROP(name, text) k##name,
#include "pipeline/schema/drop_reasons.def"
#undef IPDK_DROP
  kCount
};
std::string_view Text(DropReason reason);

struct Output {
  uint32_t port = 0;
  std::string bytes;
  std::vector<EmittedHeader> headers;  // where the deparsed headers stand; the rest is payload
};

// What one received packet led to, over all its passes and copies.
struct PacketResult {
  std::vector<Output> outputs;
  std::vector<DigestMessage> digests;
  std::vector<std::string> log;
  std::vector<DropReason> drops;
};

// The field that holds this bit of an output: "hdr.ipv4.ttl", "payload byte 3", or "beyond the
// end".
std::string FieldAt(const ir::Program& program, const Output& output, size_t bit);

struct SwitchOptions {
  uint64_t seed = 0;
  uint32_t drop_port = 511;
  std::set<uint32_t> host_ports{};  // the others lead to the network (PNA)
};

// An architecture's packet flow. One file each; Switch picks by Program::arch.
class PacketFlow {
 public:
  virtual ~PacketFlow() = default;
  // REQUIRES: trace may be null.
  virtual PacketResult Process(uint32_t port, const std::string& bytes, uint64_t now_ns,
                               uint64_t packet_id, TraceListener* trace) = 0;
};
std::unique_ptr<PacketFlow> MakeV1Model(const ir::Compiled& compiled, Control& control,
                                        const SwitchOptions& options);
std::unique_ptr<PacketFlow> MakePsa(const ir::Compiled& compiled, Control& control,
                                    const SwitchOptions& options);
std::unique_ptr<PacketFlow> MakePna(const ir::Compiled& compiled, Control& control,
                                    const SwitchOptions& options);

class Switch {
 public:
  // `compiled` must outlive it and have passed ir::Verify. UNIMPLEMENTED for an architecture that
  // the interpreter does not run.
  static Result<std::unique_ptr<Switch>> Make(const ir::Compiled& compiled,
                                              const SwitchOptions& options = {});

  PacketResult Process(uint32_t port, const std::string& bytes, uint64_t now_ns,
                       TraceListener* trace = nullptr) {
    return flow_->Process(port, bytes, now_ns, next_id_++, trace);
  }

  Control& control() { return control_; }
  const ir::Compiled& compiled() const { return control_.compiled(); }

 private:
  explicit Switch(const ir::Compiled& compiled) : control_(compiled) {}

  Control control_;
  std::unique_ptr<PacketFlow> flow_;
  uint64_t next_id_ = 0;
};

}  // namespace ipdk::eval
