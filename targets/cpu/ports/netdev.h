#pragma once
// Any Linux network interface of this namespace as a port: the daemon's end of a veth pair, a
// bridge, a NIC.
//
// Receive: an AF_PACKET ring (TPACKET_V2: each frame is ours as soon as it is written; version 3
// holds them back until a block is full or a millisecond has passed). Frames larger than a slot
// come whole through the socket's own queue, one system call each (PACKET_COPY_THRESH), so that a
// ring of small slots also carries 64 KiB super-frames. Transmit: sendmmsg, one system call per
// burst; the kernel copies, so that a slow receiver does not hold our buffers. Every frame carries
// a virtio header (PACKET_VNET_HDR): partial checksums and super-frames pass as they are.
//
// The interface itself is only made promiscuous while the port exists. Its kernel addresses, if it
// has any, stay. Options: ifname, ring (slots, default 1024).

#include <memory>

#include "targets/cpu/ports/port.h"

namespace ipdk::cpu {

Result<std::unique_ptr<Port>> OpenNetdev(const tdi::PortSpec& spec);

}  // namespace ipdk::cpu
