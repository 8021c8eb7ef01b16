#include "tdi/conformance/conformance.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace ipdk::tdi::conformance {
namespace {

using Random = std::mt19937_64;

// Values near each other, so that rows and packets meet often.
Integer SmallValue(Random& random, uint32_t width) {
  Integer value = FromU64(random() % 16);
  if (width > 8 && random() % 2) value += Integer(FromU64(random() % 4)) << (width - 4);
  return Truncate(value, width);
}

std::string RandomKey(const TableSchema& schema, Random& random) {
  KeyBuilder builder(schema);
  Status status;
  for (const Field& field : schema.keys) {
    const Integer value = SmallValue(random, field.width);
    switch (field.match) {
      case MatchKind::kExact:
        status = builder.Exact(field, value);
        break;
      case MatchKind::kLpm: {
        const uint32_t choices[] = {0,
                                    1,
                                    field.width / 2,
                                    field.width - 1,
                                    field.width,
                                    static_cast<uint32_t>(random() % (field.width + 1))};
        status = builder.Lpm(field, value, choices[random() % 6]);
        break;
      }
      case MatchKind::kTernary: {
        const Integer masks[] = {0, Mask(field.width), Integer(Mask(field.width) >> 1),
                                 SmallValue(random, field.width)};
        status = builder.Ternary(field, value, masks[random() % 4]);
        break;
      }
      case MatchKind::kRange: {
        const Integer other = SmallValue(random, field.width);
        if (random() % 4 != 0)
          status = builder.Range(field, std::min(value, other), std::max(value, other));
        break;
      }
      case MatchKind::kOptional:
        if (random() % 3 != 0) status = builder.Optional(field, value);
        break;
    }
    EXPECT_TRUE(status) << status.error().message();
  }
  return builder.Finish().value();
}

std::string RandomData(const std::vector<Field>& fields, Random& random) {
  std::vector<DataValue> values(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind == ValueKind::kBits)
      values[i].value = SmallValue(random, fields[i].width);
    else
      values[i].text =
          fields[i].choices.empty() ? "t" + std::to_string(random() % 9) : fields[i].choices[0];
  }
  return EncodeData(fields, values).value();
}

void FillContent(const TableSchema& schema, bool is_default, Random& random, Row* row) {
  if (schema.actions.empty()) {
    row->data = RandomData(schema.data, random);
    return;
  }
  while (true) {
    const ActionSpec& action = schema.actions[random() % schema.actions.size()];
    if (is_default ? action.table_only : action.default_only) continue;
    row->action = action.id;
    row->data = RandomData(action.params, random);
    return;
  }
}

struct Model {
  std::map<std::pair<std::string, uint64_t>, Row> rows;
  std::optional<Row> default_row;
  mutable std::map<std::string, std::vector<KeyValue>> decoded;

  const std::vector<KeyValue>& Key(const TableSchema& schema, const std::string& key) const {
    auto [it, fresh] = decoded.try_emplace(key);
    if (fresh) it->second = DecodeKey(schema, key).value();
    return it->second;
  }

  Found Lookup(const TableSchema& schema, const std::vector<Integer>& packet) const {
    const Row* best = nullptr;
    for (const auto& [identity, row] : rows)
      if (Matches(schema, Key(schema, row.key), packet) &&
          (best == nullptr || Prefers(schema, row, *best)))
        best = &row;
    if (best != nullptr) return {.hit = true, .action = best->action, .data = best->data};
    if (default_row)
      return {.hit = false, .action = default_row->action, .data = default_row->data};
    return {};
  }
};

class ConformanceTest : public testing::Test {
 public:
  explicit ConformanceTest(std::function<std::unique_ptr<Subject>()> make)
      : make_(std::move(make)) {}

 protected:
  void SetUp() override {
    device_ = Device::Create(nullptr);
    subject_ = make_();
    const Status status = device_->SetGroup(subject_->Group(), false);
    ASSERT_TRUE(status) << status.error().message();
  }
  void TearDown() override {
    if (device_ == nullptr || subject_ == nullptr) return;
    device_->RemoveGroup(subject_->Group().name);
  }

  std::vector<std::shared_ptr<const TableSchema>> Tables(TableKind kind) {
    std::vector<std::shared_ptr<const TableSchema>> out;
    for (const auto& schema : device_->Tables())
      if (schema->kind == kind && !schema->live && !schema->const_rows && !schema->keys.empty())
        out.push_back(schema);
    return out;
  }

  Code Do(Operation operation) {
    const Status status = device_->CommitOne(std::move(operation));
    return status ? Code::kOk : status.error().code();
  }

  std::function<std::unique_ptr<Subject>()> make_;
  std::unique_ptr<Device> device_;
  std::unique_ptr<Subject> subject_;
};

void ReadsBack(const Device& device, const TableSchema& schema, const Model& model) {
  std::map<std::pair<std::string, uint64_t>, Row> read;
  ASSERT_TRUE(device.Scan(schema.id, {}, [&](const RowView& view) {
    if (!view.is_default) {
      EXPECT_TRUE(read.emplace(std::pair(view.row->key, view.row->order), *view.row).second);
    }
    return true;
  }));
  ASSERT_EQ(read.size(), model.rows.size()) << schema.name;
  for (const auto& [identity, row] : model.rows)
    EXPECT_EQ(read[identity], row) << PrintKey(schema, row.key);
  EXPECT_EQ(device.Usage(schema.id)->rows, model.rows.size());
}

void FindsWhatTheModelFinds(Subject& subject, const TableSchema& schema, const Model& model,
                            Random& random, int probes) {
  for (int i = 0; i < probes; ++i) {
    std::vector<Integer> packet;
    for (const Field& field : schema.keys) packet.push_back(SmallValue(random, field.width));
    const auto found = subject.Lookup(schema, packet);
    if (!found) return;
    const Found want = model.Lookup(schema, packet);
    std::string text;
    for (const Integer& value : packet) text += " 0x" + value.get_str(16);
    ASSERT_TRUE(*found == want) << schema.name << ": packet" << text << ": found hit=" << found->hit
                                << " action=" << found->action << " data=" << ToHex(found->data)
                                << ", wanted hit=" << want.hit << " action=" << want.action
                                << " data=" << ToHex(want.data);
  }
}

// Random single operations against the list.
class RandomOperations : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    for (const auto& schema : Tables(TableKind::kMatchAction)) {
      Random random(schema->id);
      Model model;
      if (auto row = device_->GetDefault(schema->id)) model.default_row = *row;
      for (int step = 0; step < 600; ++step) {
        Operation operation;
        operation.table = schema->id;
        operation.row.key = RandomKey(*schema, random);
        // Equal orders of overlapping rows have no meaning to compare: each key gets its own.
        if (schema->has_order)
          operation.row.order = 1 + std::hash<std::string>()(operation.row.key) % 100000;
        FillContent(*schema, false, random, &operation.row);
        const auto identity = std::pair(operation.row.key, operation.row.order);
        const bool there = model.rows.contains(identity);
        Code want = Code::kOk;
        switch (random() % 5) {
          case 0:
          case 1:
            operation.kind = OpKind::kInsert;
            if (there)
              want = Code::kAlreadyExists;
            else if (schema->size > 0 && model.rows.size() >= schema->size)
              want = Code::kResourceExhausted;
            else
              model.rows[identity] = operation.row;
            break;
          case 2:
            operation.kind = OpKind::kModify;
            if (there)
              model.rows[identity] = operation.row;
            else
              want = Code::kNotFound;
            break;
          case 3:
            operation.kind = OpKind::kDelete;
            if (there)
              model.rows.erase(identity);
            else
              want = Code::kNotFound;
            break;
          default:
            operation.kind = OpKind::kPut;
            if (!there && schema->size > 0 && model.rows.size() >= schema->size)
              want = Code::kResourceExhausted;
            else
              model.rows[identity] = operation.row;
            break;
        }
        ASSERT_EQ(Do(operation), want)
            << schema->name << " " << PrintKey(*schema, operation.row.key);
        if (step % 20 == 0) FindsWhatTheModelFinds(*subject_, *schema, model, random, 20);
        if (HasFatalFailure()) return;
      }
      ReadsBack(*device_, *schema, model);
      FindsWhatTheModelFinds(*subject_, *schema, model, random, 1000);
      if (HasFatalFailure()) return;
    }
  }
};

class DefaultRows : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    for (const auto& schema : Tables(TableKind::kMatchAction)) {
      if (!schema->has_default || schema->const_default) continue;
      Random random(7);
      Model model;
      const auto program = device_->GetDefault(schema->id);
      Operation operation;
      operation.table = schema->id;
      operation.is_default = true;
      operation.kind = OpKind::kModify;
      FillContent(*schema, true, random, &operation.row);
      ASSERT_EQ(Do(operation), Code::kOk) << schema->name;
      model.default_row = operation.row;
      EXPECT_EQ(device_->GetDefault(schema->id).value(), operation.row);
      FindsWhatTheModelFinds(*subject_, *schema, model, random, 20);
      operation.kind = OpKind::kInsert;
      EXPECT_EQ(Do(operation), Code::kInvalidArgument);
      operation.kind = OpKind::kDelete;
      ASSERT_EQ(Do(operation), Code::kOk);
      model.default_row = program ? std::optional(*program) : std::nullopt;
      EXPECT_EQ(device_->GetDefault(schema->id).has_value(), program.has_value());
      FindsWhatTheModelFinds(*subject_, *schema, model, random, 20);
    }
  }
};

// A batch whose last operation fails leaves no trace.
class Rollback : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    for (const auto& schema : Tables(TableKind::kMatchAction)) {
      Random random(11);
      Model model;
      if (auto row = device_->GetDefault(schema->id)) model.default_row = *row;
      auto random_row = [&] {
        Row row;
        row.key = RandomKey(*schema, random);
        if (schema->has_order) row.order = 1 + std::hash<std::string>()(row.key) % 100000;
        FillContent(*schema, false, random, &row);
        return row;
      };
      for (int i = 0; i < 8; ++i) {
        Operation operation{.table = schema->id, .kind = OpKind::kPut, .row = random_row()};
        if (Do(operation) == Code::kOk)
          model.rows[{operation.row.key, operation.row.order}] = operation.row;
      }
      ASSERT_FALSE(model.rows.empty());
      for (int round = 0; round < 30; ++round) {
        std::vector<Operation> batch;
        for (int i = 0; i < 10; ++i) {
          Operation operation{.table = schema->id, .kind = OpKind::kPut, .row = random_row()};
          if (random() % 2) {
            auto it = model.rows.begin();
            std::advance(it, random() % model.rows.size());
            operation.kind = random() % 2 ? OpKind::kDelete : OpKind::kModify;
            operation.row.key = it->first.first;
            operation.row.order = it->first.second;
          }
          batch.push_back(std::move(operation));
        }
        Operation failing{.table = schema->id, .kind = OpKind::kModify, .row = random_row()};
        failing.row.key += '\0';
        batch.push_back(failing);
        const auto result = device_->Commit(batch, Atomicity::kRollbackOnError);
        ASSERT_FALSE(result.status);
        ASSERT_EQ(result.each.size(), batch.size());
        for (const Status& status : result.each) EXPECT_FALSE(status);
        ReadsBack(*device_, *schema, model);
        FindsWhatTheModelFinds(*subject_, *schema, model, random, 40);
        if (HasFatalFailure()) return;
      }
    }
  }
};

// In the default mode each operation stands for itself.
class ContinueOnError : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    for (const auto& schema : Tables(TableKind::kMatchAction)) {
      Random random(13);
      Row row;
      row.key = RandomKey(*schema, random);
      if (schema->has_order) row.order = 5;
      FillContent(*schema, false, random, &row);
      const std::vector<Operation> batch = {
          {.table = schema->id, .kind = OpKind::kDelete, .row = row},
          {.table = schema->id, .kind = OpKind::kInsert, .row = row},
          {.table = schema->id, .kind = OpKind::kInsert, .row = row},
          {.table = schema->id, .kind = OpKind::kModify, .row = row}};
      const auto result = device_->Commit(batch, Atomicity::kContinueOnError);
      EXPECT_FALSE(result.status);
      EXPECT_EQ(result.each[0].error().code(), Code::kNotFound);
      EXPECT_TRUE(result.each[1]);
      EXPECT_EQ(result.each[2].error().code(), Code::kAlreadyExists);
      EXPECT_TRUE(result.each[3]);
      EXPECT_EQ(device_->Get(schema->id, row.key, row.order).value(), row);
    }
  }
};

// All in one moment, or UNIMPLEMENTED and nothing.
class DataplaneAtomic : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    for (const auto& schema : Tables(TableKind::kMatchAction)) {
      Random random(17);
      Model model;
      if (auto row = device_->GetDefault(schema->id)) model.default_row = *row;
      std::vector<Operation> batch;
      for (int i = 0; i < 4; ++i) {
        Row row;
        row.key = RandomKey(*schema, random);
        if (schema->has_order) row.order = 1 + std::hash<std::string>()(row.key) % 100000;
        FillContent(*schema, false, random, &row);
        batch.push_back({.table = schema->id, .kind = OpKind::kPut, .row = row});
        model.rows[{row.key, row.order}] = row;
      }
      const auto result = device_->Commit(batch, Atomicity::kDataplaneAtomic);
      if (!result.status) {
        EXPECT_EQ(result.status.error().code(), Code::kUnimplemented);
        model.rows.clear();
      }
      ReadsBack(*device_, *schema, model);
      FindsWhatTheModelFinds(*subject_, *schema, model, random, 100);
      if (HasFatalFailure()) return;
    }
  }
};

// The group is replaced by an equal one: rows stay where asked, and go where not.
class ReplacedGroup : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    Random random(19);
    std::map<uint32_t, Model> models;
    for (const auto& schema : Tables(TableKind::kMatchAction)) {
      Model& model = models[schema->id];
      for (int i = 0; i < 10; ++i) {
        Operation operation{.table = schema->id, .kind = OpKind::kPut, .row = {}};
        operation.row.key = RandomKey(*schema, random);
        if (schema->has_order)
          operation.row.order = 1 + std::hash<std::string>()(operation.row.key) % 100000;
        FillContent(*schema, false, random, &operation.row);
        if (Do(operation) == Code::kOk)
          model.rows[{operation.row.key, operation.row.order}] = operation.row;
      }
      if (auto row = device_->GetDefault(schema->id)) model.default_row = *row;
    }
    auto second = make_();
    EXPECT_TRUE(device_->CheckKeep(second->Group().name, second->Group().tables));
    ASSERT_TRUE(device_->SetGroup(second->Group(), true));
    subject_ = std::move(second);
    for (const auto& schema : Tables(TableKind::kMatchAction)) {
      ReadsBack(*device_, *schema, models[schema->id]);
      FindsWhatTheModelFinds(*subject_, *schema, models[schema->id], random, 100);
      if (HasFatalFailure()) return;
    }
    auto third = make_();
    ASSERT_TRUE(device_->SetGroup(third->Group(), false));
    subject_ = std::move(third);
    for (const auto& schema : Tables(TableKind::kMatchAction))
      EXPECT_EQ(device_->Usage(schema->id)->rows, 0u);
  }
};

class LiveTables : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    for (const auto& schema : device_->Tables()) {
      if (!schema->live || schema->keys.size() != 1 || schema->size == 0) continue;
      Random random(23);
      for (const uint64_t index : {uint64_t{0}, schema->size - 1}) {
        Operation operation{.table = schema->id, .kind = OpKind::kModify, .row = {}};
        operation.row.key = ToBytes(FromU64(index), BytesFor(schema->keys[0].width));
        operation.row.data = RandomData(schema->data, random);
        ASSERT_EQ(Do(operation), Code::kOk) << schema->name;
        EXPECT_EQ(device_->Get(schema->id, operation.row.key, 0)->data, operation.row.data)
            << schema->name;
        operation.kind = OpKind::kInsert;
        EXPECT_EQ(Do(operation), Code::kInvalidArgument);
      }
      if (BitLength(FromU64(schema->size)) <= schema->keys[0].width) {
        const std::string beyond = ToBytes(FromU64(schema->size), BytesFor(schema->keys[0].width));
        EXPECT_EQ(device_->Get(schema->id, beyond, 0).error().code(), Code::kOutOfRange)
            << schema->name;
      }
      uint64_t rows = 0;
      ASSERT_TRUE(device_->Scan(schema->id, {}, [&](const RowView&) { return ++rows, true; }));
      EXPECT_EQ(rows, schema->size) << schema->name;
    }
  }
};

// Tables whose rows are kept like a match table's, but which no packet looks up by key: meters,
// value sets, digests' settings.
class KeptTables : public ConformanceTest {
  using ConformanceTest::ConformanceTest;
  void TestBody() override {
    Random random(29);
    std::map<uint32_t, Row> written;
    for (const auto& schema : device_->Tables()) {
      const bool numbered = schema->kind == TableKind::kMeter || schema->kind == TableKind::kDigest;
      if (schema->live || (!numbered && schema->kind != TableKind::kValueSet)) continue;
      Operation operation{.table = schema->id, .kind = OpKind::kInsert, .row = {}};
      operation.row.key =
          numbered ? ToBytes(FromU64(schema->size - 1), 4) : RandomKey(*schema, random);
      operation.row.data = RandomData(schema->data, random);
      ASSERT_EQ(Do(operation), Code::kOk) << schema->name;
      EXPECT_EQ(Do(operation), Code::kAlreadyExists) << schema->name;
      operation.kind = OpKind::kModify;
      operation.row.data = RandomData(schema->data, random);
      ASSERT_EQ(Do(operation), Code::kOk) << schema->name;
      EXPECT_EQ(*device_->Get(schema->id, operation.row.key, 0), operation.row) << schema->name;
      // Taken back as if it had never been.
      std::vector<Operation> both = {operation, operation};
      both[0].kind = OpKind::kDelete;
      both[0].row.data.clear();
      EXPECT_FALSE(device_->Commit(both, Atomicity::kRollbackOnError).status) << schema->name;
      EXPECT_EQ(*device_->Get(schema->id, operation.row.key, 0), operation.row) << schema->name;
      written[schema->id] = operation.row;
    }
    auto second = make_();
    ASSERT_TRUE(device_->SetGroup(second->Group(), true));
    subject_ = std::move(second);
    for (const auto& [table, row] : written) {
      EXPECT_EQ(*device_->Get(table, row.key, 0), row);
      Operation operation{.table = table, .kind = OpKind::kDelete, .row = {}};
      operation.row.key = row.key;
      EXPECT_EQ(Do(operation), Code::kOk);
      EXPECT_EQ(Do(operation), Code::kNotFound);
    }
  }
};

template <typename Test>
void Register(const std::string& suite, const char* name,
              const std::function<std::unique_ptr<Subject>()>& make) {
  testing::RegisterTest(suite.c_str(), name, nullptr, nullptr, __FILE__, __LINE__,
                        [make]() -> ConformanceTest* { return new Test(make); });
}

}  // namespace

void RegisterConformance(std::string name, std::function<std::unique_ptr<Subject>()> make) {
  const std::string suite = "Conformance_" + name;
  Register<RandomOperations>(suite, "RandomOperations", make);
  Register<DefaultRows>(suite, "DefaultRows", make);
  Register<Rollback>(suite, "Rollback", make);
  Register<ContinueOnError>(suite, "ContinueOnError", make);
  Register<DataplaneAtomic>(suite, "DataplaneAtomic", make);
  Register<ReplacedGroup>(suite, "ReplacedGroup", make);
  Register<LiveTables>(suite, "LiveTables", make);
  Register<KeptTables>(suite, "KeptTables", make);
}

}  // namespace ipdk::tdi::conformance
