#include "targets/cpu/engines/hash_map.h"

#include <nmmintrin.h>

#include <cstring>
#include <deque>
#include <vector>

#include "base/check.h"
#include "targets/cpu/engines/engine.h"
#include "targets/cpu/engines/epoch.h"

namespace ipdk::cpu::engines {
namespace {

constexpr uint32_t kDead = UINT32_MAX;  // erased, but readers may still be comparing its key

inline uint64_t Word(const uint8_t* key, uint32_t i) {
  uint64_t word;
  std::memcpy(&word, key + 8 * i, 8);
  return word;
}

// The bucket of a key is in the low half; buckets with tags need an independent high half.
template <bool kTagged>
inline uint64_t HashOf(const uint8_t* key, uint32_t words) {
  uint64_t low = 0, high = 0x9e3779b9;
  for (uint32_t i = 0; i < words; ++i) {
    const uint64_t word = Word(key, i);
    low = _mm_crc32_u64(low, word);
    if constexpr (kTagged) high = _mm_crc32_u64(high, word * 0x9e3779b97f4a7c15u);
  }
  return low | (kTagged ? high << 32 : 0);
}

// Reads and writes of shared slots; on x86-64 all of these are plain moves.
template <typename T>
inline T Load(const T& at) {
  return __atomic_load_n(&at, __ATOMIC_RELAXED);
}
inline uint32_t LoadId(const uint32_t& at) { return __atomic_load_n(&at, __ATOMIC_ACQUIRE); }
template <typename T>
inline void Store(T& at, T value) {
  __atomic_store_n(&at, value, __ATOMIC_RELAXED);
}
inline void StoreId(uint32_t& at, uint32_t value) {
  __atomic_store_n(&at, value, __ATOMIC_RELEASE);
}

inline bool Live(uint32_t id) { return id + 1 > 1; }  // neither 0 nor kDead

struct alignas(64) Bucket8 {
  static constexpr uint32_t kSlots = 5, kWords = 1;
  uint64_t key[kSlots];
  uint32_t id[kSlots];
  uint32_t next;
};
struct alignas(64) Bucket16 {
  static constexpr uint32_t kSlots = 3, kWords = 2;
  uint64_t key[kSlots][2];
  uint32_t id[kSlots];
  uint32_t next;
};
struct alignas(64) BucketLong {
  static constexpr uint32_t kSlots = 5, kWords = 0;  // any number of words
  uint32_t tag[kSlots];
  uint32_t place[kSlots];  // of the key in `keys`
  uint32_t id[kSlots];
  uint32_t next;
};
static_assert(sizeof(Bucket8) == 64 && sizeof(Bucket16) == 64 && sizeof(BucketLong) == 64);

}  // namespace

struct HashMap::Array {
  Array(uint32_t key_bytes, uint64_t buckets)
      : words(key_bytes / 8),
        mask(buckets - 1),
        // As many overflow buckets as main ones: with at most two and a half keys per bucket they
        // cannot run out before the table grows (checked where they are taken).
        memory(buckets * 2 * 64, true),
        keys(words > 2 ? buckets * 8 * key_bytes : 1),
        next_overflow(static_cast<uint32_t>(buckets)),
        limit(buckets * 2) {}

  uint32_t words;
  uint64_t mask;
  Reserved memory;
  Reserved keys;  // of BucketLong
  uint32_t next_overflow;
  uint64_t limit;
  uint32_t next_place = 0;
  std::vector<uint32_t> free_places;
  uint64_t used = 0;

  template <typename B>
  B* at(uint64_t bucket) const {
    return reinterpret_cast<B*>(memory.data()) + bucket;
  }
  uint8_t* key_at(uint32_t place) const { return keys.data() + size_t{place} * words * 8; }

  bool Same(const Bucket8& b, uint32_t slot, const uint8_t* key, uint64_t) const {
    return Load(b.key[slot]) == Word(key, 0);
  }
  bool Same(const Bucket16& b, uint32_t slot, const uint8_t* key, uint64_t) const {
    return ((Load(b.key[slot][0]) ^ Word(key, 0)) | (Load(b.key[slot][1]) ^ Word(key, 1))) == 0;
  }
  bool Same(const BucketLong& b, uint32_t slot, const uint8_t* key, uint64_t hash) const {
    if (Load(b.tag[slot]) != static_cast<uint32_t>(hash >> 32)) return false;
    const uint8_t* stored = key_at(Load(b.place[slot]));
    uint64_t difference = 0;
    for (uint32_t i = 0; i < words; ++i) {
      difference |=
          __atomic_load_n(reinterpret_cast<const uint64_t*>(stored) + i, __ATOMIC_RELAXED) ^
          Word(key, i);
    }
    return difference == 0;
  }

  void Fill(Bucket8& b, uint32_t slot, const uint8_t* key, uint64_t) {
    Store(b.key[slot], Word(key, 0));
  }
  void Fill(Bucket16& b, uint32_t slot, const uint8_t* key, uint64_t) {
    Store(b.key[slot][0], Word(key, 0));
    Store(b.key[slot][1], Word(key, 1));
  }
  void Fill(BucketLong& b, uint32_t slot, const uint8_t* key, uint64_t hash) {
    uint32_t place;
    if (free_places.empty()) {
      place = next_place++;
    } else {
      place = free_places.back();
      free_places.pop_back();
    }
    IPDK_CHECK(size_t{place} * words * 8 < keys.size());
    auto* stored = reinterpret_cast<uint64_t*>(key_at(place));
    for (uint32_t i = 0; i < words; ++i) Store(stored[i], Word(key, i));
    Store(b.tag[slot], static_cast<uint32_t>(hash >> 32));
    Store(b.place[slot], place);
  }

  void Free(Bucket8&, uint32_t) {}
  void Free(Bucket16&, uint32_t) {}
  void Free(BucketLong& b, uint32_t slot) { free_places.push_back(b.place[slot]); }

  // Probes all slots of a bucket without branches, then its overflow chain.
  template <typename B>
  uint32_t Probe(uint64_t hash, const uint8_t* key) const {
    const B* b = at<B>(hash & mask);
    while (true) {
      uint32_t found = 0;
      for (uint32_t slot = 0; slot < B::kSlots; ++slot) {
        const uint32_t id = LoadId(b->id[slot]);
        if constexpr (std::is_same_v<B, BucketLong>) {
          if (Live(id) && Same(*b, slot, key, hash)) return id;
        } else {
          // Both sides are cheap: no branch.
          found |= (uint32_t{Live(id)} & uint32_t{Same(*b, slot, key, hash)}) != 0 ? id : 0;
        }
      }
      if (found != 0) return found;
      const uint32_t next = LoadId(b->next);
      if (next == 0) [[likely]]
        return 0;
      b = at<B>(next);
    }
  }

  template <typename B>
  void FindAll(const uint8_t* list, uint32_t n, uint32_t* ids) const {
    uint64_t hashes[kBatch];
    const uint32_t key_words = B::kWords > 0 ? B::kWords : words;
    for (uint32_t i = 0; i < n; ++i) {
      hashes[i] = HashOf < B::kWords == 0 > (list + size_t{i} * key_words * 8, key_words);
      __builtin_prefetch(at<B>(hashes[i] & mask));
    }
    for (uint32_t i = 0; i < n; ++i) ids[i] = Probe<B>(hashes[i], list + size_t{i} * key_words * 8);
  }

  template <typename B>
  uint32_t* Locate(const uint8_t* key, B** bucket, uint32_t* slot) {
    const uint64_t hash = HashOf < B::kWords == 0 > (key, words);
    for (B* b = at<B>(hash & mask);; b = at<B>(b->next)) {
      for (uint32_t s = 0; s < B::kSlots; ++s) {
        if (!Live(b->id[s]) || !Same(*b, s, key, hash)) continue;
        *bucket = b;
        *slot = s;
        return &b->id[s];
      }
      if (b->next == 0) return nullptr;
    }
  }

  // False if the overflow area is used up: grow first.
  template <typename B>
  bool Add(const uint8_t* key, uint32_t id) {
    const uint64_t hash = HashOf < B::kWords == 0 > (key, words);
    B* b = at<B>(hash & mask);
    while (true) {
      for (uint32_t s = 0; s < B::kSlots; ++s) {
        if (b->id[s] != 0) continue;
        Fill(*b, s, key, hash);
        StoreId(b->id[s], id);
        ++used;
        return true;
      }
      if (b->next == 0) {
        if (next_overflow >= limit) return false;
        StoreId(b->next, next_overflow++);
      }
      b = at<B>(b->next);
    }
  }

  template <typename B, typename F>
  void ForEach(F visit) const {
    for (uint64_t i = 0; i < next_overflow; ++i) {
      const B* b = at<B>(i);
      for (uint32_t s = 0; s < B::kSlots; ++s) {
        if (!Live(b->id[s])) continue;
        if constexpr (std::is_same_v<B, BucketLong>) {
          visit(key_at(b->place[s]), b->id[s]);
        } else {
          visit(reinterpret_cast<const uint8_t*>(&b->key[s]), b->id[s]);
        }
      }
    }
  }

  template <typename F>
  decltype(auto) Dispatch(F f) {
    if (words == 1) return f.template operator()<Bucket8>();
    if (words == 2) return f.template operator()<Bucket16>();
    return f.template operator()<BucketLong>();
  }
};

HashMap::HashMap(uint32_t key_bytes, Epoch& epoch) : key_bytes_(key_bytes), epoch_(epoch) {
  IPDK_CHECK(key_bytes >= 8 && key_bytes % 8 == 0);
  owner_ = std::make_shared<Array>(key_bytes_, 16);
  array_.store(owner_.get(), std::memory_order_release);
}

HashMap::~HashMap() = default;

void HashMap::Find(const uint8_t* keys, uint32_t n, uint32_t* ids) const {
  const Array* array = array_.load(std::memory_order_acquire);
  if (array->words == 1) return array->FindAll<Bucket8>(keys, n, ids);
  if (array->words == 2) return array->FindAll<Bucket16>(keys, n, ids);
  return array->FindAll<BucketLong>(keys, n, ids);
}

void HashMap::Insert(const uint8_t* key, uint32_t id) {
  const auto add = [&](Array& array, const uint8_t* k, uint32_t i) {
    return array.Dispatch([&]<typename B>() { return array.Add<B>(k, i); });
  };
  ++size_;
  // Two keys per bucket on average keep nearly all of them in their first line; `used` counts slots
  // not yet reclaimed as well.
  if (owner_->used < (owner_->mask + 1) * 2 && add(*owner_, key, id)) return;
  for (uint64_t buckets = size_ * 2 > owner_->mask + 1 ? (owner_->mask + 1) * 2 : owner_->mask + 1;;
       buckets *= 2) {
    auto larger = std::make_shared<Array>(key_bytes_, buckets);
    bool fits = true;
    owner_->Dispatch([&]<typename B>() {
      owner_->ForEach<B>(
          [&](const uint8_t* k, uint32_t i) { fits = fits && larger->Add<B>(k, i); });
    });
    if (!fits || !add(*larger, key, id)) continue;
    array_.store(larger.get(), std::memory_order_release);
    epoch_.Retire([old = std::move(owner_)] {});
    owner_ = std::move(larger);
    return;
  }
}

void HashMap::Replace(const uint8_t* key, uint32_t id) {
  owner_->Dispatch([&]<typename B>() {
    B* bucket;
    uint32_t slot;
    uint32_t* at = owner_->Locate<B>(key, &bucket, &slot);
    IPDK_CHECK(at != nullptr);
    StoreId(*at, id);
  });
}

void HashMap::Erase(const uint8_t* key) {
  --size_;
  owner_->Dispatch([&]<typename B>() {
    B* bucket;
    uint32_t slot;
    uint32_t* at = owner_->Locate<B>(key, &bucket, &slot);
    IPDK_CHECK(at != nullptr);
    StoreId(*at, kDead);
    epoch_.Retire([array = owner_, bucket, slot] {
      array->Free(*bucket, slot);
      StoreId(bucket->id[slot], 0);
      --array->used;
    });
  });
}

}  // namespace ipdk::cpu::engines
