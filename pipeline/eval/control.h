#pragma once
// What a controller has put into the interpreter, and what packets have left there: entries,
// default actions, counters, meters, registers, value sets, multicast groups, clone sessions.
// Tables are linear lists of schema::Entry: obvious and slow. One thread; packets and changes take
// turns.
//
// Every entry is checked against its table when it comes in, so the interpreter need not check
// again.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "pipeline/externs/meter.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::eval {

struct Counts {
  uint64_t packets = 0, bytes = 0;
};

struct Meter {
  externs::MeterConfig config;
  externs::MeterState state;
};

// An entry with what belongs to it alone.
struct TableEntry {
  schema::Entry entry;
  std::vector<uint16_t> slots;  // of a group, made when first looked up
  // Of an entry that a packet added: the time after which it is gone without use, and when that is.
  bool learned = false;
  uint64_t lasts_ns = 0, expires_ns = UINT64_MAX;
  std::vector<Counts> counters;  // one per Table::direct_counters
  std::vector<Meter> meters;     // one per Table::direct_meters
};

struct Replica {
  uint32_t port = 0, instance = 0;
  bool operator==(const Replica&) const = default;
};

struct CloneSession {
  std::vector<Replica> replicas;
  uint32_t multicast_group = 0;   // its replicas come after; 0: none
  uint32_t truncate = 0;          // bytes of a copy to keep; 0: all
  uint32_t class_of_service = 0;  // of the copies (PSA)
};

class Control {
 public:
  // `compiled` must outlive this.
  explicit Control(const ir::Compiled& compiled);

  // ---- tables. Errors: INVALID_ARGUMENT (does not fit the table), ALREADY_EXISTS, NOT_FOUND,
  // PERMISSION_DENIED (const).
  Status Add(schema::TableId table, schema::Entry entry);
  Status Modify(schema::TableId table, const schema::Entry& entry);
  Status Delete(schema::TableId table, const schema::Entry& entry);
  Status SetDefault(schema::TableId table, schema::Entry entry);
  // Every entry that the program did not write, and default actions back to the program's.
  void Clear();

  struct Found {
    TableEntry* entry = nullptr;  // the default entry if nothing matched
    bool hit = false;
    uint32_t position = 0;  // among the entries
  };
  Found Lookup(schema::TableId table, std::span<const Integer> keys);
  // The member of an entry's group for a hash of the selector keys. REQUIRES: it has choices.
  static const schema::Entry::Choice& Choose(TableEntry& entry, uint32_t hash);

  // A deque: what a packet has found stays where it is when the packet adds an entry.
  using EntryList = std::deque<TableEntry>;
  const EntryList& Entries(schema::TableId table) const { return tables_[table.index].entries; }
  EntryList& Entries(schema::TableId table) { return tables_[table.index].entries; }
  const TableEntry& Default(schema::TableId table) const { return tables_[table.index].miss; }

  // ---- entries that packets add (PNA: add_entry). `now_ns` is the packet's time.
  // False: there is such an entry, or no room.
  bool Learn(schema::TableId table, std::span<const Integer> keys, uint32_t action,
             std::vector<Integer> args, uint64_t profile, uint64_t now_ns);
  static void SetExpireTime(TableEntry& entry, uint64_t profile, uint64_t now_ns);
  static void RestartTimer(TableEntry& entry, uint64_t now_ns);
  // Deletes what was idle for its time. Between two packets.
  void Expire(uint64_t now_ns);
  uint32_t TakeFlowId() { return ++flow_id_; }

  // ---- arrays. An index beyond the size is INVALID_ARGUMENT here; the data path ignores it by
  // Has*.
  Result<Counts> ReadCounter(schema::CounterId counter, uint64_t index) const;
  Status WriteCounter(schema::CounterId counter, uint64_t index, Counts counts);
  Result<std::vector<Integer>> ReadRegister(schema::RegisterId id, uint64_t index) const;
  Status WriteRegister(schema::RegisterId id, uint64_t index, std::vector<Integer> leaves);
  Status ResetRegister(schema::RegisterId id);
  Result<externs::MeterConfig> ReadMeter(schema::MeterId meter, uint64_t index) const;
  Status WriteMeter(schema::MeterId meter, uint64_t index, const externs::MeterConfig& config,
                    uint64_t now_ns);

  // For the data path; the index is the program's.
  void Count(schema::CounterId counter, const Integer& index, uint64_t bytes);
  externs::Color Execute(schema::MeterId meter, const Integer& index, uint64_t now_ns,
                         uint64_t bytes, externs::Color before);
  externs::Color ExecuteDirect(schema::MeterId meter, TableEntry& entry, uint64_t now_ns,
                               uint64_t bytes, externs::Color before);
  void CountDirect(schema::CounterId counter, TableEntry& entry, uint64_t bytes);
  Integer Register(schema::RegisterId id, const Integer& index, size_t leaf) const;
  void SetRegister(schema::RegisterId id, const Integer& index, size_t leaf, const Integer& value);

  // ---- value sets: each member is one match per key.
  Status AddMember(schema::ValueSetId set, std::vector<schema::Match> member);
  void ClearMembers(schema::ValueSetId set) { value_sets_[set.index].clear(); }
  bool IsMember(schema::ValueSetId set, std::span<const Integer> keys) const;

  // ---- replication
  std::map<uint32_t, std::vector<Replica>> groups;
  std::map<uint32_t, CloneSession> sessions;

  const ir::Compiled& compiled() const { return compiled_; }

 private:
  struct Table {
    EntryList entries;  // in the order of their coming
    uint64_t learned = 0;
    TableEntry miss;
  };

  TableEntry Fresh(schema::TableId table, schema::Entry entry) const;
  Result<size_t> Position(schema::TableId table, const schema::Entry& entry) const;
  Status Check(schema::TableId table, schema::Entry& entry, bool is_default) const;

  const ir::Compiled& compiled_;
  std::vector<Table> tables_;
  uint32_t flow_id_ = 0;
  // Arrays hold only the elements that were touched.
  std::vector<std::unordered_map<uint64_t, Counts>> counters_;
  std::vector<std::unordered_map<uint64_t, Meter>> meters_;
  std::vector<std::unordered_map<uint64_t, std::vector<Integer>>> registers_;
  std::vector<std::vector<std::vector<schema::Match>>> value_sets_;
};

}  // namespace ipdk::eval
