#pragma once
// A TAP device whose descriptor was opened elsewhere (in the host's namespace) with IFF_TAP |
// IFF_NO_PI | IFF_VNET_HDR: one system call per packet each way, super-frames and partial checksums
// as they are. Stopping to read lets the kernel queue fill, which is back-pressure to the sender.
// Options: none; PortSpec::fd is required.

#include <memory>

#include "targets/cpu/ports/port.h"

namespace ipdk::cpu {

Result<std::unique_ptr<Port>> OpenTap(const tdi::PortSpec& spec);

}  // namespace ipdk::cpu
