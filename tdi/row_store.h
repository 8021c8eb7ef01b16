#pragma once
// The rows of one table as users wrote them. Made for a million small rows: each is one allocation
// of 40 bytes and its own bytes, found through an open-addressing index of 8 bytes an entry. Slots
// are stable while a row exists and are what a reader counts through. Control thread only.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "tdi/row.h"

namespace ipdk::tdi {

class RowStore {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  using Packed = std::unique_ptr<char[]>;

  enum Flag : uint32_t {
    kConst = 1,        // came with the program and may not be changed
    kFromProgram = 2,  // came with the program and is as it came
  };

  RowStore();

  uint32_t Find(std::string_view key, uint64_t order) const;
  // REQUIRES: no row with that key and order.
  uint32_t Insert(const Row& row, uint32_t flags);
  // Same key and order; returns the former row.
  Packed Replace(uint32_t slot, const Row& row, uint32_t flags);
  Packed Erase(uint32_t slot);
  // Puts a row back that Erase or Replace returned. REQUIRES: as for Insert, or Replace.
  uint32_t Restore(Packed packed);
  void RestoreAt(uint32_t slot, Packed packed);

  bool Valid(uint32_t slot) const { return slot < rows_.size() && rows_[slot] != nullptr; }
  uint32_t flags(uint32_t slot) const;
  void Read(uint32_t slot, Row* row) const;
  static void Read(const Packed& packed, Row* row);

  uint32_t slots() const { return static_cast<uint32_t>(rows_.size()); }
  uint64_t size() const { return size_; }
  bool has_const() const { return const_rows_ > 0; }

 private:
  struct Header {
    uint64_t order;
    uint64_t idle_timeout_ns;
    uint32_t action;
    uint32_t flags;
    uint32_t key_size, data_size, metadata_size;
  };
  struct Entry {
    uint32_t hash;
    uint32_t slot;  // kNone: empty
  };

  static Packed Pack(const Row& row, uint32_t flags);
  static const Header& HeaderOf(const Packed& packed);
  static std::string_view KeyOf(const Packed& packed);
  static uint32_t Hash(std::string_view key, uint64_t order);
  uint32_t Place(Packed packed);
  void Grow();
  void AddToIndex(uint32_t hash, uint32_t slot);

  std::vector<Packed> rows_;
  std::vector<uint32_t> free_;
  std::vector<Entry> index_;  // a power of two in size
  uint64_t size_ = 0;
  uint64_t const_rows_ = 0;
};

}  // namespace ipdk::tdi
