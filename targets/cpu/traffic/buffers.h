#pragma once
// Where packets live. The data path asks this interface for buffers, so that it runs over DPDK's
// pools in the daemon and over plain memory in tests, `ipdk stf` and benches, without knowing
// which.
//
// A packet is one first segment, contiguous and writable, and a chain of further segments that hold
// the rest of a large frame. Segments may be shared between copies: only the first segment of a
// packet may be written, and of a shared first segment nobody but its owner has more than what
// Unshare left it.
//
// Calls are per burst. An instance is used by one thread at a time, except Free, which may meet a
// buffer that another worker allocated; reference counts are atomic.

#include <cstdint>
#include <span>

#include "targets/cpu/packet.h"

namespace ipdk::cpu {

// One link of Packet::chain.
struct Segment {
  Segment* next = nullptr;
  uint8_t* data = nullptr;
  uint32_t length = 0;
  void* owner = nullptr;
};

inline Segment* ChainOf(const Packet& packet) { return static_cast<Segment*>(packet.chain); }

struct ConstBytes {
  const uint8_t* data;
  uint32_t length;
};

class Buffers {
 public:
  static constexpr uint32_t kHeadroom = 512;        // before data, in a fresh packet
  static constexpr uint32_t kSmallBytes = 2048;     // what AllocateSmall's packets hold
  static constexpr uint32_t kMaxFrame = 72 * 1024;  // Linux' largest super-frame and some room

  virtual ~Buffers() = default;

  // Empty packets (length 0) with room for kSmallBytes after data. Returns how many were to be had.
  virtual uint32_t AllocateSmall(Packet** packets, uint32_t n) = 0;
  // A packet of `total` bytes, contents undefined, length, total_length and chain set. Null when
  // exhausted or beyond kMaxFrame.
  virtual Packet* Allocate(uint32_t total) = 0;
  virtual void Free(Packet* const* packets, uint32_t n) = 0;
  // A packet with the same bytes and metadata but no frame. At least min(total_length, prefix)
  // bytes are in a first segment of its own; bytes after that may be shared. Null when exhausted.
  virtual Packet* Copy(const Packet& from, uint32_t prefix) = 0;
  // Makes the first min(total_length, prefix) bytes contiguous and not shared. False when exhausted
  // (the packet is as it was).
  virtual bool Unshare(Packet& packet, uint32_t prefix) = 0;
  // Cuts the packet to its first `length` bytes.
  virtual void Truncate(Packet& packet, uint32_t length) = 0;

  // Free packets that AllocateSmall could still give; an estimate.
  virtual uint32_t Available() const = 0;

  void Free(Packet* packet) { Free(&packet, 1); }
};

// The packet's bytes, `max` pieces at most. Returns the number of pieces, or 0 if they do not
// suffice.
uint32_t Pieces(const Packet& packet, ConstBytes* pieces, uint32_t max);
// Copies bytes out of / into the whole packet. REQUIRES: offset + bytes <= total_length.
void Gather(const Packet& packet, uint32_t offset, std::span<uint8_t> out);
void Scatter(Packet& packet, uint32_t offset, std::span<const uint8_t> in);

// Everything that travels with a packet except its bytes, frame and owner.
void CopyMetadata(const Packet& from, Packet& to);
// A recycled packet's metadata as a fresh one's.
void ResetMetadata(Packet& packet);

}  // namespace ipdk::cpu
