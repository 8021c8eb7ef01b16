#pragma once
// How a table's keys and entries lie in memory: one function from the schema to the layout, used by
// the generated code (which builds keys and reads records), by the engines (which search them) and
// by the control side (which writes them). Because it depends on nothing but the table's signature,
// two programs that share a table share its entries.
//
//   key:     field 0 | field 1 | ... | zeros     each field big-endian in whole bytes,
//   right-aligned; padded to 8 bytes record:  RecordHeader | arguments            each argument
//   little-endian, naturally aligned up to 8 bytes
//
// Records are at addresses that are multiples of 8 and do not cross more cache lines than they
// must.

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/schema/schema.h"

namespace ipdk::cpu::layout {

struct RecordHeader {
  enum : uint8_t { kHit = 1, kGroup = 2 };  // kGroup: a pointer to the group follows
  uint32_t direct_index = 0;  // of the entry's direct counters and meters; the default entry has 0
  uint16_t action = 0;        // position in Table::actions
  uint8_t flags = 0;
  uint8_t reserved = 0;
  bool hit() const { return flags & kHit; }
};
static_assert(sizeof(RecordHeader) == 8);
using Record = RecordHeader;

struct KeyField {
  uint32_t offset = 0;  // bytes from the start of the key
  uint32_t bytes = 0;
  uint32_t width = 0;  // bits
  schema::MatchKind kind = schema::MatchKind::kExact;
};

struct Argument {
  uint32_t offset = 0;     // bytes from the start of the record
  uint32_t width = 0;      // bits
  uint32_t bytes() const;  // 1, 2, 4, 8, then multiples of 8
};

struct TableLayout {
  std::vector<KeyField> fields;
  uint32_t used_key_bytes = 0;                 // without the padding
  uint32_t key_bytes = 0;                      // a multiple of 8, at least 8
  uint32_t record_bytes = 0;                   // a multiple of 8
  std::vector<std::vector<Argument>> actions;  // by position
  bool selects = false;                        // entries may name groups of an action selector
  bool has_direct = false;                     // entries own an index of direct counters or meters
};

TableLayout Of(const schema::Schema& schema, const schema::Table& table);
// Value sets are tables without actions.
TableLayout Of(const schema::ValueSet& value_set);

// Space that a value of `width` bits takes outside packets: 1, 2, 4, 8, then multiples of 8.
uint32_t ScalarBytes(uint32_t width);
uint32_t ScalarAlign(uint32_t width);

// An entry's key in the layout. `value` and `other` are key_bytes long; `other` is the mask of
// every field but range ones, where it is the upper bound.
struct EncodedKey {
  std::string value, other;
};
EncodedKey EncodeKey(const TableLayout& layout, const std::vector<schema::Match>& matches);
// A packet's key: what generated code builds.
std::string EncodeLookupKey(const TableLayout& layout, const std::vector<Integer>& values);
// The record of an action with its arguments.
std::string EncodeRecord(const TableLayout& layout, uint32_t action,
                         const std::vector<Integer>& args, bool hit, uint32_t direct_index);

// Little-endian scalar as records, registers and frames hold it.
void StoreScalar(uint8_t* at, uint32_t width, const Integer& value);
Integer LoadScalar(const uint8_t* at, uint32_t width);

}  // namespace ipdk::cpu::layout
