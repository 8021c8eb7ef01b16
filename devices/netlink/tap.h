#pragma once
// TAP devices with a virtio header on every frame (IFF_VNET_HDR), so that large frames and partial
// checksums pass.

#include <string>

#include "base/result.h"
#include "devices/netlink/descriptor.h"

namespace ipdk::netlink {

// Makes the device, or attaches to the one that a former daemon left. It is persistent: it outlives
// the descriptor, and goes by DeleteLink. In the network namespace of the calling thread.
// FAILED_PRECONDITION if someone has it open.
Result<Descriptor> OpenTap(const std::string& name);

}  // namespace ipdk::netlink
