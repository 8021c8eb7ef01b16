#include <gtest/gtest.h>

#include "tdi/fixed/host.h"
#include "tdi/fixed/port.h"
#include "tdi/fixed/replication.h"

namespace ipdk::tdi::fixed {
namespace {

TEST(Fixed, HostRowsKeepTheirColumns) {
  const TableSchema schema = HostSchema({"netns", "qemu"});
  const HostConfig config{.name = "host1", .kind = "netns", .address = "/run/netns/h"};
  const Row row = EncodeHost(config);
  EXPECT_TRUE(CheckKey(schema, row.key));
  EXPECT_TRUE(CheckData(schema.data, row.data));
  const auto back = DecodeHost(row);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->name, "host1");
  EXPECT_EQ(back->kind, "netns");
  EXPECT_EQ(back->address, "/run/netns/h");
  Row bad = EncodeHost({.name = "x", .kind = "moon"});
  const auto status = CheckData(schema.data, bad.data);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message(), "field 'kind': 'moon' is not one of netns, qemu");
  bad.data.pop_back();
  EXPECT_FALSE(DecodeHost(bad));
  const auto state =
      DecodeHostState(EncodeHostState({.status = "UP", .message = "m", .adopted = true}));
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->adopted);
}

TEST(Fixed, PortRowsKeepTheirColumns) {
  const TableSchema schema = PortSchema();
  PortConfig config{
      .name = "netdev1", .host = "host1", .device_type = "veth", .rate_bps = 10'000'000'000};
  config.mac = 0x020000000001;
  config.admin_up = false;
  config.number = 7;
  const Row row = EncodePort(config);
  EXPECT_TRUE(CheckKey(schema, row.key));
  EXPECT_TRUE(CheckData(schema.data, row.data));
  const auto back = DecodePort(row);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->rate_bps, 10'000'000'000u);
  EXPECT_EQ(back->mac, 0x020000000001u);
  EXPECT_FALSE(back->admin_up);
  EXPECT_EQ(back->number, 7u);
  EXPECT_EQ(back->mtu, 1500u);
  PortState state;
  state.counters.out_errors = 9;
  state.actual_mac = 5;
  const std::string bytes = EncodePortState(state);
  EXPECT_TRUE(CheckData(schema.state, bytes));
  EXPECT_EQ(DecodePortState(bytes)->counters.out_errors, 9u);
  EXPECT_EQ(PrintKey(schema, row.key), "name=netdev1");
}

TEST(Fixed, DefaultsAreThoseOfTheStruct) {
  // What a service fills in for a column left out must be what the typed row has.
  const TableSchema schema = PortSchema();
  const auto values = DecodeData(schema.data, EncodePort({}).data);
  ASSERT_TRUE(values);
  for (size_t i = 0; i < schema.data.size(); ++i) {
    const Field& field = schema.data[i];
    if (field.kind == ValueKind::kString) {
      EXPECT_EQ((*values)[i].text, field.default_text) << field.name;
    } else {
      EXPECT_EQ((*values)[i].value, ParseValue(field, field.default_text)->value) << field.name;
    }
    EXPECT_FALSE(field.doc.empty()) << field.name;
  }
}

TEST(Fixed, Options) {
  EXPECT_EQ(ParseOptions("a=1,b=x=y")->at("b"), "x=y");
  EXPECT_TRUE(ParseOptions("")->empty());
  EXPECT_EQ(ParseOptions(R"(device=net_pcap0\,rx=a\\b,x=1)")->at("device"), R"(net_pcap0,rx=a\b)");
  EXPECT_FALSE(ParseOptions("a"));
  EXPECT_FALSE(ParseOptions("=1"));
  EXPECT_FALSE(ParseOptions("a=1,a=2"));
}

TEST(Fixed, Replication) {
  const Row row = EncodeReplica({.group = 3, .instance = 4, .port = 5});
  EXPECT_TRUE(CheckKey(MulticastReplicaSchema(), row.key));
  EXPECT_TRUE(CheckKey(CloneReplicaSchema(), row.key));
  EXPECT_EQ(DecodeReplica(row)->port, 5u);
  const Row session = EncodeCloneSession({.session = 1, .packet_length_bytes = 64});
  EXPECT_TRUE(CheckData(CloneSessionSchema().data, session.data));
  EXPECT_EQ(DecodeCloneSession(session)->packet_length_bytes, 64u);
  EXPECT_EQ(DecodeMulticastGroup(EncodeMulticastGroup({.group = 9}))->group, 9u);
  EXPECT_EQ(DecodePortNumber(EncodePortNumber({.name = "p", .number = 3, .deleted = 1}))->number,
            3u);
}

}  // namespace
}  // namespace ipdk::tdi::fixed
