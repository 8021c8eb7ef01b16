#include "tdi/conformance/memory_backend.h"

#include <algorithm>

namespace ipdk::tdi::conformance {
namespace {

std::string Identity(const Row& row) { return row.key + '/' + std::to_string(row.order); }

}  // namespace

bool Matches(const TableSchema& schema, const std::vector<KeyValue>& key,
             const std::vector<Integer>& packet) {
  for (size_t i = 0; i < schema.keys.size(); ++i) {
    const Field& field = schema.keys[i];
    const KeyValue& want = key[i];
    bool match = false;
    switch (field.match) {
      case MatchKind::kExact:
        match = packet[i] == want.value;
        break;
      case MatchKind::kLpm: {
        const uint32_t host_bits = field.width - want.prefix_length;
        match = (packet[i] >> host_bits) == (want.value >> host_bits);
        break;
      }
      case MatchKind::kTernary:
        match = (packet[i] & want.mask) == want.value;
        break;
      case MatchKind::kRange:
        match = want.value <= packet[i] && packet[i] <= want.high;
        break;
      case MatchKind::kOptional:
        match = want.wildcard || packet[i] == want.value;
        break;
    }
    if (!match) return false;
  }
  return true;
}

bool Prefers(const TableSchema& schema, const Row& a, const Row& b) {
  if (a.order != b.order) return a.order > b.order;
  const auto left = DecodeKey(schema, a.key), right = DecodeKey(schema, b.key);
  if (!left || !right) return false;
  for (size_t i = 0; i < schema.keys.size(); ++i)
    if ((*left)[i].prefix_length != (*right)[i].prefix_length)
      return (*left)[i].prefix_length > (*right)[i].prefix_length;
  return false;
}

Status MemoryBackend::Apply(const Change& change) {
  if (fail_) {
    Error error = *std::move(fail_);
    fail_.reset();
    return std::unexpected(std::move(error));
  }
  if (change.is_default) {
    default_ = change.after != nullptr ? std::optional(*change.after) : program_default_;
    return {};
  }
  const Row& row = change.after != nullptr ? *change.after : *change.before;
  const auto it = std::find_if(rows_.begin(), rows_.end(), [&](const Row& other) {
    return other.key == row.key && other.order == row.order;
  });
  if (change.before == nullptr) {
    if (it != rows_.end()) return Internal("the device inserted a row twice");
    IPDK_ASSIGN(auto key, DecodeKey(schema_, row.key));
    rows_.push_back(row);
    keys_.push_back(std::move(key));
    return {};
  }
  if (change.after == nullptr) {
    const auto learned = std::find_if(learned_.begin(), learned_.end(),
                                      [&](const Row& other) { return other.key == row.key; });
    if (it == rows_.end() && learned != learned_.end()) {
      learned_.erase(learned);
      return {};
    }
    if (it == rows_.end()) return Internal("the device deleted a row that is not there");
    keys_.erase(keys_.begin() + (it - rows_.begin()));
    rows_.erase(it);
    std::erase_if(states_, [&](const auto& item) { return item.first == Identity(row); });
    return {};
  }
  if (it == rows_.end()) return Internal("the device modified a row that is not there");
  *it = row;
  return {};
}

std::string MemoryBackend::ZeroOf(const std::vector<Field>& fields) const {
  FieldWriter writer;
  for (const Field& field : fields)
    field.kind == ValueKind::kString ? writer.Text("") : writer.Bits(0, field.width);
  return writer.Take();
}

Result<std::string> MemoryBackend::ReadState(const Row& row) {
  for (const auto& [identity, state] : states_)
    if (identity == Identity(row)) return state;
  return ZeroOf(schema_.state);
}

Status MemoryBackend::WriteState(const Row& row, std::string_view state) {
  std::erase_if(states_, [&](const auto& item) { return item.first == Identity(row); });
  states_.emplace_back(Identity(row), state);
  return {};
}

Result<size_t> MemoryBackend::Index(std::string_view key) const {
  const Integer index = FromBytes(key);
  if (index >= FromU64(schema_.size))
    return OutOfRange("table '{}': index {} is beyond its size {}", schema_.name, index.get_str(),
                      schema_.size);
  return ToU64(index);
}

Result<std::string> MemoryBackend::ReadLive(std::string_view key) {
  IPDK_ASSIGN(const size_t index, Index(key));
  return index < live_.size() && !live_[index].empty() ? live_[index] : ZeroOf(schema_.data);
}

Status MemoryBackend::WriteLive(std::string_view key, std::string_view data) {
  IPDK_ASSIGN(const size_t index, Index(key));
  if (live_.size() <= index) live_.resize(index + 1);
  live_[index] = data;
  return {};
}

Result<uint64_t> MemoryBackend::ScanLearned(uint64_t cursor, size_t max,
                                            const std::function<void(const Row&)>& row) {
  const size_t end = std::min<size_t>(learned_.size(), cursor + max);
  for (size_t i = cursor; i < end; ++i) row(learned_[i]);
  return end >= learned_.size() ? 0 : end;
}

Found MemoryBackend::Lookup(const std::vector<Integer>& packet) const {
  const Row* best = nullptr;
  for (size_t i = 0; i < rows_.size(); ++i)
    if (Matches(schema_, keys_[i], packet) &&
        (best == nullptr || Prefers(schema_, rows_[i], *best)))
      best = &rows_[i];
  if (best != nullptr) return {.hit = true, .action = best->action, .data = best->data};
  if (default_) return {.hit = false, .action = default_->action, .data = default_->data};
  return {};
}

}  // namespace ipdk::tdi::conformance
