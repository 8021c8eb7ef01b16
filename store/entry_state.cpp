#include "store/entry_state.h"

#include <algorithm>
#include <vector>

namespace ipdk::store {
namespace {

enum Item : uint8_t { kDefine = 1, kPut, kDelete, kDefault, kReset, kDrop };

std::string FieldShape(const tdi::Field& field, bool with_match) {
  std::string out = field.kind == tdi::ValueKind::kString
                        ? fmt::format("{}:string", field.name)
                        : fmt::format("{}:{}", field.name, field.width);
  if (with_match) out += fmt::format(":{}", tdi::MatchKindName(field.match));
  return out;
}

std::string Identity(const tdi::Row& row) {
  tdi::FieldWriter writer;
  writer.Bits(row.order, 64);
  return writer.Take() + row.key;
}

void PutContent(const tdi::Row& row, tdi::FieldWriter* writer) {
  writer->Bits(row.action, 32);
  writer->Text(row.data);
  writer->Bits(row.idle_timeout_ns, 64);
  writer->Text(row.metadata);
}

void ReadContent(tdi::FieldReader* reader, tdi::Row* row) {
  row->action = static_cast<uint32_t>(reader->Bits(32));
  row->data = reader->Text();
  row->idle_timeout_ns = reader->Bits(64);
  row->metadata = reader->Text();
}

}  // namespace

std::string ShapeOf(const tdi::TableSchema& schema) {
  std::string out = fmt::format("{}(", tdi::TableKindName(schema.kind));
  for (const tdi::Field& field : schema.keys) out += FieldShape(field, true) + ",";
  out += ")(";
  for (const tdi::Field& field : schema.data) out += FieldShape(field, false) + ",";
  out += ")";
  std::vector<std::string> actions;
  for (const tdi::ActionSpec& action : schema.actions) {
    std::string text = action.name + "(";
    for (const tdi::Field& field : action.params) text += FieldShape(field, false) + ",";
    actions.push_back(text + ")");
  }
  std::sort(actions.begin(), actions.end());
  for (const std::string& action : actions) out += action;
  return out;
}

Status EntryState::Apply(std::string_view payload) {
  tdi::FieldReader in(payload);
  while (in.ok() && !in.done()) {
    const auto kind = static_cast<uint8_t>(in.Bits(8));
    const auto number = static_cast<uint32_t>(in.Bits(32));
    if (!in.ok()) break;
    if (kind == kDefine) {
      Table table;
      table.name = in.Text();
      table.shape = in.Text();
      const uint64_t count = in.Bits(32);
      for (uint64_t i = 0; i < count && in.ok(); ++i) {
        const auto id = static_cast<uint32_t>(in.Bits(32));
        table.actions[id] = in.Text();
      }
      if (!in.ok()) break;
      Forget(table.name);
      tables_[number] = std::move(table);
      continue;
    }
    const auto it = tables_.find(number);
    if (it == tables_.end())
      return Fail(Code::kDataLoss, "record names table {}, which was not defined before", number);
    Table& table = it->second;
    tdi::Row row;
    switch (kind) {
      case kPut: {
        row.key = in.Text();
        row.order = in.Bits(64);
        ReadContent(&in, &row);
        if (!in.ok()) break;
        Recorded& recorded = table.rows[Identity(row)];
        if (recorded.sequence == 0) recorded.sequence = ++sequence_;
        recorded.row = std::move(row);
        break;
      }
      case kDelete:
        row.key = in.Text();
        row.order = in.Bits(64);
        if (in.ok()) table.rows.erase(Identity(row));
        break;
      case kDefault:
        ReadContent(&in, &row);
        if (in.ok()) table.default_row = std::move(row);
        break;
      case kReset:
        table.default_row.reset();
        break;
      case kDrop:
        tables_.erase(it);
        break;
      default:
        return Fail(Code::kDataLoss,
                    "record of unknown kind {}; it may be of a later version of ipdkd", kind);
    }
  }
  if (!in.ok()) return Fail(Code::kDataLoss, "record ends early");
  return {};
}

const EntryState::Table* EntryState::Find(std::string_view name) const {
  for (const auto& [number, table] : tables_)
    if (table.name == name) return &table;
  return nullptr;
}

void EntryState::Forget(std::string_view name) {
  std::erase_if(tables_, [&](const auto& item) { return item.second.name == name; });
}

Status EntryState::Give(const Table& table, const tdi::TableSchema& schema,
                        const std::function<Status(const tdi::Row&, bool)>& give) {
  if (table.shape != ShapeOf(schema)) return {};
  auto translate = [&](tdi::Row* row) -> Status {
    if (schema.actions.empty()) return {};
    const auto name = table.actions.find(row->action);
    const tdi::ActionSpec* action =
        name == table.actions.end() ? nullptr : schema.FindAction(std::string_view(name->second));
    if (action == nullptr)
      return Fail(
          Code::kDataLoss,
          "table '{}': recorded row names action 0x{:08x}, which is not among those recorded",
          schema.name, row->action);
    row->action = action->id;
    return {};
  };
  std::vector<const Recorded*> ordered;
  ordered.reserve(table.rows.size());
  for (const auto& [identity, recorded] : table.rows) ordered.push_back(&recorded);
  std::sort(ordered.begin(), ordered.end(),
            [](const Recorded* a, const Recorded* b) { return a->sequence < b->sequence; });
  for (const Recorded* recorded : ordered) {
    tdi::Row row = recorded->row;
    IPDK_RETURN_IF_ERROR(translate(&row));
    IPDK_RETURN_IF_ERROR(give(row, false));
  }
  if (!table.default_row) return {};
  tdi::Row row = *table.default_row;
  IPDK_RETURN_IF_ERROR(translate(&row));
  return give(row, true);
}

void PutDefine(uint32_t number, const std::string& name, const std::string& shape,
               const std::map<uint32_t, std::string>& actions, std::string* out) {
  tdi::FieldWriter writer;
  writer.Bits(kDefine, 8);
  writer.Bits(number, 32);
  writer.Text(name);
  writer.Text(shape);
  writer.Bits(actions.size(), 32);
  for (const auto& [id, action] : actions) {
    writer.Bits(id, 32);
    writer.Text(action);
  }
  *out += writer.Take();
}

void PutRow(uint32_t number, const tdi::Row& row, std::string* out) {
  tdi::FieldWriter writer;
  writer.Bits(kPut, 8);
  writer.Bits(number, 32);
  writer.Text(row.key);
  writer.Bits(row.order, 64);
  PutContent(row, &writer);
  *out += writer.Take();
}

void PutDelete(uint32_t number, const tdi::Row& row, std::string* out) {
  tdi::FieldWriter writer;
  writer.Bits(kDelete, 8);
  writer.Bits(number, 32);
  writer.Text(row.key);
  writer.Bits(row.order, 64);
  *out += writer.Take();
}

void PutDefault(uint32_t number, const tdi::Row& row, std::string* out) {
  tdi::FieldWriter writer;
  writer.Bits(kDefault, 8);
  writer.Bits(number, 32);
  PutContent(row, &writer);
  *out += writer.Take();
}

void PutReset(uint32_t number, std::string* out) {
  tdi::FieldWriter writer;
  writer.Bits(kReset, 8);
  writer.Bits(number, 32);
  *out += writer.Take();
}

void PutDrop(uint32_t number, std::string* out) {
  tdi::FieldWriter writer;
  writer.Bits(kDrop, 8);
  writer.Bits(number, 32);
  *out += writer.Take();
}

}  // namespace ipdk::store
