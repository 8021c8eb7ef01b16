#pragma once
// DPDK's environment: started once per process, without hugepages, PCI scan, telemetry or shared
// configuration. Gives workers their buffers (mbufs) and their registration as DPDK threads, and
// opens DPDK devices as ports.
//
// Memory is fixed at the start. The environment lives until the process ends: DPDK cannot be
// started twice.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "targets/cpu/ports/kinds.h"
#include "targets/cpu/traffic/buffers.h"

namespace ipdk::cpu {

struct EalOptions {
  uint32_t memory_mb = 512;
  uint32_t small_buffers = 16384;      // frames up to 2,048 bytes
  uint32_t large_buffers = 512;        // super-frames of up to 64 KiB
  std::vector<std::string> arguments;  // more of EAL's own
};

class Eal {
 public:
  // FAILED_PRECONDITION if it runs already in this process.
  static Result<std::shared_ptr<Eal>> Start(const EalOptions& options);
  virtual ~Eal() = default;

  virtual std::unique_ptr<Buffers> MakeBuffers() = 0;
  // On the thread itself.
  virtual void RegisterThread() = 0;
  virtual void UnregisterThread() = 0;
  // Kind "dpdk": option device=EAL device arguments, e.g. net_null0,size=64
  virtual PortKind EthdevKind() = 0;
};

}  // namespace ipdk::cpu
