#pragma once
// PSA's traffic manager: the packet replication engine and what surrounds it (PSA 1.2, "Packet Path
// Details").
//
// After ingress: clone (the packet as received), then drop, or resubmit (as received), or
// multicast, or unicast. After egress: clone (as deparsed), then drop, or recirculate, or transmit.
// Between two functions a packet is its bytes, the target's roles and one field list; its frame is
// only the room for them.

#include <memory>

#include "targets/cpu/traffic/manager.h"

namespace ipdk::cpu {

std::unique_ptr<Traffic> CreatePsaTraffic(const Pipeline& pipeline, Buffers& buffers,
                                          const TrafficOptions& options);

}  // namespace ipdk::cpu
