// Reading: single rows, and whole tables in steps.

#include <algorithm>

#include "tdi/table_device.h"

namespace ipdk::tdi {
namespace {

constexpr size_t kStepRows = 4096;  // a step takes about a millisecond of the control thread

}  // namespace

Result<Row> TableDevice::FindLearned(DeviceTable& table, std::string_view key,
                                     uint64_t order) const {
  std::optional<Row> found;
  uint64_t cursor = 0;
  do {
    IPDK_ASSIGN(cursor, table.backend->ScanLearned(cursor, kStepRows, [&](const Row& row) {
      if (row.key == key && row.order == order) found = row;
    }));
  } while (cursor != 0 && !found);
  if (found) return *std::move(found);
  return NotFound("table '{}': row {} does not exist", table.schema->name,
                  PrintKey(*table.schema, key));
}

Result<Row> TableDevice::Get(uint32_t id, std::string_view key, uint64_t order) const {
  Result<Row> result = Row{};
  thread_.Run([&] {
    result = [&]() -> Result<Row> {
      IPDK_ASSIGN(DeviceTable * table, Need(id));
      IPDK_RETURN_IF_ERROR(CheckKey(*table->schema, key));
      Row row;
      if (table->schema->live) {
        row.key = key;
        IPDK_ASSIGN(row.data, table->backend->ReadLive(key));
        return row;
      }
      const uint32_t slot = table->rows.Find(key, order);
      if (slot == RowStore::kNone) {
        if (table->schema->learned) return FindLearned(*table, key, order);
        return NotFound("table '{}': row {} does not exist", table->schema->name,
                        PrintKey(*table->schema, key));
      }
      table->rows.Read(slot, &row);
      return row;
    }();
  });
  return result;
}

Result<Row> TableDevice::GetDefault(uint32_t id) const {
  Result<Row> result = Row{};
  thread_.Run([&] {
    result = [&]() -> Result<Row> {
      IPDK_ASSIGN(DeviceTable * table, Need(id));
      if (table->user_default) return *table->user_default;
      if (table->program_default) return *table->program_default;
      return NotFound("table '{}' has no default row", table->schema->name);
    }();
  });
  return result;
}

Result<std::string> TableDevice::GetState(uint32_t id, std::string_view key, uint64_t order) const {
  Result<std::string> result;
  thread_.Run([&] {
    result = [&]() -> Result<std::string> {
      IPDK_ASSIGN(DeviceTable * table, Need(id));
      IPDK_RETURN_IF_ERROR(CheckKey(*table->schema, key));
      Row row;
      if (table->schema->live) {
        row.key = key;
        return table->backend->ReadState(row);
      }
      const uint32_t slot = table->rows.Find(key, order);
      if (slot != RowStore::kNone) {
        table->rows.Read(slot, &row);
      } else if (table->schema->learned) {
        IPDK_ASSIGN(row, FindLearned(*table, key, order));
      } else {
        return NotFound("table '{}': row {} does not exist", table->schema->name,
                        PrintKey(*table->schema, key));
      }
      return table->backend->ReadState(row);
    }();
  });
  return result;
}

Result<TableUsage> TableDevice::Usage(uint32_t id) const {
  Result<TableUsage> result = TableUsage{};
  thread_.Run([&] {
    const auto table = Need(id);
    if (!table) {
      result = std::unexpected(table.error());
      return;
    }
    const TableSchema& schema = *(*table)->schema;
    result =
        TableUsage{.rows = schema.live ? schema.size : (*table)->rows.size(), .size = schema.size};
  });
  return result;
}

// What one step carries out of the control thread, and where the next one goes on.
struct TableDevice::Step {
  enum class Phase : uint8_t { kRows, kLearned, kDefault, kEnd } phase = Phase::kRows;
  uint64_t cursor = 0;
  std::shared_ptr<const TableSchema> schema;  // as the scan began
  struct Item {
    Row row;
    std::string state;
    bool is_default = false, learned = false, is_const = false;
  };
  std::vector<Item> items;
};

Status TableDevice::ScanStep(uint32_t id, const ReadOptions& options, Step* step) const {
  IPDK_ASSIGN(DeviceTable * table, Need(id));
  const TableSchema& schema = *table->schema;
  if (step->schema == nullptr) step->schema = table->schema;
  if (step->schema != table->schema && TableDifference(*step->schema, schema))
    return Aborted("table '{}' was replaced while it was read; read again", step->schema->name);
  auto finish = [&](Step::Item& item) -> Status {
    if (!options.with_state || schema.state.empty()) return {};
    IPDK_ASSIGN(item.state, table->backend->ReadState(item.row));
    return {};
  };
  if (step->phase == Step::Phase::kRows && schema.live) {
    if (schema.keys.size() != 1 || schema.keys[0].kind != ValueKind::kBits)
      return Unimplemented("table '{}': only tables with one index can be read whole", schema.name);
    const size_t key_bytes = BytesFor(schema.keys[0].width);
    const uint64_t end = std::min(schema.size, step->cursor + kStepRows);
    for (; step->cursor < end; ++step->cursor) {
      Step::Item& item = step->items.emplace_back();
      item.row.key = ToBytes(FromU64(step->cursor), key_bytes);
      IPDK_ASSIGN(item.row.data, table->backend->ReadLive(item.row.key));
      IPDK_RETURN_IF_ERROR(finish(item));
    }
    if (step->cursor >= schema.size) step->phase = Step::Phase::kEnd;
    return {};
  }
  if (step->phase == Step::Phase::kRows) {
    for (; step->cursor < table->rows.slots() && step->items.size() < kStepRows; ++step->cursor) {
      const auto slot = static_cast<uint32_t>(step->cursor);
      if (!table->rows.Valid(slot)) continue;
      Step::Item& item = step->items.emplace_back();
      table->rows.Read(slot, &item.row);
      item.is_const = table->rows.flags(slot) & RowStore::kConst;
      IPDK_RETURN_IF_ERROR(finish(item));
    }
    if (step->cursor >= table->rows.slots()) {
      step->cursor = 0;
      step->phase =
          schema.learned && options.with_learned ? Step::Phase::kLearned : Step::Phase::kDefault;
    }
    return {};
  }
  if (step->phase == Step::Phase::kLearned) {
    IPDK_ASSIGN(step->cursor,
                table->backend->ScanLearned(step->cursor, kStepRows, [&](const Row& row) {
                  Step::Item& item = step->items.emplace_back();
                  item.row = row;
                  item.learned = true;
                }));
    for (Step::Item& item : step->items) IPDK_RETURN_IF_ERROR(finish(item));
    if (step->cursor == 0) step->phase = Step::Phase::kDefault;
    return {};
  }
  step->phase = Step::Phase::kEnd;
  if (!schema.has_default) return {};
  const std::optional<Row>& row =
      table->user_default ? table->user_default : table->program_default;
  if (!row) return {};
  Step::Item& item = step->items.emplace_back();
  item.row = *row;
  item.is_default = true;
  item.is_const = schema.const_default;
  return finish(item);
}

Status TableDevice::Scan(uint32_t id, const ReadOptions& options,
                         const std::function<bool(const RowView&)>& visit) const {
  Step step;
  while (step.phase != Step::Phase::kEnd) {
    step.items.clear();
    Status status;
    thread_.Run([&] { status = ScanStep(id, options, &step); });
    IPDK_RETURN_IF_ERROR(std::move(status));
    for (Step::Item& item : step.items) {
      RowView view;
      view.row = &item.row;
      view.state = std::move(item.state);
      view.is_default = item.is_default;
      view.learned = item.learned;
      view.is_const = item.is_const;
      if (!visit(view)) return {};
    }
  }
  return {};
}

}  // namespace ipdk::tdi
