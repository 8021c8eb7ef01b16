#include "tdi/fixed/port.h"

#include "tdi/fixed/columns.h"

namespace ipdk::tdi::fixed {
namespace {

template <typename C, typename V>
void VisitKey(C& c, V& v) {
  v.Text("name", c.name, {.mandatory = true, .doc = "Name of the port, unique among ports."});
}

template <typename C, typename V>
void VisitData(C& c, V& v) {
  v.Text("host", c.host,
         {.doc = "The host it is plugged into; empty: a device of the daemon's own machine."});
  v.Text("device_type", c.device_type,
         {.mandatory = true,
          .doc = "What the host sees, one of the types that its kind offers: veth, tap ..."});
  v.Bits("rate_bps", 64, c.rate_bps,
         {.default_text = "0",
          .doc = "Limit in bits per second of L2 frames without FCS, each direction; 0: none."});
  v.Bits("burst_bytes", 64, c.burst_bytes,
         {.default_text = "0", .doc = "Burst allowed above the rate; 0: the target's choice."});
  v.Bits("number", 32, c.number,
         {.default_text = "0",
          .doc = "Number as programs see it; 0: the one the name had before, else the lowest free "
                 "from 1."});
  v.Bits("mtu", 32, c.mtu, {.default_text = "1500", .doc = "Largest payload of a frame in bytes."});
  v.Bits("mac", 48, c.mac,
         {.default_text = "0",
          .doc = "MAC address of the host's end; 0: made from the names, the same each time."});
  v.Bits("admin_up", 1, c.admin_up,
         {.default_text = "1", .doc = "Whether it should carry packets."});
  v.Bits("queues", 32, c.queues, {.default_text = "1", .doc = "Queue pairs of the device."});
  v.Text("interface", c.interface,
         {.doc = "Name of the interface inside the host; empty: the port's name."});
  v.Text("options", c.options,
         {.doc = "More settings of the device type, as key=value,key=value."});
}

template <typename C, typename V>
void VisitState(C& c, V& v) {
  v.Bits("number", 32, c.number, {.doc = "Number as programs see it."});
  v.Text("oper_status", c.oper_status,
         {.default_text = "DOWN",
          .choices = {"UP", "DOWN", "ERROR"},
          .doc = "Whether packets can pass."});
  v.Text("message", c.message, {.doc = "What is being done, or the step that failed and why."});
  v.Text("interface", c.interface, {.doc = "Name of the interface inside the host."});
  v.Text("endpoint", c.endpoint,
         {.doc = "The data path's end, if it is an interface of the daemon's machine."});
  v.Bits("actual_rate_bps", 64, c.actual_rate_bps, {.doc = "Limit in force; 0: none."});
  v.Bits("actual_burst_bytes", 64, c.actual_burst_bytes, {.doc = "Burst in force."});
  v.Bits("actual_mac", 48, c.actual_mac, {.doc = "MAC address in force."});
  v.Bits("poll_only", 1, c.poll_only, {.doc = "Whether the device can only be polled."});
  auto& n = c.counters;
  v.Bits("in_octets", 64, n.in_octets, {.doc = "Bytes received from the host."});
  v.Bits("in_pkts", 64, n.in_pkts, {.doc = "Packets received from the host."});
  v.Bits("in_unicast_pkts", 64, n.in_unicast_pkts,
         {.doc = "Unicast packets received from the host."});
  v.Bits("in_broadcast_pkts", 64, n.in_broadcast_pkts,
         {.doc = "Broadcast packets received from the host."});
  v.Bits("in_multicast_pkts", 64, n.in_multicast_pkts,
         {.doc = "Multicast packets received from the host."});
  v.Bits("in_discards", 64, n.in_discards,
         {.doc = "Packets from the host dropped although sound."});
  v.Bits("in_errors", 64, n.in_errors, {.doc = "Packets from the host dropped as unsound."});
  v.Bits("out_octets", 64, n.out_octets, {.doc = "Bytes sent to the host."});
  v.Bits("out_pkts", 64, n.out_pkts, {.doc = "Packets sent to the host."});
  v.Bits("out_unicast_pkts", 64, n.out_unicast_pkts, {.doc = "Unicast packets sent to the host."});
  v.Bits("out_broadcast_pkts", 64, n.out_broadcast_pkts,
         {.doc = "Broadcast packets sent to the host."});
  v.Bits("out_multicast_pkts", 64, n.out_multicast_pkts,
         {.doc = "Multicast packets sent to the host."});
  v.Bits("out_discards", 64, n.out_discards,
         {.doc = "Packets to the host dropped although sound."});
  v.Bits("out_errors", 64, n.out_errors, {.doc = "Packets to the host that could not be sent."});
}

template <typename C, typename V>
void VisitNumber(C& c, V& v) {
  v.Bits("number", 32, c.number, {.mandatory = true, .doc = "The port's number."});
  v.Bits("deleted", 64, c.deleted,
         {.default_text = "0", .doc = "0 while the port exists; else order of deletion."});
}

}  // namespace

TableSchema PortSchema() {
  TableSchema schema;
  schema.id = kPortTable;
  schema.name = "port";
  schema.kind = TableKind::kFixed;
  schema.doc = "Ports: network devices of hosts, joined to the data path.";
  PortConfig config;
  PortState state;
  SchemaColumns key, data, status;
  VisitKey(config, key);
  VisitData(config, data);
  VisitState(state, status);
  schema.keys = key.Take();
  schema.data = data.Take();
  schema.state = status.Take();
  return schema;
}

std::string PortKey(std::string_view name) {
  FieldWriter writer;
  writer.Text(name);
  return writer.Take();
}

Result<std::string> PortName(std::string_view key) {
  FieldReader reader(key);
  std::string name = reader.Text();
  if (!reader.done()) return InvalidArgument("table 'port': malformed key");
  return name;
}

Row EncodePort(const PortConfig& config) {
  Row row;
  row.key = PortKey(config.name);
  WriteColumns data;
  VisitData(config, data);
  row.data = data.Take();
  return row;
}

Result<PortConfig> DecodePort(const Row& row) {
  PortConfig config;
  IPDK_ASSIGN(config.name, PortName(row.key));
  ReadColumns data(row.data);
  VisitData(config, data);
  if (!data.done()) return InvalidArgument("table 'port': malformed data of '{}'", config.name);
  return config;
}

std::string EncodePortState(const PortState& state) {
  WriteColumns out;
  VisitState(state, out);
  return out.Take();
}

Result<PortState> DecodePortState(std::string_view bytes) {
  PortState state;
  ReadColumns in(bytes);
  VisitState(state, in);
  if (!in.done()) return InvalidArgument("table 'port': malformed state");
  return state;
}

Result<std::map<std::string, std::string>> ParseOptions(std::string_view text) {
  std::map<std::string, std::string> out;
  for (size_t at = 0; at < text.size();) {
    std::string part;
    for (; at < text.size() && text[at] != ','; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      part += text[at];
    }
    ++at;
    const size_t equal = part.find('=');
    if (equal == std::string::npos || equal == 0)
      return InvalidArgument("options: '{}' is not of the form key=value", part);
    if (!out.emplace(part.substr(0, equal), part.substr(equal + 1)).second)
      return InvalidArgument("options: '{}' is given twice", part.substr(0, equal));
  }
  return out;
}

TableSchema PortNumberSchema() {
  TableSchema schema;
  schema.id = kPortNumberTable;
  schema.name = "port_number";
  schema.kind = TableKind::kFixed;
  schema.doc = "Which number a port's name has or had; written by the daemon.";
  PortConfig config;
  PortNumber number;
  SchemaColumns key, data;
  VisitKey(config, key);
  VisitNumber(number, data);
  schema.keys = key.Take();
  schema.data = data.Take();
  return schema;
}

Row EncodePortNumber(const PortNumber& value) {
  Row row;
  row.key = PortKey(value.name);
  WriteColumns data;
  VisitNumber(value, data);
  row.data = data.Take();
  return row;
}

Result<PortNumber> DecodePortNumber(const Row& row) {
  PortNumber value;
  IPDK_ASSIGN(value.name, PortName(row.key));
  ReadColumns data(row.data);
  VisitNumber(value, data);
  if (!data.done())
    return InvalidArgument("table 'port_number': malformed data of '{}'", value.name);
  return value;
}

}  // namespace ipdk::tdi::fixed
