// Meters, members of action profiles, value sets and the settings of digests.
#include <p4/v1/p4runtime.pb.h>

#include <algorithm>

#include "interface/p4runtime/translate.h"

namespace ipdk::p4runtime {
namespace {

using tdi::TableSchema;

std::string TypeName(int type) {
  return p4::v1::Update_Type_Name(static_cast<p4::v1::Update_Type>(type));
}

std::string NumberKey(uint64_t number) {
  tdi::FieldWriter writer;
  writer.Bits(number, 32);
  return writer.Take();
}

uint32_t NumberOf(const tdi::Row& row) {
  tdi::FieldReader reader(row.key);
  return static_cast<uint32_t>(reader.Bits(32));
}

tdi::OpKind OpOf(int type) {
  return type == p4::v1::Update::INSERT   ? tdi::OpKind::kInsert
         : type == p4::v1::Update::MODIFY ? tdi::OpKind::kModify
                                          : tdi::OpKind::kDelete;
}

void ToConfig(const tdi::Row& row, p4::v1::MeterConfig& config) {
  tdi::FieldReader reader(row.data);
  config.set_cir(static_cast<int64_t>(reader.Bits(64)));
  config.set_cburst(static_cast<int64_t>(reader.Bits(64)));
  config.set_pir(static_cast<int64_t>(reader.Bits(64)));
  config.set_pburst(static_cast<int64_t>(reader.Bits(64)));
}

}  // namespace

// P4Runtime 1.5, 9.4: our meters are two-rate three-colour ones.
Status Translator::CheckMeterConfig(const std::string& what, const p4::v1::MeterConfig& config) {
  if (config.eburst() != 0)
    return InvalidArgument("{}: eburst {}: a two-rate meter has none; leave it 0", what,
                           config.eburst());
  const std::pair<const char*, int64_t> numbers[] = {{"cir", config.cir()},
                                                     {"cburst", config.cburst()},
                                                     {"pir", config.pir()},
                                                     {"pburst", config.pburst()}};
  for (const auto& [name, value] : numbers)
    if (value < 0) return InvalidArgument("{}: {} {} is negative", what, name, value);
  if (config.pir() < config.cir())
    return InvalidArgument("{}: pir {} is below cir {}", what, config.pir(), config.cir());
  return {};
}

// --- meters. A cell that is configured is a row.

Result<Translator::Operations> Translator::WriteMeter(int type, const p4::v1::MeterEntry& entry) {
  IPDK_ASSIGN(const TableSchema* table, FindTable(entry.meter_id(), schema::kMeterPrefix, "meter"));
  if (type != p4::v1::Update::MODIFY)
    return InvalidArgument("meter '{}': its cells always exist: only MODIFY is allowed, got {}",
                           table->name, TypeName(type));
  if (entry.has_counter_data())
    return Unimplemented("meter '{}': counters per colour are not supported", table->name);
  uint64_t first = 0, end = table->size;
  if (entry.has_index()) {
    if (entry.index().index() < 0)
      return InvalidArgument("meter '{}': index {} is negative", table->name,
                             entry.index().index());
    first = static_cast<uint64_t>(entry.index().index());
    end = first + 1;
    if (first >= table->size)
      return OutOfRange("meter '{}': index {}: expected 0 to {}", table->name, first,
                        table->size == 0 ? 0 : table->size - 1);
  }
  tdi::Operation operation;
  operation.table = table->id;
  Operations operations;
  if (entry.has_config()) {
    IPDK_RETURN_IF_ERROR(CheckMeterConfig(fmt::format("meter '{}'", table->name), entry.config()));
    tdi::FieldWriter writer;
    for (const int64_t number : {entry.config().cir(), entry.config().cburst(),
                                 entry.config().pir(), entry.config().pburst()})
      writer.Bits(static_cast<uint64_t>(number), 64);
    operation.kind = tdi::OpKind::kPut;
    operation.row.data = writer.Take();
    for (uint64_t i = first; i < end; ++i) {
      operation.row.key = NumberKey(i);
      operations.push_back(operation);
    }
    return operations;
  }
  // Back to the default: the row goes, if there is one.
  operation.kind = tdi::OpKind::kDelete;
  if (entry.has_index()) {
    const auto present = device_.Get(table->id, NumberKey(first), 0);
    if (!present && present.error().code() != Code::kNotFound)
      return std::unexpected(present.error());
    operation.row.key = NumberKey(first);
    if (present) operations.push_back(operation);
    return operations;
  }
  IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, [&](const tdi::RowView& view) {
    operation.row.key = view.row->key;
    operations.push_back(operation);
    return true;
  }));
  return operations;
}

Status Translator::ReadMeter(const p4::v1::MeterEntry& filter, const Emit& emit) {
  if (filter.has_counter_data())
    return Unimplemented("meter counters per colour are not supported");
  for (const schema::Meter& meter : schema_->meters) {
    if (meter.preamble.hidden || meter.direct_of.valid()) continue;
    if (filter.meter_id() != 0 && filter.meter_id() != meter.preamble.id) continue;
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(meter.preamble.id, schema::kMeterPrefix, "meter"));
    const bool one = filter.has_index() && filter.meter_id() != 0;
    if (one && filter.index().index() < 0)
      return InvalidArgument("meter '{}': index {} is negative", table->name,
                             filter.index().index());
    if (one && static_cast<uint64_t>(filter.index().index()) >= table->size)
      return OutOfRange("meter '{}': index {}: expected 0 to {}", table->name,
                        filter.index().index(), table->size == 0 ? 0 : table->size - 1);
    std::map<uint64_t, tdi::Row> rows;
    if (one) {
      const auto index = static_cast<uint64_t>(filter.index().index());
      if (auto row = device_.Get(table->id, NumberKey(index), 0); row)
        rows[index] = *std::move(row);
      else if (row.error().code() != Code::kNotFound)
        return std::unexpected(std::move(row).error());
    } else {
      IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, [&](const tdi::RowView& view) {
        rows[NumberOf(*view.row)] = *view.row;
        return true;
      }));
    }
    const uint64_t first = one ? static_cast<uint64_t>(filter.index().index()) : 0;
    const uint64_t end = one ? first + 1 : table->size;
    for (uint64_t i = first; i < end; ++i) {
      p4::v1::Entity entity;
      auto* entry = entity.mutable_meter_entry();
      entry->set_meter_id(table->id);
      entry->mutable_index()->set_index(static_cast<int64_t>(i));
      if (const auto it = rows.find(i); it != rows.end())
        ToConfig(it->second, *entry->mutable_config());
      if (!emit(std::move(entity))) return {};
    }
    if (filter.meter_id() != 0) return {};
  }
  if (filter.meter_id() != 0)
    return NotFound("no meter has id {:#x} in the running program", filter.meter_id());
  return {};
}

// --- members

Result<Translator::Operations> Translator::WriteMember(int type,
                                                       const p4::v1::ActionProfileMember& entry) {
  IPDK_ASSIGN(const TableSchema* table,
              FindTable(entry.action_profile_id(), schema::kActionProfilePrefix, "action profile"));
  if (entry.member_id() == 0)
    return InvalidArgument("action profile '{}': member_id 0: expected 1 or more", table->name);
  tdi::Operation operation;
  operation.table = table->id;
  operation.kind = OpOf(type);
  operation.row.key = NumberKey(entry.member_id());
  if (type != p4::v1::Update::DELETE) {
    if (!entry.has_action())
      return InvalidArgument("action profile '{}': member {} has no action", table->name,
                             entry.member_id());
    IPDK_RETURN_IF_ERROR(EncodeAction(*table, entry.action(), false, operation.row));
  }
  return Operations{std::move(operation)};
}

Status Translator::ReadMember(const p4::v1::ActionProfileMember& filter, const Emit& emit) {
  bool stopped = false;
  for (const schema::ActionProfile& profile : schema_->action_profiles) {
    if (profile.preamble.hidden) continue;
    if (filter.action_profile_id() != 0 && filter.action_profile_id() != profile.preamble.id)
      continue;
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(profile.preamble.id, schema::kActionProfilePrefix, "action profile"));
    Status failed;
    IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, [&](const tdi::RowView& view) {
      if (filter.member_id() != 0 && NumberOf(*view.row) != filter.member_id()) return true;
      p4::v1::Entity entity;
      auto* member = entity.mutable_action_profile_member();
      member->set_action_profile_id(table->id);
      member->set_member_id(NumberOf(*view.row));
      failed = ToAction(*table, *view.row, *member->mutable_action());
      if (!failed) return false;
      stopped = !emit(std::move(entity));
      return !stopped;
    }));
    IPDK_RETURN_IF_ERROR(std::move(failed));
    if (stopped || filter.action_profile_id() != 0) return {};
  }
  if (filter.action_profile_id() != 0)
    return NotFound("no action profile has id {:#x} in the running program",
                    filter.action_profile_id());
  return {};
}

// --- value sets: a write replaces all members.

Result<Translator::Operations> Translator::WriteValueSet(int type,
                                                         const p4::v1::ValueSetEntry& entry) {
  IPDK_ASSIGN(const TableSchema* table,
              FindTable(entry.value_set_id(), schema::kValueSetPrefix, "value set"));
  if (type != p4::v1::Update::MODIFY)
    return InvalidArgument("value set '{}' always exists: only MODIFY is allowed, got {}",
                           table->name, TypeName(type));
  if (static_cast<uint64_t>(entry.members_size()) > table->size)
    return ResourceExhausted("value set '{}' has room for {} members, got {}", table->name,
                             table->size, entry.members_size());
  std::map<std::string, bool> wanted;
  for (const auto& member : entry.members()) {
    p4::v1::TableEntry as_entry;
    *as_entry.mutable_match() = member.match();
    IPDK_ASSIGN(const tdi::Row row, KeyOf(*table, as_entry));
    if (!wanted.emplace(row.key, false).second)
      return InvalidArgument("value set '{}': member {} is given twice", table->name,
                             tdi::PrintKey(*table, row.key));
  }
  tdi::Operation operation;
  operation.table = table->id;
  operation.kind = tdi::OpKind::kDelete;
  Operations operations;
  IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, [&](const tdi::RowView& view) {
    if (const auto it = wanted.find(view.row->key); it != wanted.end()) {
      it->second = true;
      return true;
    }
    operation.row.key = view.row->key;
    operations.push_back(operation);
    return true;
  }));
  operation.kind = tdi::OpKind::kInsert;
  for (const auto& [key, there] : wanted) {
    if (there) continue;
    operation.row.key = key;
    operations.push_back(operation);
  }
  return operations;
}

Status Translator::ReadValueSet(const p4::v1::ValueSetEntry& filter, const Emit& emit) {
  for (const schema::ValueSet& set : schema_->value_sets) {
    if (set.preamble.hidden || set.keys.empty()) continue;
    if (filter.value_set_id() != 0 && filter.value_set_id() != set.preamble.id) continue;
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(set.preamble.id, schema::kValueSetPrefix, "value set"));
    p4::v1::Entity entity;
    auto* entry = entity.mutable_value_set_entry();
    entry->set_value_set_id(table->id);
    Status failed;
    IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, [&](const tdi::RowView& view) {
      p4::v1::TableEntry member;
      failed = ToTableEntry(*table, view, false, member);
      entry->add_members()->mutable_match()->Swap(member.mutable_match());
      return failed.has_value();
    }));
    IPDK_RETURN_IF_ERROR(std::move(failed));
    if (!emit(std::move(entity)) || filter.value_set_id() != 0) return {};
  }
  if (filter.value_set_id() != 0)
    return NotFound("no value set has id {:#x} in the running program", filter.value_set_id());
  return {};
}

// --- digests

Result<Translator::Operations> Translator::WriteDigest(int type, const p4::v1::DigestEntry& entry) {
  IPDK_ASSIGN(const TableSchema* table,
              FindTable(entry.digest_id(), schema::kDigestPrefix, "digest"));
  tdi::Operation operation;
  operation.table = table->id;
  operation.kind = OpOf(type);
  operation.row.key = NumberKey(0);
  if (type != p4::v1::Update::DELETE) {
    const auto& config = entry.config();
    if (config.max_timeout_ns() < 0 || config.max_list_size() < 0 || config.ack_timeout_ns() < 0)
      return InvalidArgument(
          "digest '{}': max_timeout_ns {}, max_list_size {} and ack_timeout_ns {} must not be "
          "negative",
          table->name, config.max_timeout_ns(), config.max_list_size(), config.ack_timeout_ns());
    tdi::FieldWriter writer;
    writer.Bits(static_cast<uint64_t>(config.max_timeout_ns()), 64);
    writer.Bits(static_cast<uint64_t>(config.max_list_size()), 32);
    writer.Bits(static_cast<uint64_t>(config.ack_timeout_ns()), 64);
    operation.row.data = writer.Take();
  }
  return Operations{std::move(operation)};
}

Status Translator::ReadDigest(const p4::v1::DigestEntry& filter, const Emit& emit) {
  bool stopped = false;
  for (const schema::Digest& digest : schema_->digests) {
    if (digest.preamble.hidden) continue;
    if (filter.digest_id() != 0 && filter.digest_id() != digest.preamble.id) continue;
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(digest.preamble.id, schema::kDigestPrefix, "digest"));
    IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, [&](const tdi::RowView& view) {
      tdi::FieldReader reader(view.row->data);
      p4::v1::Entity entity;
      auto* entry = entity.mutable_digest_entry();
      entry->set_digest_id(table->id);
      entry->mutable_config()->set_max_timeout_ns(static_cast<int64_t>(reader.Bits(64)));
      entry->mutable_config()->set_max_list_size(static_cast<int32_t>(reader.Bits(32)));
      entry->mutable_config()->set_ack_timeout_ns(static_cast<int64_t>(reader.Bits(64)));
      stopped = !emit(std::move(entity));
      return !stopped;
    }));
    if (stopped || filter.digest_id() != 0) return {};
  }
  if (filter.digest_id() != 0)
    return NotFound("no digest has id {:#x} in the running program", filter.digest_id());
  return {};
}

}  // namespace ipdk::p4runtime
