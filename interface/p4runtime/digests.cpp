#include "interface/p4runtime/digests.h"

#include <algorithm>
#include <optional>

#include "interface/p4runtime/bytes.h"

namespace ipdk::p4runtime {
namespace {

constexpr size_t kMaxList = 1024;       // messages, where the controller sets no limit
constexpr size_t kMaxCached = 100'000;  // messages that wait for acknowledgement
constexpr int kMaxDepth = 32;           // of types

// Walks a type and takes its leaves in order.
class DataBuilder {
 public:
  DataBuilder(const schema::Schema& schema, const schema::Digest& digest, std::string_view leaves)
      : schema_(schema), digest_(digest), rest_(leaves) {}

  bool Build(uint32_t index, int depth, p4::v1::P4Data& out) {
    using Kind = schema::DataType::Kind;
    if (index >= schema_.types.size() || depth > kMaxDepth) return false;
    const schema::DataType& type = schema_.types[index];
    switch (type.kind) {
      case Kind::kBits:
      case Kind::kSigned:
      case Kind::kNewType: {
        const auto leaf = Leaf();
        if (leaf) out.set_bitstring(*leaf);
        return leaf.has_value();
      }
      case Kind::kBool: {
        const auto leaf = Leaf();
        if (leaf) out.set_bool_(*leaf != std::string(1, '\0'));
        return leaf.has_value();
      }
      case Kind::kSerializableEnum: {
        const auto leaf = Leaf();
        if (leaf) out.set_enum_value(*leaf);
        return leaf.has_value();
      }
      case Kind::kTuple: {
        auto* tuple = out.mutable_tuple();
        for (const uint32_t member : type.members)
          if (!Build(member, depth + 1, *tuple->add_members())) return false;
        return true;
      }
      case Kind::kStruct: {
        auto* members = out.mutable_struct_();
        for (const schema::NamedType& named : schema_.named_types) {
          if (named.kind != Kind::kStruct || named.name != type.name) continue;
          for (const auto& member : named.members)
            if (!Build(member.type, depth + 1, *members->add_members())) return false;
          return true;
        }
        return false;
      }
      default:
        return false;
    }
  }
  bool done() const { return rest_.empty() && next_ == digest_.widths.size(); }

  // All leaves side by side, for types that have no other form here.
  bool Flat(p4::v1::P4Data& out) {
    auto* members = out.mutable_struct_();
    while (next_ < digest_.widths.size()) {
      const auto leaf = Leaf();
      if (!leaf) return false;
      members->add_members()->set_bitstring(*leaf);
    }
    return rest_.empty();
  }

 private:
  std::optional<std::string> Leaf() {
    if (next_ >= digest_.widths.size()) return std::nullopt;
    const size_t bytes = BytesFor(digest_.widths[next_]);
    if (rest_.size() < bytes) return std::nullopt;
    std::string leaf = EncodeBytes(FromBytes(rest_.substr(0, bytes)));
    rest_.remove_prefix(bytes);
    ++next_;
    return leaf;
  }

  const schema::Schema& schema_;
  const schema::Digest& digest_;
  std::string_view rest_;
  size_t next_ = 0;
};

}  // namespace

Result<p4::v1::P4Data> ToDigestData(const schema::Schema& schema, const schema::Digest& digest,
                                    std::string_view leaves) {
  p4::v1::P4Data data;
  DataBuilder builder(schema, digest, leaves);
  if (builder.Build(digest.type, 0, data) && builder.done()) return data;
  data.Clear();
  DataBuilder flat(schema, digest, leaves);
  if (flat.Flat(data)) return data;
  return Internal("digest '{}': {} bytes are not its {} values", digest.preamble.name,
                  leaves.size(), digest.widths.size());
}

DigestSender::DigestSender(Send send) : send_(std::move(send)), thread_([this] { Loop(); }) {}

DigestSender::~DigestSender() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void DigestSender::Configure(uint32_t digest, const DigestConfig& config) {
  const std::lock_guard lock(mutex_);
  digests_[digest].config = config;
}

void DigestSender::Remove(uint32_t digest) {
  const std::lock_guard lock(mutex_);
  digests_.erase(digest);
}

void DigestSender::Clear() {
  const std::lock_guard lock(mutex_);
  digests_.clear();
}

bool DigestSender::Wants(uint32_t digest) const {
  const std::lock_guard lock(mutex_);
  return digests_.contains(digest);
}

void DigestSender::Forget(Digest& digest, uint64_t list) {
  const auto it = digest.sent.find(list);
  if (it == digest.sent.end()) return;
  for (const std::string& message : it->second.messages) digest.cache.erase(message);
  digest.sent.erase(it);
}

Status DigestSender::Acknowledge(uint32_t digest, uint64_t list) {
  const std::lock_guard lock(mutex_);
  const auto it = digests_.find(digest);
  if (it == digests_.end())
    return NotFound("digest id {:#x} is not configured: write a DigestEntry first", digest);
  Forget(it->second, list);
  return {};
}

void DigestSender::Add(uint32_t id, p4::v1::P4Data&& data, uint64_t time_ns) {
  std::string bytes = data.SerializeAsString();
  const std::lock_guard lock(mutex_);
  const auto it = digests_.find(id);
  if (it == digests_.end()) return;
  Digest& digest = it->second;
  if (digest.cache.contains(bytes) || digest.cache.size() >= kMaxCached) return;
  if (!digest.distinct.insert(std::move(bytes)).second) return;
  if (digest.gathered.empty())
    digest.due = Clock::now() + std::chrono::nanoseconds(std::min<uint64_t>(
                                    digest.config.max_timeout_ns, 3'600'000'000'000));
  digest.gathered.push_back(std::move(data));
  digest.time_ns = time_ns;
  const size_t full = digest.config.max_list_size == 0
                          ? kMaxList
                          : std::min<size_t>(digest.config.max_list_size, kMaxList);
  if (digest.gathered.size() >= full || digest.config.max_timeout_ns == 0)
    Flush(id, digest);
  else
    wake_.notify_all();
}

void DigestSender::Flush(uint32_t id, Digest& digest) {
  p4::v1::DigestList list;
  list.set_digest_id(id);
  list.set_list_id(next_list_++);
  list.set_timestamp(static_cast<int64_t>(digest.time_ns));
  for (auto& data : digest.gathered) *list.add_data() = std::move(data);
  digest.gathered.clear();
  if (digest.config.ack_timeout_ns != 0) {
    Sent& sent = digest.sent[list.list_id()];
    sent.forget = Clock::now() + std::chrono::nanoseconds(std::min<uint64_t>(
                                     digest.config.ack_timeout_ns, 3'600'000'000'000));
    sent.messages.assign(digest.distinct.begin(), digest.distinct.end());
    digest.cache.insert(sent.messages.begin(), sent.messages.end());
    wake_.notify_all();
  }
  digest.distinct.clear();
  send_(std::move(list));
}

void DigestSender::Loop() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto now = Clock::now();
    auto next = now + std::chrono::hours(1);
    for (auto& [id, digest] : digests_) {
      if (!digest.gathered.empty() && digest.due <= now) Flush(id, digest);
      if (!digest.gathered.empty()) next = std::min(next, digest.due);
      // Lists are numbered in the order in which they were sent.
      while (!digest.sent.empty() && digest.sent.begin()->second.forget <= now)
        Forget(digest, digest.sent.begin()->first);
      if (!digest.sent.empty()) next = std::min(next, digest.sent.begin()->second.forget);
    }
    wake_.wait_until(lock, next);
  }
}

}  // namespace ipdk::p4runtime
