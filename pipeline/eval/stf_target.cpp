#include "pipeline/eval/stf_target.h"

#include "pipeline/schema/match.h"

namespace ipdk::eval {
namespace {

constexpr uint64_t kStepNs = 1'000'000;

class EvalTarget final : public stf::Target {
 public:
  explicit EvalTarget(std::unique_ptr<Switch> made) : switch_(std::move(made)) {}

  const schema::Schema& schema() const override { return switch_->compiled().schema; }

  Status Add(schema::TableId table, const schema::Entry& entry) override {
    return control().Add(table, entry);
  }
  Status SetDefault(schema::TableId table, const schema::Entry& entry) override {
    return control().SetDefault(table, entry);
  }
  Status RemoveAll() override {
    control().Clear();
    return {};
  }

  Result<std::vector<stf::Output>> Send(uint32_t port, const std::string& bytes) override {
    now_ns_ += kStepNs;
    PacketResult result = switch_->Process(port, bytes, now_ns_);
    std::vector<stf::Output> out;
    const ir::Program& program = switch_->compiled().program;
    for (Output& output : result.outputs) {
      stf::Output made{output.port, std::move(output.bytes), {}};
      for (const EmittedHeader& emitted : output.headers) {
        const ir::Header& header = program.headers[emitted.header];
        size_t at = emitted.bit_offset;
        for (const ir::HeaderField& field : program.header_types[header.type].fields) {
          const size_t width = field.varbit ? emitted.varbit_length : field.width;
          made.fields.push_back({at, width, header.name + "." + field.name});
          at += width;
        }
      }
      out.push_back(std::move(made));
    }
    return out;
  }

  Result<stf::Counts> ReadCounter(schema::CounterId counter, uint64_t index) override {
    IPDK_ASSIGN(const Counts counts, control().ReadCounter(counter, index));
    return stf::Counts{counts.packets, counts.bytes};
  }
  Status WriteCounter(schema::CounterId counter, uint64_t index, stf::Counts counts) override {
    return control().WriteCounter(counter, index, {counts.packets, counts.bytes});
  }
  Result<stf::Counts> ReadDirectCounter(schema::CounterId counter,
                                        const schema::Entry& entry) override {
    const schema::TableId id = schema().counters[counter].direct_of;
    const schema::Table& table = schema().tables[id];
    for (const TableEntry& candidate : control().Entries(id)) {
      if (!schema::SameKey(table.keys, candidate.entry, entry)) continue;
      for (size_t i = 0; i < table.direct_counters.size(); ++i)
        if (table.direct_counters[i] == counter)
          return stf::Counts{candidate.counters[i].packets, candidate.counters[i].bytes};
    }
    return NotFound("table '{}' has no such entry", table.preamble.name);
  }

  Result<std::vector<Integer>> ReadRegister(schema::RegisterId id, uint64_t index) override {
    return control().ReadRegister(id, index);
  }
  Status WriteRegister(schema::RegisterId id, uint64_t index,
                       const std::vector<Integer>& leaves) override {
    return control().WriteRegister(id, index, leaves);
  }
  Status ResetRegister(schema::RegisterId id) override { return control().ResetRegister(id); }

  Result<externs::MeterConfig> ReadMeter(schema::MeterId meter, uint64_t index) override {
    return control().ReadMeter(meter, index);
  }
  Status WriteMeter(schema::MeterId meter, uint64_t index,
                    const externs::MeterConfig& config) override {
    return control().WriteMeter(meter, index, config, now_ns_);
  }

  Status SetGroup(uint32_t group, std::span<const stf::Replica> replicas) override {
    auto& list = control().groups[group];
    list.clear();
    for (const stf::Replica& replica : replicas) list.push_back({replica.port, replica.instance});
    return {};
  }
  Status SetSession(uint32_t session, const stf::Session& value) override {
    CloneSession made;
    for (uint32_t port : value.ports) made.replicas.push_back({port, 0});
    made.multicast_group = value.group;
    control().sessions[session] = std::move(made);
    return {};
  }
  Status DeleteSession(uint32_t session) override {
    control().sessions.erase(session);
    return {};
  }

 private:
  Control& control() { return switch_->control(); }

  std::unique_ptr<Switch> switch_;
  uint64_t now_ns_ = 0;
};

}  // namespace

Result<std::unique_ptr<stf::Target>> MakeStfTarget(const ir::Compiled& compiled,
                                                   const SwitchOptions& options) {
  IPDK_ASSIGN(auto made, Switch::Make(compiled, options));
  return std::make_unique<EvalTarget>(std::move(made));
}

}  // namespace ipdk::eval
