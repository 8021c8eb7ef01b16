#include "targets/cpu/engines/table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "pipeline/externs/expire.h"
#include "pipeline/externs/selector.h"
#include "pipeline/schema/match.h"
#include "targets/cpu/engines/engine.h"
#include "targets/cpu/engines/epoch.h"

namespace ipdk::cpu {

namespace engines {
namespace {
// Ids are 31 bits (an engine may use the top one), so this is no limit that a machine's memory does
// not set first.
constexpr size_t kRecordSpace = size_t{1} << 36;
}  // namespace

RecordPool::RecordPool(uint32_t record_bytes, std::shared_ptr<Epoch> epoch)
    : record_bytes_(record_bytes),
      // A record within a line does not cross into the next one.
      stride_(record_bytes <= 64 ? std::bit_ceil(record_bytes) : (record_bytes + 63) / 64 * 64),
      memory_(kRecordSpace, true),
      epoch_(std::move(epoch)),
      free_(std::make_shared<std::vector<uint32_t>>()) {}

uint32_t RecordPool::Take(const void* bytes) {
  uint32_t id;
  if (free_->empty()) {
    id = next_++;
    IPDK_CHECK((size_t{id} + 1) * stride_ <= memory_.size() && id < 1u << 31);
  } else {
    id = free_->back();
    free_->pop_back();
  }
  std::memcpy(memory_.data() + size_t{id} * stride_, bytes, record_bytes_);
  return id;
}

void RecordPool::Drop(uint32_t id) {
  epoch_->Retire([free = free_, id] { free->push_back(id); });
}

namespace {

std::unique_ptr<Engine> MakeEngine(const layout::TableLayout& layout, bool ordered,
                                   const std::shared_ptr<Epoch>& epoch) {
  if (layout.fields.empty()) return MakeEmpty();
  if (ordered) return MakeClassifier(layout, epoch);
  const bool exact = std::all_of(
      layout.fields.begin(), layout.fields.end(),
      [](const layout::KeyField& field) { return field.kind == schema::MatchKind::kExact; });
  if (exact) return layout.used_key_bytes <= 2 ? MakeDirect(layout) : MakeHash(layout, epoch);
  if (layout.fields.size() == 1 && layout.fields[0].width <= 32) return MakeLpm32(layout, epoch);
  return MakePrefixHash(layout, epoch);
}

}  // namespace
}  // namespace engines

struct Table::Change {
  enum Kind : uint8_t { kInsert, kReplace, kErase, kDefault } kind;
  engines::Rule rule;
  uint32_t old_record = 0;
  uint32_t old_direct = 0;
};

Table::Table(const schema::Schema& schema, const schema::Table& table,
             std::shared_ptr<engines::Epoch> epoch)
    : name_(table.preamble.name), keys_(table.keys), layout_(layout::Of(schema, table)) {
  for (const schema::ActionRef& ref : table.actions)
    action_names_.push_back(schema.actions[ref.action].preamble.name);
  Init(std::move(epoch));
  SetDefault(table.default_entry.action, table.default_entry.args);
  Publish();
}

Table::Table(const schema::ValueSet& value_set, std::shared_ptr<engines::Epoch> epoch)
    : name_(value_set.preamble.name), keys_(value_set.keys), layout_(layout::Of(value_set)) {
  Init(std::move(epoch));
  SetDefault(0, {});
  Publish();
}

Table::~Table() = default;

void Table::Init(std::shared_ptr<engines::Epoch> epoch) {
  epoch_ = std::move(epoch);
  ordered_ = schema::NeedsOrder(keys_);
  records_ = std::make_unique<engines::RecordPool>(layout_.record_bytes, epoch_);
  engine_ = engines::MakeEngine(layout_, ordered_, epoch_);
}

bool Table::CanLookUpInPlace(const layout::TableLayout& layout) {
  return !layout.selects && layout.used_key_bytes <= 2 &&
         std::all_of(layout.fields.begin(), layout.fields.end(), [](const layout::KeyField& field) {
           return field.kind == schema::MatchKind::kExact;
         });
}

Table::InPlace Table::in_place() const {
  return {engine_->direct_ids(), records_->base(), records_->stride(), &default_record_};
}

void Table::Learn(const schema::Table& table, bool own_timers, const Table* former) {
  if (learned_ != nullptr) return;
  engines::Learned::Options options;
  options.key_bytes = layout_.key_bytes;
  options.record_bytes = layout_.record_bytes;
  options.capacity = externs::LearnedCapacity(table.size);
  options.ages = table.auto_delete;
  options.own_timers = own_timers;
  if (former != nullptr && former->learned_ != nullptr && !layout_.has_direct &&
      former->learned_->options().Same(options)) {
    learned_ = former->learned_;
    return;
  }
  if (layout_.has_direct) {
    options.first_direct = next_direct_;
    next_direct_ += static_cast<uint32_t>(engines::Learned::Blocks(options.capacity));
    for (const auto& listener : listeners_) listener(next_direct_ - 1);
  }
  learned_ = std::make_shared<engines::Learned>(options, epoch_);
  learned_->OnNewDirectIndex([this](uint32_t index) {
    for (const auto& listener : listeners_) listener(index);
  });
}

std::string Table::engine_name() const { return std::string(engine_->name()); }

engines::Rule Table::MakeRule(const schema::Entry& entry) const {
  engines::Rule rule;
  rule.key = layout::EncodeKey(layout_, entry.matches);
  rule.order = ordered_ ? entry.order : 0;
  return rule;
}

std::string Table::BookKey(const engines::Rule& rule) {
  std::string key = rule.key.value + rule.key.other;
  key.append(reinterpret_cast<const char*>(&rule.order), sizeof rule.order);
  return key;
}

std::string Table::Describe(const schema::Entry& entry) const {
  std::string text;
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (i > 0) text += ", ";
    text += keys_[i].name + "=" + schema::ToText(keys_[i], entry.matches[i]);
  }
  if (ordered_) text += fmt::format(" order {}", entry.order);
  return text;
}

uint32_t Table::TakeRecord(const std::string& bytes) {
  if (!layout_.has_direct) {
    const auto it = interned_.find(bytes);
    if (it != interned_.end()) {
      ++references_[it->second];
      return it->second;
    }
  }
  const uint32_t id = records_->Take(bytes.data());
  if (references_.size() <= id)
    references_.resize(std::max<size_t>(id + 1, references_.size() * 2));
  references_[id] = 1;
  if (!layout_.has_direct) interned_.emplace(bytes, id);
  return id;
}

void Table::DropRecord(uint32_t record) {
  if (record == 0 || --references_[record] > 0) return;
  if (!layout_.has_direct)
    interned_.erase(
        std::string(reinterpret_cast<const char*>(records_->Get(record)), layout_.record_bytes));
  if (const auto group = group_of_.find(record); group != group_of_.end()) {
    epoch_->Retire([kept = std::move(group->second)] {});
    group_of_.erase(group);
  }
  records_->Drop(record);
}

std::shared_ptr<const Table::Group> Table::MakeGroup(const schema::Entry& entry,
                                                     uint32_t direct_index) {
  std::string members, all;
  std::vector<externs::SelectorMember> weighed;
  for (const schema::Entry::Choice& choice : entry.choices) {
    weighed.push_back({choice.identity, choice.weight});
    members.append(reinterpret_cast<const char*>(&choice.identity), sizeof choice.identity);
    members.append(reinterpret_cast<const char*>(&choice.weight), sizeof choice.weight);
    all += layout::EncodeRecord(layout_, choice.action, choice.args, true, direct_index);
  }
  std::weak_ptr<const Group>& known = groups_[members + all];
  if (auto group = known.lock()) return group;
  std::weak_ptr<const std::vector<uint16_t>>& known_slots = slots_[members];
  auto slots = known_slots.lock();
  if (slots == nullptr) {
    slots = std::make_shared<const std::vector<uint16_t>>(externs::FillSelector(weighed));
    known_slots = slots;
  }
  auto group = std::make_shared<Group>();
  group->slots = std::move(slots);
  group->stride = layout_.record_bytes / 8;
  group->records.resize(all.size() / 8);
  if (!all.empty()) std::memcpy(group->records.data(), all.data(), all.size());
  known = group;
  if (groups_.size() + slots_.size() > sweep_groups_) {
    std::erase_if(groups_, [](const auto& item) { return item.second.expired(); });
    std::erase_if(slots_, [](const auto& item) { return item.second.expired(); });
    sweep_groups_ = 64 + 2 * (groups_.size() + slots_.size());
  }
  return group;
}

uint32_t Table::TakeRecord(const schema::Entry& entry, uint32_t direct_index) {
  if (!entry.grouped)
    return TakeRecord(layout::EncodeRecord(layout_, entry.action, entry.args, true, direct_index));
  std::shared_ptr<const Group> group = MakeGroup(entry, direct_index);
  std::string bytes(layout_.record_bytes, '\0');
  layout::RecordHeader header;
  header.flags = layout::RecordHeader::kHit | layout::RecordHeader::kGroup;
  header.direct_index = direct_index;
  std::memcpy(bytes.data(), &header, sizeof header);
  const Group* at = group.get();
  std::memcpy(bytes.data() + sizeof header, &at, sizeof at);
  const uint32_t record = TakeRecord(bytes);
  group_of_.emplace(record, std::move(group));
  return record;
}

void Table::Select(const uint32_t* hashes, uint32_t n, const layout::Record** records) const {
  for (uint32_t i = 0; i < n; ++i) {
    if ((records[i]->flags & layout::RecordHeader::kGroup) == 0) continue;
    const Group* group;
    std::memcpy(&group, records[i] + 1, sizeof group);
    if (group->records.empty()) {
      records[i] = default_record_.load(std::memory_order_acquire);
      continue;
    }
    const size_t member = (*group->slots)[externs::SelectorSlot(hashes[i])];
    records[i] =
        reinterpret_cast<const layout::Record*>(group->records.data() + member * group->stride);
  }
}

uint32_t Table::TakeDirectIndex() {
  if (!layout_.has_direct) return 0;
  uint32_t index;
  if (free_direct_.empty()) {
    index = next_direct_++;
  } else {
    index = free_direct_.back();
    free_direct_.pop_back();
  }
  for (const auto& listener : listeners_) listener(index);
  return index;
}

uint32_t Table::direct_capacity() const { return next_direct_; }

void Table::OnNewDirectIndex(std::function<void(uint32_t index)> listener) {
  for (uint32_t index = 0; index < next_direct_; ++index) listener(index);
  listeners_.push_back(std::move(listener));
}

Status Table::Insert(const schema::Entry& entry) {
  if (keys_.empty())
    return InvalidArgument(
        "table '{}' has no key and so takes no entries: set its default action instead", name_);
  if (entry.grouped && learned_ != nullptr)
    return Unimplemented("table '{}': packets add entries, so groups are not yet supported", name_);
  Change change{Change::kInsert, MakeRule(entry), 0, 0};
  const auto [it, fresh] = book_.try_emplace(BookKey(change.rule));
  if (!fresh)
    return AlreadyExists("table '{}' already has an entry {}: modify or delete that one", name_,
                         Describe(entry));
  Held& held = it->second;
  held.direct_index = TakeDirectIndex();
  held.sequence = change.rule.sequence = next_sequence_++;
  held.record = change.rule.record = TakeRecord(entry, held.direct_index);
  unpublished_.push_back(std::move(change));
  return {};
}

Status Table::Modify(const schema::Entry& entry) {
  Change change{Change::kReplace, MakeRule(entry), 0, 0};
  const auto it = book_.find(BookKey(change.rule));
  if (it == book_.end()) return NotFound("table '{}' has no entry {}", name_, Describe(entry));
  Held& held = it->second;
  change.old_record = held.record;
  change.rule.sequence = held.sequence;
  held.record = change.rule.record = TakeRecord(entry, held.direct_index);
  unpublished_.push_back(std::move(change));
  return {};
}

Status Table::Erase(const schema::Entry& entry) {
  Change change{Change::kErase, MakeRule(entry), 0, 0};
  const auto it = book_.find(BookKey(change.rule));
  if (it == book_.end()) return NotFound("table '{}' has no entry {}", name_, Describe(entry));
  change.old_record = it->second.record;
  change.old_direct = it->second.direct_index;
  change.rule.sequence = it->second.sequence;
  book_.erase(it);
  unpublished_.push_back(std::move(change));
  return {};
}

void Table::SetDefault(uint32_t action, const std::vector<Integer>& args) {
  Change change{Change::kDefault, {}, default_id_, 0};
  change.rule.record = default_id_ =
      TakeRecord(layout::EncodeRecord(layout_, action, args, false, 0));
  unpublished_.push_back(std::move(change));
}

void Table::Clear() {
  Publish();
  for (auto& [key, held] : book_) {
    Change change{Change::kErase, {}, held.record, held.direct_index};
    change.rule.key.value = key.substr(0, layout_.key_bytes);
    change.rule.key.other = key.substr(layout_.key_bytes, layout_.key_bytes);
    std::memcpy(&change.rule.order, key.data() + 2 * layout_.key_bytes, sizeof change.rule.order);
    change.rule.sequence = held.sequence;
    unpublished_.push_back(std::move(change));
  }
  book_.clear();
}

void Table::Publish() {
  if (unpublished_.empty()) return;
  for (const Change& change : unpublished_) {
    switch (change.kind) {
      case Change::kInsert:
        engine_->Insert(change.rule);
        if (learned_ != nullptr)
          learned_->Erase(reinterpret_cast<const uint8_t*>(change.rule.key.value.data()));
        break;
      case Change::kReplace:
        engine_->Replace(change.rule);
        break;
      case Change::kErase:
        engine_->Erase(change.rule);
        break;
      case Change::kDefault:
        default_record_.store(records_->Get(change.rule.record), std::memory_order_release);
        break;
    }
  }
  engine_->Commit();
  // Only now can no new reader find the old records.
  for (const Change& change : unpublished_) {
    DropRecord(change.old_record);
    if (change.old_direct != 0) free_direct_.push_back(change.old_direct);
  }
  unpublished_.clear();
}

Result<uint32_t> Table::DirectIndex(const schema::Entry& entry) const {
  const auto it = book_.find(BookKey(MakeRule(entry)));
  if (it == book_.end()) return NotFound("table '{}' has no entry {}", name_, Describe(entry));
  return it->second.direct_index;
}

const layout::Record* Table::LookupLearned(const uint8_t* key, uint64_t now_ns,
                                           engines::Learned::Entry** entry) const {
  *entry = nullptr;
  const layout::Record* found;
  Lookup(key, 1, &found);
  if (found->hit()) return found;
  const layout::Record* record = learned_->Find(key, now_ns, entry);
  return record != nullptr ? record : found;
}

void Table::Lookup(const uint8_t* keys, uint32_t n, const layout::Record** out) const {
  uint32_t ids[engines::kBatch];
  // The default is read before the engine: a packet may see an older default than entries, never a
  // freed one.
  const layout::Record* miss = default_record_.load(std::memory_order_acquire);
  engine_->Lookup(keys, n, ids);
  const uint8_t* base = records_->base();
  const size_t stride = records_->stride();
  for (uint32_t i = 0; i < n; ++i) {
    const auto* record = reinterpret_cast<const layout::Record*>(base + ids[i] * stride);
    out[i] = ids[i] != 0 ? record : miss;
    __builtin_prefetch(out[i]);
  }
}

}  // namespace ipdk::cpu
