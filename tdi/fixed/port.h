#pragma once
// The `port` table: a network device of a host and the data path's end of it. Key: name. Backend:
// devices/reconcile. The `port_number` table remembers which number a name had, so that a port made
// again gets it back; it is written by the reconciler only.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tdi/fixed/ids.h"
#include "tdi/port.h"
#include "tdi/row.h"
#include "tdi/schema.h"

namespace ipdk::tdi::fixed {

struct PortConfig {
  std::string name{};
  std::string host{};         // "" = none: a device of the machine the daemon runs on
  std::string device_type{};  // netns host: veth, tap. No host: netdev, tap, pcap, memory, dpdk (as
                              // the target offers)
  uint64_t rate_bps = 0;  // bits per second of L2 frames without FCS, each direction; 0 = no limit
  uint64_t burst_bytes = 0;  // 0 = chosen by the target, see PortState
  uint32_t number = 0;  // as programs and P4Runtime see it; 0 = the number the name had, else the
                        // lowest free from 1
  uint32_t mtu = 1500;
  uint64_t mac = 0;  // of the host's end; 0 = made from the names, the same each time
  bool admin_up = true;
  uint32_t queues = 1;
  std::string interface{};  // name inside the host; "" = the port's name
  std::string options{};    // "key=value,..."; what they mean depends on device_type
};

struct PortState {
  uint32_t number = 0;               // 0 until assigned
  std::string oper_status = "DOWN";  // UP, DOWN, ERROR
  std::string message{};             // the step that failed and why
  std::string interface{};           // name inside the host, as made
  std::string endpoint{};  // the data path's end, if it is an interface of the daemon's namespace
  uint64_t actual_rate_bps = 0;  // in force; may differ from what was asked for
  uint64_t actual_burst_bytes = 0;
  uint64_t actual_mac = 0;
  bool poll_only = false;  // the device has no descriptor to sleep on
  PortCounters counters{};
};

TableSchema PortSchema();

std::string PortKey(std::string_view name);
Result<std::string> PortName(std::string_view key);
Row EncodePort(const PortConfig& config);
Result<PortConfig> DecodePort(const Row& row);
std::string EncodePortState(const PortState& state);
Result<PortState> DecodePortState(std::string_view state);

// "a=1,b=2" as a map; a backslash before a comma or a backslash makes it part of the value.
// INVALID_ARGUMENT for a part without '=' or with an empty or repeated key.
Result<std::map<std::string, std::string>> ParseOptions(std::string_view text);

struct PortNumber {
  std::string name{};
  uint32_t number = 0;
  uint64_t deleted = 0;  // 0: the port exists; else the larger, the later it was deleted
};
TableSchema PortNumberSchema();
Row EncodePortNumber(const PortNumber& value);
Result<PortNumber> DecodePortNumber(const Row& row);

}  // namespace ipdk::tdi::fixed
