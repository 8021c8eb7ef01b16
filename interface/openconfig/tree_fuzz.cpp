// Any bytes as a path (first line) and a value in JSON (the rest): planned as update, replace and
// delete, and read.
#include "interface/openconfig/tree.h"
#include "tdi/fixed/host.h"
#include "tdi/fixed/port.h"

namespace {

using namespace ipdk;

class Table final : public tdi::TableBackend {
 public:
  Table(tdi::TableSchema schema, std::string state)
      : schema_(std::move(schema)), state_(std::move(state)) {}
  const tdi::TableSchema& schema() const override { return schema_; }
  Status Apply(const tdi::Change&) override { return {}; }
  Result<std::string> ReadState(const tdi::Row&) override { return state_; }

 private:
  const tdi::TableSchema schema_;
  const std::string state_;
};

struct World {
  World() {
    tdi::TableGroup group;
    group.name = "devices";
    group.tables = {&hosts, &ports};
    (void)device->SetGroup(group, true);
    tdi::fixed::PortConfig port;
    port.name = "p";
    port.device_type = "veth";
    tdi::Operation operation;
    operation.table = tdi::fixed::kPortTable;
    operation.row = tdi::fixed::EncodePort(port);
    (void)device->Commit({&operation, 1}, tdi::Atomicity::kRollbackOnError);
    tree = std::move(*openconfig::Tree::Create(*device));
  }
  Table hosts{tdi::fixed::HostSchema({"netns"}), tdi::fixed::EncodeHostState({})};
  Table ports{tdi::fixed::PortSchema(), tdi::fixed::EncodePortState({})};
  std::unique_ptr<tdi::Device> device = tdi::Device::Create(nullptr);
  std::unique_ptr<openconfig::Tree> tree;
};

// "interfaces/interface[name=p]/config", as loosely as can be.
openconfig::Path PathOf(std::string_view text) {
  openconfig::Path path;
  while (!text.empty()) {
    const std::string_view step = text.substr(0, text.find('/'));
    text = step.size() == text.size() ? std::string_view() : text.substr(step.size() + 1);
    openconfig::PathElement element;
    const size_t open = step.find('[');
    element.name = step.substr(0, open);
    if (open != std::string_view::npos) {
      const std::string_view key = step.substr(open + 1);
      const size_t equal = key.find('=');
      const size_t close = key.rfind(']');
      if (equal != std::string_view::npos && close != std::string_view::npos && close > equal)
        element.keys[std::string(key.substr(0, equal))] = key.substr(equal + 1, close - equal - 1);
    }
    path.push_back(std::move(element));
  }
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World* const world = new World;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = text.find('\n');
  openconfig::Change change;
  change.path = PathOf(text.substr(0, end));
  change.json = end == std::string_view::npos ? std::string() : std::string(text.substr(end + 1));
  using Kind = openconfig::Change::Kind;
  for (const Kind kind : {Kind::kUpdate, Kind::kReplace, Kind::kDelete}) {
    change.kind = kind;
    (void)world->tree->MakePlan({change});
  }
  change.is_scalar = true;
  change.kind = Kind::kUpdate;
  change.scalar = change.json;
  (void)world->tree->MakePlan({change});
  for (const auto select : {openconfig::Select::kAll, openconfig::Select::kOperational})
    (void)world->tree->Get(change.path, select);
  return 0;
}
