#pragma once
// What the traffic managers of PSA and PNA do alike with a packet before, between and behind the
// program's functions: making it fit to be parsed, giving it a frame, writing the target's roles,
// dropping it by reason, and handing out what the program said. One per traffic manager; it decides
// nothing.
//
// Both architectures may parse what they have deparsed, where the offsets of an unfinished checksum
// or super-frame mean nothing any more. So such packets are finished when they come in.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "targets/cpu/pipeline.h"
#include "targets/cpu/traffic/frames.h"
#include "targets/cpu/traffic/manager.h"

namespace ipdk::cpu {

class Passage {
 public:
  // All must outlive it; `drops` is what the reasons are counted in.
  Passage(const Pipeline& pipeline, Buffers& buffers, const TrafficOptions& options,
          Traffic::Drops& drops);

  // Takes a received packet; gives it, or the frames that it stands for, to `use`.
  template <typename F>
  void Admit(Packet* packet, uint64_t now_ns, F use) {
    packet->receive_ns = now_ns;
    admitted_.clear();
    Finish(packet);
    for (Packet* one : admitted_) use(one);
  }
  // Makes a packet ready for a function that parses: contiguous as far as the parser goes, bytes
  // that nobody else sees, room to grow, no verdict, a frame. False: dropped and counted.
  // `exclusive`: others may share the bytes behind the first ones.
  bool Ready(Packet*& packet, bool exclusive = false);

  // A packet with the same bytes and an empty frame. Null when there is none: counted.
  Packet* Copy(const Packet& from);
  // Its frame too, as Pipeline::PreserveFields says.
  Packet* CopyWithFields(const Packet& bytes, const Packet& state, uint32_t field_list);
  // One with a copy of the whole frame.
  Packet* CopyWithFrame(const Packet& from);

  void Discard(Packet* packet, Drop reason);
  // Without a reason: it went on as something else.
  void Release(Packet* packet);
  // True: the program's code gave it up, and it is gone.
  bool Failed(Packet* packet);
  void GiveFrame(Packet* packet);
  void Count(Drop reason) { ++drops_[static_cast<size_t>(reason)]; }

  // Gives the listener what the program said in the burst just run.
  void Drain();

  // Writes a role that the target sets, in as many bits as the program gives it.
  void Set(Packet& packet, ir::Role role, uint64_t value) const {
    const uint64_t mask = masks_[static_cast<size_t>(role)];
    if (mask != 0) packet.intrinsics()[role] = value & mask;
  }
  uint64_t Get(const Packet& packet, ir::Role role) const {
    return masks_[static_cast<size_t>(role)] != 0 ? packet.intrinsics()[role] : 0;
  }
  bool Uses(ir::Role role) const { return masks_[static_cast<size_t>(role)] != 0; }

  Worker& worker() { return *worker_; }
  // What a copy owns of its bytes.
  uint32_t prefix() const { return prefix_; }

 private:
  void Finish(Packet* packet);

  const Pipeline& pipeline_;
  Buffers& buffers_;
  const TrafficOptions options_;
  Traffic::Drops& drops_;
  const std::unique_ptr<Worker> worker_;
  Frames frames_;
  std::array<uint64_t, Intrinsics::kCount> masks_{};  // 0: the program has no such role
  std::vector<Packet*> admitted_;
  uint32_t prefix_;
  uint64_t next_id_;
};

}  // namespace ipdk::cpu
