#pragma once
// Buffers in DPDK's mbufs. The Packet, and the Segment of a buffer that is part of a chain, lie in
// the mbuf's private area, so that a received mbuf is a packet without any allocation. For use in
// run/ and ports/dpdk_*.cpp only.

#include <rte_mbuf.h>

#include <memory>

#include "base/result.h"
#include "targets/cpu/traffic/buffers.h"

namespace ipdk::cpu {

struct MbufHead {
  Packet packet;
  Segment segment;
};

// A packet's own mbuf, in whose private area it lies; its bytes may lie in another (Packet::owner)
// after Unshare.
inline rte_mbuf* HomeOf(const Packet& packet) {
  return reinterpret_cast<rte_mbuf*>(reinterpret_cast<uintptr_t>(&packet) - sizeof(rte_mbuf));
}
inline rte_mbuf* OwnerOf(const Packet& packet) { return static_cast<rte_mbuf*>(packet.owner); }
inline MbufHead* HeadOf(rte_mbuf* mbuf) { return static_cast<MbufHead*>(rte_mbuf_to_priv(mbuf)); }

// An mbuf that a driver filled becomes a packet. Null if it is longer than kMaxFrame (freed).
Packet* PacketOf(rte_mbuf* mbuf);
// The packet as an mbuf chain for a driver. The packet stays valid until the driver took the chain.
rte_mbuf* ChainForSend(Packet& packet);
// The driver did not take it: as before ChainForSend.
void UndoChain(Packet& packet);

struct MbufPools {
  rte_mempool* small = nullptr;
  rte_mempool* large = nullptr;
};
Result<MbufPools> CreatePools(uint32_t small, uint32_t large);
std::unique_ptr<Buffers> CreateMbufBuffers(const MbufPools& pools);

}  // namespace ipdk::cpu
