#pragma once
// What every table engine is: something that finds, for a batch of keys, the id of the record that
// wins. Engines differ only in how they search; the book of entries, the records and the default
// belong to Table.
//
// A change is visible to readers when the call returns, or, for engines that rebuild, at Commit.
// There is one writer; readers run at any time and are waited for by the Epoch. Ids are those of
// the RecordPool; 0 means "no entry".
//
// How to add an engine: a file here with a paragraph of why, a line in MakeEngine (table.cpp), a
// line in the conformance test's list.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "targets/cpu/engines/memory.h"
#include "targets/cpu/layout/layout.h"

namespace ipdk::cpu::engines {

class Epoch;

constexpr uint32_t kBatch = 64;  // Lookup is called with at most so many keys

// The entry that a change is about. `rank`: order of ternary, range and optional entries, the
// larger wins; `sequence` breaks ties, the smaller wins.
struct Rule {
  layout::EncodedKey key;
  uint64_t order = 0;
  uint64_t sequence = 0;
  uint32_t record = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string_view name() const = 0;

  // ids[i] = the winner's record for keys + i * key_bytes, or 0. n <= kBatch.
  virtual void Lookup(const uint8_t* keys, uint32_t n, uint32_t* ids) const = 0;

  // REQUIRES: no such entry.
  virtual void Insert(const Rule& rule) = 0;
  // REQUIRES: the entry is there. Gives it another record.
  virtual void Replace(const Rule& rule) = 0;
  // REQUIRES: the entry is there.
  virtual void Erase(const Rule& rule) = 0;
  virtual void Commit() {}

  // An engine that is nothing but an array of ids by key shows it, so that generated code can look
  // up in place.
  virtual const uint32_t* direct_ids() const { return nullptr; }
};

// Keys of at most 16 bits, exact: an array.
std::unique_ptr<Engine> MakeDirect(const layout::TableLayout& layout);
// Exact keys of any width.
std::unique_ptr<Engine> MakeHash(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch);
// One lpm key of at most 32 bits.
std::unique_ptr<Engine> MakeLpm32(const layout::TableLayout& layout, std::shared_ptr<Epoch> epoch);
// Exact and lpm keys in any mix and width.
std::unique_ptr<Engine> MakePrefixHash(const layout::TableLayout& layout,
                                       std::shared_ptr<Epoch> epoch);
// Anything with ternary, range or optional keys.
std::unique_ptr<Engine> MakeClassifier(const layout::TableLayout& layout,
                                       std::shared_ptr<Epoch> epoch);
// No keys: always a miss.
std::unique_ptr<Engine> MakeEmpty();

// Records at addresses that never change. Ids start at 1. Control thread, but for Get.
class RecordPool {
 public:
  RecordPool(uint32_t record_bytes, std::shared_ptr<Epoch> epoch);

  const layout::Record* Get(uint32_t id) const {
    return reinterpret_cast<const layout::Record*>(memory_.data() + size_t{id} * stride_);
  }
  const uint8_t* base() const { return memory_.data(); }
  uint32_t stride() const { return stride_; }

  uint32_t Take(const void* bytes);
  // Free for reuse once no reader can hold it.
  void Drop(uint32_t id);

 private:
  uint32_t record_bytes_, stride_;
  Reserved memory_;
  std::shared_ptr<Epoch> epoch_;
  std::shared_ptr<std::vector<uint32_t>> free_;
  uint32_t next_ = 1;
};

}  // namespace ipdk::cpu::engines
