#include "apps/ipdkd/trace.h"

#include <chrono>

#include "apps/trace_text.h"
#include "pipeline/eval/switch.h"
#include "pipeline/package/package.h"
#include "targets/cpu/target/selectors.h"
#include "targets/cpu/target/tables.h"
#include "tdi/fixed/replication.h"

namespace ipdk::apps {
namespace {

namespace fixed = tdi::fixed;

class Teller final : public eval::TraceListener {
 public:
  Teller(const ir::Compiled& compiled, p4runtime::TraceResult& out) : text_(compiled), out_(out) {}
  void On(const eval::TraceEvent& event) override {
    const bool outer =
        event.kind == eval::TraceKind::kReceived || event.kind == eval::TraceKind::kControl ||
        event.kind == eval::TraceKind::kEgress || event.kind == eval::TraceKind::kDropped ||
        event.kind == eval::TraceKind::kSent;
    out_.steps.push_back({std::string(eval::Name(event.kind)), text_(event), outer ? 0u : 1u});
  }

 private:
  const TraceText text_;
  p4runtime::TraceResult& out_;
};

// A row of a table with an action profile, with what its member or group does.
Result<schema::Entry> Indirect(const tdi::Device& device, const ir::Compiled& compiled,
                               const schema::Table& table, const tdi::TableSchema& shown,
                               const tdi::Row& row) {
  const uint32_t profile = compiled.schema.action_profiles[table.implementation].preamble.id;
  const auto members = device.FindTable(profile);
  if (members == nullptr) return NotFound("table '{}': its members are gone", table.preamble.name);
  const auto get = [&](uint32_t in, uint32_t number) {
    tdi::FieldWriter key;
    key.Bits(number, 32);
    return device.Get(in, key.Take(), 0);
  };
  cpu::ProfileView view;
  view.members = members.get();
  view.member = [&](uint32_t number) { return get(profile, number); };
  view.group = [&](uint32_t number) -> Result<tdi::Group> {
    IPDK_ASSIGN(const tdi::Row group, get(profile + tdi::kGroupTableOffset, number));
    return tdi::DecodeGroup(group.data);
  };
  return cpu::ProfileEntry(compiled.schema, table, shown, row, view);
}

// The device's rows were checked when they came in, so they go into the interpreter's lists as they
// are.
Status CopyEntries(const tdi::Device& device, const ir::Compiled& compiled,
                   eval::Control& control) {
  for (size_t i = 0; i < compiled.schema.tables.size(); ++i) {
    const schema::TableId id(i);
    const schema::Table& table = compiled.schema.tables[id];
    const auto schema = device.FindTable(table.preamble.id);
    if (schema == nullptr || schema->kind != tdi::TableKind::kMatchAction) continue;
    eval::Control::EntryList& entries = control.Entries(id);
    entries.clear();
    Status failed;
    IPDK_RETURN_IF_ERROR(device.Scan(schema->id, {}, [&](const tdi::RowView& view) {
      if (view.is_default) return true;
      const bool indirect = table.implementation.valid();
      auto entry = indirect ? Indirect(device, compiled, table, *schema, *view.row)
                            : cpu::ToEntry(*schema, *view.row, false);
      if (!entry) {
        failed = std::unexpected(std::move(entry).error());
        return false;
      }
      eval::TableEntry one;
      one.entry = std::move(*entry);
      one.counters.resize(table.direct_counters.size());
      one.meters.resize(table.direct_meters.size());
      entries.push_back(std::move(one));
      return true;
    }));
    IPDK_RETURN_IF_ERROR(std::move(failed));
    if (!schema->has_default || table.const_default) continue;
    IPDK_ASSIGN(const tdi::Row row, device.GetDefault(schema->id));
    IPDK_ASSIGN(schema::Entry entry, cpu::ToEntry(*schema, row, true));
    IPDK_RETURN_IF_ERROR(control.SetDefault(id, std::move(entry)));
  }
  return {};
}

Status CopyRegisters(const tdi::Device& device, const ir::Compiled& compiled,
                     eval::Control& control) {
  for (size_t i = 0; i < compiled.schema.registers.size(); ++i) {
    const schema::RegisterId id(i);
    const auto schema = device.FindTable(compiled.schema.registers[id].preamble.id);
    if (schema == nullptr || schema->kind != tdi::TableKind::kRegister) continue;
    Status failed;
    IPDK_RETURN_IF_ERROR(device.Scan(schema->id, {}, [&](const tdi::RowView& view) {
      auto key = tdi::DecodeKey(*schema, view.row->key);
      auto data = tdi::DecodeData(schema->data, view.row->data);
      if (!key || !data) {
        failed = std::unexpected(!key ? key.error() : data.error());
        return false;
      }
      std::vector<Integer> leaves;
      for (tdi::DataValue& value : *data) leaves.push_back(std::move(value.value));
      failed = control.WriteRegister(id, ToU64((*key)[0].value), std::move(leaves));
      return failed.has_value();
    }));
    IPDK_RETURN_IF_ERROR(std::move(failed));
  }
  return {};
}

Status CopyValueSets(const tdi::Device& device, const ir::Compiled& compiled,
                     eval::Control& control) {
  for (size_t i = 0; i < compiled.schema.value_sets.size(); ++i) {
    const schema::ValueSetId id(i);
    const auto schema = device.FindTable(compiled.schema.value_sets[id].preamble.id);
    if (schema == nullptr) continue;
    Status failed;
    IPDK_RETURN_IF_ERROR(device.Scan(schema->id, {}, [&](const tdi::RowView& view) {
      auto member = cpu::KeyEntry(*schema, *view.row, false);
      failed = member ? control.AddMember(id, std::move(member->matches))
                      : Status(std::unexpected(member.error()));
      return failed.has_value();
    }));
    IPDK_RETURN_IF_ERROR(std::move(failed));
  }
  return {};
}

Status CopyReplication(const tdi::Device& device, eval::Control& control) {
  if (device.FindTable(fixed::kMulticastReplicaTable) != nullptr) {
    IPDK_RETURN_IF_ERROR(
        device.Scan(fixed::kMulticastReplicaTable, {}, [&](const tdi::RowView& view) {
          if (const auto replica = fixed::DecodeReplica(*view.row))
            control.groups[replica->group].push_back(
                {.port = replica->port, .instance = replica->instance});
          return true;
        }));
  }
  if (device.FindTable(fixed::kCloneSessionTable) != nullptr) {
    IPDK_RETURN_IF_ERROR(device.Scan(fixed::kCloneSessionTable, {}, [&](const tdi::RowView& view) {
      if (const auto session = fixed::DecodeCloneSession(*view.row))
        control.sessions[session->session].truncate = session->packet_length_bytes;
      return true;
    }));
    IPDK_RETURN_IF_ERROR(device.Scan(fixed::kCloneReplicaTable, {}, [&](const tdi::RowView& view) {
      if (const auto replica = fixed::DecodeReplica(*view.row))
        control.sessions[replica->group].replicas.push_back(
            {.port = replica->port, .instance = replica->instance});
      return true;
    }));
  }
  return {};
}

}  // namespace

Result<p4runtime::TraceResult> Trace(const tdi::Device& device, const tdi::Target& target,
                                     uint32_t port, std::string_view packet) {
  const auto program = target.program();
  if (program == nullptr)
    return FailedPrecondition("no program is loaded; load one with: ipdk load PROGRAM.p4");
  IPDK_ASSIGN(const ir::Compiled compiled, package::Read(program->package));
  IPDK_ASSIGN(auto machine, eval::Switch::Make(compiled));
  IPDK_RETURN_IF_ERROR(CopyEntries(device, compiled, machine->control()));
  IPDK_RETURN_IF_ERROR(CopyRegisters(device, compiled, machine->control()));
  IPDK_RETURN_IF_ERROR(CopyValueSets(device, compiled, machine->control()));
  IPDK_RETURN_IF_ERROR(CopyReplication(device, machine->control()));
  p4runtime::TraceResult out;
  Teller teller(compiled, out);
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
  const eval::PacketResult result =
      machine->Process(port, std::string(packet), static_cast<uint64_t>(now.count()), &teller);
  for (const eval::Output& output : result.outputs)
    out.outputs.emplace_back(output.port, output.bytes);
  return out;
}

}  // namespace ipdk::apps
