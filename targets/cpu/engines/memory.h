#pragma once
// Zeroed memory that grows without moving: address space is reserved at once and paid for only
// where it is used.

#include <cstddef>
#include <cstdint>

namespace ipdk::cpu::engines {

class Reserved {
 public:
  // Reserves `bytes` of address space (rounded up to pages); all of it reads as zero. Aligned to
  // `align` (a power of two).
  explicit Reserved(size_t bytes, bool huge_pages = false);
  ~Reserved();
  Reserved(const Reserved&) = delete;
  Reserved& operator=(const Reserved&) = delete;

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  void* map_ = nullptr;
  size_t map_size_ = 0;
};

}  // namespace ipdk::cpu::engines
