#pragma once
// Between P4Runtime entities and TDI operations. One Translator serves one request: it keeps the
// schemas it has looked up, so that all entities of the request mean the same program.
//
// What it relies on, beyond the schemas: match tables, counters and registers carry their P4Info
// ids; a counter's data and a direct counter's state have fields named `packets` and `bytes`;
// replication is in the tables of tdi/fixed/replication.h.
//
// Every check that needs no state of the table is here, with the code that the standard asks for;
// duplicates, missing rows and full tables are the device's answers.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/schema/schema.h"
#include "tdi/device.h"

namespace p4::v1 {
class Action;
class ActionProfileActionSet;
class ActionProfileGroup;
class ActionProfileMember;
class CloneSessionEntry;
class CounterData;
class CounterEntry;
class DigestEntry;
class DirectMeterEntry;
class Entity;
class MeterConfig;
class MeterEntry;
class MulticastGroupEntry;
class RegisterEntry;
class Replica;
class TableAction;
class TableEntry;
class Update;
class ValueSetEntry;
}  // namespace p4::v1

namespace ipdk::p4runtime {

class Translator {
 public:
  Translator(const tdi::Device& device, std::shared_ptr<const schema::Schema> schema,
             uint32_t cpu_port);

  // The operations of one update, in order; they stand or fall together. May read the device (a
  // MODIFY without an action keeps the one that is there), so updates that depend on each other are
  // translated and committed one by one: NeedsState says which.
  Result<std::vector<tdi::Operation>> Write(const p4::v1::Update& update);
  static bool NeedsState(const p4::v1::Update& update);

  // Calls `emit` for every entity that the filter selects; false stops.
  using Emit = std::function<bool(p4::v1::Entity&&)>;
  Status Read(const p4::v1::Entity& filter, const Emit& emit);

  // One row as a TableEntry (events, reads). `with_counter`: with the state of its direct counter.
  Status ToTableEntry(const tdi::TableSchema& table, const tdi::RowView& view, bool with_counter,
                      p4::v1::TableEntry& out) const;

 private:
  Result<const tdi::TableSchema*> FindTable(uint32_t id, uint32_t prefix, std::string_view kind);
  Result<tdi::Row> KeyOf(const tdi::TableSchema& table, const p4::v1::TableEntry& entry) const;
  Status SetAction(const tdi::TableSchema& table, const p4::v1::TableEntry& entry, bool is_default,
                   tdi::Row& row) const;
  Status EncodeAction(const tdi::TableSchema& table, const p4::v1::Action& action, bool is_default,
                      tdi::Row& row) const;
  // Of a table with an action selector; null: it has none.
  const schema::ActionProfile* SelectorOf(uint32_t table) const;
  Result<std::string> EncodeActionSet(const tdi::TableSchema& table,
                                      const p4::v1::ActionProfileActionSet& set) const;
  // The member, group or set that a row names.
  Status ToReference(const tdi::TableSchema& table, const tdi::Row& row,
                     p4::v1::TableAction& out) const;
  Status ToAction(const tdi::TableSchema& table, const tdi::Row& row, p4::v1::Action& out) const;
  Status SetMeter(const tdi::TableSchema& table, const p4::v1::MeterConfig* config,
                  tdi::Row& row) const;
  static Status CheckMeterConfig(const std::string& what, const p4::v1::MeterConfig& config);
  Result<std::string> CounterState(const tdi::TableSchema& table,
                                   const p4::v1::CounterData& data) const;

  using Operations = std::vector<tdi::Operation>;
  Result<Operations> WriteTable(int type, const p4::v1::TableEntry& entry);
  Result<Operations> WriteDirectCounter(int type, const p4::v1::TableEntry& entry,
                                        const p4::v1::CounterData* data);
  Result<Operations> WriteDirectMeter(int type, const p4::v1::DirectMeterEntry& entry);
  Result<Operations> WriteMeter(int type, const p4::v1::MeterEntry& entry);
  Result<Operations> WriteMember(int type, const p4::v1::ActionProfileMember& entry);
  Result<Operations> WriteGroup(int type, const p4::v1::ActionProfileGroup& entry);
  Result<Operations> WriteValueSet(int type, const p4::v1::ValueSetEntry& entry);
  Result<Operations> WriteDigest(int type, const p4::v1::DigestEntry& entry);
  Result<Operations> WriteCounter(int type, const p4::v1::CounterEntry& entry);
  Result<Operations> WriteRegister(int type, const p4::v1::RegisterEntry& entry);
  Result<Operations> WriteMulticast(int type, const p4::v1::MulticastGroupEntry& entry);
  Result<Operations> WriteClone(int type, const p4::v1::CloneSessionEntry& entry);

  // Entries, or what belongs to them.
  enum class Direct : uint8_t { kNone, kCounter, kMeter };
  Status ReadTable(const p4::v1::TableEntry& filter, Direct as, const Emit& emit);
  Status ReadOneTable(const tdi::TableSchema& table, const p4::v1::TableEntry& filter, Direct as,
                      const Emit& emit);
  Status ReadMeter(const p4::v1::MeterEntry& filter, const Emit& emit);
  Status ReadMember(const p4::v1::ActionProfileMember& filter, const Emit& emit);
  Status ReadGroup(const p4::v1::ActionProfileGroup& filter, const Emit& emit);
  Status ReadValueSet(const p4::v1::ValueSetEntry& filter, const Emit& emit);
  Status ReadDigest(const p4::v1::DigestEntry& filter, const Emit& emit);
  Status ReadCounter(const p4::v1::CounterEntry& filter, const Emit& emit);
  Status ReadRegister(const p4::v1::RegisterEntry& filter, const Emit& emit);
  Status ReadMulticast(uint32_t group, const Emit& emit);
  Status ReadClone(uint32_t session, const Emit& emit);

  // Replicas of a group or session, which are rows of a table of their own.
  struct Copy {
    uint32_t port = 0, instance = 0;
    char form = 'b';  // how the port was given: b bytes, n the old number, c SDN_PORT_CPU
  };
  Result<std::vector<Copy>> Copies(const std::string& what, const p4::v1::Replica* const* begin,
                                   int count) const;
  Result<std::map<uint32_t, std::vector<Copy>>> ReadCopies(uint32_t table, uint32_t group);
  void AddReplica(const Copy& copy, p4::v1::Replica& out) const;
  void ReplaceCopies(uint32_t table, uint32_t group, const std::vector<Copy>& before,
                     const std::vector<Copy>& after, Operations& out) const;

  const tdi::Device& device_;
  const std::shared_ptr<const schema::Schema> schema_;
  const uint32_t cpu_port_;
  std::map<uint32_t, std::shared_ptr<const tdi::TableSchema>> tables_;
};

}  // namespace ipdk::p4runtime
