// A P4Runtime client over a real socket against the server, with tables in memory.
#include "interface/p4runtime/server.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <ipdk/v1/debug.pb.h>
#include <p4/v1/p4runtime.pb.h>

#include <atomic>
#include <thread>

#include "tdi/conformance/memory_backend.h"
#include "tdi/device.h"
#include "tdi/fixed/replication.h"
#include "tdi/selection.h"
#include "tdi/target.h"
#include "wire/p4runtime_client.h"

namespace ipdk::p4runtime {
namespace {

using google::protobuf::TextFormat;
using p4::v1::Update;
using p4::v1::WriteRequest;
using tdi::conformance::MemoryBackend;
using Set = p4::v1::SetForwardingPipelineConfigRequest;

constexpr uint32_t kRoute = 0x02000001, kAcl = 0x02000002, kConst = 0x02000003;
constexpr uint32_t kForward = 0x01000001, kDrop = 0x01000002, kOnlyDefault = 0x01000003;
constexpr uint32_t kCounter = 0x12000001;
constexpr uint32_t kVia = 0x02000004, kPoliced = 0x02000005, kProfile = 0x11000001;
constexpr uint32_t kMeter = 0x14000001, kTypes = 0x03000001, kLearn = 0x17000001;

tdi::Field Bits(uint32_t id, std::string name, uint32_t width,
                tdi::MatchKind kind = tdi::MatchKind::kExact) {
  tdi::Field field;
  field.id = id;
  field.name = std::move(name);
  field.width = width;
  field.match = kind;
  return field;
}

std::vector<tdi::ActionSpec> Actions() {
  tdi::ActionSpec forward, drop, only_default;
  forward.id = kForward;
  forward.name = "ingress.forward";
  forward.params = {Bits(1, "port", 9), Bits(2, "mac", 48)};
  drop.id = kDrop;
  drop.name = "ingress.drop";
  only_default.id = kOnlyDefault;
  only_default.name = "ingress.miss";
  only_default.default_only = true;
  return {forward, drop, only_default};
}

tdi::TableSchema Match(uint32_t id, std::string name, std::vector<tdi::Field> keys, bool ordered) {
  tdi::TableSchema table;
  table.id = id;
  table.name = std::move(name);
  table.kind = tdi::TableKind::kMatchAction;
  table.keys = std::move(keys);
  table.actions = Actions();
  table.has_order = ordered;
  table.has_default = true;
  return table;
}

tdi::Row DropRow() {
  tdi::Row row;
  row.action = kDrop;
  return row;
}

// A program of three tables and a counter, as a target would offer them.
struct Tables {
  Tables() {
    auto route = Match(kRoute, "ingress.route",
                       {Bits(1, "hdr.ipv4.dst_addr", 32, tdi::MatchKind::kLpm)}, false);
    route.size = 3;
    route.state = {Bits(1, "packets", 64), Bits(2, "bytes", 64)};
    route.writable_state = true;
    Add(route);
    Add(Match(
        kAcl, "ingress.acl",
        {Bits(1, "port", 9), Bits(2, "src", 32, tdi::MatchKind::kTernary),
         Bits(3, "l4", 16, tdi::MatchKind::kRange), Bits(4, "proto", 8, tdi::MatchKind::kOptional)},
        true));
    auto constant = Match(kConst, "ingress.constant", {Bits(1, "x", 8)}, false);
    constant.const_rows = true;
    constant.const_default = true;
    Add(constant);
    tdi::KeyBuilder key(constant);
    EXPECT_TRUE(key.Exact(constant.keys[0], 7).has_value());
    tdi::Row row = DropRow();
    row.key = *key.Finish();
    backends.back()->AddProgramRow(row, true);
    tdi::TableSchema counter;
    counter.id = kCounter;
    counter.name = "ingress.seen";
    counter.kind = tdi::TableKind::kCounter;
    counter.keys = {Bits(1, "index", 32)};
    counter.data = {Bits(1, "packets", 64), Bits(2, "bytes", 64)};
    counter.size = 4;
    counter.live = true;
    Add(counter);
    tdi::TableSchema members;
    members.id = kProfile;
    members.name = "ingress.profile";
    members.kind = tdi::TableKind::kActionMember;
    members.keys = {Bits(1, "member", 32)};
    members.actions = Actions();
    Add(members);
    tdi::TableSchema groups;
    groups.id = kProfile + tdi::kGroupTableOffset;
    groups.name = tdi::GroupTableName(members.name);
    groups.kind = tdi::TableKind::kActionGroup;
    groups.keys = {Bits(1, "group", 32)};
    groups.data = tdi::GroupFields();
    Add(groups);
    auto via = Match(kVia, "ingress.via", {Bits(1, "x", 8)}, false);
    via.actions.clear();
    via.data = tdi::SelectorFields();
    via.has_default = false;
    via.kind = tdi::TableKind::kMatchAction;
    backends.push_back(std::make_unique<MemoryBackend>(via));
    auto policed = Match(kPoliced, "ingress.policed", {Bits(1, "x", 8)}, false);
    policed.has_default = false;
    for (tdi::ActionSpec& action : policed.actions)
      for (tdi::Field& field : tdi::MeterFields()) action.params.push_back(field);
    backends.push_back(std::make_unique<MemoryBackend>(policed));
    tdi::TableSchema meter;
    meter.id = kMeter;
    meter.name = "ingress.meter";
    meter.kind = tdi::TableKind::kMeter;
    meter.keys = {Bits(1, "index", 32)};
    meter.data = {Bits(1, "cir", 64), Bits(2, "cburst", 64), Bits(3, "pir", 64),
                  Bits(4, "pburst", 64)};
    meter.size = 3;
    Add(meter);
    tdi::TableSchema types;
    types.id = kTypes;
    types.name = "parser.types";
    types.kind = tdi::TableKind::kValueSet;
    types.keys = {Bits(1, "type", 16, tdi::MatchKind::kTernary)};
    types.size = 2;
    Add(types);
    tdi::TableSchema learn;
    learn.id = kLearn;
    learn.name = "learn_t";
    learn.kind = tdi::TableKind::kDigest;
    learn.keys = {Bits(1, "index", 32)};
    learn.data = {Bits(1, "max_timeout_ns", 64), Bits(2, "max_list_size", 32),
                  Bits(3, "ack_timeout_ns", 64)};
    learn.size = 1;
    Add(learn);
  }
  void Add(tdi::TableSchema schema) {
    const bool match = schema.kind == tdi::TableKind::kMatchAction;
    backends.push_back(std::make_unique<MemoryBackend>(std::move(schema)));
    if (match) backends.back()->SetProgramDefault(DropRow());
  }
  tdi::TableGroup Group() {
    tdi::TableGroup group;
    group.name = "program";
    for (auto& backend : backends) group.tables.push_back(backend.get());
    return group;
  }
  std::vector<std::unique_ptr<MemoryBackend>> backends;
};

// Packages are one word: "good" loads, "bad" does not.
class FakeTarget final : public tdi::Target {
 public:
  explicit FakeTarget(tdi::Device& device) : device_(device) {}
  std::string_view name() const override { return "fake"; }
  Status Load(const tdi::LoadRequest& request) override {
    if (delay.count() != 0) {
      loading = true;
      std::this_thread::sleep_for(delay);
      slow_load_done = true;
    }
    if (request.mode == tdi::LoadMode::kCommit) return Run(saved_, false);
    if (request.package == "bad") return InvalidArgument("table 'x' is too wide");
    if (request.mode == tdi::LoadMode::kVerify) return {};
    if (request.mode == tdi::LoadMode::kVerifyAndSave) {
      saved_ = request.package;
      return {};
    }
    return Run(request.package, request.mode == tdi::LoadMode::kReconcileAndCommit);
  }
  std::shared_ptr<const tdi::LoadedProgram> program() const override { return program_; }
  std::shared_ptr<const tdi::LoadedProgram> saved_program() const override { return nullptr; }
  Status SendFromController(std::string_view bytes) override {
    // A loop: what the controller sends comes back with the packet_in header of port 5.
    if (listener_) listener_(std::string("\x02\x80", 2) + std::string(bytes.substr(2)));
    return {};
  }
  void OnPacketToController(std::function<void(std::string_view)> listener) override {
    listener_ = std::move(listener);
  }
  std::vector<tdi::WorkerStatistics> Workers() const override {
    return {{.worker = 0, .packets = 5, .bursts = 2, .busy_ns = 1, .sleeps = 1}};
  }
  std::vector<tdi::DropCount> Drops() const override { return {{"no route", 3}}; }

  std::chrono::milliseconds delay{0};
  std::atomic<bool> loading = false;
  std::atomic<bool> slow_load_done = false;  // one that was delayed has come to its end

 private:
  Status Run(const std::string& package, bool keep) {
    auto next = std::make_unique<Tables>();
    IPDK_RETURN_IF_ERROR(device_.SetGroup(next->Group(), keep));
    tables_ = std::move(next);
    program_ = std::make_shared<tdi::LoadedProgram>(tdi::LoadedProgram{
        .package = package, .name = "test", .architecture = "v1model", .hash = 1});
    return {};
  }
  tdi::Device& device_;
  std::unique_ptr<Tables> tables_;
  std::shared_ptr<const tdi::LoadedProgram> program_;
  std::string saved_;
  std::function<void(std::string_view)> listener_;
};

constexpr char kP4Info[] = R"pb(
  pkg_info { arch: "v1model" }
  tables { preamble { id: 0x02000001 name: "ingress.route" } }
  tables { preamble { id: 0x02000002 name: "ingress.acl" } }
)pb";

std::shared_ptr<const schema::Schema> MakeSchema() {
  auto schema = std::make_shared<schema::Schema>();
  for (const uint32_t id : {kRoute, kAcl, kConst, kVia, kPoliced}) {
    schema::Table table;
    table.preamble.id = id;
    if (id == kVia) table.implementation = schema::ActionProfileId(0);
    schema->tables.Add(table);
  }
  schema::Counter counter;
  counter.preamble.id = kCounter;
  schema->counters.Add(counter);
  schema::ActionProfile profile;
  profile.preamble.id = kProfile;
  profile.with_selector = true;
  profile.max_group_size = 4;
  schema->action_profiles.Add(profile);
  schema::Meter meter;
  meter.preamble.id = kMeter;
  schema->meters.Add(meter);
  schema::ValueSet types;
  types.preamble.id = kTypes;
  types.keys.resize(1);
  schema->value_sets.Add(types);
  schema::Digest learn;
  learn.preamble.id = kLearn;
  learn.widths = {48, 9};
  schema::DataType tuple, mac, port;
  mac.width = 48;
  port.width = 9;
  tuple.kind = schema::DataType::Kind::kTuple;
  tuple.members = {1, 2};
  schema->types = {tuple, mac, port};
  schema->digests.Add(learn);
  const auto header = [&](const char* name) {
    schema::ControllerHeader h;
    h.preamble.name = name;
    h.fields.resize(2);
    h.fields[0].id = 1;
    h.fields[0].name = "port";
    h.fields[0].width = 9;
    h.fields[1].id = 2;
    h.fields[1].name = "pad";
    h.fields[1].width = 7;
    h.fields[1].padding = true;
    schema->controller_headers.push_back(h);
  };
  header("packet_in");
  header("packet_out");
  return schema;
}

class ServerTest : public testing::Test {
 protected:
  ServerTest()
      : device_(tdi::Device::Create(nullptr)),
        target_(*device_),
        groups_(tdi::fixed::MulticastGroupSchema()),
        replicas_(tdi::fixed::MulticastReplicaSchema()),
        sessions_(tdi::fixed::CloneSessionSchema()),
        copies_(tdi::fixed::CloneReplicaSchema()) {
    tdi::TableGroup group;
    group.name = "replication";
    group.tables = {&groups_, &replicas_, &sessions_, &copies_};
    EXPECT_TRUE(device_->SetGroup(group, true).has_value());
    Options options;
    options.address = "127.0.0.1:0";
    options.device = device_.get();
    options.target = &target_;
    options.describe = [](std::string_view package) -> Result<PackageInfo> {
      if (package != "good" && package != "bad") return InvalidArgument("not a package");
      return PackageInfo{.schema = MakeSchema(), .p4info = kP4Info};
    };
    options.save = [this](const SavedConfig&) -> Status {
      ++saves_;
      return {};
    };
    auto server = Server::Start(std::move(options));
    EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().ToString());
    server_ = std::move(*server);
  }

  std::unique_ptr<wire::P4RuntimeClient> Connect(uint64_t election_id = 1, std::string role = "",
                                                 uint64_t device = 1) {
    wire::P4RuntimeOptions options;
    options.address = fmt::format("127.0.0.1:{}", server_->port());
    options.election_low = election_id;
    options.role = std::move(role);
    options.device_id = device;
    auto client = wire::P4RuntimeClient::Connect(options);
    EXPECT_TRUE(client.has_value());
    return std::move(*client);
  }
  std::unique_ptr<wire::P4RuntimeClient> Primary() {
    auto client = Connect();
    auto answer = client->Arbitrate();
    EXPECT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status().code(), 0);
    EXPECT_TRUE(client->SetConfig(Config(Set::VERIFY_AND_COMMIT)).has_value());
    return client;
  }
  static Set Config(Set::Action action, std::string package = "good") {
    Set request;
    request.set_action(action);
    request.mutable_config()->set_p4_device_config(std::move(package));
    EXPECT_TRUE(TextFormat::ParseFromString(kP4Info, request.mutable_config()->mutable_p4info()));
    request.mutable_config()->mutable_cookie()->set_cookie(42);
    return request;
  }

  // One update as text; the code of what comes back.
  static Code Do(wire::P4RuntimeClient& client, Update::Type type, const std::string& entity,
                 std::string* message = nullptr) {
    WriteRequest request;
    auto* update = request.add_updates();
    update->set_type(type);
    EXPECT_TRUE(TextFormat::ParseFromString(entity, update->mutable_entity())) << entity;
    const auto outcome = client.Write(request);
    if (outcome.status) return Code::kOk;
    if (outcome.each.size() != 1) {
      if (message) *message = outcome.status.error().message();
      return outcome.status.error().code();
    }
    EXPECT_EQ(outcome.status.error().code(), Code::kUnknown);
    if (message) *message = outcome.each[0].error().message();
    return outcome.each[0].error().code();
  }
  static Result<std::vector<p4::v1::Entity>> Read(wire::P4RuntimeClient& client,
                                                  const std::string& entity) {
    p4::v1::ReadRequest request;
    EXPECT_TRUE(TextFormat::ParseFromString(entity, request.add_entities())) << entity;
    std::vector<p4::v1::Entity> out;
    auto status = client.Read(request, [&](const p4::v1::Entity& one) {
      out.push_back(one);
      return true;
    });
    if (!status) return std::unexpected(status.error());
    return out;
  }
  static std::string Route(const char* match, const char* rest = "") {
    return fmt::format(R"(table_entry {{ table_id: {} {} {} }})", kRoute, match, rest);
  }
  static constexpr char kMatch[] =
      R"(match { field_id: 1 lpm { value: "\x0a\x00\x01\x00" prefix_len: 24 } })";
  static constexpr char kForwardAction[] =
      R"(action { action { action_id: 0x01000001 params { param_id: 1 value: "\x03" } params { param_id: 2 value: "\x02\x00\x00\x00\x00\x01" } } })";

  std::unique_ptr<tdi::Device> device_;
  FakeTarget target_;
  MemoryBackend groups_, replicas_, sessions_, copies_;
  std::atomic<int> saves_ = 0;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, CapabilitiesAndDebug) {
  auto client = Connect();
  EXPECT_EQ(*client->ApiVersion(), "1.5.0");
  auto status = client->DebugStatus();
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->workers(0).packets(), 5u);
  EXPECT_EQ(status->drops(0).reason(), "no route");
  EXPECT_EQ(client->Trace(1, "x").error().code(), Code::kUnimplemented);
}

TEST_F(ServerTest, ArbitrationOverStreams) {
  auto first = Connect(5);
  EXPECT_EQ(first->Arbitrate()->status().code(), 0);
  auto second = Connect(7);
  auto answer = second->Arbitrate();
  EXPECT_EQ(answer->status().code(), 0);
  EXPECT_EQ(answer->election_id().low(), 7u);
  // The former primary is told.
  auto told = first->Receive(std::chrono::seconds(5));
  ASSERT_TRUE(told.has_value() && told->has_value());
  EXPECT_EQ((*told)->arbitration().status().code(), static_cast<int>(Code::kAlreadyExists));
  EXPECT_EQ(first->SetConfig(Config(Set::VERIFY)).error().code(), Code::kPermissionDenied);
  EXPECT_TRUE(second->SetConfig(Config(Set::VERIFY)).has_value());
  // The same election id twice ends the stream.
  auto twin = Connect(7);
  EXPECT_EQ(twin->Arbitrate().error().code(), Code::kInvalidArgument);
  auto lost = Connect(1, "", 9);
  EXPECT_EQ(lost->Arbitrate().error().code(), Code::kNotFound);
  // Without a primary.
  second->CloseStream();
  told = first->Receive(std::chrono::seconds(5));
  ASSERT_TRUE(told.has_value() && told->has_value());
  EXPECT_EQ((*told)->arbitration().status().code(), static_cast<int>(Code::kNotFound));
  EXPECT_EQ((*told)->arbitration().election_id().low(), 7u);
  // Roles are independent.
  auto other = Connect(1, "other");
  EXPECT_EQ(other->Arbitrate()->role().name(), "other");
  EXPECT_EQ(Connect(1, "nobody")->SetConfig(Config(Set::VERIFY)).error().code(), Code::kNotFound);
}

TEST_F(ServerTest, PipelineConfig) {
  auto client = Connect();
  EXPECT_FALSE((*client->GetConfig(0)).has_value());
  EXPECT_EQ(client->SetConfig(Config(Set::VERIFY)).error().code(), Code::kPermissionDenied);
  ASSERT_TRUE(client->Arbitrate().has_value());
  std::string message;
  EXPECT_EQ(Do(*client, Update::INSERT, Route(kMatch, kForwardAction)), Code::kFailedPrecondition);
  EXPECT_EQ(Read(*client, "table_entry {}").error().code(), Code::kFailedPrecondition);

  Set none;
  none.set_action(Set::VERIFY_AND_COMMIT);
  EXPECT_EQ(client->SetConfig(none).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(client->SetConfig(Config(Set::UNSPECIFIED)).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(client->SetConfig(Config(Set::VERIFY, "garbage")).error().code(),
            Code::kInvalidArgument);
  EXPECT_NE(client->SetConfig(Config(Set::VERIFY, "bad")).error().message().find("too wide"),
            std::string::npos);
  Set other = Config(Set::VERIFY);
  other.mutable_config()->mutable_p4info()->mutable_tables(0)->mutable_preamble()->set_name(
      "ingress.rout");
  EXPECT_NE(client->SetConfig(other).error().message().find("ingress.rout"), std::string::npos);
  // The order of objects does not matter.
  Set swapped = Config(Set::VERIFY);
  swapped.mutable_config()->mutable_p4info()->mutable_tables()->SwapElements(0, 1);
  EXPECT_TRUE(client->SetConfig(swapped).has_value());

  Set commit;
  commit.set_action(Set::COMMIT);
  EXPECT_EQ(client->SetConfig(commit).error().code(), Code::kNotFound);
  EXPECT_TRUE(client->SetConfig(Config(Set::VERIFY_AND_SAVE)).has_value());
  EXPECT_FALSE((*client->GetConfig(0)).has_value());
  EXPECT_EQ(client->SetConfig(Config(Set::COMMIT)).error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(client->SetConfig(commit).has_value());
  EXPECT_EQ(saves_, 1);

  using Get = p4::v1::GetForwardingPipelineConfigRequest;
  auto all = *client->GetConfig(Get::ALL);
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->p4_device_config(), "good");
  EXPECT_EQ(all->cookie().cookie(), 42u);
  EXPECT_EQ(all->p4info().tables_size(), 2);
  auto cookie = *client->GetConfig(Get::COOKIE_ONLY);
  EXPECT_FALSE(cookie->has_p4info());
  EXPECT_TRUE(cookie->p4_device_config().empty());
  auto device_config = *client->GetConfig(Get::DEVICE_CONFIG_AND_COOKIE);
  EXPECT_FALSE(device_config->has_p4info());
  EXPECT_EQ(device_config->p4_device_config(), "good");
}

TEST_F(ServerTest, EntriesAreReadBackAsWritten) {
  auto client = Primary();
  const std::string entry =
      Route(kMatch, fmt::format(R"({} metadata: "mine")", kForwardAction).c_str());
  EXPECT_EQ(Do(*client, Update::INSERT, entry), Code::kOk);
  EXPECT_EQ(Do(*client, Update::INSERT, entry), Code::kAlreadyExists);
  auto found = Read(*client, Route(""));
  ASSERT_TRUE(found.has_value()) << found.error().ToString();
  ASSERT_EQ(found->size(), 1u);
  p4::v1::Entity written;
  ASSERT_TRUE(TextFormat::ParseFromString(entry, &written));
  EXPECT_EQ((*found)[0].DebugString(), written.DebugString());
  // Leading zeros are accepted and not returned.
  const std::string acl = R"(table_entry { table_id: 0x02000002 priority: 10
      match { field_id: 1 exact { value: "\x00\x00\x05" } } match { field_id: 2 ternary { value: "\x0a\x00\x00\x00" mask: "\xff\x00\x00\x00" } }
      match { field_id: 3 range { low: "\x00\x50" high: "\x00\x5a" } } match { field_id: 4 optional { value: "\x06" } }
      action { action { action_id: 0x01000002 } } })";
  EXPECT_EQ(Do(*client, Update::INSERT, acl), Code::kOk);
  found = Read(*client, "table_entry { table_id: 0x02000002 priority: 10 }");
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->size(), 1u);
  const auto& table_entry = (*found)[0].table_entry();
  EXPECT_EQ(table_entry.match(0).exact().value(), "\x05");
  EXPECT_EQ(table_entry.match(2).range().low(), "\x50");
  EXPECT_EQ(table_entry.priority(), 10);
  // Modify, by key; then delete, which ignores all but the key.
  EXPECT_EQ(
      Do(*client, Update::MODIFY, Route(kMatch, "action { action { action_id: 0x01000002 } }")),
      Code::kOk);
  EXPECT_EQ((*Read(*client, Route(kMatch)))[0].table_entry().action().action().action_id(), kDrop);
  EXPECT_EQ(Do(*client, Update::MODIFY, Route(kMatch)), Code::kOk);
  EXPECT_EQ(Do(*client, Update::DELETE, Route(kMatch, "action { action { action_id: 99 } }")),
            Code::kOk);
  EXPECT_EQ(Do(*client, Update::DELETE, Route(kMatch)), Code::kNotFound);
  EXPECT_EQ(Do(*client, Update::MODIFY, Route(kMatch, kForwardAction)), Code::kNotFound);
  EXPECT_TRUE(Read(*client, Route(kMatch))->empty());
  // All tables: the ACL entry and the const one.
  EXPECT_EQ(Read(*client, "table_entry {}")->size(), 2u);
}

TEST_F(ServerTest, WhatIsWrongIsNamed) {
  auto client = Primary();
  const auto code = [&](const std::string& entity, std::string_view says,
                        Update::Type type = Update::INSERT) {
    std::string message;
    const Code got = Do(*client, type, entity, &message);
    EXPECT_NE(message.find(says), std::string::npos) << entity << "\n" << message;
    return got;
  };
  const std::string drop = "action { action { action_id: 0x01000002 } }";
  EXPECT_EQ(code("table_entry { table_id: 0x02000099 }", "0x2000099"), Code::kNotFound);
  EXPECT_EQ(code("table_entry { }", "not set"), Code::kInvalidArgument);
  EXPECT_EQ(code("", "not set"), Code::kInvalidArgument);
  EXPECT_EQ(
      code(Route(R"(match { field_id: 9 lpm { value: "\x01" prefix_len: 1 } })", drop.c_str()),
           "id 9"),
      Code::kInvalidArgument);
  EXPECT_EQ(code(Route(R"(match { field_id: 1 exact { value: "\x01" } })", drop.c_str()),
                 "lpm, got exact"),
            Code::kInvalidArgument);
  EXPECT_EQ(code(Route(R"(match { field_id: 1 lpm { value: "\x0a\x00\x00\x01" prefix_len: 24 } })",
                       drop.c_str()),
                 "after its prefix"),
            Code::kInvalidArgument);
  EXPECT_EQ(
      code(Route(R"(match { field_id: 1 lpm { value: "\x00" prefix_len: 0 } })", drop.c_str()),
           "leave the field out"),
      Code::kInvalidArgument);
  EXPECT_EQ(
      code(Route(R"(match { field_id: 1 lpm { value: "\x01\x0a\x00\x00\x00" prefix_len: 24 } })",
                 drop.c_str()),
           "does not fit bit<32>"),
      Code::kOutOfRange);
  EXPECT_EQ(code(Route(R"(match { field_id: 1 lpm { value: "" prefix_len: 24 } })", drop.c_str()),
                 "empty"),
            Code::kOutOfRange);
  EXPECT_EQ(code(Route(kMatch, ("priority: 1 " + drop).c_str()), "priority 1"),
            Code::kInvalidArgument);
  EXPECT_EQ(code(Route(kMatch, "action { action { action_id: 0x01000009 } }"), "0x1000009"),
            Code::kInvalidArgument);
  EXPECT_EQ(code(Route(kMatch, "action { action { action_id: 0x01000003 } }"), "default only"),
            Code::kPermissionDenied);
  EXPECT_EQ(
      code(
          Route(
              kMatch,
              R"(action { action { action_id: 0x01000001 params { param_id: 1 value: "\x01" } } })"),
          "'mac' is missing"),
      Code::kInvalidArgument);
  EXPECT_EQ(
      code(
          Route(
              kMatch,
              R"(action { action { action_id: 0x01000001 params { param_id: 1 value: "\x02\x00" } params { param_id: 2 value: "\x01" } } })"),
          "parameter 'port'"),
      Code::kOutOfRange);
  EXPECT_EQ(code(Route(kMatch, "action { action_profile_member_id: 1 }"), "`action` is wanted"),
            Code::kInvalidArgument);
  EXPECT_EQ(code(Route(kMatch), "needs an action"), Code::kInvalidArgument);
  EXPECT_EQ(code(Route(kMatch, ("is_const: true " + drop).c_str()), "is_const"),
            Code::kInvalidArgument);
  EXPECT_EQ(code(Route(kMatch, ("idle_timeout_ns: 5 " + drop).c_str()), "idle_timeout_ns 5"),
            Code::kInvalidArgument);
  EXPECT_EQ(
      code("table_entry { table_id: 0x02000002 match { field_id: 1 exact { value: \"1\" } } " +
               drop + " }",
           "priority 0"),
      Code::kInvalidArgument);
  EXPECT_EQ(
      code("table_entry { table_id: 0x02000002 priority: 1 " + drop + " }", "'port' is exact"),
      Code::kInvalidArgument);
  EXPECT_EQ(
      code(R"(table_entry { table_id: 0x02000003 match { field_id: 1 exact { value: "\x01" } } )" +
               drop + " }",
           "const"),
      Code::kPermissionDenied);
  EXPECT_EQ(code(Route("is_default_action: true", drop.c_str()), "only MODIFY"),
            Code::kInvalidArgument);
  EXPECT_EQ(code("table_entry { table_id: 0x02000003 is_default_action: true " + drop + " }",
                 "const", Update::MODIFY),
            Code::kPermissionDenied);
  EXPECT_EQ(code("action_profile_group { }", "id is not set"), Code::kInvalidArgument);
  EXPECT_EQ(code("action_profile_member { }", "id is not set"), Code::kInvalidArgument);
  EXPECT_EQ(code("meter_entry { meter_id: 1 }", "no meter has id"), Code::kNotFound);
  WriteRequest stranger;
  stranger.set_device_id(7);
  EXPECT_EQ(client->Write(stranger).status.error().code(), Code::kNotFound);
}

TEST_F(ServerTest, DefaultEntriesComeBack) {
  auto client = Primary();
  auto entry = Read(*client, Route("is_default_action: true"));
  ASSERT_EQ(entry->size(), 1u);
  EXPECT_EQ((*entry)[0].table_entry().action().action().action_id(), kDrop);
  EXPECT_EQ(Do(*client, Update::MODIFY, Route("is_default_action: true", kForwardAction)),
            Code::kOk);
  entry = Read(*client, Route("is_default_action: true"));
  EXPECT_EQ((*entry)[0].table_entry().action().action().action_id(), kForward);
  EXPECT_EQ(Do(*client, Update::MODIFY, Route("is_default_action: true")), Code::kOk);
  entry = Read(*client, Route("is_default_action: true"));
  EXPECT_EQ((*entry)[0].table_entry().action().action().action_id(), kDrop);
}

TEST_F(ServerTest, BatchesAndTheirErrors) {
  auto client = Primary();
  const auto batch = [&](WriteRequest::Atomicity atomicity) {
    WriteRequest request;
    request.set_atomicity(atomicity);
    for (const std::string& entity :
         {Route(kMatch, kForwardAction), Route(kMatch, kForwardAction),
          Route(R"(match { field_id: 1 lpm { value: "\x14\x00\x00\x00" prefix_len: 8 } })",
                kForwardAction)}) {
      auto* update = request.add_updates();
      update->set_type(Update::INSERT);
      EXPECT_TRUE(TextFormat::ParseFromString(entity, update->mutable_entity()));
    }
    return client->Write(request);
  };
  auto outcome = batch(WriteRequest::ROLLBACK_ON_ERROR);
  ASSERT_EQ(outcome.each.size(), 3u);
  EXPECT_EQ(outcome.each[1].error().code(), Code::kAlreadyExists);
  EXPECT_EQ(outcome.each[0].error().code(), Code::kAborted);
  EXPECT_TRUE(Read(*client, Route(""))->empty());
  EXPECT_FALSE(batch(WriteRequest::DATAPLANE_ATOMIC).status.has_value());
  EXPECT_TRUE(Read(*client, Route(""))->empty());
  outcome = batch(WriteRequest::CONTINUE_ON_ERROR);
  ASSERT_EQ(outcome.each.size(), 3u);
  EXPECT_TRUE(outcome.each[0].has_value());
  EXPECT_EQ(outcome.each[1].error().code(), Code::kAlreadyExists);
  EXPECT_TRUE(outcome.each[2].has_value());
  EXPECT_EQ(Read(*client, Route(""))->size(), 2u);
  // The table holds three.
  EXPECT_EQ(Do(*client, Update::INSERT, Route("", kForwardAction)), Code::kOk);
  EXPECT_EQ(Do(*client, Update::INSERT,
               Route(R"(match { field_id: 1 lpm { value: "\x1e\x00\x00\x00" prefix_len: 8 } })",
                     kForwardAction)),
            Code::kResourceExhausted);
}

TEST_F(ServerTest, Counters) {
  auto client = Primary();
  ASSERT_EQ(Do(*client, Update::INSERT,
               Route(kMatch, fmt::format("{} counter_data {{ packet_count: 7 byte_count: 70 }}",
                                         kForwardAction)
                                 .c_str())),
            Code::kOk);
  auto entry = Read(*client, Route("", "counter_data {}"));
  ASSERT_TRUE(entry.has_value()) << entry.error().ToString();
  EXPECT_EQ((*entry)[0].table_entry().counter_data().packet_count(), 7);
  EXPECT_FALSE((*Read(*client, Route("")))[0].table_entry().has_counter_data());
  const std::string direct =
      fmt::format("direct_counter_entry {{ table_entry {{ table_id: {} {} }}", kRoute, kMatch);
  EXPECT_EQ(Do(*client, Update::MODIFY, direct + " data { packet_count: 1 byte_count: 2 } }"),
            Code::kOk);
  entry = Read(*client, direct + "}");
  ASSERT_TRUE(entry.has_value()) << entry.error().ToString();
  EXPECT_EQ((*entry)[0].direct_counter_entry().data().byte_count(), 2);
  EXPECT_EQ(Do(*client, Update::INSERT, direct + "}"), Code::kInvalidArgument);
  ASSERT_EQ(Do(*client, Update::DELETE, Route(kMatch)), Code::kOk);
  EXPECT_EQ(Read(*client, direct + "}").error().code(), Code::kNotFound);

  EXPECT_EQ(
      Do(*client, Update::MODIFY,
         "counter_entry { counter_id: 0x12000001 index { index: 2 } data { packet_count: 9 } }"),
      Code::kOk);
  EXPECT_EQ((*Read(*client, "counter_entry { counter_id: 0x12000001 index { index: 2 } }"))[0]
                .counter_entry()
                .data()
                .packet_count(),
            9);
  EXPECT_EQ(Read(*client, "counter_entry { counter_id: 0x12000001 }")->size(), 4u);
  EXPECT_EQ(Read(*client, "counter_entry { }")->size(), 4u);
  EXPECT_EQ(Do(*client, Update::MODIFY,
               "counter_entry { counter_id: 0x12000001 data { packet_count: 1 } }"),
            Code::kOk);
  EXPECT_EQ((*Read(*client, "counter_entry { counter_id: 0x12000001 index { index: 3 } }"))[0]
                .counter_entry()
                .data()
                .packet_count(),
            1);
  EXPECT_EQ(
      Read(*client, "counter_entry { counter_id: 0x12000001 index { index: 4 } }").error().code(),
      Code::kOutOfRange);
  EXPECT_EQ(Do(*client, Update::MODIFY,
               "counter_entry { counter_id: 0x12000001 index { index: -1 } data {} }"),
            Code::kInvalidArgument);
  EXPECT_EQ(
      Do(*client, Update::DELETE, "counter_entry { counter_id: 0x12000001 index { index: 1 } }"),
      Code::kInvalidArgument);
}

TEST_F(ServerTest, Meters) {
  auto client = Primary();
  const std::string two = "meter_entry { meter_id: 0x14000001 index { index: 2 } ";
  const std::string config = "config { cir: 10 cburst: 20 pir: 30 pburst: 40 }";
  EXPECT_EQ(Do(*client, Update::MODIFY, two + config + " }"), Code::kOk);
  auto cells = Read(*client, "meter_entry { meter_id: 0x14000001 }");
  ASSERT_EQ(cells->size(), 3u);
  EXPECT_FALSE((*cells)[0].meter_entry().has_config());
  EXPECT_EQ((*cells)[2].meter_entry().config().pburst(), 40);
  EXPECT_EQ(Read(*client, "meter_entry { }")->size(), 3u);
  EXPECT_EQ(Do(*client, Update::MODIFY, two + "}"), Code::kOk);
  EXPECT_EQ(Do(*client, Update::MODIFY, two + "}"), Code::kOk) << "the default again";
  EXPECT_FALSE((*Read(*client, two + "}"))[0].meter_entry().has_config());
  EXPECT_EQ(Do(*client, Update::INSERT, two + config + "}"), Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::MODIFY, two + "config { cir: 9 pir: 8 } }"),
            Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::MODIFY, two + "config { eburst: 1 } }"), Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::MODIFY, "meter_entry { meter_id: 0x14000001 index { index: 3 } }"),
            Code::kOutOfRange);
  EXPECT_EQ(Do(*client, Update::MODIFY, "meter_entry { meter_id: 0x14000001 " + config + " }"),
            Code::kOk);
  EXPECT_TRUE((*Read(*client, "meter_entry { }"))[0].meter_entry().has_config());

  // Direct: with its entry.
  const std::string key = R"(table_id: 0x02000005 match { field_id: 1 exact { value: "\x07" } } )";
  const std::string drop = "action { action { action_id: 0x01000002 } } ";
  EXPECT_EQ(Do(*client, Update::INSERT,
               "table_entry { " + key + drop + " meter_config { cir: 1 cburst: 2 pir: 3 } }"),
            Code::kOk);
  auto entry = Read(*client, "table_entry { " + key + " meter_config { } }");
  ASSERT_EQ(entry->size(), 1u);
  EXPECT_EQ((*entry)[0].table_entry().meter_config().pir(), 3);
  EXPECT_EQ((*entry)[0].table_entry().action().action().params_size(), 0);
  EXPECT_FALSE((*Read(*client, "table_entry { " + key + " }"))[0].table_entry().has_meter_config());
  const std::string direct = "direct_meter_entry { table_entry { " + key + " } ";
  EXPECT_EQ(Do(*client, Update::MODIFY, direct + "config { cir: 5 pir: 6 } }"), Code::kOk);
  EXPECT_EQ((*Read(*client, direct + "}"))[0].direct_meter_entry().config().pir(), 6);
  EXPECT_EQ(Do(*client, Update::MODIFY, "table_entry { " + key + drop + " }"), Code::kOk);
  entry = Read(*client, direct + "}");
  ASSERT_EQ(entry->size(), 1u);
  EXPECT_FALSE((*entry)[0].direct_meter_entry().has_config()) << "not given: reset";
  EXPECT_EQ(Do(*client, Update::MODIFY, Route(kMatch, "meter_config { cir: 1 pir: 1 }")),
            Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::MODIFY,
               R"(table_entry { table_id: 0x02000005 match { field_id: 1 exact { value: "\x07" } }
                  action { action { action_id: 0x01000002
                                    params { param_id: 4294901760 value: "\x01" } } } })"),
            Code::kInvalidArgument)
      << "a meter is no parameter";
}

TEST_F(ServerTest, Groups) {
  auto client = Primary();
  const auto group = [](int number, const std::string& rest) {
    return fmt::format("action_profile_group {{ action_profile_id: 0x11000001 group_id: {} {} }}",
                       number, rest);
  };
  const std::string members =
      "members { member_id: 5 weight: 1 } members { member_id: 6 weight: 2 } max_size: 4";
  EXPECT_EQ(Do(*client, Update::INSERT, group(0, members)), Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::INSERT, group(1, "max_size: -1")), Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::INSERT, group(1, "members { member_id: 5 }")),
            Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::INSERT,
               group(1, R"(members { member_id: 5 weight: 1 watch_port: "\x01" })")),
            Code::kUnimplemented);
  EXPECT_EQ(Do(*client, Update::MODIFY, group(1, members)), Code::kNotFound);
  EXPECT_EQ(Do(*client, Update::INSERT, group(1, members)), Code::kOk);
  EXPECT_EQ(Do(*client, Update::INSERT, group(1, members)), Code::kAlreadyExists);
  EXPECT_EQ(Do(*client, Update::INSERT, group(2, "max_size: 4")), Code::kOk);
  EXPECT_EQ(Read(*client, "action_profile_group { }")->size(), 2u);
  auto read = Read(*client, group(1, ""));
  ASSERT_EQ(read->size(), 1u);
  const auto& one = (*read)[0].action_profile_group();
  EXPECT_EQ(one.max_size(), 4);
  ASSERT_EQ(one.members_size(), 2);
  EXPECT_EQ(one.members(1).member_id(), 6u);
  EXPECT_EQ(one.members(1).weight(), 2);
  EXPECT_EQ(Do(*client, Update::DELETE, group(1, "")), Code::kOk);
  EXPECT_EQ(Do(*client, Update::DELETE, group(1, "")), Code::kNotFound);
}

TEST_F(ServerTest, SetsOfActionsReadBackAsWritten) {
  auto client = Primary();
  const auto entry = [](const std::string& set) {
    return R"(table_entry { table_id: 0x02000004 match { field_id: 1 exact { value: "\x07" } } )" +
           (set.empty() ? "" : "action { action_profile_action_set { " + set + " } } ") + "}";
  };
  const auto drop = [](int weight, const std::string& more = "") {
    return fmt::format(
        "action_profile_actions {{ action {{ action_id: 0x01000002 }} weight: {} {} }} ", weight,
        more);
  };
  EXPECT_EQ(Do(*client, Update::INSERT, entry(drop(0))), Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::INSERT, entry(drop(3) + drop(2))), Code::kInvalidArgument)
      << "the weights are more than max_group_size";
  EXPECT_EQ(Do(*client, Update::INSERT, entry(drop(1, "watch: 3"))), Code::kUnimplemented);
  EXPECT_EQ(Do(*client, Update::INSERT, entry(drop(1) + "action_selection_mode: RANDOM")),
            Code::kUnimplemented);
  EXPECT_EQ(Do(*client, Update::INSERT, entry(drop(1) + "group_action { action_id: 0x01000002 }")),
            Code::kUnimplemented);
  const std::string set =
      drop(100) + drop(2) + "action_selection_mode: HASH size_semantics: SUM_OF_MEMBERS";
  EXPECT_EQ(Do(*client, Update::INSERT, entry(set)), Code::kOk);
  const auto read = Read(*client, entry(""));
  ASSERT_EQ(read->size(), 1u);
  const auto& back = (*read)[0].table_entry().action().action_profile_action_set();
  ASSERT_EQ(back.action_profile_actions_size(), 2);
  EXPECT_EQ(back.action_profile_actions(0).weight(), 100);
  EXPECT_EQ(back.action_profile_actions(1).action().action_id(), kDrop);
  EXPECT_EQ(back.action_selection_mode(), p4::v1::ActionProfileActionSet::HASH);
  EXPECT_EQ(back.size_semantics(), p4::v1::ActionProfileActionSet::SUM_OF_MEMBERS);
}

TEST_F(ServerTest, MembersValueSetsAndDigests) {
  auto client = Primary();
  const std::string member = "action_profile_member { action_profile_id: 0x11000001 member_id: 5 ";
  const std::string drop = "action { action_id: 0x01000002 } }";
  EXPECT_EQ(Do(*client, Update::INSERT, member + "}"), Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::INSERT, member + drop), Code::kOk);
  EXPECT_EQ(Do(*client, Update::INSERT, member + drop), Code::kAlreadyExists);
  auto members = Read(*client, "action_profile_member { }");
  ASSERT_EQ(members->size(), 1u);
  EXPECT_EQ((*members)[0].action_profile_member().member_id(), 5u);
  EXPECT_EQ((*members)[0].action_profile_member().action().action_id(), kDrop);
  const std::string via =
      R"(table_entry { table_id: 0x02000004 match { field_id: 1 exact { value: "\x07" } } )";
  EXPECT_EQ(Do(*client, Update::INSERT, via + "action { action_profile_member_id: 5 } }"),
            Code::kOk);
  EXPECT_EQ((*Read(*client, via + "}"))[0].table_entry().action().action_profile_member_id(), 5u);
  EXPECT_EQ(Do(*client, Update::MODIFY, via + "action { action_profile_group_id: 0 } }"),
            Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::MODIFY, via + "action { action_profile_group_id: 5 } }"),
            Code::kOk);
  EXPECT_EQ((*Read(*client, via + "}"))[0].table_entry().action().action_profile_group_id(), 5u);
  EXPECT_EQ(Do(*client, Update::MODIFY, via + "action { " + drop + " }"), Code::kInvalidArgument);

  const std::string set = "value_set_entry { value_set_id: 0x03000001 ";
  const auto one = [](const char* value) {
    return fmt::format(
        R"(members {{ match {{ field_id: 1 ternary {{ value: "{}" mask: "\xff" }} }} }} )", value);
  };
  EXPECT_EQ(Do(*client, Update::MODIFY, set + one("\\x01") + one("\\x02") + "}"), Code::kOk);
  EXPECT_EQ(Do(*client, Update::MODIFY, set + one("\\x02") + one("\\x03") + "}"), Code::kOk);
  EXPECT_EQ((*Read(*client, set + "}"))[0].value_set_entry().members_size(), 2);
  EXPECT_EQ(Do(*client, Update::MODIFY, set + one("\\x02") + one("\\x02") + "}"),
            Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::INSERT, set + "}"), Code::kInvalidArgument);
  EXPECT_EQ(Do(*client, Update::MODIFY, set + "}"), Code::kOk);
  EXPECT_EQ((*Read(*client, set + "}"))[0].value_set_entry().members_size(), 0);

  const std::string digest = "digest_entry { digest_id: 0x17000001 ";
  EXPECT_EQ(Do(*client, Update::MODIFY, digest + "}"), Code::kNotFound);
  EXPECT_EQ(Do(*client, Update::INSERT, digest + "config { max_list_size: 1 } }"), Code::kOk);
  EXPECT_EQ((*Read(*client, digest + "}"))[0].digest_entry().config().max_list_size(), 1);
  EXPECT_EQ(Do(*client, Update::INSERT, digest + "config { max_list_size: -1 } }"),
            Code::kInvalidArgument);
  tdi::Event event;
  event.kind = tdi::EventKind::kDigest;
  event.table = kLearn;
  event.row.data = std::string("\x02\x00\x00\x00\x00\x01\x00\x03", 8);
  device_->Publish(event);
  const auto received = client->Receive(std::chrono::seconds(10));
  ASSERT_TRUE(received.has_value() && received->has_value());
  const auto& list = (*received)->digest();
  EXPECT_EQ(list.digest_id(), kLearn);
  ASSERT_EQ(list.data_size(), 1);
  EXPECT_EQ(list.data(0).tuple().members(1).bitstring(), "\x03");
  EXPECT_EQ(Do(*client, Update::DELETE, digest + "}"), Code::kOk);
}

TEST_F(ServerTest, Replication) {
  auto client = Primary();
  const std::string group =
      R"(packet_replication_engine_entry { multicast_group_entry { multicast_group_id: 3 metadata: "m"
      replicas { port: "\x01" instance: 1 } replicas { egress_port: 2 instance: 0 } } })";
  EXPECT_EQ(Do(*client, Update::INSERT, group), Code::kOk);
  EXPECT_EQ(Do(*client, Update::INSERT, group), Code::kAlreadyExists);
  auto read = Read(*client, "packet_replication_engine_entry { multicast_group_entry { } }");
  ASSERT_TRUE(read.has_value()) << read.error().ToString();
  ASSERT_EQ(read->size(), 1u);
  const auto& entry = (*read)[0].packet_replication_engine_entry().multicast_group_entry();
  EXPECT_EQ(entry.metadata(), "m");
  ASSERT_EQ(entry.replicas_size(), 2);
  // Ports come back in the form in which they were given.
  const int old_form = entry.replicas(0).instance() == 0 ? 0 : 1;
  EXPECT_EQ(entry.replicas(old_form).egress_port(), 2u);
  EXPECT_EQ(entry.replicas(1 - old_form).port(), "\x01");
  EXPECT_EQ(
      Do(*client, Update::MODIFY,
         R"(packet_replication_engine_entry { multicast_group_entry { multicast_group_id: 3 replicas { port: "\x01" instance: 1 } } })"),
      Code::kOk);
  EXPECT_EQ(replicas_.rows().size(), 1u);
  std::string message;
  EXPECT_EQ(Do(*client, Update::INSERT,
               "packet_replication_engine_entry { multicast_group_entry { } }", &message),
            Code::kInvalidArgument);
  EXPECT_EQ(
      Do(*client, Update::INSERT,
         R"(packet_replication_engine_entry { multicast_group_entry { multicast_group_id: 4 replicas { port: "\x01" } replicas { port: "\x00\x01" } } })"),
      Code::kInvalidArgument);
  EXPECT_EQ(
      Do(*client, Update::INSERT,
         R"(packet_replication_engine_entry { multicast_group_entry { multicast_group_id: 4 replicas { port: "\x01" backup_replicas { port: "\x02" } } } })"),
      Code::kUnimplemented);
  EXPECT_EQ(
      Do(*client, Update::DELETE,
         "packet_replication_engine_entry { multicast_group_entry { multicast_group_id: 3 } }"),
      Code::kOk);
  EXPECT_EQ(
      Do(*client, Update::DELETE,
         "packet_replication_engine_entry { multicast_group_entry { multicast_group_id: 3 } }"),
      Code::kNotFound);
  EXPECT_TRUE(replicas_.rows().empty());

  EXPECT_EQ(
      Do(*client, Update::INSERT,
         R"(packet_replication_engine_entry { clone_session_entry { session_id: 5 class_of_service: 2 packet_length_bytes: 128
      replicas { port: "\xff\xff\xff\xfd" instance: 1 } } })"),
      Code::kOk);
  read = Read(*client, "packet_replication_engine_entry { clone_session_entry { session_id: 5 } }");
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(
      (*read)[0].packet_replication_engine_entry().clone_session_entry().packet_length_bytes(),
      128);
  EXPECT_EQ((*read)[0].packet_replication_engine_entry().clone_session_entry().replicas(0).port(),
            "\xff\xff\xff\xfd");
  EXPECT_EQ(tdi::fixed::DecodeReplica(copies_.rows()[0])->port, 510u);
}

TEST_F(ServerTest, PacketsOutAndIn) {
  auto client = Primary();
  p4::v1::StreamMessageRequest request;
  auto* packet = request.mutable_packet();
  packet->set_payload("hello");
  auto* metadata = packet->add_metadata();
  metadata->set_metadata_id(1);
  metadata->set_value("\x05");
  ASSERT_TRUE(client->Send(request).has_value());
  auto in = client->Receive(std::chrono::seconds(5));
  ASSERT_TRUE(in.has_value() && in->has_value());
  ASSERT_TRUE((*in)->has_packet()) << (*in)->DebugString();
  EXPECT_EQ((*in)->packet().payload(), "hello");
  ASSERT_EQ((*in)->packet().metadata_size(), 1);
  EXPECT_EQ((*in)->packet().metadata(0).value(), "\x05");
  // Wrong metadata is told, and the packet goes nowhere.
  metadata->set_metadata_id(7);
  ASSERT_TRUE(client->Send(request).has_value());
  in = client->Receive(std::chrono::seconds(5));
  ASSERT_TRUE(in.has_value() && in->has_value());
  EXPECT_EQ((*in)->error().canonical_code(), static_cast<int>(Code::kInvalidArgument));
  EXPECT_EQ((*in)->error().packet_out().packet_out().payload(), "hello");
}

TEST_F(ServerTest, ATakeoverWaitsForWritesInFlight) {
  auto first = Primary();
  target_.delay = std::chrono::milliseconds(300);
  std::thread loader(
      [&] { EXPECT_TRUE(first->SetConfig(Config(Set::RECONCILE_AND_COMMIT)).has_value()); });
  while (!target_.loading) std::this_thread::yield();
  auto second = Connect(2);
  EXPECT_EQ(second->Arbitrate()->status().code(), 0);
  EXPECT_TRUE(target_.slow_load_done);
  loader.join();
}

TEST_F(ServerTest, ManyEntriesAreStreamed) {
  auto client = Primary();
  WriteRequest request;
  for (int i = 1; i <= 2000; ++i) {
    auto* update = request.add_updates();
    update->set_type(Update::INSERT);
    auto* entry = update->mutable_entity()->mutable_table_entry();
    entry->set_table_id(kAcl);
    entry->set_priority(i);
    entry->add_match()->set_field_id(1);
    entry->mutable_match(0)->mutable_exact()->set_value("\x01");
    entry->mutable_action()->mutable_action()->set_action_id(kDrop);
  }
  ASSERT_TRUE(client->Write(request).status.has_value());
  EXPECT_EQ(Read(*client, "table_entry { table_id: 0x02000002 }")->size(), 2000u);
}

}  // namespace
}  // namespace ipdk::p4runtime
