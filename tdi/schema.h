#pragma once
// What a table looks like: typed keys and typed data, the same for a P4 match-action table, a
// counter, a port, a disk or a host. A service translates between its messages and rows by this
// description alone; a backend lays out its memory by it. Plain values; whoever provides a table
// owns its schema and keeps it unchanged while the table exists.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipdk::tdi {

enum class ValueKind : uint8_t { kBits, kString };

// P4's match kinds; fixed tables use kExact only.
enum class MatchKind : uint8_t { kExact, kLpm, kTernary, kRange, kOptional };
std::string_view MatchKindName(MatchKind kind);

struct Field {
  uint32_t id = 0;   // unique in its list; P4 fields: the P4Info id
  std::string name;  // "hdr.ipv4.dst_addr", "rate_bps"
  ValueKind kind = ValueKind::kBits;
  uint32_t width = 0;                   // kBits: 1 .. 65535 bits; a flag is 1 bit
  MatchKind match = MatchKind::kExact;  // keys only
  std::vector<std::string> choices;     // kString: the values allowed; empty = any
  std::string default_text;             // fixed tables: value of a field left out, as text
  bool mandatory = false;               // fixed tables: no default
  std::string doc;                      // one sentence for help and errors
};

struct ActionSpec {
  uint32_t id = 0;
  std::string name;
  std::vector<Field> params;
  bool table_only = false;    // not as default action
  bool default_only = false;  // not in entries
};

enum class TableKind : uint8_t {
  kMatchAction,  // P4 table
  kActionMember,
  kActionGroup,  // of an action profile or selector
  kCounter,
  kMeter,
  kRegister,  // rows are the indices 0 .. size-1
  kFixed,     // everything that is not P4's: port, host, volume, multicast group ...
  kValueSet,  // rows are the members, without data
  kDigest,    // one row, with key 0: how the digest is to be told; none: it is not
};
std::string_view TableKindName(TableKind kind);

struct TableSchema {
  uint32_t id = 0;   // P4: the P4Info id. Fixed tables: kFixedTablePrefix | a number of their own,
                     // never reused
  std::string name;  // "ingress.ipv4_lpm", "port"
  TableKind kind = TableKind::kFixed;
  std::vector<Field> keys;
  std::vector<ActionSpec>
      actions;  // kMatchAction, kActionMember: a row has one of these. Empty: a row has `data`
  std::vector<Field> data;   // what a user writes
  std::vector<Field> state;  // what the backend reports: counters, status. Never in a Row's data
  uint64_t size = 0;         // rows at most; 0 = no limit of its own
  bool has_order = false;    // rows carry an order: some key is ternary, range or optional
  bool const_rows = false;   // rows come with the program and may not be changed
  bool has_default = false;  // a default row (empty key) exists and may be set unless const_default
  bool const_default = false;
  bool live =
      false;  // every row always exists and its data lives in the data path (counter, register)
  bool writable_state = false;  // state may be written (direct counters)
  bool idle_timeout = false;
  bool learned = false;  // the data path itself adds rows
  std::string doc;

  const Field* FindKey(std::string_view name) const;
  const Field* FindData(std::string_view name) const;
  const ActionSpec* FindAction(uint32_t id) const;
  const ActionSpec* FindAction(std::string_view name) const;
};

// What makes two tables of two programs different (name, keys, actions, data), as a sentence;
// nullopt if rows of one can be rows of the other. Ids, sizes and documentation do not count;
// actions are compared by name.
std::optional<std::string> TableDifference(const TableSchema& before, const TableSchema& after);

inline constexpr uint32_t kFixedTablePrefix = 0xF0000000;

// A table with a direct meter carries each entry's meter behind its action's own parameters, so
// that it is kept, undone and recorded with the entry: whether it is configured, then cir, cburst,
// pir and pburst.
inline constexpr uint32_t kMeterFieldIds = 0xFFFF0000;
inline bool IsMeterField(const Field& field) { return field.id >= kMeterFieldIds; }
std::vector<Field> MeterFields();

}  // namespace ipdk::tdi
