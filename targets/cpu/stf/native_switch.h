#pragma once
// A compiled program as a switch in memory: bursts of byte strings in, byte strings out, on native
// code with no ports, threads or DPDK. What `ipdk stf --target cpu`, differential tests and benches
// of the whole packet path stand on.
//
// Packets lie flush against pages that nobody may touch, so a program that reads past a packet ends
// the test there.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/ir/compiled.h"
#include "targets/cpu/pipeline.h"
#include "targets/cpu/traffic/buffers.h"
#include "targets/cpu/traffic/manager.h"

namespace ipdk::cpu {

struct NativeSwitchOptions {
  CompileOptions compile{};
  uint32_t drop_port = 511;
  bool guard = true;     // packets before forbidden pages
  uint32_t segment = 0;  // first segments no longer than this; 0 = packets are in one piece
  RequestListener* listener = nullptr;
};

class NativeSwitch {
 public:
  struct In {
    uint32_t port = 0;
    std::string bytes{};
    Offload offload{};
  };
  struct Out {
    uint32_t port = 0;
    std::string bytes{};
    uint32_t arrival = 0;  // position in the burst of the packet that it comes from
    Offload offload{};
  };

  static Result<std::unique_ptr<NativeSwitch>> Make(const schema::Schema& schema,
                                                    const ir::Program& program,
                                                    const NativeSwitchOptions& options);
  ~NativeSwitch();

  // Runs a burst to completion, all copies and further passes included.
  std::vector<Out> Process(const std::vector<In>& burst, uint64_t now_ns);

  Pipeline& pipeline() { return *pipeline_; }
  Replication& replication() { return replication_; }
  const Traffic::Drops& drops() const { return traffic_->drops(); }
  // Buffers in use between bursts: 0 unless something leaks.
  uint32_t buffers_in_use() const { return kPackets - buffers_->Available(); }

 private:
  static constexpr uint32_t kPackets = 8192;
  NativeSwitch() = default;

  std::unique_ptr<Buffers> buffers_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Traffic> traffic_;
  Replication replication_;
  std::vector<Transmission> out_;
};

}  // namespace ipdk::cpu
