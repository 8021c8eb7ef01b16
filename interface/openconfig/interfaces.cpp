// openconfig-interfaces with ipdk-devices' additions: /interfaces/interface[name] and the table
// `port`.
#include "interface/openconfig/yang.h"
#include "tdi/fixed/port.h"

namespace ipdk::openconfig {
namespace {

namespace fixed = tdi::fixed;

constexpr const char* kOurs = "ipdk-devices";

std::string Bool(bool value) { return value ? "true" : "false"; }

std::string PrintMac(uint64_t mac) {
  std::string out;
  for (int shift = 40; shift >= 0; shift -= 8)
    out += fmt::format("{}{:02x}", out.empty() ? "" : ":", (mac >> shift) & 0xff);
  return out;
}

// The model has checked the form.
uint64_t ParseMac(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c != ':') digits += c;
  }
  return std::strtoull(digits.c_str(), nullptr, 16);
}

uint64_t Number(const std::optional<std::string>& text, uint64_t otherwise) {
  return text ? std::strtoull(text->c_str(), nullptr, 10) : otherwise;
}

class Interfaces final : public Model {
 public:
  const char* module() const override { return "openconfig-interfaces"; }
  const char* container() const override { return "interfaces"; }
  const char* list() const override { return "interface"; }
  uint32_t table() const override { return fixed::kPortTable; }
  std::string KeyOf(const std::string& name) const override { return fixed::PortKey(name); }

  Status Build(const tdi::Device& device, const std::string& name, bool with_state,
               Builder& builder, Data& data) const override {
    lyd_node* top = builder.Top(data, module(), container());
    if (!name.empty()) {
      const std::string key = fixed::PortKey(name);
      auto row = device.Get(table(), key, 0);
      if (!row) {
        if (row.error().code() == Code::kNotFound) return {};
        return std::unexpected(std::move(row).error());
      }
      std::string state;
      if (with_state) {
        IPDK_ASSIGN(state, device.GetState(table(), key, 0));
      }
      return BuildOne(*row, state, with_state, top, builder);
    }
    Status failed;
    IPDK_RETURN_IF_ERROR(
        device.Scan(table(), {.with_state = with_state}, [&](const tdi::RowView& view) {
          failed = BuildOne(*view.row, view.state, with_state, top, builder);
          return failed.has_value();
        }));
    return failed;
  }

  Result<tdi::Row> ToRow(const lyd_node* entry) const override {
    const lyd_node* config = Child(entry, "config");
    fixed::PortConfig port;
    port.name = LeafValue(entry, "name").value_or("");
    const auto type = LeafValue(config, "device-type");
    if (!type) {
      return InvalidArgument(
          "/interfaces/interface[name={}]/config/ipdk-devices:device-type is missing: what the "
          "host sees, "
          "such as veth or tap, must be said",
          port.name);
    }
    port.device_type = *type;
    port.mtu = static_cast<uint32_t>(Number(LeafValue(config, "mtu"), port.mtu));
    port.admin_up = LeafValue(config, "enabled").value_or("true") == "true";
    port.host = LeafValue(config, "host").value_or("");
    port.rate_bps = Number(LeafValue(config, "rate-bps"), 0);
    port.burst_bytes = Number(LeafValue(config, "burst-bytes"), 0);
    port.number = static_cast<uint32_t>(Number(LeafValue(config, "number"), 0));
    if (const auto mac = LeafValue(config, "mac-address")) port.mac = ParseMac(*mac);
    port.queues = static_cast<uint32_t>(Number(LeafValue(config, "queues"), port.queues));
    port.interface = LeafValue(config, "interface-name").value_or("");
    port.options = LeafValue(config, "options").value_or("");
    return fixed::EncodePort(port);
  }

 private:
  static void Config(const fixed::PortConfig& port, lyd_node* parent, Builder& builder) {
    builder.Leaf(parent, "name", port.name);
    builder.Leaf(parent, "type", "iana-if-type:ethernetCsmacd");
    builder.Leaf(parent, "mtu", std::to_string(port.mtu));
    builder.Leaf(parent, "enabled", Bool(port.admin_up));
    if (!port.host.empty()) builder.Leaf(parent, "host", port.host, kOurs);
    builder.Leaf(parent, "device-type", port.device_type, kOurs);
    if (port.rate_bps != 0) builder.Leaf(parent, "rate-bps", std::to_string(port.rate_bps), kOurs);
    if (port.burst_bytes != 0)
      builder.Leaf(parent, "burst-bytes", std::to_string(port.burst_bytes), kOurs);
    if (port.queues != 1) builder.Leaf(parent, "queues", std::to_string(port.queues), kOurs);
    if (!port.options.empty()) builder.Leaf(parent, "options", port.options, kOurs);
  }

  Status BuildOne(const tdi::Row& row, std::string_view state_bytes, bool with_state, lyd_node* top,
                  Builder& builder) const {
    IPDK_ASSIGN(const fixed::PortConfig port, fixed::DecodePort(row));
    lyd_node* entry = builder.List(top, list(), port.name);
    lyd_node* config = builder.Container(entry, "config");
    Config(port, config, builder);
    if (port.number != 0) builder.Leaf(config, "number", std::to_string(port.number), kOurs);
    if (port.mac != 0) builder.Leaf(config, "mac-address", PrintMac(port.mac), kOurs);
    if (!port.interface.empty()) builder.Leaf(config, "interface-name", port.interface, kOurs);
    if (!with_state) return {};

    IPDK_ASSIGN(const fixed::PortState now, fixed::DecodePortState(state_bytes));
    lyd_node* state = builder.Container(entry, "state");
    Config(port, state, builder);
    builder.Leaf(state, "ifindex", std::to_string(now.number));
    builder.Leaf(state, "admin-status", port.admin_up ? "UP" : "DOWN");
    builder.Leaf(state, "oper-status", now.oper_status == "UP" ? "UP" : "DOWN");
    builder.Leaf(state, "status", now.oper_status, kOurs);
    builder.Leaf(state, "number", std::to_string(now.number), kOurs);
    if (!now.message.empty()) builder.Leaf(state, "message", now.message, kOurs);
    if (!now.interface.empty()) builder.Leaf(state, "interface-name", now.interface, kOurs);
    if (!now.endpoint.empty()) builder.Leaf(state, "endpoint", now.endpoint, kOurs);
    if (now.actual_mac != 0) builder.Leaf(state, "mac-address", PrintMac(now.actual_mac), kOurs);
    builder.Leaf(state, "actual-rate-bps", std::to_string(now.actual_rate_bps), kOurs);
    builder.Leaf(state, "actual-burst-bytes", std::to_string(now.actual_burst_bytes), kOurs);
    builder.Leaf(state, "poll-only", Bool(now.poll_only), kOurs);
    lyd_node* counters = builder.Container(state, "counters");
    const tdi::PortCounters& n = now.counters;
    const std::pair<const char*, uint64_t> values[] = {
        {"in-octets", n.in_octets},
        {"in-pkts", n.in_pkts},
        {"in-unicast-pkts", n.in_unicast_pkts},
        {"in-broadcast-pkts", n.in_broadcast_pkts},
        {"in-multicast-pkts", n.in_multicast_pkts},
        {"in-errors", n.in_errors},
        {"in-discards", n.in_discards},
        {"out-octets", n.out_octets},
        {"out-pkts", n.out_pkts},
        {"out-unicast-pkts", n.out_unicast_pkts},
        {"out-broadcast-pkts", n.out_broadcast_pkts},
        {"out-multicast-pkts", n.out_multicast_pkts},
        {"out-discards", n.out_discards},
        {"out-errors", n.out_errors},
    };
    for (const auto& [name, value] : values) builder.Leaf(counters, name, std::to_string(value));
    return {};
  }
};

}  // namespace

std::unique_ptr<Model> MakeInterfacesModel() { return std::make_unique<Interfaces>(); }

}  // namespace ipdk::openconfig
