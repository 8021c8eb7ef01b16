#pragma once
// How a device that was made for a host (devices/) joins a target's data path (targets/): neither
// knows the other. The backend of the `port` table drives both.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace ipdk::tdi {

struct PortSpec {
  std::string name{};   // "netdev1"
  uint32_t number = 0;  // as programs and P4Runtime see it
  std::string kind{};   // "netdev" (any Linux interface of the daemon's namespace), "tap", "pcap",
                        // "memory", "dpdk"
  std::map<std::string, std::string>
      options{};  // netdev: ifname. pcap: in, out, loop. dpdk: device (EAL device arguments)
  int fd = -1;    // tap: an open TAP descriptor with IFF_VNET_HDR, owned by the target from here on
  uint64_t rate_bps = 0;  // bits per second of L2 frames without FCS, each direction; 0 = no limit
  uint64_t burst_bytes = 0;  // 0 = the target's choice, reported back
  uint32_t mtu = 1500;
  uint64_t mac = 0;  // low 48 bits
  bool admin_up = true;
};

// Names as in openconfig-interfaces /interfaces/interface/state/counters. "in" is received from the
// host.
struct PortCounters {
  uint64_t in_octets = 0, in_pkts = 0, in_unicast_pkts = 0, in_broadcast_pkts = 0,
           in_multicast_pkts = 0;
  uint64_t in_discards = 0, in_errors = 0;
  uint64_t out_octets = 0, out_pkts = 0, out_unicast_pkts = 0, out_broadcast_pkts = 0,
           out_multicast_pkts = 0;
  uint64_t out_discards = 0, out_errors = 0;
};

struct PortStatus {
  bool oper_up = false;
  uint64_t rate_bps = 0, burst_bytes = 0;  // in force
  bool poll_only = false;                  // the device has no descriptor to sleep on
  PortCounters counters{};
};

// Implemented by a target that runs packets. Any thread; calls on one port are serial. Packets of
// other ports flow on.
class PortHost {
 public:
  virtual ~PortHost() = default;
  virtual std::vector<std::string> PortKinds() const = 0;
  // Whether a port whose user names no number may be given this one: architectures reserve some.
  virtual bool MayChoose(uint32_t number) const { return true; }
  // ALREADY_EXISTS for a number in use; INVALID_ARGUMENT naming option and value; OUT_OF_RANGE when
  // the running program's port type cannot hold the number, or reserves it.
  virtual Status AttachPort(const PortSpec& spec) = 0;
  // Rate, burst, MTU, admin state; other members must be as they were.
  virtual Status ModifyPort(const PortSpec& spec) = 0;
  // Drains, then gives back the device. After return no worker touches it. NOT_FOUND if there is
  // none.
  virtual Status DetachPort(uint32_t number) = 0;
  virtual Result<PortStatus> ReadPort(uint32_t number) const = 0;
};

}  // namespace ipdk::tdi
