#include "targets/cpu/layout/layout.h"

#include <algorithm>

namespace ipdk::cpu::layout {
namespace {

uint32_t RoundUp(uint32_t value, uint32_t unit) { return (value + unit - 1) / unit * unit; }

void LayKeys(TableLayout& layout, const std::vector<schema::MatchField>& keys) {
  uint32_t at = 0;
  for (const schema::MatchField& key : keys) {
    KeyField field;
    field.offset = at;
    field.width = key.width;
    field.bytes = static_cast<uint32_t>(BytesFor(key.width));
    field.kind = key.kind;
    at += field.bytes;
    layout.fields.push_back(field);
  }
  layout.used_key_bytes = at;
  layout.key_bytes = std::max(8u, RoundUp(at, 8));
}

}  // namespace

uint32_t ScalarBytes(uint32_t width) {
  if (width <= 8) return 1;
  if (width <= 16) return 2;
  if (width <= 32) return 4;
  return RoundUp(static_cast<uint32_t>(BytesFor(width)), 8);
}

uint32_t ScalarAlign(uint32_t width) { return std::min(8u, ScalarBytes(width)); }

uint32_t Argument::bytes() const { return ScalarBytes(width); }

TableLayout Of(const schema::Schema& schema, const schema::Table& table) {
  TableLayout layout;
  LayKeys(layout, table.keys);
  layout.has_direct = !table.direct_counters.empty() || !table.direct_meters.empty();
  layout.record_bytes = sizeof(RecordHeader);
  for (const schema::ActionRef& ref : table.actions) {
    // Wide arguments first would pack tighter, but the program's order is easier to read in a dump,
    // and records are padded to a power of two anyway.
    uint32_t at = sizeof(RecordHeader);
    std::vector<Argument> args;
    for (const schema::ActionParam& param : schema.actions[ref.action].params) {
      Argument arg;
      arg.width = param.width;
      arg.offset = at = RoundUp(at, ScalarAlign(param.width));
      at += arg.bytes();
      args.push_back(arg);
    }
    layout.actions.push_back(std::move(args));
    layout.record_bytes = std::max(layout.record_bytes, RoundUp(at, 8));
  }
  layout.selects = table.implementation.valid() &&
                   schema.action_profiles.Contains(table.implementation) &&
                   schema.action_profiles[table.implementation].with_selector;
  if (layout.selects)
    layout.record_bytes =
        std::max(layout.record_bytes, uint32_t{sizeof(RecordHeader) + sizeof(void*)});
  return layout;
}

TableLayout Of(const schema::ValueSet& value_set) {
  TableLayout layout;
  LayKeys(layout, value_set.keys);
  layout.record_bytes = sizeof(RecordHeader);
  layout.actions.emplace_back();
  return layout;
}

namespace {

Integer FieldMask(const KeyField& field, const schema::Match& match) {
  switch (field.kind) {
    case schema::MatchKind::kExact:
      return Mask(field.width);
    case schema::MatchKind::kLpm:
      return Mask(field.width) ^ Mask(field.width - match.prefix_length);
    case schema::MatchKind::kTernary:
      return match.mask;
    case schema::MatchKind::kOptional:
      return match.wildcard ? Integer(0) : Mask(field.width);
    case schema::MatchKind::kRange:
      return match.high;
  }
  return 0;
}

}  // namespace

EncodedKey EncodeKey(const TableLayout& layout, const std::vector<schema::Match>& matches) {
  EncodedKey key;
  key.value.reserve(layout.key_bytes);
  key.other.reserve(layout.key_bytes);
  for (size_t i = 0; i < layout.fields.size(); ++i) {
    const KeyField& field = layout.fields[i];
    const Integer other = FieldMask(field, matches[i]);
    Integer value = matches[i].value;
    if (field.kind != schema::MatchKind::kRange) value &= other;
    key.value += ToBytes(value, field.bytes);
    key.other += ToBytes(other, field.bytes);
  }
  key.value.resize(layout.key_bytes, '\0');
  key.other.resize(layout.key_bytes, '\0');
  return key;
}

std::string EncodeLookupKey(const TableLayout& layout, const std::vector<Integer>& values) {
  std::string key;
  for (size_t i = 0; i < layout.fields.size(); ++i)
    key += ToBytes(values[i], layout.fields[i].bytes);
  key.resize(layout.key_bytes, '\0');
  return key;
}

std::string EncodeRecord(const TableLayout& layout, uint32_t action,
                         const std::vector<Integer>& args, bool hit, uint32_t direct_index) {
  std::string record(layout.record_bytes, '\0');
  RecordHeader header;
  header.action = static_cast<uint16_t>(action);
  header.flags = hit ? RecordHeader::kHit : 0;
  header.direct_index = direct_index;
  std::memcpy(record.data(), &header, sizeof header);
  if (action < layout.actions.size()) {
    const std::vector<Argument>& places = layout.actions[action];
    for (size_t i = 0; i < places.size() && i < args.size(); ++i)
      StoreScalar(reinterpret_cast<uint8_t*>(record.data()) + places[i].offset, places[i].width,
                  args[i]);
  }
  return record;
}

void StoreScalar(uint8_t* at, uint32_t width, const Integer& value) {
  const uint32_t bytes = ScalarBytes(width);
  if (bytes <= 8) {
    const uint64_t word = ToU64(value);
    std::memcpy(at, &word, bytes);
    return;
  }
  const std::string big = ToBytes(value, bytes);
  std::reverse_copy(big.begin(), big.end(), at);
}

Integer LoadScalar(const uint8_t* at, uint32_t width) {
  const uint32_t bytes = ScalarBytes(width);
  std::string big(bytes, '\0');
  std::reverse_copy(at, at + bytes, big.begin());
  return Truncate(FromBytes(big), width);
}

}  // namespace ipdk::cpu::layout
