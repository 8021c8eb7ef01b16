#pragma once
// Any DPDK device as a port, by its EAL device arguments: net_null0, net_ring0, net_tap0,iface=x, a
// NIC's PCI address. Polled (Debian's virtual drivers have no receive interrupt): the worker that
// owns it sleeps 50 microseconds at most. One receive and one transmit queue; several workers that
// send take turns by a spin lock. Options: device.

#include <memory>

#include "targets/cpu/ports/port.h"

struct rte_mempool;

namespace ipdk::cpu {

Result<std::unique_ptr<Port>> OpenEthdev(const tdi::PortSpec& spec, rte_mempool* pool);

}  // namespace ipdk::cpu
