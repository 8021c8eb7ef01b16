#include "tdi/fixed/host.h"

#include "tdi/fixed/columns.h"

namespace ipdk::tdi::fixed {
namespace {

template <typename C, typename V>
void VisitKey(C& c, V& v) {
  v.Text("name", c.name, {.mandatory = true, .doc = "Name of the host, unique among hosts."});
}

template <typename C, typename V>
void VisitData(C& c, V& v, std::vector<std::string> kinds = {}) {
  v.Text("kind", c.kind,
         {.mandatory = true, .choices = std::move(kinds), .doc = "What the host is."});
  v.Text(
      "address", c.address,
      {.doc = "Where it is: for a network namespace its name below /run/netns or an absolute path, "
              "the host's name if empty."});
}

template <typename C, typename V>
void VisitState(C& c, V& v) {
  v.Text(
      "status", c.status,
      {.default_text = "DOWN", .choices = {"UP", "DOWN", "ERROR"}, .doc = "Whether it is usable."});
  v.Text("message", c.message, {.doc = "What is being done, or the step that failed and why."});
  v.Bits("adopted", 1, c.adopted,
         {.doc = "Whether it was there before and stays when the row is deleted."});
}

}  // namespace

TableSchema HostSchema(std::vector<std::string> kinds) {
  TableSchema schema;
  schema.id = kHostTable;
  schema.name = "host";
  schema.kind = TableKind::kFixed;
  schema.doc =
      "Hosts: network namespaces, virtual machines and others that are given ports and disks.";
  HostConfig config;
  HostState state;
  SchemaColumns key, data, status;
  VisitKey(config, key);
  VisitData(config, data, std::move(kinds));
  VisitState(state, status);
  schema.keys = key.Take();
  schema.data = data.Take();
  schema.state = status.Take();
  return schema;
}

std::string HostKey(std::string_view name) {
  FieldWriter writer;
  writer.Text(name);
  return writer.Take();
}

Result<std::string> HostName(std::string_view key) {
  FieldReader reader(key);
  std::string name = reader.Text();
  if (!reader.done()) return InvalidArgument("table 'host': malformed key");
  return name;
}

Row EncodeHost(const HostConfig& config) {
  Row row;
  row.key = HostKey(config.name);
  WriteColumns data;
  VisitData(config, data);
  row.data = data.Take();
  return row;
}

Result<HostConfig> DecodeHost(const Row& row) {
  HostConfig config;
  IPDK_ASSIGN(config.name, HostName(row.key));
  ReadColumns data(row.data);
  VisitData(config, data);
  if (!data.done()) return InvalidArgument("table 'host': malformed data of '{}'", config.name);
  return config;
}

std::string EncodeHostState(const HostState& state) {
  WriteColumns out;
  VisitState(state, out);
  return out.Take();
}

Result<HostState> DecodeHostState(std::string_view bytes) {
  HostState state;
  ReadColumns in(bytes);
  VisitState(state, in);
  if (!in.done()) return InvalidArgument("table 'host': malformed state");
  return state;
}

}  // namespace ipdk::tdi::fixed
