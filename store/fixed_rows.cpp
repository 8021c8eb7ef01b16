#include "store/fixed_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/integer.h"

namespace ipdk::store {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;

bool IsUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<uint8_t>(text[i]);
    const int more = c < 0x80                ? 0
                     : c >= 0xc2 && c < 0xe0 ? 1
                     : c >= 0xe0 && c < 0xf0 ? 2
                     : c >= 0xf0 && c < 0xf5 ? 3
                                             : -1;
    if (more < 0 || i + static_cast<size_t>(more) >= text.size() + (more == 0 ? 1 : 0))
      return false;
    for (int k = 1; k <= more; ++k)
      if ((static_cast<uint8_t>(text[i + static_cast<size_t>(k)]) & 0xc0) != 0x80) return false;
    if ((c == 0xe0 && static_cast<uint8_t>(text[i + 1]) < 0xa0) ||
        (c == 0xed && static_cast<uint8_t>(text[i + 1]) > 0x9f) ||
        (c == 0xf0 && static_cast<uint8_t>(text[i + 1]) < 0x90) ||
        (c == 0xf4 && static_cast<uint8_t>(text[i + 1]) > 0x8f))
      return false;
    i += static_cast<size_t>(more) + 1;
  }
  return true;
}

Result<json> FieldsToJson(const tdi::TableSchema& schema, const std::vector<tdi::Field>& fields,
                          std::string_view bytes) {
  IPDK_ASSIGN(const auto values, tdi::DecodeData(fields, bytes));
  json out = json::object();
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string text =
        fields[i].kind == tdi::ValueKind::kString ? values[i].text : values[i].value.get_str();
    if (!IsUtf8(text))
      return InvalidArgument("table '{}': '{}' is not UTF-8 text", schema.name, fields[i].name);
    out[fields[i].name] = text;
  }
  return out;
}

Result<std::string> FieldsFromJson(const tdi::TableSchema& schema,
                                   const std::vector<tdi::Field>& fields, const json& object) {
  std::vector<tdi::DataValue> values(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto it = object.is_object() ? object.find(fields[i].name) : object.end();
    std::string text = fields[i].default_text;
    if (object.is_object() && it != object.end() && it->is_string()) {
      text = it->get<std::string>();
    } else if (fields[i].mandatory) {
      return Fail(Code::kDataLoss, "table '{}': a recorded row lacks '{}'", schema.name,
                  fields[i].name);
    } else if (text.empty() && fields[i].kind == tdi::ValueKind::kBits) {
      text = "0";
    }
    IPDK_ASSIGN(values[i], tdi::ParseValue(fields[i], text));
  }
  return tdi::EncodeData(fields, values);
}

Status Supported(const tdi::TableSchema& schema) {
  for (const tdi::Field& field : schema.keys)
    if (field.match != tdi::MatchKind::kExact)
      return Unimplemented("table '{}': a fixed table with {} keys cannot be recorded", schema.name,
                           tdi::MatchKindName(field.match));
  if (!schema.actions.empty())
    return Unimplemented("table '{}': a fixed table with actions cannot be recorded", schema.name);
  return {};
}

}  // namespace

Result<std::string> RowToJson(const tdi::TableSchema& schema, const tdi::Row& row) {
  IPDK_RETURN_IF_ERROR(Supported(schema));
  json out = json::object();
  // Exact key fields are encoded as data fields are.
  if (!row.key.empty()) {
    IPDK_ASSIGN(out["key"], FieldsToJson(schema, schema.keys, row.key));
  }
  IPDK_ASSIGN(out["data"], FieldsToJson(schema, schema.data, row.data));
  if (row.order != 0) out["order"] = std::to_string(row.order);
  if (!row.metadata.empty()) out["metadata"] = ToHex(row.metadata);
  return out.dump();
}

Result<tdi::Row> RowFromJson(const tdi::TableSchema& schema, std::string_view text) {
  IPDK_RETURN_IF_ERROR(Supported(schema));
  const json in = json::parse(text, nullptr, false);
  if (!in.is_object())
    return Fail(Code::kDataLoss, "table '{}': a recorded row is not JSON", schema.name);
  tdi::Row row;
  if (in.contains("key")) {
    IPDK_ASSIGN(row.key, FieldsFromJson(schema, schema.keys, in["key"]));
  }
  IPDK_ASSIGN(row.data, FieldsFromJson(schema, schema.data,
                                       in.contains("data") ? in["data"] : json::object()));
  auto text_of = [&](const char* name) {
    const auto it = in.find(name);
    return it != in.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  if (const auto order = ParseInteger(text_of("order"))) row.order = ToU64(*order);
  if (auto metadata = FromHex(text_of("metadata"))) row.metadata = *std::move(metadata);
  return row;
}

Result<std::unique_ptr<FixedRows>> FixedRows::Open(const std::string& path) {
  IPDK_ASSIGN(auto database, Database::Open(path));
  std::unique_ptr<FixedRows> rows(new FixedRows(std::move(database)));
  Database& db = *rows->database_;
  // Exclusive: a second daemon on the same folder is refused at once, not when both have written.
  for (const char* pragma :
       {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"})
    IPDK_RETURN_IF_ERROR(db.Run(pragma));
  int64_t format = 0;
  IPDK_RETURN_IF_ERROR(db.Run("PRAGMA user_version", {}, [&](const auto& row) -> Status {
    format = row[0].integer;
    return {};
  }));
  if (format > kFormat)
    return FailedPrecondition(
        "{}: written by a later version of ipdkd (format {}, this one knows {})", path, format,
        kFormat);
  IPDK_RETURN_IF_ERROR(db.Run("BEGIN IMMEDIATE"));
  for (const char* sql :
       {"CREATE TABLE IF NOT EXISTS rows (seq INTEGER PRIMARY KEY AUTOINCREMENT, tbl TEXT NOT "
        "NULL, key TEXT NOT NULL,"
        " is_default INTEGER NOT NULL, row TEXT NOT NULL, UNIQUE (tbl, key, is_default))",
        "CREATE TABLE IF NOT EXISTS known (tbl TEXT PRIMARY KEY)",
        "CREATE TABLE IF NOT EXISTS package (id INTEGER PRIMARY KEY CHECK (id = 1), package BLOB, "
        "p4info BLOB,"
        " cookie TEXT)",
        "PRAGMA user_version = 1", "COMMIT"})
    IPDK_RETURN_IF_ERROR(db.Run(sql));
  std::string verdict;
  IPDK_RETURN_IF_ERROR(db.Run("PRAGMA quick_check(1)", {}, [&](const auto& row) -> Status {
    verdict = row[0].bytes;
    return {};
  }));
  if (verdict != "ok")
    return Fail(Code::kDataLoss,
                "{}: damaged ({}); restore it from a copy, or move it away to start without hosts "
                "and ports",
                path, verdict);
  IPDK_RETURN_IF_ERROR(db.Run("SELECT tbl FROM known", {}, [&](const auto& row) -> Status {
    rows->known_.push_back(row[0].bytes);
    return {};
  }));
  return rows;
}

Status FixedRows::AppendOne(const tdi::JournalChange& change) {
  const tdi::TableSchema& schema = *change.schema;
  // The key column is the key's own bytes: it must identify the row also if the key's JSON form
  // changes.
  const tdi::Row& any = change.after != nullptr ? *change.after : *change.before;
  const SqlValue key = SqlValue::Text(fmt::format("{}/{}", ToHex(any.key), any.order));
  const SqlValue is_default = SqlValue::Integer(change.is_default ? 1 : 0);
  if (change.after == nullptr)
    return database_->Run("DELETE FROM rows WHERE tbl = ? AND key = ? AND is_default = ?",
                          {SqlValue::Text(schema.name), key, is_default});
  IPDK_ASSIGN(const std::string json, RowToJson(schema, *change.after));
  return database_->Run(
      "INSERT INTO rows (tbl, key, is_default, row) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (tbl, key, is_default) DO UPDATE SET row = excluded.row",
      {SqlValue::Text(schema.name), key, is_default, SqlValue::Text(json)});
}

Status FixedRows::Append(const std::vector<tdi::JournalChange>& changes) {
  IPDK_RETURN_IF_ERROR(database_->Run("BEGIN IMMEDIATE"));
  auto status = [&]() -> Status {
    for (const tdi::JournalChange& change : changes) {
      IPDK_RETURN_IF_ERROR(AppendOne(change));
      if (!Knows(*change.schema)) {
        IPDK_RETURN_IF_ERROR(database_->Run("INSERT OR IGNORE INTO known VALUES (?)",
                                            {SqlValue::Text(change.schema->name)}));
      }
    }
    return database_->Run("COMMIT");
  }();
  if (!status) {
    (void)database_->Run("ROLLBACK");
    return status;
  }
  for (const tdi::JournalChange& change : changes)
    if (!Knows(*change.schema)) known_.push_back(change.schema->name);
  return {};
}

Status FixedRows::Replay(const tdi::TableSchema& schema,
                         const std::function<Status(const tdi::Row&, bool)>& give) {
  std::vector<std::pair<std::string, bool>> rows;  // read first: `give` may write
  IPDK_RETURN_IF_ERROR(database_->Run("SELECT row, is_default FROM rows WHERE tbl = ? ORDER BY seq",
                                      {SqlValue::Text(schema.name)},
                                      [&](const auto& row) -> Status {
                                        rows.emplace_back(row[0].bytes, row[1].integer != 0);
                                        return {};
                                      }));
  for (const auto& [json, is_default] : rows) {
    IPDK_ASSIGN(const tdi::Row row, RowFromJson(schema, json));
    IPDK_RETURN_IF_ERROR(give(row, is_default));
  }
  return {};
}

bool FixedRows::Knows(const tdi::TableSchema& schema) const {
  return std::find(known_.begin(), known_.end(), schema.name) != known_.end();
}

Status FixedRows::Drop(const tdi::TableSchema& schema) {
  if (!Knows(schema)) return {};
  IPDK_RETURN_IF_ERROR(database_->Run("BEGIN IMMEDIATE"));
  auto status = [&]() -> Status {
    IPDK_RETURN_IF_ERROR(
        database_->Run("DELETE FROM rows WHERE tbl = ?", {SqlValue::Text(schema.name)}));
    IPDK_RETURN_IF_ERROR(
        database_->Run("DELETE FROM known WHERE tbl = ?", {SqlValue::Text(schema.name)}));
    return database_->Run("COMMIT");
  }();
  if (!status) {
    (void)database_->Run("ROLLBACK");
    return status;
  }
  std::erase(known_, schema.name);
  return {};
}

Status FixedRows::SavePackage(std::string_view package, std::string_view p4info, uint64_t cookie) {
  if (package.empty()) return database_->Run("DELETE FROM package");
  return database_->Run(
      "INSERT OR REPLACE INTO package VALUES (1, ?, ?, ?)",
      {SqlValue::Blob(package), SqlValue::Blob(p4info), SqlValue::Text(std::to_string(cookie))});
}

Result<std::optional<SavedPackage>> FixedRows::LoadPackage() {
  std::optional<SavedPackage> saved;
  IPDK_RETURN_IF_ERROR(database_->Run(
      "SELECT package, p4info, cookie FROM package", {}, [&](const auto& row) -> Status {
        const auto cookie = ParseInteger(row[2].bytes);
        saved = SavedPackage{
            .package = row[0].bytes, .p4info = row[1].bytes, .cookie = cookie ? ToU64(*cookie) : 0};
        return {};
      }));
  return saved;
}

}  // namespace ipdk::store
