// Direct index: the key is the array's index. For keys of at most two bytes nothing can be faster
// or simpler: one load, no compare, 256 KiB at most, of which only the pages in use exist.

#include <cstring>

#include "targets/cpu/engines/engine.h"

namespace ipdk::cpu::engines {
namespace {

class Direct final : public Engine {
 public:
  explicit Direct(const layout::TableLayout& layout)
      : stride_(layout.key_bytes),
        slots_(sizeof(uint32_t) * (size_t{1} << (8 * layout.used_key_bytes))),
        one_byte_(layout.used_key_bytes == 1) {}

  std::string_view name() const override { return "direct"; }

  void Lookup(const uint8_t* keys, uint32_t n, uint32_t* ids) const override {
    for (uint32_t i = 0; i < n; ++i, keys += stride_)
      ids[i] = __atomic_load_n(Slot(keys), __ATOMIC_ACQUIRE);
  }
  void Insert(const Rule& rule) override { Store(rule, rule.record); }
  void Replace(const Rule& rule) override { Store(rule, rule.record); }
  void Erase(const Rule& rule) override { Store(rule, 0); }
  const uint32_t* direct_ids() const override {
    return reinterpret_cast<const uint32_t*>(slots_.data());
  }

 private:
  uint32_t* Slot(const uint8_t* key) const {
    const uint32_t index = one_byte_ ? key[0] : uint32_t{key[0]} << 8 | key[1];
    return reinterpret_cast<uint32_t*>(slots_.data()) + index;
  }
  void Store(const Rule& rule, uint32_t id) {
    __atomic_store_n(Slot(reinterpret_cast<const uint8_t*>(rule.key.value.data())), id,
                     __ATOMIC_RELEASE);
  }

  uint32_t stride_;
  Reserved slots_;
  bool one_byte_;
};

class Empty final : public Engine {
 public:
  std::string_view name() const override { return "empty"; }
  void Lookup(const uint8_t*, uint32_t n, uint32_t* ids) const override {
    for (uint32_t i = 0; i < n; ++i) ids[i] = 0;
  }
  void Insert(const Rule&) override {}
  void Replace(const Rule&) override {}
  void Erase(const Rule&) override {}
};

}  // namespace

std::unique_ptr<Engine> MakeDirect(const layout::TableLayout& layout) {
  return std::make_unique<Direct>(layout);
}
std::unique_ptr<Engine> MakeEmpty() { return std::make_unique<Empty>(); }

}  // namespace ipdk::cpu::engines
