// Longest prefix of one key of at most 32 bits: an array over the first 24 bits whose elements are
// a record or point to a group of 256 for the last eight (Gupta, Lin and McKeown, "Routing lookups
// in hardware at memory access speeds", 1998). One load for nearly every route of the Internet, two
// at most, whatever the number of routes. 64 MiB of address space, of which only the parts with
// routes are ever written; the route of length 0 is kept aside, so that it does not write all of
// it.
//
// The writer keeps beside each element the length of the prefix that put it there: inserting
// overwrites what is not longer, erasing gives the elements to the longest prefix that covers them.

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "targets/cpu/engines/engine.h"
#include "targets/cpu/engines/epoch.h"

namespace ipdk::cpu::engines {
namespace {

constexpr uint32_t kGroup = 0x80000000;  // the element points to a group
constexpr uint32_t kGroupSize = 256;

class Lpm32 final : public Engine {
 public:
  Lpm32(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch)
      : stride_(layout.key_bytes),
        width_(layout.fields[0].width),
        shift_(64 - 8 * layout.fields[0].bytes),
        first_bits_(std::min(width_, 24u)),
        rest_bits_(width_ - first_bits_),
        first_(sizeof(uint32_t) << first_bits_, true),
        first_length_(size_t{1} << first_bits_),
        groups_(rest_bits_ > 0 ? (sizeof(uint32_t) * kGroupSize) << 24 : 1, true),
        group_length_(rest_bits_ > 0 ? size_t{kGroupSize} << 24 : 1),
        routes_(width_ + 1),
        epoch_(std::move(epoch)),
        free_groups_(std::make_shared<std::vector<uint32_t>>()) {}

  std::string_view name() const override { return "lpm32"; }

  void Lookup(const uint8_t* keys, uint32_t n, uint32_t* ids) const override {
    uint32_t values[kBatch];
    const auto* first = reinterpret_cast<const uint32_t*>(first_.data());
    for (uint32_t i = 0; i < n; ++i) {
      uint64_t word;
      std::memcpy(&word, keys + size_t{i} * stride_, 8);
      values[i] = static_cast<uint32_t>(__builtin_bswap64(word) >> shift_);
      __builtin_prefetch(first + (values[i] >> rest_bits_));
    }
    const uint32_t any = __atomic_load_n(&any_, __ATOMIC_ACQUIRE);
    uint32_t deep = 0;
    for (uint32_t i = 0; i < n; ++i) {
      const uint32_t id = __atomic_load_n(first + (values[i] >> rest_bits_), __ATOMIC_ACQUIRE);
      ids[i] = id != 0 ? id : any;
      deep |= id;
    }
    if (!(deep & kGroup)) [[likely]]
      return;
    for (uint32_t i = 0; i < n; ++i) {
      if (!(ids[i] & kGroup)) continue;
      const uint32_t id = __atomic_load_n(Element(ids[i] & ~kGroup, values[i]), __ATOMIC_ACQUIRE);
      ids[i] = id != 0 ? id : any;
    }
  }

  void Insert(const Rule& rule) override { Put(rule, true); }
  void Replace(const Rule& rule) override { Put(rule, false); }

  void Erase(const Rule& rule) override {
    const auto [prefix, length] = Parse(rule);
    routes_[length].erase(prefix);
    if (length == 0) {
      __atomic_store_n(&any_, 0, __ATOMIC_RELEASE);
      return;
    }
    // The heir: the longest remaining prefix that covers this one.
    uint32_t heir = 0, heir_length = 0;
    for (uint32_t l = length; l-- > 1;) {
      const auto it = routes_[l].find(prefix >> (width_ - l) << (width_ - l));
      if (it == routes_[l].end()) continue;
      heir = it->second;
      heir_length = l;
      break;
    }
    Spread(prefix, length, heir, heir_length, [&](uint8_t owner) { return owner == length; });
    if (length > first_bits_) Release(prefix >> rest_bits_);
  }

 private:
  struct Prefix {
    uint32_t value, length;
  };
  Prefix Parse(const Rule& rule) const {
    uint64_t value, mask;
    std::memcpy(&value, rule.key.value.data(), 8);
    std::memcpy(&mask, rule.key.other.data(), 8);
    return {static_cast<uint32_t>(__builtin_bswap64(value) >> shift_),
            static_cast<uint32_t>(__builtin_popcountll(mask))};
  }

  uint32_t* First(uint32_t index) const {
    return reinterpret_cast<uint32_t*>(first_.data()) + index;
  }
  uint32_t* Element(uint32_t group, uint32_t value) const {
    return reinterpret_cast<uint32_t*>(groups_.data()) + (size_t{group} << rest_bits_) +
           (value & ((1u << rest_bits_) - 1));
  }
  uint8_t& ElementLength(uint32_t group, uint32_t rest) {
    return group_length_.data()[(size_t{group} << rest_bits_) + rest];
  }

  void Put(const Rule& rule, bool fresh) {
    const auto [prefix, length] = Parse(rule);
    routes_[length][prefix] = rule.record;
    if (length == 0) {
      __atomic_store_n(&any_, rule.record, __ATOMIC_RELEASE);
      return;
    }
    if (length > first_bits_ && fresh) Open(prefix >> rest_bits_);
    const auto weaker = [&](uint8_t owner) { return owner <= length; };
    const auto own = [&](uint8_t owner) { return owner == length; };
    if (fresh) {
      Spread(prefix, length, rule.record, length, weaker);
    } else {
      Spread(prefix, length, rule.record, length, own);
    }
  }

  // Gives the elements that a prefix covers, and whose present owner's length is accepted, to a
  // record.
  template <typename F>
  void Spread(uint32_t prefix, uint32_t length, uint32_t record, uint32_t new_length, F accepts) {
    const uint32_t from = prefix >> rest_bits_;
    if (length > first_bits_) {
      const uint32_t group = *First(from) & ~kGroup;
      const uint32_t start = prefix & ((1u << rest_bits_) - 1);
      SpreadGroup(group, start, 1u << (width_ - length), record, new_length, accepts);
      return;
    }
    const uint32_t count = 1u << (first_bits_ - length);
    for (uint32_t i = from; i < from + count; ++i) {
      const uint32_t element = *First(i);
      uint8_t& owner = first_length_.data()[i];
      if (element & kGroup)
        SpreadGroup(element & ~kGroup, 0, 1u << rest_bits_, record, new_length, accepts);
      if (!accepts(owner)) continue;
      owner = static_cast<uint8_t>(new_length);
      if (!(element & kGroup)) __atomic_store_n(First(i), record, __ATOMIC_RELEASE);
    }
  }
  template <typename F>
  void SpreadGroup(uint32_t group, uint32_t start, uint32_t count, uint32_t record,
                   uint32_t new_length, F accepts) {
    for (uint32_t i = start; i < start + count; ++i) {
      uint8_t& owner = ElementLength(group, i);
      if (!accepts(owner)) continue;
      owner = static_cast<uint8_t>(new_length);
      __atomic_store_n(Element(group, i), record, __ATOMIC_RELEASE);
    }
  }

  // One more long prefix below this element: make sure that it is a group.
  void Open(uint32_t index) {
    if (deep_[index]++ > 0) return;
    uint32_t group;
    if (free_groups_->empty()) {
      group = next_group_++;
    } else {
      group = free_groups_->back();
      free_groups_->pop_back();
    }
    const uint32_t record = *First(index);
    for (uint32_t i = 0; i < 1u << rest_bits_; ++i) {
      __atomic_store_n(Element(group, i), record, __ATOMIC_RELAXED);
      ElementLength(group, i) = first_length_.data()[index];
    }
    __atomic_store_n(First(index), group | kGroup, __ATOMIC_RELEASE);
  }

  void Release(uint32_t index) {
    const auto it = deep_.find(index);
    IPDK_CHECK(it != deep_.end());
    if (--it->second > 0) return;
    deep_.erase(it);
    const uint32_t group = *First(index) & ~kGroup;
    // Without long prefixes all 2^rest elements have the owner of the element itself.
    __atomic_store_n(First(index), *Element(group, 0), __ATOMIC_RELEASE);
    epoch_->Retire([free = free_groups_, group] { free->push_back(group); });
  }

  uint32_t stride_, width_, shift_, first_bits_, rest_bits_;
  Reserved first_, first_length_, groups_, group_length_;
  uint32_t any_ = 0;
  std::vector<std::unordered_map<uint32_t, uint32_t>> routes_;  // by length: prefix -> record
  std::unordered_map<uint32_t, uint32_t> deep_;  // long prefixes below an element of first_
  std::shared_ptr<Epoch> epoch_;
  std::shared_ptr<std::vector<uint32_t>> free_groups_;
  uint32_t next_group_ = 0;
};

}  // namespace

std::unique_ptr<Engine> MakeLpm32(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch) {
  return std::make_unique<Lpm32>(layout, std::move(epoch));
}

}  // namespace ipdk::cpu::engines
