#pragma once
// One table of a running pipeline: the control thread's book of entries, the records that generated
// code reads, and the engine that finds a record for a key. The book answers "is there such an
// entry" at once; the engine and so the packets see a change when it is published.
//
// Threads: all members but Lookup belong to the control thread. Lookup is for any worker
// that is online in the Epoch; it never blocks and never fails: a miss gives the default record.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "pipeline/schema/schema.h"
#include "targets/cpu/engines/learned.h"
#include "targets/cpu/layout/layout.h"

namespace ipdk::cpu {

namespace engines {
class Engine;
class Epoch;
class RecordPool;
struct Rule;
}  // namespace engines

class Table {
 public:
  // The members of an action selector's group as an entry has them. Never changes.
  struct Group {
    std::shared_ptr<const std::vector<uint16_t>> slots;  // externs::FillSelector
    std::vector<uint64_t> records;                       // one behind the other; none: empty
    uint32_t stride = 0;                                 // words
  };
  // `keys` decide the engine. The default record is `schema.default_entry`, the program's entries
  // are inserted by the caller.
  Table(const schema::Schema& schema, const schema::Table& table,
        std::shared_ptr<engines::Epoch> epoch);
  Table(const schema::ValueSet& value_set, std::shared_ptr<engines::Epoch> epoch);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  const layout::TableLayout& layout() const { return layout_; }
  const std::string& name() const { return name_; }

  // --- control thread
  // Entries are checked by the caller (schema::CheckEntry). Insert: ALREADY_EXISTS; Modify, Erase:
  // NOT_FOUND; both by key and, where the table has one, order. Nothing is visible to packets
  // before Publish.
  Status Insert(const schema::Entry& entry);
  Status Modify(const schema::Entry& entry);  // keeps direct counters
  Status Erase(const schema::Entry& entry);   // action and args are not looked at
  void SetDefault(uint32_t action, const std::vector<Integer>& args);
  // Drops all entries (not the default).
  void Clear();
  // One release store per change, in order.
  void Publish();

  // From now on packets add entries too (engines/learned.h); `own_timers`: the program says what
  // keeps them. With `former`, those that another table of the same layout has are taken over, if
  // they have no counters or meters. Before any worker looks up.
  void Learn(const schema::Table& table, bool own_timers, const Table* former);
  // Null: packets add nothing.
  engines::Learned* learned() const { return learned_.get(); }

  uint64_t size() const { return book_.size(); }
  // The index of an entry's direct counters and meters; the default entry has 0.
  Result<uint32_t> DirectIndex(const schema::Entry& entry) const;
  uint32_t direct_capacity() const;
  // Told of each direct index that a new entry takes, before packets can see it: its counters start
  // at 0.
  void OnNewDirectIndex(std::function<void(uint32_t index)> listener);
  std::string engine_name() const;

  // For generated code that looks up without a call: record `ids[key]` of `records`, or *miss if
  // that is 0 or if there are no ids. The addresses are good as long as the table. Only for tables
  // without keys and with exact keys of two bytes at most.
  struct InPlace {
    const uint32_t* ids = nullptr;
    const uint8_t* records = nullptr;
    uint64_t stride = 0;
    const void* miss = nullptr;  // where the pointer to the default record is
  };
  static bool CanLookUpInPlace(const layout::TableLayout& layout);
  InPlace in_place() const;

  // --- workers
  // At least as many direct indices as were ever in use at once.
  uint32_t direct_indices() const { return next_direct_.load(std::memory_order_relaxed); }
  // keys: n keys of layout().key_bytes each, aligned to 8.
  void Lookup(const uint8_t* keys, uint32_t n, const layout::Record** out) const;
  // After Lookup, of a table whose layout `selects`: puts a member's record in the place of each
  // group's, by hashes of the selector keys.
  void Select(const uint32_t* hashes, uint32_t n, const layout::Record** records) const;
  // One key of a table that learns; `entry` is null unless a packet added what was found.
  const layout::Record* LookupLearned(const uint8_t* key, uint64_t now_ns,
                                      engines::Learned::Entry** entry) const;

 private:
  struct Held {
    uint32_t record = 0;  // in the pool
    uint32_t direct_index = 0;
    uint64_t sequence = 0;  // order of insertion
  };
  struct Change;
  engines::Rule MakeRule(const schema::Entry& entry) const;
  static std::string BookKey(const engines::Rule& rule);
  std::string Describe(const schema::Entry& entry) const;
  uint32_t TakeRecord(const std::string& bytes);
  uint32_t TakeRecord(const schema::Entry& entry, uint32_t direct_index);
  std::shared_ptr<const Group> MakeGroup(const schema::Entry& entry, uint32_t direct_index);
  void DropRecord(uint32_t record);
  uint32_t TakeDirectIndex();
  void Init(std::shared_ptr<engines::Epoch> epoch);

  std::string name_;
  std::vector<schema::MatchField> keys_;
  std::vector<std::string> action_names_;
  layout::TableLayout layout_;
  bool ordered_ = false;
  std::shared_ptr<engines::Epoch> epoch_;
  std::unique_ptr<engines::RecordPool> records_;
  std::unique_ptr<engines::Engine> engine_;
  std::shared_ptr<engines::Learned> learned_;
  std::unordered_map<std::string, Held> book_;
  uint64_t next_sequence_ = 0;
  // Equal records are one: a million routes to a few next hops then read a few cache lines. By
  // record bytes; entries with direct resources are all different.
  std::unordered_map<std::string, uint32_t> interned_;
  std::vector<uint32_t> references_;  // per record
  // Groups by their members, so that entries which name the same one share it.
  std::unordered_map<std::string, std::weak_ptr<const Group>> groups_;
  std::unordered_map<std::string, std::weak_ptr<const std::vector<uint16_t>>> slots_;
  size_t sweep_groups_ = 64;
  std::unordered_map<uint32_t, std::shared_ptr<const Group>> group_of_;  // by record
  std::vector<uint32_t> free_direct_;
  std::atomic<uint32_t> next_direct_ = 1;  // workers read it to guess how many there are
  std::vector<std::function<void(uint32_t)>> listeners_;
  std::vector<Change> unpublished_;
  uint32_t default_id_ = 0;
  // What a miss gives: workers read it.
  std::atomic<const layout::Record*> default_record_{nullptr};
};

}  // namespace ipdk::cpu
