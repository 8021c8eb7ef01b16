#pragma once
// The same work as bench/programs/*.p4, written by hand in C for this job alone: what a compiler
// has to be held against. Both stage a burst (gather, look up, act), as a good DPDK program does.

#include <cstdint>
#include <memory>
#include <vector>

#include "bench/traffic.h"

namespace ipdk::bench {

class RouterByHand {
 public:
  struct NextHop {
    uint8_t macs[12];  // destination, source
    uint16_t port;
    uint16_t pad;
  };
  RouterByHand(const std::vector<Route>& routes, const std::vector<NextHop>& next_hops);
  ~RouterByHand();
  // Edits the packets in place; ports[i] gets the out port, or kDrop.
  void Run(uint8_t* const* packets, uint32_t n, uint32_t* ports);
  static constexpr uint32_t kDrop = 511;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

class SwitchByHand {
 public:
  SwitchByHand(size_t entries, uint32_t ports);
  ~SwitchByHand();
  void Run(uint8_t* const* packets, uint32_t n, uint32_t* ports);

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace ipdk::bench
