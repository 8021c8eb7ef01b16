#pragma once
// PNA's traffic manager: one function for each packet, and what it asked for.
//
// After main: mirror copies (the packet as main left it, cut as their session says, straight to the
// session's ports, slots in their order), then drop, or recirculate, or transmit. A recirculated
// packet starts again from its new bytes with nothing kept but where it came from.

#include <memory>

#include "targets/cpu/traffic/manager.h"

namespace ipdk::cpu {

std::unique_ptr<Traffic> CreatePnaTraffic(const Pipeline& pipeline, Buffers& buffers,
                                          const TrafficOptions& options);

}  // namespace ipdk::cpu
