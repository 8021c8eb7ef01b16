#pragma once
// The entries that packets themselves add to a table (PNA: add_on_miss): an exact hash that any
// worker may add to while the others look up. The entries that a controller gives stand in the
// table's own engine, which has one writer, and win.
//
// Lookups take no lock. Chains hang from an array of heads; an entry is filled, then published at
// the head of its chain, and does not change while it is there, but for its time. Adding and
// removing lock the chain (a stripe of locks), so that of two workers that miss on the same key one
// adds and the other is told. What is removed is used again once no reader can hold it (the Epoch).
//
// An entry that was idle for its time counts as absent from then on. Its place is taken back when
// its key is added again, by the two chains that each addition looks after, or when the table is
// full: nothing needs a timer.
//
// Threads: Find, Add, Restart and SetExpireTime belong to workers that are online in the Epoch;
// Erase, Clear and Scan to the control thread; all may run at once.

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "targets/cpu/engines/memory.h"
#include "targets/cpu/layout/layout.h"

namespace ipdk::cpu::engines {

class Epoch;

class Learned {
 public:
  struct Entry {
    uint32_t next;        // id, 0: the last of its chain
    uint32_t direct;      // index of its counters and meters
    uint64_t lasts_ns;    // 0: for ever
    uint64_t expires_ns;  // UINT64_MAX: never
  };
  struct Options {
    uint32_t key_bytes = 8, record_bytes = 8;
    uint64_t capacity = 0;
    bool ages = false;          // entries are deleted when they were idle
    bool own_timers = false;    // the program says what counts as use; else every match does
    uint32_t first_direct = 0;  // the entries' direct indices: Blocks() of them; 0: none
    bool Same(const Options& other) const {
      return key_bytes == other.key_bytes && record_bytes == other.record_bytes &&
             capacity == other.capacity && ages == other.ages && own_timers == other.own_timers &&
             first_direct == other.first_direct;
    }
  };
  // How many entries there may be at once, those that readers may still hold included.
  static uint64_t Blocks(uint64_t capacity) { return capacity * 2 + 1024; }

  Learned(const Options& options, std::shared_ptr<Epoch> epoch);

  // The record of the key's entry, null if there is none. `entry` is for the calls below.
  const layout::Record* Find(const uint8_t* key, uint64_t now_ns, Entry** entry) const;
  // False: the key has an entry, or there is no room. `record` has record_bytes; its direct index
  // is put in.
  bool Add(const uint8_t* key, const void* record, uint64_t profile, uint64_t now_ns);
  void SetExpireTime(Entry& entry, uint64_t profile, uint64_t now_ns) const;
  void Restart(Entry& entry, uint64_t now_ns) const;

  void Erase(const uint8_t* key);
  void Clear();
  // Live entries of some chains from `cursor` on, `most` or a few more; 0 comes back at the end.
  uint64_t Scan(uint64_t cursor, size_t most, uint64_t now_ns,
                const std::function<void(const uint8_t* key, const layout::Record&)>& visit) const;
  uint64_t size() const { return count_.load(std::memory_order_relaxed); }
  // Called with the direct index of each new entry before packets can see it. Set before use.
  void OnNewDirectIndex(std::function<void(uint32_t)> listener) {
    listeners_.push_back(std::move(listener));
  }
  const Options& options() const { return options_; }

 private:
  static constexpr size_t kLocks = 256;
  class Lock;

  Entry* At(uint32_t id) const {
    return reinterpret_cast<Entry*>(blocks_.data() + size_t{id} * stride_);
  }
  uint8_t* KeyOf(Entry* entry) const { return reinterpret_cast<uint8_t*>(entry + 1); }
  layout::Record* RecordOf(Entry* entry) const {
    return reinterpret_cast<layout::Record*>(KeyOf(entry) + options_.key_bytes);
  }
  uint32_t* Head(uint64_t chain) const {
    return reinterpret_cast<uint32_t*>(heads_.data()) + chain;
  }
  uint64_t ChainOf(const uint8_t* key) const;
  bool Same(Entry* entry, const uint8_t* key) const;
  std::atomic<uint8_t>& LockOf(uint64_t chain) const { return locks_[chain % kLocks]; }
  uint32_t Take();
  void GiveBack(uint32_t id);
  void Retire(uint32_t id);
  // Removes what `gone` says from a chain. REQUIRES: its lock is held.
  template <typename Gone>
  void Unlink(uint64_t chain, Gone gone);
  void Sweep(uint64_t chain, uint64_t now_ns);
  void SweepAll(uint64_t now_ns);

  const Options options_;
  const std::shared_ptr<Epoch> epoch_;
  const uint64_t chains_;
  const size_t stride_;
  const Reserved heads_, blocks_;
  mutable std::array<std::atomic<uint8_t>, kLocks> locks_{};
  std::atomic<uint64_t> count_{0};
  std::atomic<uint64_t> hand_{0};  // the next chain to look after
  // No entry expires before this: a full table need not be searched for idle ones.
  mutable std::atomic<uint64_t> earliest_ns_{UINT64_MAX};
  std::vector<std::function<void(uint32_t)>> listeners_;

  // The pool of blocks, under its lock.
  std::atomic<uint8_t> pool_lock_{0};
  std::vector<uint32_t> free_;
  struct Waiting {
    uint64_t epoch;
    uint32_t id;
  };
  std::deque<Waiting> limbo_;
  uint32_t next_ = 1;
};

}  // namespace ipdk::cpu::engines
