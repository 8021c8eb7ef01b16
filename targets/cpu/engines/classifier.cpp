// Ternary, range and optional keys, in any mix with exact and lpm ones: the larger order wins. Two
// structures share the work (tuple space search: Srinivasan, Suri and Varghese, 1999):
//  - rules without a real range are grouped by their mask; a group with many rules is a hash of the
//    masked key, and the groups are tried from the one that holds the largest order, until no group
//    can do better;
//  - rules with a range, and groups too small to be worth a probe, are one array sorted by order,
//  scanned to the first match.
//
// The whole is rebuilt at Commit from the rules that changed groups, and swapped in by one store:
// readers see a change set or do not. A rule list in order costs one pass per Commit; batch many
// entries into one.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "targets/cpu/engines/engine.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/engines/hash_map.h"

namespace ipdk::cpu::engines {
namespace {

constexpr size_t kHashFrom = 8;  // rules of one mask, from which a probe beats the scan

struct Rank {
  uint64_t order = 0;
  uint64_t sequence = 0;
  // Whether this one wins over `other`.
  bool Beats(const Rank& other) const {
    return order != other.order ? order > other.order : sequence < other.sequence;
  }
};

class Classifier final : public Engine {
 public:
  Classifier(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch)
      : layout_(layout), words_(layout.key_bytes / 8), epoch_(std::move(epoch)), view_(new View) {
    for (const layout::KeyField& field : layout.fields)
      if (field.kind == schema::MatchKind::kRange) ranges_.push_back(field);
  }
  ~Classifier() override { delete view_.load(); }

  std::string_view name() const override { return "classifier"; }

  void Lookup(const uint8_t* keys, uint32_t n, uint32_t* ids) const override {
    const View& view = *view_.load(std::memory_order_acquire);
    std::vector<uint64_t> wide;
    uint64_t narrow[32];
    uint64_t* masked = narrow;
    if (words_ > 32) {
      wide.resize(words_);
      masked = wide.data();
    }
    for (uint32_t i = 0; i < n; ++i)
      ids[i] = Find(view, keys + size_t{i} * layout_.key_bytes, masked);
  }

  void Insert(const Rule& rule) override {
    Stored stored{{rule.order, rule.sequence}, rule.record};
    rules_[MaskOf(rule)][Key{rule.key.value, HighOf(rule), rule.order}] = stored;
    dirty_ = true;
  }
  void Replace(const Rule& rule) override {
    rules_.at(MaskOf(rule)).at(Key{rule.key.value, HighOf(rule), rule.order}).record = rule.record;
    dirty_ = true;
  }
  void Erase(const Rule& rule) override {
    const auto group = rules_.find(MaskOf(rule));
    IPDK_CHECK(group != rules_.end());
    group->second.erase(Key{rule.key.value, HighOf(rule), rule.order});
    if (group->second.empty()) rules_.erase(group);
    dirty_ = true;
  }

  void Commit() override {
    if (!dirty_) return;
    dirty_ = false;
    auto* view = new View;
    for (const auto& [mask, rules] : rules_) {
      if (rules.size() < kHashFrom || mask.ranged) {
        for (const auto& [key, stored] : rules) AddToList(*view, mask, key, stored);
        continue;
      }
      auto group = std::make_unique<Group>(layout_.key_bytes, *epoch_);
      group->mask = Words(mask.bits);
      group->results.resize(1);
      // The same key may be there with several orders: only the best can ever win.
      std::unordered_map<std::string, Stored> best;
      for (const auto& [key, stored] : rules) {
        const auto [it, fresh] = best.try_emplace(key.value, stored);
        if (!fresh && stored.rank.Beats(it->second.rank)) it->second = stored;
      }
      bool first = true;
      for (const auto& [value, stored] : best) {
        group->map.Insert(reinterpret_cast<const uint8_t*>(value.data()),
                          static_cast<uint32_t>(group->results.size()));
        group->results.push_back(stored);
        if (first || stored.rank.Beats(group->best)) group->best = stored.rank;
        first = false;
      }
      view->groups.push_back(std::move(group));
    }
    std::sort(view->groups.begin(), view->groups.end(),
              [](const auto& a, const auto& b) { return a->best.Beats(b->best); });
    SortList(*view);
    const View* old = view_.exchange(view, std::memory_order_acq_rel);
    epoch_->Retire([old] { delete old; });
  }

 private:
  struct Stored {
    Rank rank;
    uint32_t record = 0;
  };
  struct MaskKey {
    std::string bits;  // zero over range fields
    bool ranged = false;
    auto operator<=>(const MaskKey&) const = default;
  };
  struct Key {
    std::string value, high;
    uint64_t order;
    auto operator<=>(const Key&) const = default;
  };
  struct Group {
    Group(uint32_t key_bytes, Epoch& epoch) : map(key_bytes, epoch) {}
    std::vector<uint64_t> mask;
    HashMap map;
    std::vector<Stored> results;
    Rank best;
  };
  struct Listed {
    Stored stored;
    std::vector<uint64_t> words;  // mask, then value
    std::string low, high;        // empty: no range
  };
  struct View {
    std::vector<std::unique_ptr<Group>> groups;
    std::vector<Listed> list;     // while building
    std::vector<Stored> stored;   // of the list, best first
    std::vector<uint64_t> words;  // per listed rule: mask words, value words
    std::vector<std::string> low, high;
  };

  std::vector<uint64_t> Words(const std::string& bytes) const {
    std::vector<uint64_t> words(words_);
    std::memcpy(words.data(), bytes.data(), bytes.size());
    return words;
  }

  // A range over everything is no range.
  bool Ranged(const Rule& rule) const {
    for (const layout::KeyField& field : ranges_) {
      const Integer low =
          FromBytes(std::string_view(rule.key.value).substr(field.offset, field.bytes));
      const Integer high =
          FromBytes(std::string_view(rule.key.other).substr(field.offset, field.bytes));
      if (low != 0 || high != Mask(field.width)) return true;
    }
    return false;
  }
  MaskKey MaskOf(const Rule& rule) const {
    MaskKey mask{rule.key.other, Ranged(rule)};
    for (const layout::KeyField& field : ranges_)
      mask.bits.replace(field.offset, field.bytes, field.bytes, '\0');
    return mask;
  }
  std::string HighOf(const Rule& rule) const {
    std::string high;
    for (const layout::KeyField& field : ranges_)
      high += rule.key.other.substr(field.offset, field.bytes);
    return high;
  }

  void AddToList(View& view, const MaskKey& mask, const Key& key, const Stored& stored) const {
    Listed listed{stored, Words(mask.bits), {}, {}};
    std::string value = key.value;
    for (const layout::KeyField& field : ranges_) {
      if (mask.ranged) listed.low += value.substr(field.offset, field.bytes);
      value.replace(field.offset, field.bytes, field.bytes, '\0');
    }
    if (mask.ranged) listed.high = key.high;
    for (const uint64_t word : Words(value)) listed.words.push_back(word);
    view.list.push_back(std::move(listed));
  }
  static void SortList(View& view) {
    std::sort(view.list.begin(), view.list.end(),
              [](const Listed& a, const Listed& b) { return a.stored.rank.Beats(b.stored.rank); });
    for (Listed& listed : view.list) {
      view.stored.push_back(listed.stored);
      view.words.insert(view.words.end(), listed.words.begin(), listed.words.end());
      view.low.push_back(std::move(listed.low));
      view.high.push_back(std::move(listed.high));
    }
    view.list = {};
  }

  bool InRanges(const View& view, size_t rule, const uint8_t* key) const {
    const std::string& low = view.low[rule];
    if (low.empty()) return true;
    const std::string& high = view.high[rule];
    size_t at = 0;
    for (const layout::KeyField& field : ranges_) {
      const uint8_t* k = key + field.offset;
      if (std::memcmp(k, low.data() + at, field.bytes) < 0 ||
          std::memcmp(k, high.data() + at, field.bytes) > 0)
        return false;
      at += field.bytes;
    }
    return true;
  }

  uint32_t Find(const View& view, const uint8_t* key, uint64_t* masked) const {
    const Stored* best = nullptr;
    for (const auto& group : view.groups) {
      if (best != nullptr && best->rank.Beats(group->best)) break;
      for (uint32_t w = 0; w < words_; ++w) {
        uint64_t k;
        std::memcpy(&k, key + 8 * w, 8);
        masked[w] = k & group->mask[w];
      }
      uint32_t index;
      group->map.Find(reinterpret_cast<const uint8_t*>(masked), 1, &index);
      if (index == 0) continue;
      const Stored& found = group->results[index];
      if (best == nullptr || found.rank.Beats(best->rank)) best = &found;
    }
    const uint64_t* words = view.words.data();
    for (size_t i = 0; i < view.stored.size(); ++i, words += 2 * words_) {
      if (best != nullptr && best->rank.Beats(view.stored[i].rank)) break;
      uint64_t difference = 0;
      for (uint32_t w = 0; w < words_; ++w) {
        uint64_t k;
        std::memcpy(&k, key + 8 * w, 8);
        difference |= (k & words[w]) ^ words[words_ + w];
      }
      if (difference != 0 || !InRanges(view, i, key)) continue;
      best = &view.stored[i];
      break;
    }
    return best != nullptr ? best->record : 0;
  }

  layout::TableLayout layout_;
  uint32_t words_;
  std::vector<layout::KeyField> ranges_;
  std::shared_ptr<Epoch> epoch_;
  std::map<MaskKey, std::map<Key, Stored>> rules_;
  bool dirty_ = false;
  std::atomic<const View*> view_;
};

}  // namespace

std::unique_ptr<Engine> MakeClassifier(const layout::TableLayout& layout,
                                       std::shared_ptr<Epoch> epoch) {
  return std::make_unique<Classifier>(layout, std::move(epoch));
}

}  // namespace ipdk::cpu::engines
