// A gNMI client over a real socket against the server, with tables in memory.
#include "interface/gnmi/server.h"

#include <gnmi/gnmi.pb.h>
#include <gtest/gtest.h>

#include "tdi/fixed/host.h"
#include "tdi/fixed/port.h"
#include "wire/gnmi_client.h"

namespace ipdk::gnmi {
namespace {

namespace fixed = tdi::fixed;
using Change = wire::GnmiClient::Change;

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

class GnmiTest : public testing::Test {
 protected:
  GnmiTest()
      : hosts_(fixed::HostSchema({"netns"}), fixed::EncodeHostState({})),
        ports_(fixed::PortSchema(), fixed::EncodePortState({})),
        device_(tdi::Device::Create(nullptr)) {
    tdi::TableGroup group;
    group.name = "devices";
    group.tables = {&hosts_, &ports_};
    EXPECT_TRUE(device_->SetGroup(group, true).has_value());
    Options options;
    options.address = "127.0.0.1:0";
    options.device = device_.get();
    options.commit = [this](std::span<const tdi::Operation> operations) -> Status {
      ++commits_;
      if (fail_) return Unavailable("port 'p': step 'plug': the host does not answer");
      return device_->Commit(operations, tdi::Atomicity::kRollbackOnError).status;
    };
    options.wait = [this](uint32_t, std::string_view) -> Status {
      ++waits_;
      return {};
    };
    auto server = Server::Start(std::move(options));
    EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().ToString());
    server_ = std::move(*server);
    wire::GnmiOptions client;
    client.address = fmt::format("127.0.0.1:{}", server_->port());
    client_ = std::move(*wire::GnmiClient::Connect(client));
  }

  static Change Update(std::string path, std::string json) {
    return {Change::Kind::kUpdate, std::move(path), std::move(json)};
  }

  Table hosts_, ports_;
  std::unique_ptr<tdi::Device> device_;
  int commits_ = 0, waits_ = 0;
  bool fail_ = false;
  std::unique_ptr<Server> server_;
  std::unique_ptr<wire::GnmiClient> client_;
};

TEST_F(GnmiTest, Capabilities) {
  auto capabilities = client_->Capabilities();
  ASSERT_TRUE(capabilities.has_value());
  EXPECT_EQ(capabilities->gnmi_version(), "0.10.0");
  EXPECT_EQ(capabilities->supported_encodings(0), ::gnmi::JSON_IETF);
  EXPECT_EQ(capabilities->supported_models_size(), 2);
}

TEST_F(GnmiTest, SetAndGet) {
  auto status = client_->SetJson(
      {Update("/hosts/host[name=h]/config", R"({"kind": "netns"})"),
       Update("/interfaces/interface[name=p]/config",
              R"({"ipdk-devices:device-type": "veth", "ipdk-devices:host": "h"})")});
  ASSERT_TRUE(status.has_value()) << status.error().ToString();
  EXPECT_EQ(commits_, 1);
  auto found = client_->GetJson("/interfaces/interface[name=*]/config/mtu");
  ASSERT_TRUE(found.has_value()) << found.error().ToString();
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ((*found)[0].path, "/interfaces/interface[name=p]/config/mtu");
  EXPECT_EQ((*found)[0].json, "1500");
  // As before: nothing to commit, but converged is promised.
  ASSERT_TRUE(
      client_->SetJson({Update("/interfaces/interface[name=p]/config/mtu", "1500")}).has_value());
  EXPECT_EQ(commits_, 1);
  EXPECT_EQ(waits_, 1);
  ASSERT_TRUE(
      client_->SetJson({{Change::Kind::kDelete, "/interfaces/interface[name=p]", ""}}).has_value());
  EXPECT_EQ(client_->GetJson("/interfaces/interface[name=p]").error().code(), Code::kNotFound);
}

TEST_F(GnmiTest, ScalarsPrefixesAndKinds) {
  ::gnmi::SetRequest request;
  *request.mutable_prefix() =
      *wire::ParsePath("/openconfig-interfaces:interfaces/interface[name=q]");
  auto* update = request.add_update();
  *update->mutable_path() = *wire::ParsePath("config/mtu");
  update->mutable_val()->set_uint_val(9000);
  update = request.add_update();
  *update->mutable_path() = *wire::ParsePath("config/device-type");
  update->mutable_val()->set_string_val("tap");
  update = request.add_update();
  *update->mutable_path() = *wire::ParsePath("config/rate-bps");
  update->mutable_val()->set_uint_val(5000);
  update = request.add_update();
  *update->mutable_path() = *wire::ParsePath("config/enabled");
  update->mutable_val()->set_bool_val(false);
  auto response = client_->Set(request);
  ASSERT_TRUE(response.has_value()) << response.error().ToString();
  ASSERT_EQ(response->response_size(), 4);
  EXPECT_EQ(response->response(0).op(), ::gnmi::UpdateResult::UPDATE);
  auto port = fixed::DecodePort(*device_->Get(fixed::kPortTable, fixed::PortKey("q"), 0));
  EXPECT_EQ(port->mtu, 9000u);
  EXPECT_EQ(port->rate_bps, 5000u);
  EXPECT_FALSE(port->admin_up);
  update->mutable_val()->set_uint_val(1);
  EXPECT_NE(client_->Set(request).error().message().find("true or false"), std::string::npos);
  ::gnmi::GetRequest get;
  get.set_encoding(::gnmi::PROTO);
  EXPECT_EQ(client_->Get(get).error().code(), Code::kUnimplemented);
}

TEST_F(GnmiTest, ErrorsComeThroughWhole) {
  auto status = client_->SetJson({Update("/interfaces/interface[name=p]/config", R"({"mtu": 1})")});
  EXPECT_EQ(status.error().code(), Code::kInvalidArgument);
  EXPECT_NE(status.error().message().find("mtu"), std::string::npos) << status.error().message();
  fail_ = true;
  status = client_->SetJson(
      {Update("/interfaces/interface[name=p]/config", R"({"ipdk-devices:device-type": "veth"})")});
  EXPECT_EQ(status.error().code(), Code::kUnavailable);
  EXPECT_NE(status.error().message().find("step 'plug'"), std::string::npos);
}

}  // namespace
}  // namespace ipdk::gnmi
