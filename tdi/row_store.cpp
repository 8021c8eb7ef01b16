#include "tdi/row_store.h"

#include <cstring>
#include <random>

#include "base/check.h"

namespace ipdk::tdi {
namespace {

constexpr size_t kFirstIndexSize = 16;

// Keys come from users: a seed of the process's own keeps anyone from aiming at one chain.
uint64_t Seed() {
  static const uint64_t seed = [] {
    std::random_device device;
    return (uint64_t{device()} << 32 | device()) | 1;
  }();
  return seed;
}

uint64_t Fold(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

RowStore::RowStore() : index_(kFirstIndexSize, Entry{0, kNone}) {}

uint32_t RowStore::Hash(std::string_view key, uint64_t order) {
  uint64_t hash = Fold(order ^ 0x9e3779b97f4a7c15, Seed());
  size_t left = key.size();
  const char* at = key.data();
  while (left > 0) {
    uint64_t word = 0;
    const size_t take = left < 8 ? left : 8;
    std::memcpy(&word, at, take);
    hash = Fold(hash ^ word ^ 0xa0761d6478bd642f, 0xe7037ed1a0b428db);
    at += take;
    left -= take;
  }
  hash = Fold(hash ^ key.size(), Seed());
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

const RowStore::Header& RowStore::HeaderOf(const Packed& packed) {
  return *reinterpret_cast<const Header*>(packed.get());
}

std::string_view RowStore::KeyOf(const Packed& packed) {
  return {packed.get() + sizeof(Header), HeaderOf(packed).key_size};
}

RowStore::Packed RowStore::Pack(const Row& row, uint32_t flags) {
  const Header header{row.order,
                      row.idle_timeout_ns,
                      row.action,
                      flags,
                      static_cast<uint32_t>(row.key.size()),
                      static_cast<uint32_t>(row.data.size()),
                      static_cast<uint32_t>(row.metadata.size())};
  auto packed = std::make_unique_for_overwrite<char[]>(sizeof(Header) + row.key.size() +
                                                       row.data.size() + row.metadata.size());
  char* at = packed.get();
  std::memcpy(at, &header, sizeof(header));
  at += sizeof(header);
  std::memcpy(at, row.key.data(), row.key.size());
  at += row.key.size();
  std::memcpy(at, row.data.data(), row.data.size());
  at += row.data.size();
  std::memcpy(at, row.metadata.data(), row.metadata.size());
  return packed;
}

void RowStore::Read(const Packed& packed, Row* row) {
  const Header& header = HeaderOf(packed);
  const char* at = packed.get() + sizeof(Header);
  row->key.assign(at, header.key_size);
  row->data.assign(at + header.key_size, header.data_size);
  row->metadata.assign(at + header.key_size + header.data_size, header.metadata_size);
  row->order = header.order;
  row->action = header.action;
  row->idle_timeout_ns = header.idle_timeout_ns;
}

void RowStore::Read(uint32_t slot, Row* row) const { Read(rows_[slot], row); }

uint32_t RowStore::flags(uint32_t slot) const { return HeaderOf(rows_[slot]).flags; }

uint32_t RowStore::Find(std::string_view key, uint64_t order) const {
  const uint32_t hash = Hash(key, order);
  const size_t mask = index_.size() - 1;
  for (size_t i = hash & mask; index_[i].slot != kNone; i = (i + 1) & mask) {
    if (index_[i].hash != hash) continue;
    const Packed& packed = rows_[index_[i].slot];
    if (HeaderOf(packed).order == order && KeyOf(packed) == key) return index_[i].slot;
  }
  return kNone;
}

void RowStore::AddToIndex(uint32_t hash, uint32_t slot) {
  const size_t mask = index_.size() - 1;
  size_t i = hash & mask;
  while (index_[i].slot != kNone) i = (i + 1) & mask;
  index_[i] = {hash, slot};
}

void RowStore::Grow() {
  std::vector<Entry> old(index_.size() * 2, Entry{0, kNone});
  old.swap(index_);
  for (const Entry& entry : old)
    if (entry.slot != kNone) AddToIndex(entry.hash, entry.slot);
}

uint32_t RowStore::Place(Packed packed) {
  if ((size_ + 1) * 3 > index_.size() * 2) Grow();
  const Header& header = HeaderOf(packed);
  const uint32_t hash = Hash(KeyOf(packed), header.order);
  if (header.flags & kConst) ++const_rows_;
  uint32_t slot = slots();
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
    rows_[slot] = std::move(packed);
  } else {
    rows_.push_back(std::move(packed));
  }
  AddToIndex(hash, slot);
  ++size_;
  return slot;
}

uint32_t RowStore::Insert(const Row& row, uint32_t flags) { return Place(Pack(row, flags)); }
uint32_t RowStore::Restore(Packed packed) { return Place(std::move(packed)); }

RowStore::Packed RowStore::Replace(uint32_t slot, const Row& row, uint32_t flags) {
  Packed former = std::move(rows_[slot]);
  rows_[slot] = Pack(row, flags);
  return former;
}

void RowStore::RestoreAt(uint32_t slot, Packed packed) { rows_[slot] = std::move(packed); }

RowStore::Packed RowStore::Erase(uint32_t slot) {
  IPDK_CHECK(Valid(slot));
  const Header& header = HeaderOf(rows_[slot]);
  if (header.flags & kConst) --const_rows_;
  const size_t mask = index_.size() - 1;
  size_t hole = Hash(KeyOf(rows_[slot]), header.order) & mask;
  while (index_[hole].slot != slot) hole = (hole + 1) & mask;
  // Entries behind the hole move up, unless they would get in front of their own home.
  for (size_t i = (hole + 1) & mask; index_[i].slot != kNone; i = (i + 1) & mask) {
    const size_t home = index_[i].hash & mask;
    if (((i - home) & mask) < ((i - hole) & mask)) continue;
    index_[hole] = index_[i];
    hole = i;
  }
  index_[hole].slot = kNone;
  free_.push_back(slot);
  --size_;
  return std::move(rows_[slot]);
}

}  // namespace ipdk::tdi
