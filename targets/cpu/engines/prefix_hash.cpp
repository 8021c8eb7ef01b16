// Exact and lpm keys in any mix and of any width (a VRF beside an IPv6 prefix): one hash for every
// combination of prefix lengths in use, probed from the longest down until every packet of the
// batch has its answer. The cost is the number of lengths, not of routes.
//
// TODO(perf): binary search over the lengths (Waldvogel, Varghese, Turner and Plattner, 1997) when
// there are many.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <vector>

#include "targets/cpu/engines/engine.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/engines/hash_map.h"

namespace ipdk::cpu::engines {
namespace {

class PrefixHash final : public Engine {
 public:
  PrefixHash(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch)
      : layout_(layout), epoch_(std::move(epoch)), list_(new List) {}
  ~PrefixHash() override { delete list_.load(); }

  std::string_view name() const override { return "prefix hash"; }

  void Lookup(const uint8_t* keys, uint32_t n, uint32_t* ids) const override {
    const List& list = *list_.load(std::memory_order_acquire);
    const uint32_t words = layout_.key_bytes / 8;
    uint32_t open[kBatch], found[kBatch];
    uint32_t remaining = n;
    for (uint32_t i = 0; i < n; ++i) {
      ids[i] = 0;
      open[i] = i;
    }
    // The masked keys of those still open, some at a time so that any key width fits the stack.
    constexpr uint32_t kScratch = 2048;
    alignas(8) uint8_t masked[kScratch];
    const uint32_t chunk = std::min(kBatch, kScratch / layout_.key_bytes);
    if (chunk == 0) return LookupWide(list, keys, n, ids);
    for (const auto& length : list) {
      if (remaining == 0) break;
      uint32_t kept = 0;
      for (uint32_t start = 0; start < remaining; start += chunk) {
        const uint32_t count = std::min(chunk, remaining - start);
        for (uint32_t i = 0; i < count; ++i)
          Apply(keys + size_t{open[start + i]} * layout_.key_bytes, length->mask,
                masked + size_t{i} * layout_.key_bytes, words);
        length->map.Find(masked, count, found);
        for (uint32_t i = 0; i < count; ++i) {
          const uint32_t packet = open[start + i];
          ids[packet] = found[i];
          open[kept] = packet;
          kept += found[i] == 0;
        }
      }
      remaining = kept;
    }
  }

  void Insert(const Rule& rule) override {
    std::vector<uint32_t> lengths = Lengths(rule);
    auto it = maps_.find(lengths);
    if (it == maps_.end()) {
      auto length = std::make_shared<Length>(rule.key.other, layout_.key_bytes, *epoch_);
      it = maps_.emplace(std::move(lengths), std::move(length)).first;
      it->second->map.Insert(Value(rule), rule.record);
      Republish();
      return;
    }
    it->second->map.Insert(Value(rule), rule.record);
  }
  void Replace(const Rule& rule) override {
    maps_.at(Lengths(rule))->map.Replace(Value(rule), rule.record);
  }
  void Erase(const Rule& rule) override {
    const auto it = maps_.find(Lengths(rule));
    it->second->map.Erase(Value(rule));
    if (it->second->map.size() > 0) return;
    maps_.erase(it);
    Republish();
  }

 private:
  struct Length {
    Length(std::string m, uint32_t key_bytes, Epoch& epoch)
        : mask(std::move(m)), map(key_bytes, epoch) {}
    std::string mask;
    HashMap map;
  };
  // Longest first: by the first lpm key, then the second.
  using List = std::vector<std::shared_ptr<Length>>;

  static const uint8_t* Value(const Rule& rule) {
    return reinterpret_cast<const uint8_t*>(rule.key.value.data());
  }

  static void Apply(const uint8_t* key, const std::string& mask, uint8_t* out, uint32_t words) {
    for (uint32_t i = 0; i < words; ++i) {
      uint64_t k, m;
      std::memcpy(&k, key + 8 * i, 8);
      std::memcpy(&m, mask.data() + 8 * i, 8);
      k &= m;
      std::memcpy(out + 8 * i, &k, 8);
    }
  }

  void LookupWide(const List& list, const uint8_t* keys, uint32_t n, uint32_t* ids) const {
    std::vector<uint64_t> masked(layout_.key_bytes / 8);
    for (uint32_t i = 0; i < n; ++i) {
      for (const auto& length : list) {
        auto* out = reinterpret_cast<uint8_t*>(masked.data());
        Apply(keys + size_t{i} * layout_.key_bytes, length->mask, out, layout_.key_bytes / 8);
        length->map.Find(out, 1, &ids[i]);
        if (ids[i] != 0) break;
      }
    }
  }

  std::vector<uint32_t> Lengths(const Rule& rule) const {
    std::vector<uint32_t> lengths;
    for (const layout::KeyField& field : layout_.fields) {
      if (field.kind != schema::MatchKind::kLpm) continue;
      uint32_t ones = 0;
      for (uint32_t i = 0; i < field.bytes; ++i)
        ones += static_cast<uint32_t>(
            __builtin_popcount(static_cast<uint8_t>(rule.key.other[field.offset + i])));
      lengths.push_back(ones);
    }
    return lengths;
  }

  void Republish() {
    auto* list = new List;
    for (const auto& [lengths, length] : maps_) list->push_back(length);
    const List* old = list_.exchange(list, std::memory_order_acq_rel);
    epoch_->Retire([old] { delete old; });
  }

  layout::TableLayout layout_;
  std::shared_ptr<Epoch> epoch_;
  std::map<std::vector<uint32_t>, std::shared_ptr<Length>, std::greater<>> maps_;
  std::atomic<const List*> list_;
};

}  // namespace

std::unique_ptr<Engine> MakePrefixHash(const layout::TableLayout& layout,
                                       std::shared_ptr<Epoch> epoch) {
  return std::make_unique<PrefixHash>(layout, std::move(epoch));
}

}  // namespace ipdk::cpu::engines
