#pragma once
// The kinds of ports that this target can open, by the name that PortSpec::kind gives. An explicit
// list: the daemon's has all, a test's what it needs. DPDK's kind comes from run/, where the EAL
// lives.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "targets/cpu/ports/port.h"

namespace ipdk::cpu {

struct PortKind {
  std::string name;
  std::function<Result<std::unique_ptr<Port>>(const tdi::PortSpec&)> open;
};

// netdev, tap, pcap, memory.
std::vector<PortKind> BasicPortKinds();

}  // namespace ipdk::cpu
