#pragma once
// Buffers in plain memory, for tests, `ipdk stf` and benches: no DPDK. With `guard`, a packet's
// last byte lies flush against a page that nobody may touch, so that a read or write beyond the
// packet, also by generated code that no sanitizer sees, ends the test at that instruction. With
// `segment`, first segments hold no more than that, so that chains are exercised with small
// packets.

#include <memory>

#include "targets/cpu/traffic/buffers.h"

namespace ipdk::cpu {

struct MemoryBuffersOptions {
  uint32_t packets = 1024;  // small ones; large ones come from the heap
  bool guard = false;
  uint32_t segment = 0;  // 0: as much as fits
};

std::unique_ptr<Buffers> CreateMemoryBuffers(const MemoryBuffersOptions& options);

}  // namespace ipdk::cpu
