#pragma once
// The hash that exact, prefix and tuple-space search share: from a key of whole 8-byte words to a
// 32-bit id, for one writer and any number of readers that take no lock.
//
// A bucket is one cache line, and most probes touch one: keys of 8 and 16 bytes are stored in it
// (five and three of them); longer keys have a 32-bit tag there and lie in an array of their own.
// Full buckets chain to overflow buckets. A batch is probed in two passes, so that the memory
// latency of one key hides behind the others.
//
// Readers load the id, then the key: a slot whose id is not zero does not change its key. An erased
// slot is reused only after the Epoch has seen all readers pass. Growing builds a table twice the
// size beside the old one and swaps the pointer.

#include <atomic>
#include <cstdint>
#include <memory>

namespace ipdk::cpu::engines {

class Epoch;

class HashMap {
 public:
  // The epoch outlives the map. It is no shared_ptr, because retired maps wait in the epoch itself.
  HashMap(uint32_t key_bytes, Epoch& epoch);
  ~HashMap();

  // ids[i] of keys + i * key_bytes, 0 if absent. n <= kBatch.
  void Find(const uint8_t* keys, uint32_t n, uint32_t* ids) const;

  // Writer. Ids are neither 0 nor UINT32_MAX.
  void Insert(const uint8_t* key, uint32_t id);   // REQUIRES: absent
  void Replace(const uint8_t* key, uint32_t id);  // REQUIRES: present
  void Erase(const uint8_t* key);                 // REQUIRES: present
  uint64_t size() const { return size_; }

  struct Array;

 private:
  uint32_t key_bytes_;
  Epoch& epoch_;
  std::shared_ptr<Array> owner_;        // the writer's hold on the array
  std::atomic<Array*> array_{nullptr};  // what readers see
  uint64_t size_ = 0;
};

}  // namespace ipdk::cpu::engines
