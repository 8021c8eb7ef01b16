// Exact keys of any width: one probe of HashMap per key.

#include "targets/cpu/engines/engine.h"
#include "targets/cpu/engines/hash_map.h"

namespace ipdk::cpu::engines {
namespace {

class Hash final : public Engine {
 public:
  Hash(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch)
      : epoch_(std::move(epoch)), map_(layout.key_bytes, *epoch_) {}

  std::string_view name() const override { return "hash"; }
  void Lookup(const uint8_t* keys, uint32_t n, uint32_t* ids) const override {
    map_.Find(keys, n, ids);
  }
  void Insert(const Rule& rule) override { map_.Insert(Key(rule), rule.record); }
  void Replace(const Rule& rule) override { map_.Replace(Key(rule), rule.record); }
  void Erase(const Rule& rule) override { map_.Erase(Key(rule)); }

 private:
  static const uint8_t* Key(const Rule& rule) {
    return reinterpret_cast<const uint8_t*>(rule.key.value.data());
  }

  std::shared_ptr<Epoch> epoch_;
  HashMap map_;
};

}  // namespace

std::unique_ptr<Engine> MakeHash(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch) {
  return std::make_unique<Hash>(layout, std::move(epoch));
}

}  // namespace ipdk::cpu::engines
