#pragma once
// The daemon's own machine, the host of ports whose `host` is empty: what the target can open goes
// straight to it (any Linux interface, pcap files, memory, DPDK devices by their arguments), and
// TAPs are made here.

#include <memory>
#include <string>

#include "devices/host/host_kind.h"
#include "tdi/port.h"

namespace ipdk::devices {

// ports: asked for the device types it offers; must outlive the kind.
std::unique_ptr<HostKind> CreateLocalKind(const tdi::PortHost* ports, std::string owner);

}  // namespace ipdk::devices
