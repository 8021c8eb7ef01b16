// Reading and planning against in-memory `host` and `port` tables.
#include "interface/openconfig/tree.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tdi/fixed/host.h"
#include "tdi/fixed/port.h"

namespace ipdk::openconfig {
namespace {

namespace fixed = tdi::fixed;
using nlohmann::json;

// Adds the state that the reconciler would report.
class WithState final : public tdi::TableBackend {
 public:
  WithState(tdi::TableSchema schema, std::string state)
      : schema_(std::move(schema)), state_(std::move(state)) {}
  const tdi::TableSchema& schema() const override { return schema_; }
  Status Apply(const tdi::Change&) override { return {}; }
  Result<std::string> ReadState(const tdi::Row&) override { return state_; }

 private:
  tdi::TableSchema schema_;
  std::string state_;
};

fixed::PortState State() {
  fixed::PortState state;
  state.number = 7;
  state.oper_status = "UP";
  state.interface = "eth0";
  state.counters.in_octets = 12345678901234;
  return state;
}

class TreeTest : public testing::Test {
 protected:
  TreeTest()
      : hosts_(fixed::HostSchema({"netns"}),
               fixed::EncodeHostState({.status = "UP", .message = "", .adopted = false})),
        ports_(fixed::PortSchema(), fixed::EncodePortState(State())),
        device_(tdi::Device::Create(nullptr)) {
    EXPECT_TRUE(device_
                    ->SetGroup({.name = "devices",
                                .tables = {&hosts_, &ports_},
                                .begin_atomic = {},
                                .end_atomic = {}},
                               true)
                    .has_value());
    auto tree = Tree::Create(*device_);
    EXPECT_TRUE(tree.has_value()) << (tree ? "" : tree.error().ToString());
    if (tree) tree_ = std::move(*tree);
  }

  static Path P(std::initializer_list<PathElement> elements) { return elements; }
  static PathElement Interface(const std::string& name) { return {"interface", {{"name", name}}}; }

  Status Set(const std::vector<Change>& changes) {
    IPDK_ASSIGN(const Plan plan, tree_->MakePlan(changes));
    operations_ = plan.operations;
    unchanged_ = plan.unchanged.size();
    return device_->Commit(plan.operations, tdi::Atomicity::kRollbackOnError).status;
  }
  static Change Update(Path path, std::string text) {
    return {Change::Kind::kUpdate, std::move(path), std::move(text), false, {}};
  }
  static Change Delete(Path path) {
    return {Change::Kind::kDelete, std::move(path), {}, false, {}};
  }

  Status MakePort(const std::string& name) {
    return Set(
        {Update(P({{"interfaces", {}}, Interface(name), {"config", {}}}),
                R"({"mtu": 9000, "ipdk-devices:host": "host1", "ipdk-devices:device-type": "veth",
                           "ipdk-devices:rate-bps": "10000000000", "ipdk-devices:mac-address": "02:00:00:00:00:0a"})")});
  }

  WithState hosts_, ports_;
  std::unique_ptr<tdi::Device> device_;
  std::unique_ptr<Tree> tree_;
  std::vector<tdi::Operation> operations_;
  size_t unchanged_ = 0;
};

TEST_F(TreeTest, WritesARowAndReadsItBack) {
  auto status = MakePort("netdev1");
  ASSERT_TRUE(status.has_value()) << status.error().ToString();
  ASSERT_EQ(operations_.size(), 1u);
  auto row = device_->Get(fixed::kPortTable, fixed::PortKey("netdev1"), 0);
  ASSERT_TRUE(row.has_value());
  auto port = fixed::DecodePort(*row);
  ASSERT_TRUE(port.has_value());
  EXPECT_EQ(port->host, "host1");
  EXPECT_EQ(port->device_type, "veth");
  EXPECT_EQ(port->rate_bps, 10'000'000'000u);
  EXPECT_EQ(port->mtu, 9000u);
  EXPECT_EQ(port->mac, 0x02000000000au);
  EXPECT_TRUE(port->admin_up);

  auto found = tree_->Get(P({{"interfaces", {}}, Interface("netdev1")}), Select::kAll);
  ASSERT_TRUE(found.has_value()) << found.error().ToString();
  ASSERT_EQ(found->size(), 1u);
  const json value = json::parse((*found)[0].json);
  EXPECT_EQ(value["openconfig-interfaces:name"], "netdev1");
  EXPECT_EQ(value["openconfig-interfaces:config"]["mtu"], 9000);
  EXPECT_EQ(value["openconfig-interfaces:config"]["ipdk-devices:rate-bps"], "10000000000");
  EXPECT_EQ(value["openconfig-interfaces:state"]["ifindex"], 7);
  EXPECT_EQ(value["openconfig-interfaces:state"]["oper-status"], "UP");
  EXPECT_EQ(value["openconfig-interfaces:state"]["type"], "iana-if-type:ethernetCsmacd");
  EXPECT_EQ(value["openconfig-interfaces:state"]["counters"]["in-octets"], "12345678901234");

  // Repeated: nothing to do, but the row is named, so that it can be waited for.
  ASSERT_TRUE(MakePort("netdev1").has_value());
  EXPECT_TRUE(operations_.empty());
  EXPECT_EQ(unchanged_, 1u);
}

TEST_F(TreeTest, TypesOfDataAndWildcards) {
  ASSERT_TRUE(MakePort("a").has_value());
  ASSERT_TRUE(MakePort("b").has_value());
  auto found = tree_->Get(
      P({{"interfaces", {}}, Interface("*"), {"state", {}}, {"counters", {}}, {"in-octets", {}}}),
      Select::kAll);
  ASSERT_TRUE(found.has_value()) << found.error().ToString();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].json, "\"12345678901234\"");
  EXPECT_EQ((*found)[1].path[1].keys.at("name"), "b");
  found = tree_->Get(P({{"...", {}}, {"mtu", {}}}), Select::kConfig);
  ASSERT_TRUE(found.has_value()) << found.error().ToString();
  EXPECT_EQ(found->size(), 2u);

  found = tree_->Get(P({{"interfaces", {}}, Interface("a")}), Select::kConfig);
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(json::parse((*found)[0].json).contains("openconfig-interfaces:state"));
  found = tree_->Get(P({{"interfaces", {}}, Interface("a")}), Select::kOperational);
  ASSERT_TRUE(found.has_value());
  const json operational = json::parse((*found)[0].json);
  EXPECT_FALSE(operational.contains("openconfig-interfaces:config"));
  EXPECT_FALSE(operational["openconfig-interfaces:state"].contains("mtu"));
  EXPECT_EQ(operational["openconfig-interfaces:state"]["ifindex"], 7);
  found = tree_->Get({}, Select::kAll);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(json::parse((*found)[0].json)["openconfig-interfaces:interfaces"]["interface"].size(),
            2u);
}

TEST_F(TreeTest, ErrorsNameTheLeafAndWhatWasExpected) {
  const auto message = [&](const std::vector<Change>& changes) {
    auto status = Set(changes);
    EXPECT_FALSE(status.has_value());
    return status ? std::string() : status.error().ToString();
  };
  const Path config = P({{"interfaces", {}}, Interface("x"), {"config", {}}});
  EXPECT_NE(message({Update(config, R"({"mtu": 70000, "ipdk-devices:device-type": "veth"})")})
                .find("mtu"),
            std::string::npos);
  EXPECT_NE(message({Update(config, R"({"mtu": 1500})")}).find("device-type"), std::string::npos);
  EXPECT_NE(message({Update(config, R"({"nonsense": 1})")}).find("nonsense"), std::string::npos);
  EXPECT_NE(message({Update(config, R"({"mtu": )")}).find("not JSON"), std::string::npos);
  EXPECT_NE(message({Update(config, R"({"name": "y", "ipdk-devices:device-type": "veth"})")})
                .find("as the key"),
            std::string::npos);
  EXPECT_NE(
      message({Update(P({{"interfaces", {}}, Interface("x"), {"state", {}}}), "{}")}).find("state"),
      std::string::npos);
  EXPECT_NE(message({Update(P({{"interfaces", {}}, {"interfaec", {}}}), "{}")})
                .find("there are: interface"),
            std::string::npos);
  EXPECT_NE(message({Update(P({{"interfaces", {}}, {"interface", {{"id", "x"}}}}), "{}")})
                .find("no key 'id'"),
            std::string::npos);
  EXPECT_NE(
      message({Update(P({{"interfaces", {}}, Interface("a b")}), R"({"config": {}})")}).find("a b"),
      std::string::npos);
  EXPECT_NE(message({Update(config, std::string(100, '['))}).find("nested"), std::string::npos);
  EXPECT_NE(message({Update(P({{"hosts", {}}, {"host", {{"name", "h"}}}, {"config", {}}}),
                            R"({"kind": "moon"})")})
                .find("netns"),
            std::string::npos);
  EXPECT_EQ(tree_->Get(P({{"interfaces", {}}, Interface("x")}), Select::kAll).error().code(),
            Code::kNotFound);
  // Nothing was left behind by any of them.
  EXPECT_EQ(device_->Usage(fixed::kPortTable)->rows, 0u);
}

TEST_F(TreeTest, ManyChangesAreOneTransactionInOrder) {
  ASSERT_TRUE(Set({Update(P({{"hosts", {}}, {"host", {{"name", "host1"}}}, {"config", {}}}),
                          R"({"kind": "netns"})"),
                   Update(P({{"interfaces", {}}, Interface("p"), {"config", {}}}),
                          R"({"ipdk-devices:host": "host1", "ipdk-devices:device-type": "tap"})")})
                  .has_value());
  ASSERT_EQ(operations_.size(), 2u);
  EXPECT_EQ(operations_[0].table, fixed::kHostTable);
  EXPECT_EQ(operations_[1].table, fixed::kPortTable);

  Change scalar;
  scalar.path = P({{"interfaces", {}}, Interface("p"), {"config", {}}, {"enabled", {}}});
  scalar.is_scalar = true;
  scalar.scalar = "false";
  ASSERT_TRUE(Set({scalar}).has_value());
  ASSERT_EQ(operations_.size(), 1u);
  EXPECT_EQ(operations_[0].kind, tdi::OpKind::kModify);
  // A leaf deleted is back at its default.
  ASSERT_TRUE(Set({Delete(scalar.path)}).has_value());
  EXPECT_TRUE(
      fixed::DecodePort(*device_->Get(fixed::kPortTable, fixed::PortKey("p"), 0))->admin_up);
  // Replace drops what is not mentioned.
  ASSERT_TRUE(Set({{Change::Kind::kReplace,
                    P({{"interfaces", {}}, Interface("p"), {"config", {}}}),
                    R"({"ipdk-devices:device-type": "tap"})",
                    false,
                    {}}})
                  .has_value());
  EXPECT_EQ(fixed::DecodePort(*device_->Get(fixed::kPortTable, fixed::PortKey("p"), 0))->host, "");

  // What was never there is deleted without complaint, and ports go before their hosts.
  ASSERT_TRUE(Set({Delete(P({{"interfaces", {}}, Interface("nobody")}))}).has_value());
  EXPECT_TRUE(operations_.empty());
  ASSERT_TRUE(Set({Delete(P({{"hosts", {}}})), Delete(P({{"interfaces", {}}, Interface("*")}))})
                  .has_value());
  ASSERT_EQ(operations_.size(), 2u);
  EXPECT_EQ(operations_[0].table, fixed::kPortTable);
  EXPECT_EQ(operations_[1].table, fixed::kHostTable);
}

}  // namespace
}  // namespace ipdk::openconfig
