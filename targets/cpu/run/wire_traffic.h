#pragma once
// The smallest traffic manager: what comes in on one port of a pair leaves on the other, unchanged.
// For tests of ports and workers, which need no compiled program for that.

#include "targets/cpu/traffic/manager.h"

namespace ipdk::cpu {

class WireTraffic final : public Traffic {
 public:
  // Port 1 to 2, 2 to 1, 3 to 4, 4 to 3 ...; port 0 to the controller's port.
  explicit WireTraffic(uint32_t cpu_port) : cpu_port_(cpu_port) {}

  void Process(Packet* const* packets, uint32_t n, uint64_t, const Replication&,
               std::vector<Transmission>& out) override {
    for (uint32_t i = 0; i < n; ++i) {
      uint32_t in = packets[i]->ingress_port;
      uint32_t port = in == cpu_port_ ? 1 : in == 0 ? cpu_port_ : ((in - 1) ^ 1) + 1;
      out.push_back({packets[i], port, i, i});
    }
  }

 private:
  const uint32_t cpu_port_;
};

}  // namespace ipdk::cpu
