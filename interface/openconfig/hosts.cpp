// ipdk-devices: /hosts/host[name] and the table `host`.
#include "interface/openconfig/yang.h"
#include "tdi/fixed/host.h"

namespace ipdk::openconfig {
namespace {

namespace fixed = tdi::fixed;

class Hosts final : public Model {
 public:
  const char* module() const override { return "ipdk-devices"; }
  const char* container() const override { return "hosts"; }
  const char* list() const override { return "host"; }
  uint32_t table() const override { return fixed::kHostTable; }
  std::string KeyOf(const std::string& name) const override { return fixed::HostKey(name); }

  Status Build(const tdi::Device& device, const std::string& name, bool with_state,
               Builder& builder, Data& data) const override {
    lyd_node* top = builder.Top(data, module(), container());
    Status failed;
    IPDK_RETURN_IF_ERROR(
        device.Scan(table(), {.with_state = with_state}, [&](const tdi::RowView& view) {
          auto host = fixed::DecodeHost(*view.row);
          if (!host) {
            failed = std::unexpected(host.error());
            return false;
          }
          if (!name.empty() && host->name != name) return true;
          lyd_node* entry = builder.List(top, list(), host->name);
          const auto config = [&](lyd_node* parent) {
            builder.Leaf(parent, "name", host->name);
            builder.Leaf(parent, "kind", host->kind);
            if (!host->address.empty()) builder.Leaf(parent, "address", host->address);
          };
          config(builder.Container(entry, "config"));
          if (!with_state) return true;
          lyd_node* state = builder.Container(entry, "state");
          config(state);
          auto now = fixed::DecodeHostState(view.state);
          if (!now) {
            failed = std::unexpected(now.error());
            return false;
          }
          builder.Leaf(state, "status", now->status);
          if (!now->message.empty()) builder.Leaf(state, "message", now->message);
          builder.Leaf(state, "adopted", now->adopted ? "true" : "false");
          return true;
        }));
    return failed;
  }

  Result<tdi::Row> ToRow(const lyd_node* entry) const override {
    const lyd_node* config = Child(entry, "config");
    fixed::HostConfig host;
    host.name = LeafValue(entry, "name").value_or("");
    const auto kind = LeafValue(config, "kind");
    if (!kind) {
      return InvalidArgument(
          "/hosts/host[name={}]/config/kind is missing: what the host is, such as netns, must be "
          "said",
          host.name);
    }
    host.kind = *kind;
    host.address = LeafValue(config, "address").value_or("");
    return fixed::EncodeHost(host);
  }
};

}  // namespace

std::unique_ptr<Model> MakeHostsModel() { return std::make_unique<Hosts>(); }

}  // namespace ipdk::openconfig
