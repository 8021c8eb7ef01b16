// Indexed resources, packet replication, and the choice among entities.
#include "interface/p4runtime/translate.h"

#include <p4/v1/p4runtime.pb.h>

#include <algorithm>
#include <set>

#include "interface/p4runtime/bytes.h"
#include "tdi/fixed/replication.h"

namespace ipdk::p4runtime {
namespace {

namespace fixed = tdi::fixed;
using tdi::TableSchema;

std::string TypeName(int type) {
  return p4::v1::Update_Type_Name(static_cast<p4::v1::Update_Type>(type));
}

Status OnlyModify(int type, const TableSchema& table, std::string_view kind) {
  if (type == p4::v1::Update::MODIFY) return {};
  return InvalidArgument("{} '{}': its cells always exist: only MODIFY is allowed, got {}", kind,
                         table.name, TypeName(type));
}

// The key of one cell of a counter, meter or register.
Result<std::string> CellKey(const TableSchema& table, std::string_view kind, int64_t index) {
  if (index < 0) return InvalidArgument("{} '{}': index {} is negative", kind, table.name, index);
  if (table.size != 0 && static_cast<uint64_t>(index) >= table.size)
    return OutOfRange("{} '{}': index {}: expected 0 to {}", kind, table.name, index,
                      table.size - 1);
  if (table.keys.size() != 1)
    return Internal("{} '{}' has {} key fields instead of an index", kind, table.name,
                    table.keys.size());
  tdi::KeyBuilder builder(table);
  IPDK_RETURN_IF_ERROR(builder.Exact(table.keys[0], FromU64(static_cast<uint64_t>(index))));
  return builder.Finish();
}

Result<int64_t> CellIndex(const TableSchema& table, const tdi::Row& row) {
  IPDK_ASSIGN(const std::vector<tdi::KeyValue> key, tdi::DecodeKey(table, row.key));
  if (key.empty()) return Internal("table '{}' has no index", table.name);
  return static_cast<int64_t>(ToU64(key[0].value));
}

// One operation for a given index, else one for every cell.
template <typename Entry>
Status ForCells(const TableSchema& table, std::string_view kind, const Entry& entry,
                const std::string& data, std::vector<tdi::Operation>& out) {
  tdi::Operation operation;
  operation.table = table.id;
  operation.kind = tdi::OpKind::kModify;
  operation.row.data = data;
  if (entry.has_index()) {
    IPDK_ASSIGN(operation.row.key, CellKey(table, kind, entry.index().index()));
    out.push_back(std::move(operation));
    return {};
  }
  if (table.size == 0) return InvalidArgument("{} '{}': an index is wanted", kind, table.name);
  for (uint64_t i = 0; i < table.size; ++i) {
    IPDK_ASSIGN(operation.row.key, CellKey(table, kind, static_cast<int64_t>(i)));
    out.push_back(operation);
  }
  return {};
}

constexpr uint32_t kSdnPortCpu = 0xFFFFFFFD;

bool IsPlainInsert(const p4::v1::Update& update) {
  const auto& entity = update.entity();
  return entity.has_table_entry() &&
         (update.type() != p4::v1::Update::MODIFY || entity.table_entry().has_action());
}

}  // namespace

Translator::Translator(const tdi::Device& device, std::shared_ptr<const schema::Schema> schema,
                       uint32_t cpu_port)
    : device_(device),
      schema_(std::move(schema)),
      // PSA's own number for it is P4Runtime's.
      cpu_port_(schema_ != nullptr && schema_->architecture == "psa" ? kSdnPortCpu : cpu_port) {}

bool Translator::NeedsState(const p4::v1::Update& update) { return !IsPlainInsert(update); }

// --- counters and registers

Result<Translator::Operations> Translator::WriteCounter(int type,
                                                        const p4::v1::CounterEntry& entry) {
  IPDK_ASSIGN(const TableSchema* table,
              FindTable(entry.counter_id(), schema::kCounterPrefix, "counter"));
  IPDK_RETURN_IF_ERROR(OnlyModify(type, *table, "counter"));
  Operations operations;
  if (!entry.has_data()) {
    if (entry.has_index()) {
      IPDK_ASSIGN(const std::string key, CellKey(*table, "counter", entry.index().index()));
    }
    return operations;
  }
  if (entry.data().packet_count() < 0 || entry.data().byte_count() < 0) {
    return InvalidArgument("counter '{}': data must not be negative, got {} packets, {} bytes",
                           table->name, entry.data().packet_count(), entry.data().byte_count());
  }
  std::vector<tdi::DataValue> values(table->data.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (table->data[i].name == "packets")
      values[i].value = FromU64(static_cast<uint64_t>(entry.data().packet_count()));
    if (table->data[i].name == "bytes")
      values[i].value = FromU64(static_cast<uint64_t>(entry.data().byte_count()));
  }
  IPDK_ASSIGN(const std::string data, tdi::EncodeData(table->data, values));
  IPDK_RETURN_IF_ERROR(ForCells(*table, "counter", entry, data, operations));
  return operations;
}

Status Translator::ReadCounter(const p4::v1::CounterEntry& filter, const Emit& emit) {
  std::vector<const TableSchema*> tables;
  if (filter.counter_id() != 0) {
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(filter.counter_id(), schema::kCounterPrefix, "counter"));
    tables.push_back(table);
  } else {
    for (const schema::Counter& counter : schema_->counters) {
      if (counter.preamble.hidden || counter.direct_of.valid()) continue;
      IPDK_ASSIGN(const TableSchema* table,
                  FindTable(counter.preamble.id, schema::kCounterPrefix, "counter"));
      tables.push_back(table);
    }
  }
  for (const TableSchema* table : tables) {
    Status failed;
    bool stopped = false;
    const auto visit = [&](const tdi::RowView& view) {
      p4::v1::Entity entity;
      auto* entry = entity.mutable_counter_entry();
      entry->set_counter_id(table->id);
      auto index = CellIndex(*table, *view.row);
      auto values = tdi::DecodeData(table->data, view.row->data);
      if (!index || !values) {
        failed = std::unexpected(!index ? index.error() : values.error());
        return false;
      }
      entry->mutable_index()->set_index(*index);
      entry->mutable_data();
      for (size_t i = 0; i < values->size(); ++i) {
        const auto count = static_cast<int64_t>(ToU64((*values)[i].value));
        if (table->data[i].name == "packets") entry->mutable_data()->set_packet_count(count);
        if (table->data[i].name == "bytes") entry->mutable_data()->set_byte_count(count);
      }
      stopped = !emit(std::move(entity));
      return !stopped;
    };
    if (filter.has_index() && filter.counter_id() != 0) {
      IPDK_ASSIGN(const std::string key, CellKey(*table, "counter", filter.index().index()));
      IPDK_ASSIGN(tdi::Row row, device_.Get(table->id, key, 0));
      if (row.key.empty()) row.key = key;
      tdi::RowView view;
      view.row = &row;
      visit(view);
    } else {
      IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, visit));
    }
    IPDK_RETURN_IF_ERROR(std::move(failed));
    if (stopped) break;
  }
  return {};
}

Result<Translator::Operations> Translator::WriteRegister(int type,
                                                         const p4::v1::RegisterEntry& entry) {
  IPDK_ASSIGN(const TableSchema* table,
              FindTable(entry.register_id(), schema::kRegisterPrefix, "register"));
  IPDK_RETURN_IF_ERROR(OnlyModify(type, *table, "register"));
  Operations operations;
  if (!entry.has_data()) return operations;
  std::vector<tdi::DataValue> values;
  const auto leaf = [&](const p4::v1::P4Data& data, const tdi::Field& field) -> Result<Integer> {
    const std::string what = fmt::format("register '{}': {}", table->name, field.name);
    if (data.has_bitstring()) return DecodeBytes(data.bitstring(), field.width, what);
    if (data.has_bool_()) return Integer(data.bool_() ? 1 : 0);
    if (data.has_enum_value()) return DecodeBytes(data.enum_value(), field.width, what);
    return Unimplemented("{}: only bit strings, bools and structs of them are supported yet", what);
  };
  if (table->data.size() == 1 && !entry.data().has_struct_()) {
    IPDK_ASSIGN(Integer value, leaf(entry.data(), table->data[0]));
    values.push_back({.value = std::move(value), .text = {}});
  } else if (entry.data().has_struct_() || entry.data().has_tuple()) {
    const auto& members =
        entry.data().has_struct_() ? entry.data().struct_() : entry.data().tuple();
    if (static_cast<size_t>(members.members_size()) != table->data.size()) {
      return InvalidArgument("register '{}': {} values are wanted, got {}", table->name,
                             table->data.size(), members.members_size());
    }
    for (int i = 0; i < members.members_size(); ++i) {
      IPDK_ASSIGN(Integer value, leaf(members.members(i), table->data[static_cast<size_t>(i)]));
      values.push_back({.value = std::move(value), .text = {}});
    }
  } else {
    return InvalidArgument("register '{}': a struct of {} values is wanted", table->name,
                           table->data.size());
  }
  IPDK_ASSIGN(const std::string data, tdi::EncodeData(table->data, values));
  IPDK_RETURN_IF_ERROR(ForCells(*table, "register", entry, data, operations));
  return operations;
}

Status Translator::ReadRegister(const p4::v1::RegisterEntry& filter, const Emit& emit) {
  std::vector<const TableSchema*> tables;
  if (filter.register_id() != 0) {
    IPDK_ASSIGN(const TableSchema* table,
                FindTable(filter.register_id(), schema::kRegisterPrefix, "register"));
    tables.push_back(table);
  } else {
    for (const schema::Register& one : schema_->registers) {
      if (one.preamble.hidden) continue;
      IPDK_ASSIGN(const TableSchema* table,
                  FindTable(one.preamble.id, schema::kRegisterPrefix, "register"));
      tables.push_back(table);
    }
  }
  for (const TableSchema* table : tables) {
    Status failed;
    bool stopped = false;
    const auto visit = [&](const tdi::RowView& view) {
      auto index = CellIndex(*table, *view.row);
      auto values = tdi::DecodeData(table->data, view.row->data);
      if (!index || !values) {
        failed = std::unexpected(!index ? index.error() : values.error());
        return false;
      }
      p4::v1::Entity entity;
      auto* entry = entity.mutable_register_entry();
      entry->set_register_id(table->id);
      entry->mutable_index()->set_index(*index);
      if (values->size() == 1) {
        entry->mutable_data()->set_bitstring(EncodeBytes((*values)[0].value));
      } else {
        for (const tdi::DataValue& value : *values)
          entry->mutable_data()->mutable_struct_()->add_members()->set_bitstring(
              EncodeBytes(value.value));
      }
      stopped = !emit(std::move(entity));
      return !stopped;
    };
    if (filter.has_index() && filter.register_id() != 0) {
      IPDK_ASSIGN(const std::string key, CellKey(*table, "register", filter.index().index()));
      IPDK_ASSIGN(tdi::Row row, device_.Get(table->id, key, 0));
      if (row.key.empty()) row.key = key;
      tdi::RowView view;
      view.row = &row;
      visit(view);
    } else {
      IPDK_RETURN_IF_ERROR(device_.Scan(table->id, {}, visit));
    }
    IPDK_RETURN_IF_ERROR(std::move(failed));
    if (stopped) break;
  }
  return {};
}

// --- packet replication

Result<std::vector<Translator::Copy>> Translator::Copies(const std::string& what,
                                                         const p4::v1::Replica* const* begin,
                                                         int count) const {
  std::vector<Copy> copies;
  std::set<std::pair<uint32_t, uint32_t>> seen;
  for (int i = 0; i < count; ++i) {
    const p4::v1::Replica& replica = *begin[i];
    if (replica.backup_replicas_size() != 0)
      return Unimplemented("{}: backup replicas are not supported", what);
    Copy copy;
    copy.instance = replica.instance();
    if (replica.port_kind_case() == p4::v1::Replica::kPort) {
      IPDK_ASSIGN(const Integer port,
                  DecodeBytes(replica.port(), 32, fmt::format("{}: replica {}: port", what, i)));
      copy.port = static_cast<uint32_t>(ToU64(port));
    } else if (replica.port_kind_case() == p4::v1::Replica::kEgressPort) {
      copy.port = replica.egress_port();
      copy.form = 'n';
    } else {
      return InvalidArgument("{}: replica {} has no port", what, i);
    }
    if (copy.port == kSdnPortCpu) {
      copy.port = cpu_port_;
      copy.form = copy.form == 'n' ? 'N' : 'c';
    }
    if (!seen.emplace(copy.port, copy.instance).second)
      return InvalidArgument("{}: port {} with instance {} is given twice", what, copy.port,
                             copy.instance);
    copies.push_back(copy);
  }
  return copies;
}

void Translator::AddReplica(const Copy& copy, p4::v1::Replica& out) const {
  const uint32_t port = copy.form == 'c' || copy.form == 'N' ? kSdnPortCpu : copy.port;
  if (copy.form == 'n' || copy.form == 'N')
    out.set_egress_port(port);
  else
    out.set_port(EncodeBytes(FromU64(port)));
  out.set_instance(copy.instance);
}

Result<std::map<uint32_t, std::vector<Translator::Copy>>> Translator::ReadCopies(uint32_t table,
                                                                                 uint32_t group) {
  std::map<uint32_t, std::vector<Copy>> copies;
  Status failed;
  IPDK_RETURN_IF_ERROR(device_.Scan(table, {}, [&](const tdi::RowView& view) {
    auto replica = fixed::DecodeReplica(*view.row);
    if (!replica) {
      failed = std::unexpected(replica.error());
      return false;
    }
    if (group != 0 && replica->group != group) return true;
    Copy copy{replica->port, replica->instance};
    if (view.row->metadata.size() == 1) copy.form = view.row->metadata[0];
    copies[replica->group].push_back(copy);
    return true;
  }));
  IPDK_RETURN_IF_ERROR(std::move(failed));
  return copies;
}

void Translator::ReplaceCopies(uint32_t table, uint32_t group, const std::vector<Copy>& before,
                               const std::vector<Copy>& after, Operations& out) const {
  const auto operation = [&](const Copy& copy, tdi::OpKind kind) {
    tdi::Operation op;
    op.table = table;
    op.kind = kind;
    op.row = fixed::EncodeReplica({.group = group, .instance = copy.instance, .port = copy.port});
    op.row.metadata = std::string(1, copy.form);
    out.push_back(std::move(op));
  };
  const auto has = [](const std::vector<Copy>& copies, const Copy& copy) {
    return std::ranges::any_of(copies, [&](const Copy& one) {
      return one.port == copy.port && one.instance == copy.instance && one.form == copy.form;
    });
  };
  for (const Copy& copy : before) {
    if (!has(after, copy)) operation(copy, tdi::OpKind::kDelete);
  }
  for (const Copy& copy : after) {
    if (!has(before, copy)) operation(copy, tdi::OpKind::kInsert);
  }
}

Result<Translator::Operations> Translator::WriteMulticast(
    int type, const p4::v1::MulticastGroupEntry& entry) {
  const uint32_t group = entry.multicast_group_id();
  if (group == 0) return InvalidArgument("multicast_group_id 0: expected 1 or more");
  if (device_.FindTable(fixed::kMulticastGroupTable) == nullptr)
    return Unimplemented("multicast groups are not supported by the target");
  const std::string what = fmt::format("multicast group {}", group);
  tdi::Operation head;
  head.table = fixed::kMulticastGroupTable;
  head.row = fixed::EncodeMulticastGroup({.group = group});
  head.row.metadata = entry.metadata();
  Operations operations;
  std::vector<Copy> after, before;
  if (type != p4::v1::Update::DELETE) {
    IPDK_ASSIGN(after, Copies(what, entry.replicas().data(), entry.replicas_size()));
  }
  if (type != p4::v1::Update::INSERT) {
    auto present = device_.Get(fixed::kMulticastGroupTable, head.row.key, 0);
    if (!present) {
      if (present.error().code() != Code::kNotFound)
        return std::unexpected(std::move(present).error());
      return NotFound("{} does not exist", what);
    }
    IPDK_ASSIGN(auto copies, ReadCopies(fixed::kMulticastReplicaTable, group));
    before = std::move(copies[group]);
  }
  if (type == p4::v1::Update::INSERT) {
    head.kind = tdi::OpKind::kInsert;
    operations.push_back(head);
  } else if (type == p4::v1::Update::MODIFY) {
    head.kind = tdi::OpKind::kModify;
    operations.push_back(head);
  }
  ReplaceCopies(fixed::kMulticastReplicaTable, group, before, after, operations);
  if (type == p4::v1::Update::DELETE) {
    head.kind = tdi::OpKind::kDelete;
    operations.push_back(head);
  }
  return operations;
}

Result<Translator::Operations> Translator::WriteClone(int type,
                                                      const p4::v1::CloneSessionEntry& entry) {
  const uint32_t session = entry.session_id();
  if (session == 0) return InvalidArgument("session_id 0: expected 1 or more");
  if (device_.FindTable(fixed::kCloneSessionTable) == nullptr)
    return Unimplemented("clone sessions are not supported by the target");
  const std::string what = fmt::format("clone session {}", session);
  if (entry.packet_length_bytes() < 0)
    return InvalidArgument("{}: packet_length_bytes {} is negative", what,
                           entry.packet_length_bytes());
  tdi::Operation head;
  head.table = fixed::kCloneSessionTable;
  head.row = fixed::EncodeCloneSession(
      {.session = session,
       .class_of_service = entry.class_of_service(),
       .packet_length_bytes = static_cast<uint32_t>(entry.packet_length_bytes())});
  Operations operations;
  std::vector<Copy> after, before;
  if (type != p4::v1::Update::DELETE) {
    IPDK_ASSIGN(after, Copies(what, entry.replicas().data(), entry.replicas_size()));
  }
  if (type != p4::v1::Update::INSERT) {
    auto present = device_.Get(fixed::kCloneSessionTable, head.row.key, 0);
    if (!present) {
      if (present.error().code() != Code::kNotFound)
        return std::unexpected(std::move(present).error());
      return NotFound("{} does not exist", what);
    }
    IPDK_ASSIGN(auto copies, ReadCopies(fixed::kCloneReplicaTable, session));
    before = std::move(copies[session]);
  }
  if (type != p4::v1::Update::DELETE) {
    head.kind = type == p4::v1::Update::INSERT ? tdi::OpKind::kInsert : tdi::OpKind::kModify;
    operations.push_back(head);
  }
  ReplaceCopies(fixed::kCloneReplicaTable, session, before, after, operations);
  if (type == p4::v1::Update::DELETE) {
    head.kind = tdi::OpKind::kDelete;
    operations.push_back(head);
  }
  return operations;
}

Status Translator::ReadMulticast(uint32_t group, const Emit& emit) {
  if (device_.FindTable(fixed::kMulticastGroupTable) == nullptr)
    return Unimplemented("multicast groups are not supported by the target");
  IPDK_ASSIGN(auto copies, ReadCopies(fixed::kMulticastReplicaTable, group));
  return device_.Scan(fixed::kMulticastGroupTable, {}, [&](const tdi::RowView& view) {
    auto one = fixed::DecodeMulticastGroup(*view.row);
    if (!one || (group != 0 && one->group != group)) return true;
    p4::v1::Entity entity;
    auto* entry = entity.mutable_packet_replication_engine_entry()->mutable_multicast_group_entry();
    entry->set_multicast_group_id(one->group);
    entry->set_metadata(view.row->metadata);
    for (const Copy& copy : copies[one->group]) AddReplica(copy, *entry->add_replicas());
    return emit(std::move(entity));
  });
}

Status Translator::ReadClone(uint32_t session, const Emit& emit) {
  if (device_.FindTable(fixed::kCloneSessionTable) == nullptr)
    return Unimplemented("clone sessions are not supported by the target");
  IPDK_ASSIGN(auto copies, ReadCopies(fixed::kCloneReplicaTable, session));
  return device_.Scan(fixed::kCloneSessionTable, {}, [&](const tdi::RowView& view) {
    auto one = fixed::DecodeCloneSession(*view.row);
    if (!one || (session != 0 && one->session != session)) return true;
    p4::v1::Entity entity;
    auto* entry = entity.mutable_packet_replication_engine_entry()->mutable_clone_session_entry();
    entry->set_session_id(one->session);
    entry->set_class_of_service(one->class_of_service);
    entry->set_packet_length_bytes(static_cast<int32_t>(one->packet_length_bytes));
    for (const Copy& copy : copies[one->session]) AddReplica(copy, *entry->add_replicas());
    return emit(std::move(entity));
  });
}

// --- the choice

namespace {

std::unexpected<Error> NotYet(p4::v1::Entity::EntityCase entity) {
  switch (entity) {
    case p4::v1::Entity::kExternEntry:
      return Unimplemented("no extern of another kind is supported");
    default:
      return InvalidArgument("the entity is not set");
  }
}

}  // namespace

Result<Translator::Operations> Translator::Write(const p4::v1::Update& update) {
  const int type = update.type();
  if (type != p4::v1::Update::INSERT && type != p4::v1::Update::MODIFY &&
      type != p4::v1::Update::DELETE)
    return InvalidArgument("update type {}: expected INSERT, MODIFY or DELETE",
                           type == 0 ? "UNSPECIFIED" : std::to_string(type));
  const p4::v1::Entity& entity = update.entity();
  switch (entity.entity_case()) {
    case p4::v1::Entity::kTableEntry:
      return WriteTable(type, entity.table_entry());
    case p4::v1::Entity::kDirectCounterEntry: {
      const auto& entry = entity.direct_counter_entry();
      return WriteDirectCounter(type, entry.table_entry(),
                                entry.has_data() ? &entry.data() : nullptr);
    }
    case p4::v1::Entity::kCounterEntry:
      return WriteCounter(type, entity.counter_entry());
    case p4::v1::Entity::kRegisterEntry:
      return WriteRegister(type, entity.register_entry());
    case p4::v1::Entity::kMeterEntry:
      return WriteMeter(type, entity.meter_entry());
    case p4::v1::Entity::kDirectMeterEntry:
      return WriteDirectMeter(type, entity.direct_meter_entry());
    case p4::v1::Entity::kActionProfileMember:
      return WriteMember(type, entity.action_profile_member());
    case p4::v1::Entity::kActionProfileGroup:
      return WriteGroup(type, entity.action_profile_group());
    case p4::v1::Entity::kValueSetEntry:
      return WriteValueSet(type, entity.value_set_entry());
    case p4::v1::Entity::kDigestEntry:
      return WriteDigest(type, entity.digest_entry());
    case p4::v1::Entity::kPacketReplicationEngineEntry: {
      const auto& entry = entity.packet_replication_engine_entry();
      if (entry.has_multicast_group_entry())
        return WriteMulticast(type, entry.multicast_group_entry());
      if (entry.has_clone_session_entry()) return WriteClone(type, entry.clone_session_entry());
      return InvalidArgument(
          "packet_replication_engine_entry: a multicast group or a clone session is wanted");
    }
    default:
      return NotYet(entity.entity_case());
  }
}

Status Translator::Read(const p4::v1::Entity& filter, const Emit& emit) {
  switch (filter.entity_case()) {
    case p4::v1::Entity::kTableEntry:
      return ReadTable(filter.table_entry(), Direct::kNone, emit);
    case p4::v1::Entity::kDirectCounterEntry:
      return ReadTable(filter.direct_counter_entry().table_entry(), Direct::kCounter, emit);
    case p4::v1::Entity::kCounterEntry:
      return ReadCounter(filter.counter_entry(), emit);
    case p4::v1::Entity::kRegisterEntry:
      return ReadRegister(filter.register_entry(), emit);
    case p4::v1::Entity::kMeterEntry:
      return ReadMeter(filter.meter_entry(), emit);
    case p4::v1::Entity::kDirectMeterEntry:
      return ReadTable(filter.direct_meter_entry().table_entry(), Direct::kMeter, emit);
    case p4::v1::Entity::kActionProfileMember:
      return ReadMember(filter.action_profile_member(), emit);
    case p4::v1::Entity::kActionProfileGroup:
      return ReadGroup(filter.action_profile_group(), emit);
    case p4::v1::Entity::kValueSetEntry:
      return ReadValueSet(filter.value_set_entry(), emit);
    case p4::v1::Entity::kDigestEntry:
      return ReadDigest(filter.digest_entry(), emit);
    case p4::v1::Entity::kPacketReplicationEngineEntry: {
      const auto& entry = filter.packet_replication_engine_entry();
      if (entry.has_multicast_group_entry())
        return ReadMulticast(entry.multicast_group_entry().multicast_group_id(), emit);
      if (entry.has_clone_session_entry())
        return ReadClone(entry.clone_session_entry().session_id(), emit);
      return InvalidArgument(
          "packet_replication_engine_entry: a multicast group or a clone session is wanted");
    }
    default:
      return NotYet(filter.entity_case());
  }
}

}  // namespace ipdk::p4runtime
