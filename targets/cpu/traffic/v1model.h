#pragma once
// v1model's traffic manager: the decisions of BMv2's simple_switch in their order.
//
// After ingress: clone to egress (the packet as received, parsed again), then resubmit, or
// multicast, or unicast, or drop (egress_spec 511). After egress: clone (headers as they are now),
// then drop, or recirculate, or transmit.

#include <memory>

#include "targets/cpu/traffic/manager.h"

namespace ipdk::cpu {

std::unique_ptr<Traffic> CreateV1ModelTraffic(const Pipeline& pipeline, Buffers& buffers,
                                              const TrafficOptions& options);

}  // namespace ipdk::cpu
