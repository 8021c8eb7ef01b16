#include "tdi/row.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace ipdk::tdi {
namespace {

// Walks encoded bytes. Every getter returns false when the bytes end early.
struct Cursor {
  const uint8_t* at;
  size_t left;

  explicit Cursor(std::string_view bytes)
      : at(reinterpret_cast<const uint8_t*>(bytes.data())), left(bytes.size()) {}
  bool Take(size_t count, const uint8_t** start) {
    if (count > left) return false;
    *start = at;
    at += count;
    left -= count;
    return true;
  }
  bool TakeU32(uint32_t* value) {
    const uint8_t* p = nullptr;
    if (!Take(4, &p)) return false;
    *value = uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3];
    return true;
  }
  bool TakeText(std::string_view* text) {
    uint32_t length = 0;
    const uint8_t* p = nullptr;
    if (!TakeU32(&length) || !Take(length, &p)) return false;
    *text = {reinterpret_cast<const char*>(p), length};
    return true;
  }
};

bool Fits(const uint8_t* bytes, uint32_t width) {
  const uint32_t odd = width % 8;
  return odd == 0 || bytes[0] >> odd == 0;
}

bool AllZero(const uint8_t* bytes, size_t count) {
  return std::all_of(bytes, bytes + count, [](uint8_t b) { return b == 0; });
}

// Whether bits below the prefix are zero. The prefix counts from bit width-1 down.
bool PrefixClean(const uint8_t* bytes, uint32_t width, uint32_t prefix_length) {
  const uint32_t host_bits = width - prefix_length;
  const size_t size = BytesFor(width);
  const size_t whole = host_bits / 8;
  if (!AllZero(bytes + (size - whole), whole)) return false;
  const uint32_t odd = host_bits % 8;
  return odd == 0 || (bytes[size - whole - 1] & ((1U << odd) - 1)) == 0;
}

std::string_view View(const uint8_t* bytes, size_t count) {
  return {reinterpret_cast<const char*>(bytes), count};
}

std::unexpected<Error> Short(std::string_view what, const Field& field) {
  return InvalidArgument("{} '{}': the bytes end early", what, field.name);
}

// `value` is null when only checking.
Status WalkKeyField(const Field& field, Cursor& in, KeyValue* value) {
  if (field.kind == ValueKind::kString) {
    bool present = true;
    if (field.match == MatchKind::kOptional) {
      const uint8_t* flag = nullptr;
      if (!in.Take(1, &flag)) return Short("key field", field);
      if (*flag > 1)
        return InvalidArgument("key field '{}': presence byte {} is neither 0 nor 1", field.name,
                               *flag);
      present = *flag == 1;
    } else if (field.match != MatchKind::kExact) {
      return Unimplemented("key field '{}': a string cannot be matched by {}", field.name,
                           MatchKindName(field.match));
    }
    std::string_view text;
    if (!in.TakeText(&text)) return Short("key field", field);
    if (!present && !text.empty())
      return InvalidArgument("key field '{}': absent but not empty", field.name);
    if (present && !field.choices.empty() &&
        std::find(field.choices.begin(), field.choices.end(), text) == field.choices.end())
      return InvalidArgument("key field '{}': '{}' is not one of its choices", field.name, text);
    if (value != nullptr) {
      value->text = text;
      value->wildcard = !present;
    }
    return {};
  }
  const uint32_t width = field.width;
  const size_t size = BytesFor(width);
  const uint8_t *first = nullptr, *second = nullptr;
  if (field.match == MatchKind::kOptional) {
    const uint8_t* flag = nullptr;
    if (!in.Take(1, &flag) || !in.Take(size, &first)) return Short("key field", field);
    if (*flag > 1)
      return InvalidArgument("key field '{}': presence byte {} is neither 0 nor 1", field.name,
                             *flag);
    if (*flag == 0 && !AllZero(first, size))
      return InvalidArgument("key field '{}': absent but its value is not zero", field.name);
    if (value != nullptr) value->wildcard = *flag == 0;
  } else if (!in.Take(size, &first)) {
    return Short("key field", field);
  }
  if (!Fits(first, width))
    return InvalidArgument("key field '{}': value 0x{} is wider than {} bits", field.name,
                           ToHex(View(first, size)), width);
  if (value != nullptr) value->value = FromBytes(View(first, size));
  switch (field.match) {
    case MatchKind::kExact:
    case MatchKind::kOptional:
      return {};
    case MatchKind::kLpm: {
      if (!in.Take(2, &second)) return Short("key field", field);
      const uint32_t length = uint32_t{second[0]} << 8 | second[1];
      if (length > width)
        return InvalidArgument("key field '{}': prefix length {} is larger than its {} bits",
                               field.name, length, width);
      if (!PrefixClean(first, width, length))
        return InvalidArgument("key field '{}': value 0x{} has bits outside its prefix of {}",
                               field.name, ToHex(View(first, size)), length);
      if (value != nullptr) {
        value->prefix_length = length;
        value->wildcard = length == 0;
      }
      return {};
    }
    case MatchKind::kTernary: {
      if (!in.Take(size, &second)) return Short("key field", field);
      if (!Fits(second, width))
        return InvalidArgument("key field '{}': mask 0x{} is wider than {} bits", field.name,
                               ToHex(View(second, size)), width);
      for (size_t i = 0; i < size; ++i)
        if ((first[i] & ~second[i]) != 0)
          return InvalidArgument("key field '{}': value 0x{} has bits outside its mask 0x{}",
                                 field.name, ToHex(View(first, size)), ToHex(View(second, size)));
      if (value != nullptr) {
        value->mask = FromBytes(View(second, size));
        value->wildcard = AllZero(second, size);
      }
      return {};
    }
    case MatchKind::kRange: {
      if (!in.Take(size, &second)) return Short("key field", field);
      if (!Fits(second, width))
        return InvalidArgument("key field '{}': high value 0x{} is wider than {} bits", field.name,
                               ToHex(View(second, size)), width);
      if (std::memcmp(first, second, size) > 0)
        return InvalidArgument("key field '{}': range 0x{}..0x{} is empty", field.name,
                               ToHex(View(first, size)), ToHex(View(second, size)));
      if (value != nullptr) {
        value->high = FromBytes(View(second, size));
        value->wildcard = value->value == 0 && value->high == Mask(width);
      }
      return {};
    }
  }
  return Internal("key field '{}': unknown match kind", field.name);
}

Status WalkDataField(const Field& field, Cursor& in, DataValue* value) {
  if (field.kind == ValueKind::kString) {
    std::string_view text;
    if (!in.TakeText(&text)) return Short("field", field);
    if (!field.choices.empty() &&
        std::find(field.choices.begin(), field.choices.end(), text) == field.choices.end()) {
      std::string allowed;
      for (const std::string& choice : field.choices)
        allowed += (allowed.empty() ? "" : ", ") + choice;
      return InvalidArgument("field '{}': '{}' is not one of {}", field.name, text, allowed);
    }
    if (value != nullptr) value->text = text;
    return {};
  }
  const size_t size = BytesFor(field.width);
  const uint8_t* bytes = nullptr;
  if (!in.Take(size, &bytes)) return Short("field", field);
  if (!Fits(bytes, field.width))
    return InvalidArgument("field '{}': value 0x{} is wider than {} bits", field.name,
                           ToHex(View(bytes, size)), field.width);
  if (value != nullptr) value->value = FromBytes(View(bytes, size));
  return {};
}

Status CheckWidth(const Field& field, const Integer& value) {
  if (value < 0 || BitLength(value) > field.width)
    return InvalidArgument("'{}': value {} does not fit in {} bits", field.name, value.get_str(),
                           field.width);
  return {};
}

std::string EncodeText(std::string_view text) {
  FieldWriter writer;
  writer.Text(text);
  return writer.Take();
}

}  // namespace

KeyBuilder::KeyBuilder(const TableSchema& schema) : schema_(schema), parts_(schema.keys.size()) {}

Status KeyBuilder::Put(const Field& field, MatchKind kind, std::string bytes) {
  size_t index = schema_.keys.size();
  for (size_t i = 0; i < schema_.keys.size(); ++i)
    if (&schema_.keys[i] == &field || schema_.keys[i].name == field.name) index = i;
  if (index == schema_.keys.size())
    return InvalidArgument("table '{}': there is no key field '{}'", schema_.name, field.name);
  const Field& mine = schema_.keys[index];
  if (mine.match != kind)
    return InvalidArgument("table '{}': key field '{}' is matched by {}, not by {}", schema_.name,
                           mine.name, MatchKindName(mine.match), MatchKindName(kind));
  parts_[index] = std::move(bytes);
  return {};
}

Status KeyBuilder::Exact(const Field& field, const Integer& value) {
  if (field.kind != ValueKind::kBits)
    return InvalidArgument("key field '{}' is a string", field.name);
  IPDK_RETURN_IF_ERROR(CheckWidth(field, value));
  return Put(field, MatchKind::kExact, ToBytes(value, BytesFor(field.width)));
}

Status KeyBuilder::Text(const Field& field, std::string_view value) {
  if (field.kind != ValueKind::kString)
    return InvalidArgument("key field '{}' is not a string", field.name);
  if (field.match == MatchKind::kOptional)
    return Put(field, MatchKind::kOptional, '\1' + EncodeText(value));
  return Put(field, MatchKind::kExact, EncodeText(value));
}

Status KeyBuilder::Lpm(const Field& field, const Integer& value, uint32_t prefix_length) {
  IPDK_RETURN_IF_ERROR(CheckWidth(field, value));
  if (prefix_length > field.width)
    return InvalidArgument("key field '{}': prefix length {} is larger than its {} bits",
                           field.name, prefix_length, field.width);
  const uint32_t host_bits = field.width - prefix_length;
  const Integer clean = (value >> host_bits) << host_bits;
  std::string bytes = ToBytes(clean, BytesFor(field.width));
  bytes.push_back(static_cast<char>(prefix_length >> 8));
  bytes.push_back(static_cast<char>(prefix_length & 0xff));
  return Put(field, MatchKind::kLpm, std::move(bytes));
}

Status KeyBuilder::Ternary(const Field& field, const Integer& value, const Integer& mask) {
  IPDK_RETURN_IF_ERROR(CheckWidth(field, value));
  IPDK_RETURN_IF_ERROR(CheckWidth(field, mask));
  const Integer clean = value & mask;
  const size_t size = BytesFor(field.width);
  return Put(field, MatchKind::kTernary, ToBytes(clean, size) + ToBytes(mask, size));
}

Status KeyBuilder::Range(const Field& field, const Integer& low, const Integer& high) {
  IPDK_RETURN_IF_ERROR(CheckWidth(field, low));
  IPDK_RETURN_IF_ERROR(CheckWidth(field, high));
  if (low > high)
    return InvalidArgument("key field '{}': range {}..{} is empty", field.name, low.get_str(),
                           high.get_str());
  const size_t size = BytesFor(field.width);
  return Put(field, MatchKind::kRange, ToBytes(low, size) + ToBytes(high, size));
}

Status KeyBuilder::Optional(const Field& field, const Integer& value) {
  if (field.kind != ValueKind::kBits)
    return InvalidArgument("key field '{}' is a string", field.name);
  IPDK_RETURN_IF_ERROR(CheckWidth(field, value));
  return Put(field, MatchKind::kOptional, '\1' + ToBytes(value, BytesFor(field.width)));
}

Result<std::string> KeyBuilder::Finish() {
  std::string key;
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Field& field = schema_.keys[i];
    if (!parts_[i].empty()) {
      key += parts_[i];
      continue;
    }
    const size_t size = field.kind == ValueKind::kString ? 4 : BytesFor(field.width);
    switch (field.match) {
      case MatchKind::kExact:
        return InvalidArgument("table '{}': key field '{}' is missing", schema_.name, field.name);
      case MatchKind::kLpm:
        key.append(size + 2, '\0');
        break;
      case MatchKind::kTernary:
        key.append(2 * size, '\0');
        break;
      case MatchKind::kRange:
        key.append(size, '\0');
        key += ToBytes(Mask(field.width), size);
        break;
      case MatchKind::kOptional:
        key.append(size + 1, '\0');
        break;
    }
  }
  return key;
}

Result<std::vector<KeyValue>> DecodeKey(const TableSchema& schema, std::string_view key) {
  std::vector<KeyValue> values(schema.keys.size());
  Cursor in(key);
  for (size_t i = 0; i < schema.keys.size(); ++i) {
    if (auto status = WalkKeyField(schema.keys[i], in, &values[i]); !status)
      return std::unexpected(
          std::move(status).error().Within(fmt::format("table '{}'", schema.name)));
  }
  if (in.left != 0)
    return InvalidArgument("table '{}': the key is {} bytes too long", schema.name, in.left);
  return values;
}

Status CheckKey(const TableSchema& schema, std::string_view key) {
  Cursor in(key);
  for (const Field& field : schema.keys) {
    if (auto status = WalkKeyField(field, in, nullptr); !status)
      return std::unexpected(
          std::move(status).error().Within(fmt::format("table '{}'", schema.name)));
  }
  if (in.left != 0)
    return InvalidArgument("table '{}': the key is {} bytes too long", schema.name, in.left);
  return {};
}

Result<std::string> EncodeData(const std::vector<Field>& fields,
                               const std::vector<DataValue>& values) {
  if (fields.size() != values.size())
    return InvalidArgument("{} values are needed, got {}", fields.size(), values.size());
  std::string out;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind == ValueKind::kString) {
      out += EncodeText(values[i].text);
    } else {
      IPDK_RETURN_IF_ERROR(CheckWidth(fields[i], values[i].value));
      out += ToBytes(values[i].value, BytesFor(fields[i].width));
    }
  }
  IPDK_RETURN_IF_ERROR(CheckData(fields, out));  // the choices of strings
  return out;
}

Result<std::vector<DataValue>> DecodeData(const std::vector<Field>& fields, std::string_view data) {
  std::vector<DataValue> values(fields.size());
  Cursor in(data);
  for (size_t i = 0; i < fields.size(); ++i)
    IPDK_RETURN_IF_ERROR(WalkDataField(fields[i], in, &values[i]));
  if (in.left != 0) return InvalidArgument("the data is {} bytes too long", in.left);
  return values;
}

Status CheckData(const std::vector<Field>& fields, std::string_view data) {
  Cursor in(data);
  for (const Field& field : fields) IPDK_RETURN_IF_ERROR(WalkDataField(field, in, nullptr));
  if (in.left != 0) return InvalidArgument("the data is {} bytes too long", in.left);
  return {};
}

void FieldWriter::Bits(uint64_t value, uint32_t width) {
  for (size_t i = BytesFor(width); i > 0; --i)
    bytes_.push_back(i > 8 ? '\0' : static_cast<char>(value >> (8 * (i - 1))));
}

void FieldWriter::Text(std::string_view text) {
  Bits(text.size(), 32);
  bytes_ += text;
}

uint64_t FieldReader::Bits(uint32_t width) {
  IPDK_CHECK(width <= 64);
  const size_t size = BytesFor(width);
  if (!ok_ || rest_.size() < size) {
    ok_ = false;
    return 0;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) value = value << 8 | static_cast<uint8_t>(rest_[i]);
  rest_.remove_prefix(size);
  return value;
}

std::string FieldReader::Text() {
  const uint64_t size = Bits(32);
  if (!ok_ || rest_.size() < size) {
    ok_ = false;
    return {};
  }
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return text;
}

}  // namespace ipdk::tdi
