#pragma once
// Capture files as a port: packets come from one and what leaves is written to another (classic
// pcap, microsecond or nanosecond, either byte order; link type Ethernet). The input is not paced:
// it is as fast as it is read. Options: in=FILE, out=FILE (at least one), loop=N (pass over the
// input N times, 0 = for ever; default 1).

#include <memory>

#include "targets/cpu/ports/port.h"

namespace ipdk::cpu {

Result<std::unique_ptr<Port>> OpenPcapFile(const tdi::PortSpec& spec);

}  // namespace ipdk::cpu
