// Bytes as key and data of a table whose shape is chosen by the first bytes: whatever is accepted
// must print and parse back to itself.

#include <cstdint>
#include <cstdlib>

#include "tdi/row.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk::tdi;
  if (size < 4) return 0;
  TableSchema schema;
  schema.name = "fuzz";
  const size_t fields = 1 + data[0] % 4;
  size_t at = 1;
  for (size_t i = 0; i < fields && at + 1 < size; ++i, at += 2) {
    Field field;
    field.id = static_cast<uint32_t>(i + 1);
    field.name = i % 2 == 0 ? "addr" + std::to_string(i) : "f" + std::to_string(i);
    field.match = static_cast<MatchKind>(data[at] % 5);
    if (data[at] >= 200) field.kind = ValueKind::kString;
    field.width = 1 + data[at + 1];
    schema.keys.push_back(field);
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + at, size - at);
  const auto decoded = DecodeKey(schema, bytes);
  if (decoded.has_value() != CheckKey(schema, bytes).has_value()) std::abort();
  if (decoded) {
    KeyBuilder builder(schema);
    for (size_t i = 0; i < schema.keys.size(); ++i) {
      const Field& field = schema.keys[i];
      const KeyValue& value = (*decoded)[i];
      ipdk::Status status;
      if (field.kind == ValueKind::kString) {
        if (!value.wildcard) status = builder.Text(field, value.text);
      } else if (field.match == MatchKind::kExact) {
        status = builder.Exact(field, value.value);
      } else if (field.match == MatchKind::kLpm) {
        status = builder.Lpm(field, value.value, value.prefix_length);
      } else if (field.match == MatchKind::kTernary) {
        status = builder.Ternary(field, value.value, value.mask);
      } else if (field.match == MatchKind::kRange) {
        status = builder.Range(field, value.value, value.high);
      } else if (!value.wildcard) {
        status = builder.Optional(field, value.value);
      }
      if (!status) std::abort();
    }
    const auto again = builder.Finish();
    if (!again || *again != bytes) std::abort();
    (void)PrintKey(schema, bytes);
  }
  const auto values = DecodeData(schema.keys, bytes);
  if (values && EncodeData(schema.keys, *values) != std::string(bytes)) std::abort();
  for (const Field& field : schema.keys) (void)ParseValue(field, bytes);
  return 0;
}
