#pragma once
// What the compiled pipeline sees of a packet, and nothing of the library that owns its buffer. The
// run loop fills a Packet from a received buffer, the traffic manager moves it between Ingress and
// Egress, and the port that sends it reads it back.
//
// Invariants:
//  - `data` .. `data + length` is contiguous and writable: at least the first min(total_length,
//    Pipeline::parse_bytes()) bytes of the packet. The rest of the packet is in `chain`, which the
//    pipeline never follows.
//  - Between Ingress and Egress, headers may live in these bytes: do not move them. To copy a
//    packet there, copy the bytes and call Pipeline::CopyFrame; to move it, the same.
//  - Before `data` there are `headroom` writable bytes: a deparsed packet grows into them.
//    Pipeline::growth_bytes() says how much the program can need; with less, the packet is dropped
//    by reason (kNoHeadroom).
//  - `frame` points to Pipeline::frame_bytes() bytes, aligned to 64, which begin with Intrinsics.
//    Nobody needs to clear it: Ingress writes what it later reads, apart from the `in` roles that
//    the target sets.

#include <array>
#include <cstddef>
#include <cstdint>

#include "pipeline/ir/ir.h"

namespace ipdk::cpu {

// One 64-bit slot per ir::Role, in the value's low bits. The slots that every packet touches share
// the first line.
struct alignas(64) Intrinsics {
  static constexpr size_t kCount = static_cast<size_t>(ir::Role::kCount);

  static constexpr std::array<uint8_t, kCount> kSlots = [] {
    std::array<uint8_t, kCount> slots{};
    constexpr ir::Role kHot[] = {ir::Role::kIngressPort,  ir::Role::kEgressSpec,
                                 ir::Role::kMcastGrp,     ir::Role::kEgressPort,
                                 ir::Role::kPacketLength, ir::Role::kInstanceType,
                                 ir::Role::kCloneSession, ir::Role::kIngressGlobalTimestamp};
    uint8_t next = 0;
    for (auto& slot : slots) slot = 0xff;
    for (ir::Role role : kHot) slots[static_cast<size_t>(role)] = next++;
    for (auto& slot : slots)
      if (slot == 0xff) slot = next++;
    return slots;
  }();

  std::array<uint64_t, kCount> slots;

  uint64_t& operator[](ir::Role role) { return slots[kSlots[static_cast<size_t>(role)]]; }
  uint64_t operator[](ir::Role role) const { return slots[kSlots[static_cast<size_t>(role)]]; }
};

// Why the pipeline itself gave a packet up; the traffic manager adds its own reasons.
enum class Verdict : uint8_t {
  kNone = 0,        // the roles say where it goes
  kStepLimit = 1,   // ran more than Program::step_limit blocks in one pass
  kAssert = 2,      // an assert or assume of the program was false
  kNoHeadroom = 3,  // the deparsed headers do not fit before the payload
  // Only after Pipeline::Through:
  kSent = 4,     // through egress too; to out_port
  kDropped = 5,  // by the program, in ingress or in egress
};

// What a virtual interface left undone, or asks for: offsets count from `data`.
struct Offload {
  enum : uint8_t { kNeedsChecksum = 1, kDataValid = 2 };
  enum class Gso : uint8_t { kNone, kTcp4, kTcp6, kUdp, kUdpL4 };
  uint8_t flags = 0;
  Gso gso = Gso::kNone;
  uint16_t gso_size = 0;
  uint16_t checksum_start =
      0;  // the L4 header; Egress keeps it right when the headers before it change length
  uint16_t checksum_offset = 0;  // from there to the field
};

struct Packet {
  // The bytes: the generated code knows these offsets (codegen/abi.h).
  uint8_t* data = nullptr;
  uint8_t* frame = nullptr;
  uint32_t length = 0;           // contiguous from data
  uint32_t total_length = 0;     // with the chain
  uint32_t received_length = 0;  // total_length when it came in: what counters count
  uint32_t headroom = 0;
  uint64_t id = 0;  // unique per receive; random() is a function of it
  uint64_t receive_ns = 0;
  Verdict verdict = Verdict::kNone;
  uint8_t parsed_bits = 0;  // 0 to 7 more, in programs whose headers end within a byte
  bool preserved = false;   // this pass starts with the Vars that PreserveFields kept in the frame
  uint32_t random_calls = 0;  // draws so far, over all passes; a copy starts at 0
  uint32_t parsed = 0;        // set by Ingress: bytes from `data` that the parser consumed
  uint32_t out_port = 0;      // if the verdict is kSent
  Offload offload;

  // Not looked at by the pipeline.
  uint32_t ingress_port = 0;
  void* chain = nullptr;  // where the bytes after `length` are
  void* owner = nullptr;  // the buffer

  Intrinsics& intrinsics() { return *reinterpret_cast<Intrinsics*>(frame); }
  const Intrinsics& intrinsics() const { return *reinterpret_cast<const Intrinsics*>(frame); }
};

}  // namespace ipdk::cpu
