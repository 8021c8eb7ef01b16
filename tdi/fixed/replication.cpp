#include "tdi/fixed/replication.h"

#include "tdi/fixed/columns.h"

namespace ipdk::tdi::fixed {
namespace {

template <typename C, typename V>
void VisitSession(C& c, V& v) {
  v.Bits("class_of_service", 32, c.class_of_service,
         {.default_text = "0", .doc = "Class of service of the copies."});
  v.Bits("packet_length_bytes", 32, c.packet_length_bytes,
         {.default_text = "0", .doc = "Copies are cut to this length; 0: whole packets."});
}

template <typename C, typename V>
void VisitReplica(C& c, V& v, std::string_view group, std::string doc) {
  v.Bits(group, 32, c.group, {.mandatory = true, .doc = std::move(doc)});
  v.Bits("instance", 32, c.instance,
         {.mandatory = true, .doc = "Tells copies to the same port apart."});
  v.Bits("port", 32, c.port, {.mandatory = true, .doc = "The port that a copy goes to."});
}

TableSchema Make(uint32_t id, std::string name, std::string doc, uint64_t size) {
  TableSchema schema;
  schema.id = id;
  schema.name = std::move(name);
  schema.kind = TableKind::kFixed;
  schema.doc = std::move(doc);
  schema.size = size;
  return schema;
}

}  // namespace

TableSchema MulticastGroupSchema(uint64_t size) {
  TableSchema schema = Make(kMulticastGroupTable, "multicast_group", "Multicast groups.", size);
  uint32_t group = 0;
  SchemaColumns key;
  key.Bits("group", 32, group, {.mandatory = true, .doc = "Id of the group, from 1."});
  schema.keys = key.Take();
  return schema;
}

TableSchema MulticastReplicaSchema(uint64_t size) {
  TableSchema schema = Make(kMulticastReplicaTable, "multicast_replica",
                            "Copies that a multicast group makes.", size);
  Replica replica;
  SchemaColumns key;
  VisitReplica(replica, key, "group", "Id of the group.");
  schema.keys = key.Take();
  return schema;
}

TableSchema CloneSessionSchema(uint64_t size) {
  TableSchema schema = Make(kCloneSessionTable, "clone_session", "Clone sessions.", size);
  CloneSession session;
  SchemaColumns key, data;
  key.Bits("session", 32, session.session,
           {.mandatory = true, .doc = "Id of the session, from 1."});
  VisitSession(session, data);
  schema.keys = key.Take();
  schema.data = data.Take();
  return schema;
}

TableSchema CloneReplicaSchema(uint64_t size) {
  TableSchema schema =
      Make(kCloneReplicaTable, "clone_replica", "Copies that a clone session makes.", size);
  Replica replica;
  SchemaColumns key;
  VisitReplica(replica, key, "session", "Id of the session.");
  schema.keys = key.Take();
  return schema;
}

Row EncodeMulticastGroup(const MulticastGroup& value) {
  Row row;
  FieldWriter key;
  key.Bits(value.group, 32);
  row.key = key.Take();
  return row;
}

Result<MulticastGroup> DecodeMulticastGroup(const Row& row) {
  MulticastGroup value;
  FieldReader key(row.key);
  value.group = static_cast<uint32_t>(key.Bits(32));
  if (!key.done()) return InvalidArgument("table 'multicast_group': malformed key");
  return value;
}

Row EncodeCloneSession(const CloneSession& value) {
  Row row;
  FieldWriter key;
  key.Bits(value.session, 32);
  row.key = key.Take();
  WriteColumns data;
  VisitSession(value, data);
  row.data = data.Take();
  return row;
}

Result<CloneSession> DecodeCloneSession(const Row& row) {
  CloneSession value;
  FieldReader key(row.key);
  value.session = static_cast<uint32_t>(key.Bits(32));
  ReadColumns data(row.data);
  VisitSession(value, data);
  if (!key.done() || !data.done()) return InvalidArgument("table 'clone_session': malformed row");
  return value;
}

Row EncodeReplica(const Replica& value) {
  Row row;
  WriteColumns key;
  VisitReplica(value, key, "", "");
  row.key = key.Take();
  return row;
}

Result<Replica> DecodeReplica(const Row& row) {
  Replica value;
  ReadColumns key(row.key);
  VisitReplica(value, key, "", "");
  if (!key.done()) return InvalidArgument("replica: malformed key");
  return value;
}

}  // namespace ipdk::tdi::fixed
