#include "tdi/device.h"

#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <thread>

#include "tdi/conformance/memory_backend.h"
#include "tdi/journal.h"

namespace ipdk::tdi {
namespace {

using conformance::MemoryBackend;

Field Bits(std::string name, uint32_t width, MatchKind match = MatchKind::kExact) {
  Field field;
  field.id = 1;
  field.name = std::move(name);
  field.width = width;
  field.match = match;
  return field;
}

TableSchema Exact(uint32_t id, std::string name) {
  TableSchema schema;
  schema.id = id;
  schema.name = std::move(name);
  schema.kind = TableKind::kMatchAction;
  schema.keys = {Bits("k", 32)};
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

Operation Op(uint32_t table, OpKind kind, Row row) {
  return {.table = table, .kind = kind, .row = std::move(row)};
}

// Keeps what a journal would, in memory.
class FakeJournal final : public Journal {
 public:
  Status Append(std::span<const JournalChange> changes) override {
    if (fail) return Unavailable("disk full");
    for (const JournalChange& change : changes) {
      auto& rows = tables[change.schema->name];
      if (change.is_default) {
        if (change.after)
          defaults[change.schema->name] = *change.after;
        else
          defaults.erase(change.schema->name);
      } else if (change.after) {
        rows[change.after->key] = *change.after;
      } else {
        rows.erase(change.before->key);
      }
      ++appended;
    }
    return {};
  }
  Status Replay(const TableSchema& schema,
                const std::function<Status(const Row&, bool)>& row) override {
    for (const auto& [key, value] : tables[schema.name]) IPDK_RETURN_IF_ERROR(row(value, false));
    if (defaults.contains(schema.name)) return row(defaults[schema.name], true);
    return {};
  }
  bool Knows(const TableSchema& schema) const override { return tables.contains(schema.name); }
  Status Drop(const TableSchema& schema) override {
    tables.erase(schema.name);
    defaults.erase(schema.name);
    return {};
  }
  Status SavePackage(std::string_view, std::string_view, uint64_t) override { return {}; }

  bool fail = false;
  size_t appended = 0;
  std::map<std::string, std::map<std::string, Row>> tables;
  std::map<std::string, Row> defaults;
};

class DeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    device = Device::Create(&journal);
    backend.SetProgramDefault({.action = 2});
    ASSERT_TRUE(device->SetGroup(
        {.name = "program", .tables = {&backend}, .begin_atomic = {}, .end_atomic = {}}, false));
  }
  void TearDown() override { device.reset(); }

  FakeJournal journal;
  MemoryBackend backend{Exact(1, "in.t")};
  std::unique_ptr<Device> device;
};

TEST_F(DeviceTest, FindsTablesByNameAndSuffix) {
  EXPECT_EQ((*device->FindTable("in.t"))->id, 1u);
  EXPECT_EQ((*device->FindTable("t"))->id, 1u);
  EXPECT_EQ(device->FindTable(2u), nullptr);
  EXPECT_EQ(device->FindTable("in.x").error().message(),
            "there is no table 'in.x'; near it: 'in.t'");
  MemoryBackend other(Exact(2, "out.t"));
  ASSERT_TRUE(device->SetGroup(
      {.name = "more", .tables = {&other}, .begin_atomic = {}, .end_atomic = {}}, false));
  EXPECT_EQ(device->FindTable("t").error().message(),
            "table name 't' is ambiguous: 'in.t', 'out.t'");
  MemoryBackend third(Exact(1, "x"));
  EXPECT_EQ(
      device
          ->SetGroup({.name = "again", .tables = {&third}, .begin_atomic = {}, .end_atomic = {}},
                     false)
          .error()
          .code(),
      Code::kAlreadyExists);
  device->RemoveGroup("more");
  EXPECT_TRUE(device->FindTable("t"));
}

TEST_F(DeviceTest, ChecksRows) {
  auto refuse = [&](Operation operation, Code code, std::string_view part) {
    const auto status = device->CommitOne(std::move(operation));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), code) << status.error().message();
    EXPECT_NE(status.error().message().find(part), std::string::npos) << status.error().message();
  };
  refuse(Op(9, OpKind::kInsert, MakeRow(1, 1)), Code::kNotFound, "no table with id");
  Row row = MakeRow(1, 1);
  row.order = 3;
  refuse(Op(1, OpKind::kInsert, row), Code::kInvalidArgument, "no order");
  row = MakeRow(1, 1);
  row.action = 7;
  refuse(Op(1, OpKind::kInsert, row), Code::kInvalidArgument, "its actions: 'set', 'drop'");
  row = MakeRow(1, 1);
  row.data = "x";
  refuse(Op(1, OpKind::kInsert, row), Code::kInvalidArgument, "action 'set'");
  row = MakeRow(1, 1);
  row.idle_timeout_ns = 5;
  refuse(Op(1, OpKind::kInsert, row), Code::kInvalidArgument, "idle time-out");
  refuse(Op(1, OpKind::kWriteState, MakeRow(1, 1)), Code::kInvalidArgument, "cannot be written");
  EXPECT_TRUE(backend.rows().empty());
}

TEST_F(DeviceTest, BackendRefusalUndoesTheBatch) {
  ASSERT_TRUE(device->CommitOne(Op(1, OpKind::kInsert, MakeRow(1, 1))));
  const size_t before = journal.appended;
  std::vector<Operation> batch = {
      Op(1, OpKind::kModify, MakeRow(1, 2)), Op(1, OpKind::kDelete, MakeRow(1, 0)),
      Op(1, OpKind::kInsert, MakeRow(2, 2)), Op(1, OpKind::kInsert, MakeRow(1, 3)),
      Op(1, OpKind::kInsert, MakeRow(2, 2))};
  const auto result = device->Commit(batch, Atomicity::kRollbackOnError);
  EXPECT_EQ(result.status.error().message(),
            "operation 5: table 'in.t': row k=0x2 is already there");
  EXPECT_EQ(result.each[0].error().code(), Code::kAborted);
  ASSERT_EQ(backend.rows().size(), 1u);
  EXPECT_EQ(backend.rows()[0], MakeRow(1, 1));
  EXPECT_EQ(device->Get(1, ToBytes(1, 4), 0).value(), MakeRow(1, 1));
  EXPECT_EQ(journal.appended, before);
}

TEST_F(DeviceTest, WhatCannotBeRecordedIsUndone) {
  ASSERT_TRUE(device->CommitOne(Op(1, OpKind::kInsert, MakeRow(1, 1))));
  journal.fail = true;
  std::vector<Operation> batch = {Op(1, OpKind::kModify, MakeRow(1, 2)),
                                  Op(1, OpKind::kInsert, MakeRow(2, 2)),
                                  Op(1, OpKind::kInsert, MakeRow(2, 2))};
  const auto result = device->Commit(batch, Atomicity::kContinueOnError);
  EXPECT_EQ(result.each[0].error().code(), Code::kUnavailable);
  EXPECT_EQ(result.each[2].error().code(), Code::kAlreadyExists);
  ASSERT_EQ(backend.rows().size(), 1u);
  EXPECT_EQ(backend.rows()[0], MakeRow(1, 1));
}

TEST_F(DeviceTest, DataplaneAtomicNeedsTheGroupsHelp) {
  const std::vector<Operation> batch = {Op(1, OpKind::kInsert, MakeRow(1, 1))};
  EXPECT_EQ(device->Commit(batch, Atomicity::kDataplaneAtomic).status.error().code(),
            Code::kUnimplemented);
  EXPECT_TRUE(backend.rows().empty());
}

TEST_F(DeviceTest, ConstantRowsStay) {
  TableSchema schema = Exact(5, "c");
  schema.const_rows = true;
  MemoryBackend constant(schema), mixed(Exact(6, "m"));
  constant.AddProgramRow(MakeRow(1, 1));
  mixed.AddProgramRow(MakeRow(1, 1), true);
  mixed.AddProgramRow(MakeRow(2, 1));
  ASSERT_TRUE(device->SetGroup(
      {.name = "c", .tables = {&constant, &mixed}, .begin_atomic = {}, .end_atomic = {}}, true));
  EXPECT_EQ(constant.rows().size(), 1u);
  EXPECT_EQ(device->CommitOne(Op(5, OpKind::kDelete, MakeRow(1, 1))).error().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(device->CommitOne(Op(5, OpKind::kInsert, MakeRow(2, 1))).error().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(device->CommitOne(Op(6, OpKind::kModify, MakeRow(1, 9))).error().code(),
            Code::kPermissionDenied);
  EXPECT_TRUE(device->CommitOne(Op(6, OpKind::kDelete, MakeRow(2, 1))));
  // A program loaded again with `keep`: what the user deleted stays deleted, constant rows are the
  // program's.
  MemoryBackend mixed2(Exact(6, "m"));
  mixed2.AddProgramRow(MakeRow(1, 7), true);
  mixed2.AddProgramRow(MakeRow(2, 1));
  ASSERT_TRUE(device->SetGroup(
      {.name = "c", .tables = {&mixed2}, .begin_atomic = {}, .end_atomic = {}}, true));
  ASSERT_EQ(mixed2.rows().size(), 1u);
  EXPECT_EQ(mixed2.rows()[0], MakeRow(1, 7));
  device->RemoveGroup("c");
}

TEST_F(DeviceTest, PublishesOncePerCommit) {
  const size_t before = backend.published();
  std::vector<Operation> operations;
  for (uint32_t i = 0; i < 100; ++i) operations.push_back(Op(1, OpKind::kInsert, MakeRow(i, 1)));
  ASSERT_TRUE(device->Commit(operations, Atomicity::kContinueOnError).status);
  EXPECT_EQ(backend.published(), before + 1);
  // One that is undone, too: what was applied and taken back is not left hanging.
  journal.fail = true;
  EXPECT_FALSE(device->CommitOne(Op(1, OpKind::kInsert, MakeRow(1000, 1))));
  journal.fail = false;
  EXPECT_EQ(backend.published(), before + 2);
}

TEST_F(DeviceTest, WrittenRegistersAreNotLostSilently) {
  TableSchema cells;
  cells.id = 9;
  cells.name = "in.r";
  cells.kind = TableKind::kRegister;
  cells.keys = {Bits("index", 32)};
  cells.data = {Bits("value", 16)};
  cells.size = 4;
  cells.live = true;
  MemoryBackend first(cells);
  ASSERT_TRUE(device->SetGroup(
      {.name = "r", .tables = {&first}, .begin_atomic = {}, .end_atomic = {}}, true));
  cells.data[0].width = 32;
  MemoryBackend wider(cells);
  TableBackend* tables[] = {&wider};
  EXPECT_TRUE(device->CheckKeep("r", tables)) << "nobody wrote to it";
  Row row;
  row.key = ToBytes(1, 4);
  row.data = ToBytes(7, 2);
  ASSERT_TRUE(device->CommitOne(Op(9, OpKind::kModify, row)));
  EXPECT_EQ(device->CheckKeep("r", tables).error().message(),
            "table 'in.r' holds values that were written and would lose them: it is different: "
            "data field 1 was 'value' bit<16>, now 'value' bit<32>");
  cells.data[0].width = 16;
  cells.size = 8;
  MemoryBackend longer(cells);
  tables[0] = &longer;
  EXPECT_EQ(device->CheckKeep("r", tables).error().message(),
            "table 'in.r' holds values that were written and would lose them: it has 4 elements, "
            "and 8 in the new program");
  cells.size = 4;
  MemoryBackend same(cells);
  tables[0] = &same;
  EXPECT_TRUE(device->CheckKeep("r", tables));
  // Known over programs that keep it; a program that starts anew starts without.
  ASSERT_TRUE(device->SetGroup(
      {.name = "r", .tables = {&same}, .begin_atomic = {}, .end_atomic = {}}, true));
  tables[0] = &wider;
  EXPECT_FALSE(device->CheckKeep("r", tables));
  ASSERT_TRUE(device->SetGroup(
      {.name = "r", .tables = {&first}, .begin_atomic = {}, .end_atomic = {}}, false));
  EXPECT_TRUE(device->CheckKeep("r", tables));
  device->RemoveGroup("r");
}

TEST_F(DeviceTest, KeepsRowsAcrossProgramsThatRenumberActions) {
  ASSERT_TRUE(device->CommitOne(Op(1, OpKind::kInsert, MakeRow(1, 1))));
  Operation fallback = Op(1, OpKind::kModify, MakeRow(1, 9));
  fallback.row.key.clear();
  fallback.is_default = true;
  ASSERT_TRUE(device->CommitOne(fallback));
  TableSchema other = Exact(77, "in.t");
  other.actions[0].id = 42;
  MemoryBackend next(other);
  TableBackend* tables[] = {&next};
  EXPECT_TRUE(device->CheckKeep("program", tables));
  ASSERT_TRUE(device->SetGroup(
      {.name = "program", .tables = {&next}, .begin_atomic = {}, .end_atomic = {}}, true));
  ASSERT_EQ(next.rows().size(), 1u);
  EXPECT_EQ(next.rows()[0].action, 42u);
  EXPECT_EQ(journal.tables["in.t"].begin()->second.action, 42u);
  EXPECT_EQ(journal.defaults["in.t"].action, 42u);
  TableSchema wider = other;
  wider.keys[0].width = 64;
  MemoryBackend changed(wider);
  TableBackend* changed_tables[] = {&changed};
  EXPECT_EQ(device->CheckKeep("program", changed_tables).error().message(),
            "table 'in.t' holds 1 rows and would lose them: it is different: key field 1 was 'k' "
            "exact bit<32>, now 'k' exact bit<64>");
  EXPECT_EQ(device->CheckKeep("program", {}).error().message(),
            "table 'in.t' holds 1 rows and would lose them: it is not in the new program");
  // A refusing backend changes nothing.
  MemoryBackend refusing(other);
  refusing.FailNext(Error(Code::kResourceExhausted, "too small"));
  EXPECT_FALSE(device->SetGroup(
      {.name = "program", .tables = {&refusing}, .begin_atomic = {}, .end_atomic = {}}, true));
  EXPECT_TRUE(device->Get(77, ToBytes(1, 4), 0));
  device->RemoveGroup("program");
}

TEST_F(DeviceTest, RestartReplaysTheJournal) {
  ASSERT_TRUE(device->CommitOne(Op(1, OpKind::kInsert, MakeRow(1, 1))));
  Operation set_default{.table = 1,
                        .kind = OpKind::kModify,
                        .is_default = true,
                        .row = {.action = 1, .data = std::string("\0\5", 2)}};
  ASSERT_TRUE(device->CommitOne(set_default));
  device.reset();
  MemoryBackend again(Exact(1, "in.t"));
  again.SetProgramDefault({.action = 2});
  device = Device::Create(&journal);
  ASSERT_TRUE(device->SetGroup(
      {.name = "program", .tables = {&again}, .begin_atomic = {}, .end_atomic = {}}, true));
  EXPECT_EQ(again.rows().size(), 1u);
  EXPECT_EQ(again.default_row()->action, 1u);
  MemoryBackend fresh(Exact(1, "in.t"));
  ASSERT_TRUE(device->SetGroup(
      {.name = "program", .tables = {&fresh}, .begin_atomic = {}, .end_atomic = {}}, false));
  EXPECT_TRUE(fresh.rows().empty());
  EXPECT_FALSE(journal.Knows(fresh.schema()));
  device->RemoveGroup("program");
}

TEST_F(DeviceTest, EventsComeInOrderAndEndWithTheSubscription) {
  std::vector<std::pair<EventKind, uint32_t>> seen;
  auto subscription = device->Subscribe({.tables = {1}}, [&](const Event& event) {
    seen.emplace_back(event.kind,
                      static_cast<uint32_t>(ToU64(FromBytes(std::string_view(event.row.key)))));
    EXPECT_GT(event.time_ns, 0u);
  });
  const std::vector<Operation> batch = {
      Op(1, OpKind::kInsert, MakeRow(1, 1)), Op(1, OpKind::kInsert, MakeRow(1, 1)),
      Op(1, OpKind::kPut, MakeRow(1, 2)), Op(1, OpKind::kDelete, MakeRow(1, 2))};
  (void)device->Commit(batch, Atomicity::kContinueOnError);
  device->Publish({.kind = EventKind::kState, .table = 1, .row = MakeRow(8, 1), .text = "up"});
  device->Publish({.kind = EventKind::kState, .table = 2, .row = MakeRow(9, 1), .text = "up"});
  device->Run([] {});
  const std::vector<std::pair<EventKind, uint32_t>> want = {{EventKind::kInserted, 1},
                                                            {EventKind::kModified, 1},
                                                            {EventKind::kDeleted, 1},
                                                            {EventKind::kState, 8}};
  EXPECT_EQ(seen, want);
  subscription.reset();
  (void)device->Commit(batch, Atomicity::kContinueOnError);
  EXPECT_EQ(seen.size(), 4u);
  auto outlives = device->Subscribe({}, [](const Event&) {});
  device.reset();
  outlives.reset();
}

TEST_F(DeviceTest, LearnedRowsAreReadAndDeleted) {
  TableSchema schema = Exact(3, "learned");
  schema.learned = true;
  MemoryBackend learned(schema);
  for (uint32_t i = 0; i < 10; ++i) learned.Learn(MakeRow(i, 1));
  ASSERT_TRUE(device->SetGroup(
      {.name = "l", .tables = {&learned}, .begin_atomic = {}, .end_atomic = {}}, false));
  size_t rows = 0;
  ASSERT_TRUE(device->Scan(3, {}, [&](const RowView& view) { return rows += view.learned, true; }));
  EXPECT_EQ(rows, 10u);
  EXPECT_TRUE(device->Get(3, ToBytes(4, 4), 0));
  EXPECT_TRUE(device->CommitOne(Op(3, OpKind::kDelete, MakeRow(4, 1))));
  EXPECT_FALSE(device->Get(3, ToBytes(4, 4), 0));
  device->RemoveGroup("l");
}

// Many threads at once; the thread sanitizer listens.
TEST_F(DeviceTest, ManyThreads) {
  std::atomic<int> events{0};
  auto subscription = device->Subscribe({}, [&](const Event&) { ++events; });
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < 200; ++i) {
        EXPECT_TRUE(device->CommitOne(Op(1, OpKind::kInsert, MakeRow(t * 1000 + i, 1))));
        if (i % 50 == 0) {
          size_t rows = 0;
          EXPECT_TRUE(
              device->Scan(1, {.with_state = true}, [&](const RowView&) { return ++rows, true; }));
          EXPECT_TRUE(device->FindTable("in.t"));
          auto other = device->Subscribe({}, [&](const Event&) {});
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(device->Usage(1)->rows, 800u);
  EXPECT_EQ(events, 800);
}

class NullBackend final : public TableBackend {
 public:
  explicit NullBackend(TableSchema schema) : schema_(std::move(schema)) {}
  const TableSchema& schema() const override { return schema_; }
  Status Apply(const Change&) override { return {}; }

 private:
  const TableSchema schema_;
};

// The store by itself: a million rows in, read, out, with undo of the last batch. Prints the rate;
// a sanitizer build is slower.
TEST(DeviceScale, MillionRows) {
  auto device = Device::Create(nullptr);
  NullBackend backend(Exact(1, "big"));
  ASSERT_TRUE(device->SetGroup(
      {.name = "g", .tables = {&backend}, .begin_atomic = {}, .end_atomic = {}}, false));
#ifdef NDEBUG
  constexpr uint32_t kRows = 1'000'000;
#else
  constexpr uint32_t kRows = 100'000;
#endif
  std::vector<Operation> batch;
  batch.reserve(kRows);
  for (uint32_t i = 0; i < kRows; ++i)
    batch.push_back(Op(1, OpKind::kInsert, MakeRow(i * 2654435761u, 1)));
  // Processor time, so that a busy machine does not count.
  const std::clock_t start = std::clock();
  ASSERT_TRUE(device->Commit(batch, Atomicity::kContinueOnError).status);
  std::printf("%.0f inserts per second of processor time\n",
              kRows * 1.0 * CLOCKS_PER_SEC / static_cast<double>(std::clock() - start));
  size_t rows = 0;
  ASSERT_TRUE(device->Scan(1, {}, [&](const RowView&) { return ++rows, true; }));
  EXPECT_EQ(rows, kRows);
  for (Operation& operation : batch) operation.kind = OpKind::kDelete;
  batch.push_back(batch.back());
  EXPECT_FALSE(device->Commit(batch, Atomicity::kRollbackOnError).status);
  EXPECT_EQ(device->Usage(1)->rows, kRows);
  batch.pop_back();
  ASSERT_TRUE(device->Commit(batch, Atomicity::kRollbackOnError).status);
  EXPECT_EQ(device->Usage(1)->rows, 0u);
}

}  // namespace
}  // namespace ipdk::tdi
