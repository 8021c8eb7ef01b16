#pragma once
// A row is flat bytes laid out by its table's schema: what the control store keeps, the log writes,
// events carry and engines copy from. One encoding, so that equal rows are equal bytes and a key
// can be hashed as it stands.
//
//   bits(W):  ceil(W/8) bytes, big-endian, unused high bits zero
//   string:   length (4 bytes, big-endian), bytes
//   key field:   exact: value | lpm: value, prefix length (2 bytes) | ternary: value, mask |
//                range: low, high | optional: 1 if present else 0 (1 byte), value (0 when absent)
//   key = its key fields, data = its data fields (or its action's params), each in schema order,
//         nothing between.
//
// Keys are canonical: bits of a value outside the mask or prefix are zero. KeyBuilder makes them
// so; whoever builds keys otherwise calls CheckKey, which refuses any other spelling.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/integer.h"
#include "base/result.h"
#include "tdi/schema.h"

namespace ipdk::tdi {

struct Row {
  std::string key{};
  uint64_t order = 0;   // larger wins; 0 where the table has no order. Part of the row's identity
  uint32_t action = 0;  // ActionSpec::id; 0 where the table has no actions
  std::string data{};
  uint64_t idle_timeout_ns = 0;
  std::string metadata{};  // the controller's own bytes, returned as given

  bool operator==(const Row&) const = default;
};

// Builds a canonical key field by field. Fields may come in any order; what was not set becomes the
// wildcard of its kind, and Finish refuses if an exact field is missing. Values too wide for their
// field are refused by name.
class KeyBuilder {
 public:
  explicit KeyBuilder(const TableSchema& schema);
  Status Exact(const Field& field, const Integer& value);
  Status Text(const Field& field, std::string_view value);
  Status Lpm(const Field& field, const Integer& value, uint32_t prefix_length);
  Status Ternary(const Field& field, const Integer& value, const Integer& mask);
  Status Range(const Field& field, const Integer& low, const Integer& high);
  Status Optional(const Field& field, const Integer& value);
  Result<std::string> Finish();

 private:
  Status Put(const Field& field, MatchKind kind, std::string bytes);
  const TableSchema& schema_;
  std::vector<std::string> parts_;
};

// Reads one key field back. Members as in KeyBuilder.
struct KeyValue {
  Integer value, mask, high;
  uint32_t prefix_length = 0;
  bool wildcard = false;  // matches everything: lpm /0, mask 0, the full range, optional absent
  std::string text;       // string fields
};

// Where each field starts in encoded bytes is computed once per schema for fixed-size fields;
// strings are walked.
Result<std::vector<KeyValue>> DecodeKey(const TableSchema& schema, std::string_view key);
Status CheckKey(const TableSchema& schema, std::string_view key);

struct DataValue {
  Integer value{};
  std::string text{};
};
// Encodes values in the order of `fields`. Refuses a wrong count, a value too wide, a text that is
// not a choice.
Result<std::string> EncodeData(const std::vector<Field>& fields,
                               const std::vector<DataValue>& values);
Result<std::vector<DataValue>> DecodeData(const std::vector<Field>& fields, std::string_view data);
Status CheckData(const std::vector<Field>& fields, std::string_view data);

// One value from text, as a user or a stored record spells it: integers as in ParseInteger
// (base/integer.h), also dotted IPv4, IPv6 and MAC addresses where the width is theirs, "true" and
// "false" for one bit. Refuses what the field cannot hold.
Result<DataValue> ParseValue(const Field& field, std::string_view text);
// The shortest form that ParseValue reads back.
std::string PrintValue(const Field& field, const DataValue& value);

// One key field from text: "10.0.0.0/24", "0x800&&&0xf00", "1..5", "*" and plain values, as
// PrintKey writes them.
Status ParseKeyField(const Field& field, std::string_view text, KeyBuilder& builder);

// Encoded fields written and read one after the other, for tables whose columns are known when the
// code is written. A reader that ran short stays not ok() and yields zeros.
class FieldWriter {
 public:
  void Bits(uint64_t value, uint32_t width);
  void Text(std::string_view text);
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}
  uint64_t Bits(uint32_t width);  // REQUIRES: width <= 64
  std::string Text();
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// For logs, errors and `ipdk table list`: "hdr.ipv4.dst_addr=10.0.0.0/24". Bits print as hex unless
// the field's name or width says it is an address (32: IPv4, 48: MAC, 128: IPv6 where the name
// contains "addr"); ParseKeyText reads all forms back.
std::string PrintKey(const TableSchema& schema, std::string_view key);
std::string PrintData(const std::vector<Field>& fields, std::string_view data);

}  // namespace ipdk::tdi
