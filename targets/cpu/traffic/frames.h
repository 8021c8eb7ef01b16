#pragma once
// Frames for one worker: last in, first out, so that they stay in the cache. Memory is taken from
// the system only when more are in use than ever before.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/check.h"

namespace ipdk::cpu {

class Frames {
 public:
  explicit Frames(uint32_t frame_bytes) : stride_((frame_bytes + 63u) / 64 * 64) {}

  uint8_t* Take() {
    if (free_.empty()) Grow();
    uint8_t* frame = free_.back();
    free_.pop_back();
    return frame;
  }
  void Give(uint8_t* frame) { free_.push_back(frame); }

 private:
  struct Release {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };
  static constexpr size_t kSlab = 64;

  void Grow() {
    auto* slab = static_cast<uint8_t*>(std::aligned_alloc(64, kSlab * stride_));
    IPDK_CHECK(slab != nullptr);
    slabs_.emplace_back(slab);
    free_.reserve(slabs_.size() * kSlab);
    for (size_t i = kSlab; i-- > 0;) free_.push_back(slab + i * stride_);
  }

  const size_t stride_;
  std::vector<uint8_t*> free_;
  std::vector<std::unique_ptr<uint8_t, Release>> slabs_;
};

}  // namespace ipdk::cpu
