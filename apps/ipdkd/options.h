#pragma once
// The daemon's command line.

#include <cstdint>
#include <optional>
#include <string>

namespace ipdk::apps {

struct DaemonOptions {
  std::string state_dir = "/var/lib/ipdk";
  std::string p4runtime = "127.0.0.1:9559";
  std::string gnmi = "127.0.0.1:9339";
  uint32_t workers = 1;
  uint32_t memory_mb = 512;  // DPDK's buffers; 0: no DPDK, plain memory
  uint32_t cpu_port = 510;
  uint32_t timeout_s = 10;  // how long a gNMI Set waits for devices
};

// Nothing: go on. Else the exit code: 0 after --help, 2 for a wrong command line, which was
// explained.
std::optional<int> ParseOptions(int argc, char** argv, DaemonOptions* options);

}  // namespace ipdk::apps
