#pragma once
// One description of a fixed table's columns serves its schema, its encoder and its decoder, so
// that they cannot differ:
//
//   template <typename Config, typename Visitor>
//   void VisitColumns(Config& c, Visitor& v) {
//     v.Text("host", c.host, {.doc = "..."});
//     v.Bits("mtu", 32, c.mtu, {.default_text = "1500", .doc = "..."});
//   }
//
// For use in the .cpp files of this folder and of whoever adds a fixed table.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tdi/row.h"
#include "tdi/schema.h"

namespace ipdk::tdi::fixed {

struct Column {
  std::string default_text{};
  bool mandatory = false;
  std::vector<std::string> choices{};
  std::string doc{};
};

class SchemaColumns {
 public:
  template <typename T>
  void Bits(std::string_view name, uint32_t width, T&, Column column) {
    Add(name, ValueKind::kBits, width, std::move(column));
  }
  void Text(std::string_view name, const std::string&, Column column) {
    Add(name, ValueKind::kString, 0, std::move(column));
  }
  std::vector<Field> Take() { return std::move(fields_); }

 private:
  void Add(std::string_view name, ValueKind kind, uint32_t width, Column column) {
    Field field;
    field.id = static_cast<uint32_t>(fields_.size() + 1);
    field.name = name;
    field.kind = kind;
    field.width = width;
    field.choices = std::move(column.choices);
    field.default_text = std::move(column.default_text);
    field.mandatory = column.mandatory;
    field.doc = std::move(column.doc);
    fields_.push_back(std::move(field));
  }
  std::vector<Field> fields_{};
};

class WriteColumns {
 public:
  template <typename T>
  void Bits(std::string_view, uint32_t width, const T& value, const Column&) {
    writer_.Bits(static_cast<uint64_t>(value), width);
  }
  void Text(std::string_view, const std::string& value, const Column&) { writer_.Text(value); }
  std::string Take() { return writer_.Take(); }

 private:
  FieldWriter writer_;
};

class ReadColumns {
 public:
  explicit ReadColumns(std::string_view bytes) : reader_(bytes) {}
  template <typename T>
  void Bits(std::string_view, uint32_t width, T& value, const Column&) {
    value = static_cast<T>(reader_.Bits(width));
  }
  void Text(std::string_view, std::string& value, const Column&) { value = reader_.Text(); }
  bool done() const { return reader_.done(); }

 private:
  FieldReader reader_;
};

}  // namespace ipdk::tdi::fixed
