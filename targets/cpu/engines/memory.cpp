#include "targets/cpu/engines/memory.h"

#include <sys/mman.h>

#include <algorithm>

#include "base/check.h"

namespace ipdk::cpu::engines {

Reserved::Reserved(size_t bytes, bool huge_pages) {
  constexpr size_t kPage = 4096;
  constexpr size_t kHuge = size_t{2} << 20;
  size_ = (std::max<size_t>(bytes, 1) + kPage - 1) / kPage * kPage;
  huge_pages = huge_pages && size_ >= kHuge;
  map_size_ = size_ + (huge_pages ? kHuge : 0);
  map_ = mmap(nullptr, map_size_, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  // Address space is 47 bits: running out of it is a fault of the sizes we ask for.
  IPDK_CHECK(map_ != MAP_FAILED);
  data_ = static_cast<uint8_t*>(map_);
  if (huge_pages) {
    const auto at = reinterpret_cast<uintptr_t>(data_);
    data_ = reinterpret_cast<uint8_t*>((at + kHuge - 1) / kHuge * kHuge);
    madvise(data_, size_,
            MADV_HUGEPAGE);  // only a wish: without it the memory is slower, not wrong
  }
}

Reserved::~Reserved() {
  if (map_ != nullptr) munmap(map_, map_size_);
}

}  // namespace ipdk::cpu::engines
