#include "targets/cpu/engines/learned.h"

#include <nmmintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "pipeline/externs/expire.h"
#include "targets/cpu/engines/epoch.h"

namespace ipdk::cpu::engines {
namespace {

uint64_t Load(const uint64_t& at) { return __atomic_load_n(&at, __ATOMIC_RELAXED); }
void Store(uint64_t& at, uint64_t value) { __atomic_store_n(&at, value, __ATOMIC_RELAXED); }
uint32_t LoadId(const uint32_t& at) { return __atomic_load_n(&at, __ATOMIC_ACQUIRE); }
void StoreId(uint32_t& at, uint32_t value) { __atomic_store_n(&at, value, __ATOMIC_RELEASE); }

bool Expired(const Learned::Entry& entry, uint64_t now_ns) {
  return Load(entry.expires_ns) <= now_ns;
}

void Lower(std::atomic<uint64_t>& at, uint64_t value) {
  uint64_t old = at.load(std::memory_order_relaxed);
  while (value < old && !at.compare_exchange_weak(old, value, std::memory_order_relaxed)) {
  }
}

}  // namespace

// Held for some dozen instructions.
class Learned::Lock {
 public:
  explicit Lock(std::atomic<uint8_t>& at) : at_(at) {
    while (at_.exchange(1, std::memory_order_acquire) != 0)
      while (at_.load(std::memory_order_relaxed) != 0) __builtin_ia32_pause();
  }
  ~Lock() { at_.store(0, std::memory_order_release); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  std::atomic<uint8_t>& at_;
};

Learned::Learned(const Options& options, std::shared_ptr<Epoch> epoch)
    : options_(options),
      epoch_(std::move(epoch)),
      chains_(std::bit_ceil(std::max<uint64_t>(options.capacity, 16))),
      stride_((sizeof(Entry) + options.key_bytes + options.record_bytes + 63) / 64 * 64),
      heads_(chains_ * sizeof(uint32_t)),
      blocks_((Blocks(options.capacity) + 1) * stride_) {
  IPDK_CHECK(options.key_bytes % 8 == 0 && options.record_bytes % 8 == 0 &&
             options.record_bytes >= sizeof(layout::Record) &&
             Blocks(options.capacity) < UINT32_MAX);
}

uint64_t Learned::ChainOf(const uint8_t* key) const {
  uint64_t hash = 0x9e3779b9;
  for (uint32_t i = 0; i < options_.key_bytes; i += 8) {
    uint64_t word;
    std::memcpy(&word, key + i, 8);
    hash = _mm_crc32_u64(hash, word);
  }
  return hash & (chains_ - 1);
}

bool Learned::Same(Entry* entry, const uint8_t* key) const {
  return std::memcmp(KeyOf(entry), key, options_.key_bytes) == 0;
}

const layout::Record* Learned::Find(const uint8_t* key, uint64_t now_ns, Entry** entry) const {
  *entry = nullptr;
  for (uint32_t id = LoadId(*Head(ChainOf(key))); id != 0;) {
    Entry* const at = At(id);
    if (Same(at, key)) {
      // A key is in its chain once; while it is being replaced, the new one stands before the old.
      if (Expired(*at, now_ns)) return nullptr;
      *entry = at;
      if (!options_.own_timers) Restart(*at, now_ns);
      return RecordOf(at);
    }
    id = LoadId(at->next);
  }
  return nullptr;
}

void Learned::Restart(Entry& entry, uint64_t now_ns) const {
  const uint64_t lasts = Load(entry.lasts_ns);
  if (lasts != 0) Store(entry.expires_ns, now_ns + lasts);
}

void Learned::SetExpireTime(Entry& entry, uint64_t profile, uint64_t now_ns) const {
  if (!options_.ages) return;
  const uint64_t lasts = externs::ExpireNs(profile);
  Store(entry.lasts_ns, lasts);
  Store(entry.expires_ns, now_ns + lasts);
  Lower(earliest_ns_, now_ns + lasts);
}

bool Learned::Add(const uint8_t* key, const void* record, uint64_t profile, uint64_t now_ns) {
  if (count_.fetch_add(1, std::memory_order_relaxed) >= options_.capacity) {
    count_.fetch_sub(1, std::memory_order_relaxed);
    SweepAll(now_ns);
    if (count_.fetch_add(1, std::memory_order_relaxed) >= options_.capacity) {
      count_.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
  }
  const uint32_t id = Take();
  if (id == 0) {
    count_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  Entry* const entry = At(id);
  entry->lasts_ns = 0;
  Store(entry->expires_ns, UINT64_MAX);
  SetExpireTime(*entry, profile, now_ns);
  std::memcpy(KeyOf(entry), key, options_.key_bytes);
  std::memcpy(RecordOf(entry), record, options_.record_bytes);
  entry->direct = options_.first_direct != 0 ? options_.first_direct + id - 1 : 0;
  RecordOf(entry)->direct_index = entry->direct;
  if (entry->direct != 0)
    for (const auto& listener : listeners_) listener(entry->direct);
  const uint64_t chain = ChainOf(key);
  bool added = true;
  {
    Lock lock(LockOf(chain));
    Unlink(chain, [&](Entry* old) { return Same(old, key) && Expired(*old, now_ns); });
    for (uint32_t at = *Head(chain); at != 0 && added; at = At(at)->next)
      added = !Same(At(at), key);
    if (added) {
      entry->next = *Head(chain);
      StoreId(*Head(chain), id);
    }
  }
  if (!added) {
    GiveBack(id);
    count_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  if (options_.ages) {
    const uint64_t hand = hand_.fetch_add(2, std::memory_order_relaxed);
    Sweep(hand & (chains_ - 1), now_ns);
    Sweep((hand + 1) & (chains_ - 1), now_ns);
  }
  return true;
}

template <typename Gone>
void Learned::Unlink(uint64_t chain, Gone gone) {
  uint32_t* link = Head(chain);
  while (*link != 0) {
    const uint32_t id = *link;
    Entry* const entry = At(id);
    if (!gone(entry)) {
      link = &entry->next;
      continue;
    }
    // Readers that stand on it still find the rest of the chain behind it.
    StoreId(*link, entry->next);
    count_.fetch_sub(1, std::memory_order_relaxed);
    Retire(id);
  }
}

void Learned::Sweep(uint64_t chain, uint64_t now_ns) {
  if (LoadId(*Head(chain)) == 0) return;
  Lock lock(LockOf(chain));
  Unlink(chain, [&](Entry* entry) { return Expired(*entry, now_ns); });
}

void Learned::SweepAll(uint64_t now_ns) {
  if (earliest_ns_.load(std::memory_order_relaxed) > now_ns) return;
  earliest_ns_.store(UINT64_MAX, std::memory_order_relaxed);
  for (uint64_t chain = 0; chain < chains_; ++chain) {
    if (LoadId(*Head(chain)) == 0) continue;
    Lock lock(LockOf(chain));
    Unlink(chain, [&](Entry* entry) { return Expired(*entry, now_ns); });
    for (uint32_t at = *Head(chain); at != 0; at = At(at)->next)
      Lower(earliest_ns_, Load(At(at)->expires_ns));
  }
}

uint32_t Learned::Take() {
  Lock lock(pool_lock_);
  if (free_.empty() && !limbo_.empty()) {
    const uint64_t oldest = epoch_->Oldest();
    while (!limbo_.empty() && limbo_.front().epoch <= oldest) {
      free_.push_back(limbo_.front().id);
      limbo_.pop_front();
    }
  }
  if (!free_.empty()) {
    const uint32_t id = free_.back();
    free_.pop_back();
    return id;
  }
  return next_ <= Blocks(options_.capacity) ? next_++ : 0;
}

void Learned::GiveBack(uint32_t id) {
  Lock lock(pool_lock_);
  free_.push_back(id);
}

void Learned::Retire(uint32_t id) {
  const uint64_t epoch = epoch_->Advance();
  Lock lock(pool_lock_);
  limbo_.push_back({epoch, id});
}

void Learned::Erase(const uint8_t* key) {
  const uint64_t chain = ChainOf(key);
  Lock lock(LockOf(chain));
  Unlink(chain, [&](Entry* entry) { return Same(entry, key); });
}

void Learned::Clear() {
  for (uint64_t chain = 0; chain < chains_; ++chain) {
    if (LoadId(*Head(chain)) == 0) continue;
    Lock lock(LockOf(chain));
    Unlink(chain, [](Entry*) { return true; });
  }
}

uint64_t Learned::Scan(
    uint64_t cursor, size_t most, uint64_t now_ns,
    const std::function<void(const uint8_t* key, const layout::Record&)>& visit) const {
  size_t seen = 0;
  for (uint64_t chain = cursor; chain < chains_; ++chain) {
    if (seen >= most) return chain;
    if (LoadId(*Head(chain)) == 0) continue;
    Lock lock(LockOf(chain));
    for (uint32_t at = *Head(chain); at != 0; at = At(at)->next) {
      if (Expired(*At(at), now_ns)) continue;
      visit(KeyOf(At(at)), *RecordOf(At(at)));
      ++seen;
    }
  }
  return 0;
}

}  // namespace ipdk::cpu::engines
