#include "targets/cpu/engines/state.h"

#include <algorithm>
#include <cstring>

#include "targets/cpu/layout/layout.h"

namespace ipdk::cpu {
namespace {

// Address space of direct counters, whose number is not known at the start.
constexpr uint64_t kDirectCapacity = uint64_t{1} << 28;

}  // namespace

CounterArray::CounterArray(std::string name, uint64_t size, bool direct)
    : name_(std::move(name)),
      size_(size),
      direct_(direct),
      capacity_(direct ? kDirectCapacity : size) {
  written_.resize(size);
}

void CounterArray::Grow(uint64_t size) {
  size_ = std::max(size_, std::min(size, capacity_));
  if (written_.size() < size_) written_.resize(std::max<uint64_t>(size_, written_.size() * 2));
}

CounterValue* CounterArray::Shard(uint32_t worker) {
  if (shards_.size() <= worker) shards_.resize(worker + 1);
  if (shards_[worker] == nullptr)
    shards_[worker] = std::make_unique<engines::Reserved>(std::max<uint64_t>(capacity_, 1) *
                                                          sizeof(CounterValue));
  return reinterpret_cast<CounterValue*>(shards_[worker]->data());
}

Result<CounterValue> CounterArray::Read(uint64_t index) const {
  if (index >= size_)
    return OutOfRange("counter '{}' has the indices 0 to {}, got {}", name_,
                      size_ == 0 ? 0 : size_ - 1, index);
  CounterValue sum = written_[index];
  for (const auto& shard : shards_) {
    if (shard == nullptr) continue;
    const CounterValue* value = reinterpret_cast<const CounterValue*>(shard->data()) + index;
    sum.packets += __atomic_load_n(&value->packets, __ATOMIC_RELAXED);
    sum.bytes += __atomic_load_n(&value->bytes, __ATOMIC_RELAXED);
  }
  return sum;
}

Status CounterArray::Write(uint64_t index, CounterValue value) {
  IPDK_ASSIGN(const CounterValue now, Read(index));
  written_[index].packets += value.packets - now.packets;
  written_[index].bytes += value.bytes - now.bytes;
  return {};
}

Status CounterArray::Add(uint64_t index, CounterValue value) {
  if (index >= size_)
    return OutOfRange("counter '{}' has the indices 0 to {}, got {}", name_,
                      size_ == 0 ? 0 : size_ - 1, index);
  written_[index].packets += value.packets;
  written_[index].bytes += value.bytes;
  return {};
}

RegisterArray::RegisterArray(std::string name, std::vector<uint32_t> widths, uint64_t size,
                             const Integer& initial)
    : name_(std::move(name)), widths_(std::move(widths)), size_(size), initial_(initial) {
  uint32_t at = 0;
  for (const uint32_t width : widths_) {
    const uint32_t align = layout::ScalarAlign(width);
    at = (at + align - 1) / align * align;
    offsets_.push_back(at);
    at += layout::ScalarBytes(width);
  }
  stride_ = (std::max(at, 1u) + 7) / 8 * 8;
  if (widths_.size() == 1 && at <= 4) stride_ = at;
  memory_ = std::make_unique<engines::Reserved>(std::max<uint64_t>(size_, 1) * stride_);
  if (initial_ != 0) Reset();
}

Result<std::vector<Integer>> RegisterArray::Read(uint64_t index) const {
  if (index >= size_)
    return OutOfRange("register '{}' has the indices 0 to {}, got {}", name_,
                      size_ == 0 ? 0 : size_ - 1, index);
  std::vector<Integer> values;
  for (size_t i = 0; i < widths_.size(); ++i)
    values.push_back(layout::LoadScalar(data() + index * stride_ + offsets_[i], widths_[i]));
  return values;
}

Status RegisterArray::Write(uint64_t index, const std::vector<Integer>& values) {
  if (index >= size_)
    return OutOfRange("register '{}' has the indices 0 to {}, got {}", name_,
                      size_ == 0 ? 0 : size_ - 1, index);
  if (values.size() != widths_.size())
    return InvalidArgument("register '{}' wants {} values, got {}", name_, widths_.size(),
                           values.size());
  for (size_t i = 0; i < widths_.size(); ++i)
    layout::StoreScalar(data() + index * stride_ + offsets_[i], widths_[i],
                        Truncate(values[i], widths_[i]));
  return {};
}

void RegisterArray::Reset() {
  for (uint64_t i = 0; i < size_; ++i)
    for (size_t leaf = 0; leaf < widths_.size(); ++leaf)
      layout::StoreScalar(data() + i * stride_ + offsets_[leaf], widths_[leaf],
                          Truncate(initial_, widths_[leaf]));
}

MeterArray::MeterArray(std::string name, uint64_t size, bool direct, bool packets, bool color_aware)
    : name_(std::move(name)),
      size_(size),
      direct_(direct),
      packets_(packets),
      color_aware_(color_aware),
      capacity_(direct ? kDirectCapacity : size),
      memory_(
          std::make_unique<engines::Reserved>(std::max<uint64_t>(capacity_, 1) * sizeof(Element))) {
}

void MeterArray::Grow(uint64_t size) { size_ = std::max(size_, std::min(size, capacity_)); }

namespace {

// Held for some tens of nanoseconds by a worker or the control thread.
class ElementLock {
 public:
  explicit ElementLock(uint32_t& lock) : lock_(lock) {
    while (__atomic_exchange_n(&lock_, 1, __ATOMIC_ACQUIRE) != 0) __builtin_ia32_pause();
  }
  ~ElementLock() { __atomic_store_n(&lock_, 0, __ATOMIC_RELEASE); }
  ElementLock(const ElementLock&) = delete;
  ElementLock& operator=(const ElementLock&) = delete;

 private:
  uint32_t& lock_;
};

}  // namespace

Result<externs::MeterConfig> MeterArray::Read(uint64_t index) const {
  if (index >= size_)
    return OutOfRange("meter '{}' has the indices 0 to {}, got {}", name_,
                      size_ == 0 ? 0 : size_ - 1, index);
  ElementLock lock(at(index).lock);
  return at(index).config;
}

Status MeterArray::Write(uint64_t index, const externs::MeterConfig& config, uint64_t now_ns) {
  if (index >= size_)
    return OutOfRange("meter '{}' has the indices 0 to {}, got {}", name_,
                      size_ == 0 ? 0 : size_ - 1, index);
  Element& element = at(index);
  ElementLock lock(element.lock);
  element.config = config;
  element.state = externs::StartMeter(config, now_ns);
  return {};
}

uint32_t MeterArray::Execute(uint64_t index, uint64_t now_ns, uint64_t bytes, uint32_t before) {
  if (index >= size_) return externs::kGreen;
  Element& element = at(index);
  ElementLock lock(element.lock);
  return externs::ExecuteMeter(element.config, element.state, now_ns, packets_ ? 1 : bytes,
                               static_cast<externs::Color>(before), color_aware_);
}

}  // namespace ipdk::cpu
