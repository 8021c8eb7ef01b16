// TDI's conformance suite on the tables of a compiled program: every engine that a table can get,
// counters and registers.

#include "tdi/conformance/conformance.h"

#include <gtest/gtest.h>

#include "targets/cpu/engines/table.h"
#include "targets/cpu/layout/layout.h"
#include "targets/cpu/target/programs_for_test.h"
#include "targets/cpu/target/tables.h"

namespace ipdk::cpu {
namespace {

std::string ProgramText() {
  std::string text = R"(schema "conformance.p4" "v1model"
action in.forward(9 port)
action in.wide(130 value, 1 flag)
action in.drop()
action in.only_default()
action in.only_rows()
)";
  auto table = [&](const std::string& name, const std::string& keys) {
    text += "table in." + name + " size 64\n" + keys +
            "  action in.forward\n  action in.wide\n  action in.drop\n  action in.only_default "
            "defaultonly\n"
            "  action in.only_rows tableonly\n  default in.drop()\n";
  };
  for (const auto& [kind, widths] :
       {std::pair<const char*, std::vector<int>>{"exact", {1, 9, 48, 200}},
        {"lpm", {1, 32, 128}},
        {"ternary", {9, 128}},
        {"range", {16}},
        {"optional", {130}}})
    for (int width : widths)
      table(std::string(kind) + std::to_string(width),
            std::string("  key ") + kind + " " + std::to_string(width) + " k\n");
  table("exacts", "  key exact 32 a\n  key exact 13 b\n");
  table("exact_lpm", "  key exact 12 vlan\n  key lpm 32 dst\n");
  table("mixed",
        "  key exact 16 a\n  key lpm 32 b\n  key range 8 c\n  key optional 13 d\n  key ternary 48 "
        "e\n");
  text += R"(counter in.counter both size 100
counter in.packets packets size 3
register in.reg (32, 1, 130) size 16
meter in.meter bytes size 5
program v1model
  ingress ingress
  egress egress
  parse_end start
  errors NoError
var 1 unused
function ingress entry start
function egress entry out deparses
block plain start in ingress
  end
block plain out in egress
  end
)";
  return text;
}

class CpuSubject final : public tdi::conformance::Subject {
 public:
  CpuSubject() {
    auto parsed = ir::ParseText(ProgramText());
    EXPECT_TRUE(parsed.has_value()) << parsed.error().ToString();
    Number(parsed->schema);
    auto verified = ir::Verify(*parsed);
    EXPECT_TRUE(verified.has_value()) << verified.error().ToString();
    auto compiled = Pipeline::Compile(parsed->schema, parsed->program, {});
    EXPECT_TRUE(compiled.has_value()) << compiled.error().ToString();
    pipeline_ = *std::move(compiled);
    tables_ = std::make_unique<ProgramTables>(*pipeline_, nullptr, [] { return uint64_t{0}; });
  }
  ~CpuSubject() override { tables_.reset(); }

  tdi::TableGroup Group() override {
    tdi::TableGroup group;
    group.name = "program";
    group.tables = tables_->backends();
    group.begin_atomic = [](size_t) -> Status { return {}; };
    group.end_atomic = [] {};
    return group;
  }

  std::optional<tdi::conformance::Found> Lookup(const tdi::TableSchema& schema,
                                                const std::vector<Integer>& packet) override {
    const auto& all = pipeline_->schema().tables;
    for (size_t i = 0; i < all.size(); ++i) {
      const schema::TableId id(i);
      if (all[id].preamble.name != schema.name) continue;
      Table& table = pipeline_->table(id);
      std::string key = layout::EncodeLookupKey(table.layout(), packet);
      alignas(8) uint8_t aligned[256];
      EXPECT_LE(key.size(), sizeof aligned);
      std::copy(key.begin(), key.end(), aligned);
      const layout::Record* record = nullptr;
      table.Lookup(aligned, 1, &record);
      tdi::conformance::Found found;
      found.hit = record->hit();
      found.action = schema.actions[record->action].id;
      std::vector<tdi::DataValue> values;
      for (const layout::Argument& argument : table.layout().actions[record->action])
        values.push_back(
            {.value = layout::LoadScalar(reinterpret_cast<const uint8_t*>(record) + argument.offset,
                                         argument.width),
             .text = {}});
      auto data = tdi::EncodeData(schema.actions[record->action].params, values);
      EXPECT_TRUE(data.has_value());
      found.data = *data;
      return found;
    }
    return std::nullopt;
  }

 private:
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<ProgramTables> tables_;
};

}  // namespace
}  // namespace ipdk::cpu

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  ipdk::tdi::conformance::RegisterConformance(
      "cpu", [] { return std::make_unique<ipdk::cpu::CpuSubject>(); });
  return RUN_ALL_TESTS();
}
