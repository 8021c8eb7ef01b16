#pragma once
// The CPU target as the rest of the system sees it: loads packages, offers the program's tables and
// those of packet replication as groups of the device, hosts ports, and carries packets to and from
// the controller.
//
// Threads: Load and the port functions may be called from any thread; what changes tables runs on
// the device's control thread; programs are compiled on a thread of their own at low priority, so
// that packets do not suffer.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "targets/cpu/ports/kinds.h"
#include "tdi/device.h"
#include "tdi/port.h"
#include "tdi/target.h"

namespace ipdk::cpu {

class Eal;

struct CpuTargetOptions {
  uint32_t workers = 1;
  // DPDK's environment (run/eal.h): buffers, and the port kind "dpdk". Null: buffers in plain
  // memory.
  std::shared_ptr<Eal> eal{};
  uint32_t buffers = 16384;  // per worker, without DPDK
  bool host_cpu = true;      // use what this processor has; false: x86-64-v2
  std::vector<PortKind> more_kinds{};
  // log_msg of programs, and what else is worth telling; called on a worker's thread. May be empty.
  std::function<void(std::string_view line)> log{};
};

class CpuTarget : public tdi::Target, public tdi::PortHost {
 public:
  // The device must outlive the target.
  static Result<std::unique_ptr<CpuTarget>> Create(tdi::Device& device, CpuTargetOptions options);
  ~CpuTarget() override = default;
};

}  // namespace ipdk::cpu
