#include "targets/cpu/stf/stf_target.h"

#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"

namespace ipdk::cpu {
namespace {

constexpr uint64_t kStepNs = 1'000'000;

class CpuStfTarget final : public stf::Target {
 public:
  CpuStfTarget(const ir::Compiled& compiled, std::unique_ptr<NativeSwitch> made)
      : switch_(std::move(made)), schema_(compiled.schema), added_(schema_.tables.size()) {}

  const schema::Schema& schema() const override { return schema_; }

  Status Add(schema::TableId id, const schema::Entry& entry) override {
    const schema::Table& table = schema_.tables[id];
    if (table.const_entries)
      return PermissionDenied("table '{}': its entries are constant in the program",
                              table.preamble.name);
    Table& engine = switch_->pipeline().table(id);
    IPDK_RETURN_IF_ERROR(engine.Insert(entry));
    engine.Publish();
    added_[id.index].push_back(entry);
    return {};
  }

  Status SetDefault(schema::TableId id, const schema::Entry& entry) override {
    const schema::Table& table = schema_.tables[id];
    if (table.const_default)
      return PermissionDenied("table '{}': its default action is constant in the program",
                              table.preamble.name);
    Table& engine = switch_->pipeline().table(id);
    engine.SetDefault(entry.action, entry.args);
    engine.Publish();
    return {};
  }

  Status RemoveAll() override {
    for (size_t i = 0; i < schema_.tables.size(); ++i) {
      const schema::TableId id(i);
      Table& engine = switch_->pipeline().table(id);
      for (const schema::Entry& entry : added_[i]) IPDK_RETURN_IF_ERROR(engine.Erase(entry));
      added_[i].clear();
      if (engine.learned() != nullptr) engine.learned()->Clear();
      const schema::Entry& fallback = schema_.tables[id].default_entry;
      engine.SetDefault(fallback.action, fallback.args);
      engine.Publish();
    }
    return {};
  }

  Result<std::vector<stf::Output>> Send(uint32_t port, const std::string& bytes) override {
    now_ns_ += kStepNs;
    std::vector<stf::Output> outputs;
    for (NativeSwitch::Out& out :
         switch_->Process({{.port = port, .bytes = bytes, .offload = {}}}, now_ns_))
      outputs.push_back({out.port, std::move(out.bytes), {}});
    if (switch_->buffers_in_use() != 0)
      return Internal("{} buffers leaked", switch_->buffers_in_use());
    return outputs;
  }

  Result<stf::Counts> ReadCounter(schema::CounterId counter, uint64_t index) override {
    IPDK_ASSIGN(CounterValue value, switch_->pipeline().counter(counter).Read(index));
    return stf::Counts{value.packets, value.bytes};
  }
  Status WriteCounter(schema::CounterId counter, uint64_t index, stf::Counts counts) override {
    return switch_->pipeline().counter(counter).Write(index, {counts.packets, counts.bytes});
  }
  Result<stf::Counts> ReadDirectCounter(schema::CounterId counter,
                                        const schema::Entry& entry) override {
    const schema::TableId id = schema_.counters[counter].direct_of;
    IPDK_ASSIGN(uint32_t index, switch_->pipeline().table(id).DirectIndex(entry));
    return ReadCounter(counter, index);
  }

  Result<std::vector<Integer>> ReadRegister(schema::RegisterId id, uint64_t index) override {
    return switch_->pipeline().reg(id).Read(index);
  }
  Status WriteRegister(schema::RegisterId id, uint64_t index,
                       const std::vector<Integer>& leaves) override {
    return switch_->pipeline().reg(id).Write(index, leaves);
  }
  Status ResetRegister(schema::RegisterId id) override {
    switch_->pipeline().reg(id).Reset();
    return {};
  }

  Result<externs::MeterConfig> ReadMeter(schema::MeterId meter, uint64_t index) override {
    return switch_->pipeline().meter(meter).Read(index);
  }
  Status WriteMeter(schema::MeterId meter, uint64_t index,
                    const externs::MeterConfig& config) override {
    return switch_->pipeline().meter(meter).Write(index, config, now_ns_);
  }

  Status SetGroup(uint32_t group, std::span<const stf::Replica> replicas) override {
    auto& list = switch_->replication().groups[group];
    list.clear();
    for (const stf::Replica& replica : replicas)
      list.push_back({.port = replica.port, .instance = replica.instance});
    return {};
  }
  Status SetSession(uint32_t session, const stf::Session& value) override {
    CloneSession made;
    for (uint32_t port : value.ports) made.replicas.push_back({.port = port, .instance = 0});
    made.multicast_group = value.group;
    switch_->replication().sessions[session] = std::move(made);
    return {};
  }
  Status DeleteSession(uint32_t session) override {
    switch_->replication().sessions.erase(session);
    return {};
  }

 private:
  const std::unique_ptr<NativeSwitch> switch_;
  const schema::Schema schema_;
  std::vector<std::vector<schema::Entry>> added_;  // by table
  uint64_t now_ns_ = 0;
};

}  // namespace

Result<std::unique_ptr<stf::Target>> MakeStfTarget(const ir::Compiled& compiled,
                                                   const NativeSwitchOptions& options) {
  IPDK_ASSIGN(auto made, NativeSwitch::Make(compiled.schema, compiled.program, options));
  return std::make_unique<CpuStfTarget>(compiled, std::move(made));
}

}  // namespace ipdk::cpu
