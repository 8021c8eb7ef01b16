#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "store/record.h"
#include "store/store_journal.h"
#include "tdi/conformance/memory_backend.h"
#include "tdi/device.h"
#include "tdi/fixed/host.h"
#include "tdi/fixed/port.h"

namespace ipdk::store {
namespace {

namespace fs = std::filesystem;
using tdi::Operation;
using tdi::OpKind;
using tdi::Row;
using tdi::conformance::MemoryBackend;

tdi::Field Bits(std::string name, uint32_t width) {
  tdi::Field field;
  field.id = 1;
  field.name = std::move(name);
  field.width = width;
  return field;
}

tdi::TableSchema P4Table(uint32_t width = 32) {
  tdi::TableSchema schema;
  schema.id = 1;
  schema.name = "in.t";
  schema.kind = tdi::TableKind::kMatchAction;
  schema.keys = {Bits("k", width)};
  schema.actions = {{.id = 1, .name = "set", .params = {Bits("v", 16)}},
                    {.id = 2, .name = "drop", .params = {}}};
  schema.has_default = true;
  return schema;
}

Row MakeRow(uint32_t key, uint16_t value) {
  Row row;
  row.key = ToBytes(key, 4);
  row.action = 1;
  row.data = ToBytes(value, 2);
  return row;
}

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder = (fs::temp_directory_path() / fmt::format("ipdk_store_test.{}", getpid())).string();
    fs::remove_all(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  void Open(const EntryLogOptions& options = {}) {
    auto opened = StoreJournal::Open(folder, options);
    ASSERT_TRUE(opened) << opened.error().message();
    journal = *std::move(opened);
  }
  Status Put(const tdi::TableSchema& schema, const Row& row) {
    const tdi::JournalChange change{.schema = &schema, .before = nullptr, .after = &row};
    return journal->Append(std::span(&change, 1));
  }
  Status Delete(const tdi::TableSchema& schema, const Row& row) {
    const tdi::JournalChange change{.schema = &schema, .before = &row, .after = nullptr};
    return journal->Append(std::span(&change, 1));
  }
  std::vector<Row> Rows(const tdi::TableSchema& schema) {
    std::vector<Row> rows;
    const Status status = journal->Replay(schema, [&](const Row& row, bool) -> Status {
      rows.push_back(row);
      return {};
    });
    EXPECT_TRUE(status) << status.error().message();
    return rows;
  }
  std::string Log(int n = 0) { return fmt::format("{}/entries/log-{}", folder, n); }

  std::string folder;
  std::unique_ptr<StoreJournal> journal;
};

TEST(Crc, KnownAnswer) { EXPECT_EQ(Crc32c("123456789"), 0xe3069283u); }

TEST_F(StoreTest, FixedRowsSurvive) {
  const auto schema = tdi::fixed::HostSchema({"netns"});
  Open();
  EXPECT_FALSE(journal->Knows(schema));
  ASSERT_TRUE(
      Put(schema, tdi::fixed::EncodeHost({.name = "host1", .kind = "netns", .address = "a\"b\\"})));
  ASSERT_TRUE(Put(schema, tdi::fixed::EncodeHost({.name = "host2", .kind = "netns"})));
  ASSERT_TRUE(
      Put(schema, tdi::fixed::EncodeHost({.name = "host1", .kind = "netns", .address = "c"})));
  ASSERT_TRUE(Delete(schema, tdi::fixed::EncodeHost({.name = "host2", .kind = "netns"})));
  ASSERT_TRUE(journal->SavePackage("package\0bytes", "p4info", UINT64_MAX));
  journal.reset();
  Open();
  const auto rows = Rows(schema);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(tdi::fixed::DecodeHost(rows[0])->address, "c");
  EXPECT_TRUE(journal->Knows(schema));
  const auto saved = journal->LoadPackage();
  ASSERT_TRUE(saved && *saved);
  EXPECT_EQ((*saved)->cookie, UINT64_MAX);
  EXPECT_EQ((*saved)->p4info, "p4info");
  ASSERT_TRUE(journal->Drop(schema));
  EXPECT_TRUE(Rows(schema).empty());
}

TEST_F(StoreTest, FixedTablesMayGainAndLoseColumns) {
  auto schema = tdi::fixed::PortSchema();
  Open();
  ASSERT_TRUE(Put(schema, tdi::fixed::EncodePort(
                              {.name = "p", .host = "h", .device_type = "veth", .mtu = 9000})));
  auto later = schema;
  std::erase_if(later.data, [](const tdi::Field& field) { return field.name == "options"; });
  tdi::Field added = Bits("colour", 8);
  added.default_text = "7";
  later.data.insert(later.data.begin(), added);
  const auto rows = Rows(later);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(tdi::PrintData(later.data, rows[0].data).substr(0, 20), "colour=0x7 host=h de");
  added.mandatory = true;
  later.data[0] = added;
  const Status status = journal->Replay(later, [](const Row&, bool) -> Status { return {}; });
  EXPECT_EQ(status.error().message(), "table 'port': a recorded row lacks 'colour'");
}

TEST_F(StoreTest, ASecondProcessIsRefused) {
  Open();
  const auto second = StoreJournal::Open(folder);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kFailedPrecondition) << second.error().message();
}

TEST_F(StoreTest, DamagedDatabaseIsNamed) {
  Open();
  journal.reset();
  std::ofstream(folder + "/fixed.db") << "this is not a database, and long enough to be looked at "
                                         "................................................";
  const auto opened = StoreJournal::Open(folder);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::kDataLoss) << opened.error().message();
  EXPECT_NE(opened.error().message().find("fixed.db"), std::string::npos);
}

TEST_F(StoreTest, EntriesSurvive) {
  const auto schema = P4Table();
  Open();
  ASSERT_TRUE(Put(schema, MakeRow(2, 1)));
  ASSERT_TRUE(Put(schema, MakeRow(1, 1)));
  ASSERT_TRUE(Put(schema, MakeRow(2, 5)));
  ASSERT_TRUE(Put(schema, MakeRow(3, 1)));
  ASSERT_TRUE(Delete(schema, MakeRow(3, 1)));
  Row fallback{.action = 2};
  const tdi::JournalChange change{
      .schema = &schema, .before = nullptr, .after = &fallback, .is_default = true};
  ASSERT_TRUE(journal->Append(std::span(&change, 1)));
  journal.reset();
  Open();
  EXPECT_TRUE(journal->Knows(schema));
  EXPECT_FALSE(journal->Knows(P4Table(64)));
  const std::vector<Row> want = {MakeRow(2, 5), MakeRow(1, 1), fallback};
  EXPECT_EQ(Rows(schema), want);
  EXPECT_EQ(Rows(schema), want) << "asked again, from the files";
  auto renumbered = schema;
  renumbered.actions[0].id = 9;
  EXPECT_EQ(Rows(renumbered)[0].action, 9u);
  EXPECT_TRUE(Rows(P4Table(64)).empty());
  // An exchange is one record: torn anywhere, the former rows are there; whole, only the new ones.
  const auto log = [&] {
    std::ifstream file(Log(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const size_t size_before = log().size();
  const Row seven = MakeRow(7, 7);
  const tdi::TableSchema* dropped = &schema;
  const tdi::JournalChange put{.schema = &schema, .before = nullptr, .after = &seven};
  ASSERT_TRUE(journal->Exchange(std::span(&dropped, 1), std::span(&put, 1)));
  EXPECT_EQ(Rows(schema), std::vector<Row>{seven});
  journal.reset();
  const std::string whole = log();
  ASSERT_GT(whole.size(), size_before);
  for (size_t size = size_before; size < whole.size(); ++size) {
    std::ofstream(Log(), std::ios::binary) << whole.substr(0, size);
    Open();
    EXPECT_EQ(Rows(schema), want) << size;
    journal.reset();
  }
  std::ofstream(Log(), std::ios::binary) << whole;
  journal.reset();
  Open();
  EXPECT_EQ(Rows(schema), std::vector<Row>{MakeRow(7, 7)});
}

TEST_F(StoreTest, TornTailIsCutAtEveryByte) {
  const auto schema = P4Table();
  Open();
  ASSERT_TRUE(Put(schema, MakeRow(1, 1)));
  const auto before = fs::file_size(Log());
  ASSERT_TRUE(Put(schema, MakeRow(2, 2)));
  journal.reset();
  const auto whole = fs::file_size(Log());
  for (auto size = whole - 1; size > before; size -= 7) {
    fs::resize_file(Log(), size);
    Open();
    EXPECT_NE(journal->notice().find("cut off"), std::string::npos) << size;
    EXPECT_EQ(Rows(schema), std::vector<Row>{MakeRow(1, 1)});
    ASSERT_TRUE(Put(schema, MakeRow(2, 2)));
    journal.reset();
    ASSERT_EQ(fs::file_size(Log()), whole);
  }
  Open();
  EXPECT_EQ(journal->notice(), "");
  EXPECT_EQ(Rows(schema).size(), 2u);
}

TEST_F(StoreTest, DamageInTheMiddleIsNotGuessedAt) {
  const auto schema = P4Table();
  Open();
  for (uint32_t i = 0; i < 5; ++i) ASSERT_TRUE(Put(schema, MakeRow(i, 1)));
  journal.reset();
  const int fd = open(Log().c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(pwrite(fd, "X", 1, 60), 1);
  close(fd);
  const auto opened = StoreJournal::Open(folder);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::kDataLoss);
  EXPECT_NE(opened.error().message().find("damaged at byte 8"), std::string::npos)
      << opened.error().message();
}

TEST_F(StoreTest, SnapshotsKeepTheLogShort) {
  const auto schema = P4Table();
  const EntryLogOptions options{.sync_interval = std::chrono::milliseconds(1),
                                .compact_bytes = 20000};
  {
    auto log = EntryLog::Open(folder, options);
    ASSERT_TRUE(log);
    for (uint32_t round = 0; round < 100; ++round) {
      std::vector<Row> rows;
      std::vector<tdi::JournalChange> changes;
      for (uint32_t i = 0; i < 50; ++i) rows.push_back(MakeRow(i, static_cast<uint16_t>(round)));
      for (const Row& row : rows)
        changes.push_back({.schema = &schema, .before = nullptr, .after = &row});
      ASSERT_TRUE((*log)->Append(changes));
      (*log)->WaitForCompaction();
    }
  }
  uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder)) bytes += entry.file_size();
  EXPECT_LT(bytes, 30000u);
  auto log = EntryLog::Open(folder, options);
  ASSERT_TRUE(log);
  std::vector<Row> rows;
  ASSERT_TRUE((*log)->Replay(schema, [&](const Row& row, bool) -> Status {
    rows.push_back(row);
    return {};
  }));
  ASSERT_EQ(rows.size(), 50u);
  for (const Row& row : rows) EXPECT_EQ(row.data, ToBytes(99, 2));
}

// The device on the real journal: what was committed is there after the process is gone, what was
// refused is not.
TEST_F(StoreTest, DeviceStartsWhereItStopped) {
  Open();
  {
    auto device = tdi::Device::Create(journal.get());
    MemoryBackend table(P4Table()), hosts(tdi::fixed::HostSchema({"netns"}));
    ASSERT_TRUE(device->SetGroup(
        {.name = "program", .tables = {&table}, .begin_atomic = {}, .end_atomic = {}}, true));
    ASSERT_TRUE(device->SetGroup(
        {.name = "hosts", .tables = {&hosts}, .begin_atomic = {}, .end_atomic = {}}, true));
    const std::vector<Operation> batch = {
        {.table = 1, .kind = OpKind::kInsert, .row = MakeRow(1, 1)},
        {.table = tdi::fixed::kHostTable,
         .kind = OpKind::kInsert,
         .row = tdi::fixed::EncodeHost({.name = "h", .kind = "netns"})}};
    ASSERT_TRUE(device->Commit(batch, tdi::Atomicity::kRollbackOnError).status);
    const std::vector<Operation> refused = {
        {.table = 1, .kind = OpKind::kInsert, .row = MakeRow(2, 1)},
        {.table = 1, .kind = OpKind::kInsert, .row = MakeRow(1, 1)}};
    ASSERT_FALSE(device->Commit(refused, tdi::Atomicity::kRollbackOnError).status);
  }
  journal.reset();
  Open();
  auto device = tdi::Device::Create(journal.get());
  MemoryBackend table(P4Table()), hosts(tdi::fixed::HostSchema({"netns"}));
  ASSERT_TRUE(device->SetGroup(
      {.name = "program", .tables = {&table}, .begin_atomic = {}, .end_atomic = {}}, true));
  ASSERT_TRUE(device->SetGroup(
      {.name = "hosts", .tables = {&hosts}, .begin_atomic = {}, .end_atomic = {}}, true));
  EXPECT_EQ(table.rows(), std::vector<Row>{MakeRow(1, 1)});
  EXPECT_EQ(hosts.rows().size(), 1u);
  device.reset();
  journal.reset();
}

}  // namespace
}  // namespace ipdk::store
