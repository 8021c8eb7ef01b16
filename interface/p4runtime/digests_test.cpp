#include "interface/p4runtime/digests.h"

#include <gtest/gtest.h>

namespace ipdk::p4runtime {
namespace {

using namespace std::chrono_literals;

class DigestsTest : public testing::Test {
 protected:
  static p4::v1::P4Data Data(const std::string& bytes) {
    p4::v1::P4Data data;
    data.set_bitstring(bytes);
    return data;
  }
  void Add(const std::string& bytes) { sender.Add(1, Data(bytes), 5); }
  // Waits for the n-th list.
  p4::v1::DigestList List(size_t n) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(came.wait_for(lock, 10s, [&] { return lists.size() > n; }));
    return n < lists.size() ? lists[n] : p4::v1::DigestList();
  }
  size_t Count() {
    const std::lock_guard lock(mutex);
    return lists.size();
  }

  std::mutex mutex;
  std::condition_variable came;
  std::vector<p4::v1::DigestList> lists;
  DigestSender sender{[this](p4::v1::DigestList&& list) {
    const std::lock_guard lock(mutex);
    lists.push_back(std::move(list));
    came.notify_all();
  }};
};

TEST_F(DigestsTest, WhatIsNotConfiguredIsNotTold) {
  Add("a");
  EXPECT_EQ(Count(), 0u);
  EXPECT_EQ(sender.Acknowledge(1, 1).error().code(), Code::kNotFound);
  sender.Configure(1, {});
  Add("a");
  EXPECT_EQ(List(0).data(0).bitstring(), "a");
  sender.Remove(1);
  Add("b");
  EXPECT_EQ(Count(), 1u);
}

TEST_F(DigestsTest, ListsAreFullOrOldEnoughAndDistinct) {
  sender.Configure(1,
                   {.max_timeout_ns = 3'600'000'000'000, .max_list_size = 2, .ack_timeout_ns = 0});
  Add("a");
  Add("a");
  EXPECT_EQ(Count(), 0u);
  Add("b");
  const auto full = List(0);
  ASSERT_EQ(full.data_size(), 2);
  EXPECT_EQ(full.data(1).bitstring(), "b");
  EXPECT_EQ(full.digest_id(), 1u);
  EXPECT_EQ(full.timestamp(), 5);
  sender.Configure(1, {.max_timeout_ns = 1'000'000, .max_list_size = 0, .ack_timeout_ns = 0});
  Add("a");
  const auto old = List(1);
  EXPECT_EQ(old.data_size(), 1);
  EXPECT_NE(old.list_id(), full.list_id());
}

TEST_F(DigestsTest, WhatIsNotAcknowledgedIsNotToldAgain) {
  sender.Configure(1,
                   {.max_timeout_ns = 0, .max_list_size = 1, .ack_timeout_ns = 3'600'000'000'000});
  Add("a");
  Add("a");
  EXPECT_EQ(Count(), 1u);
  ASSERT_TRUE(sender.Acknowledge(1, List(0).list_id()));
  Add("a");
  EXPECT_EQ(Count(), 2u);
  EXPECT_TRUE(sender.Acknowledge(1, 77)) << "a list that was forgotten meanwhile";
  Add("a");
  EXPECT_EQ(Count(), 2u);
  // Timed out instead.
  sender.Clear();
  sender.Configure(1, {.max_timeout_ns = 0, .max_list_size = 1, .ack_timeout_ns = 1'000'000});
  Add("a");
  for (int i = 0; i < 1000 && Count() < 4; ++i) {
    Add("a");
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_GE(Count(), 4u);
}

TEST(DigestData, FollowsItsType) {
  schema::Schema schema;
  schema::DataType bits, flag, record;
  bits.width = 9;
  flag.kind = schema::DataType::Kind::kBool;
  record.kind = schema::DataType::Kind::kStruct;
  record.name = "learn_t";
  schema.types = {bits, flag, record};
  schema::NamedType named;
  named.name = "learn_t";
  named.members.resize(2);
  named.members[0].type = 0;
  named.members[1].type = 1;
  schema.named_types.push_back(named);
  schema::Digest digest;
  digest.type = 2;
  digest.widths = {9, 1};
  const auto data = ToDigestData(schema, digest, std::string_view("\x01\x02\x01", 3));
  ASSERT_TRUE(data) << data.error().message();
  ASSERT_EQ(data->struct_().members_size(), 2);
  EXPECT_EQ(data->struct_().members(0).bitstring(), "\x01\x02");
  EXPECT_TRUE(data->struct_().members(1).bool_());
  EXPECT_FALSE(ToDigestData(schema, digest, "\x01"));
  EXPECT_FALSE(ToDigestData(schema, digest, "\x01\x02\x01\x01"));
}

}  // namespace
}  // namespace ipdk::p4runtime
