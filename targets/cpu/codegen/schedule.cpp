// The scheduler: runs a burst through the stages of one entry function, the earliest pending stage
// first, packets in the order of their arrival. A region whose state must see packets one by one
// gets them one by one.

#include <algorithm>
#include <array>
#include <cstring>

#include "targets/cpu/codegen/code.h"
#include "targets/cpu/engines/table.h"

namespace ipdk::cpu {
namespace {

using codegen::SiteQueue;

constexpr std::array<uint32_t, kMaxBurst> kOrder = [] {
  std::array<uint32_t, kMaxBurst> order{};
  for (uint32_t i = 0; i < kMaxBurst; ++i) order[i] = i;
  return order;
}();

class Run {
 public:
  Run(const Schedule& schedule, Queues::Set& set, Packet* const* packets)
      : schedule_(schedule), set_(set), packets_(packets) {}

  void All(uint32_t n) {
    if (schedule_.serial_from_start) {
      for (uint32_t i = 0; i < n; ++i) {
        schedule_.entry(&set_.context, packets_, kOrder.data() + i, nullptr, 1);
        Drain(true);
      }
    } else {
      schedule_.entry(&set_.context, packets_, kOrder.data(), nullptr, n);
    }
    Drain(false);
  }

 private:
  // Runs pending sites until none is left (of the serial region only, if so asked).
  void Drain(bool serial_only) {
    const size_t count = schedule_.sites.size();
    for (size_t i = 0; i < count;) {
      SiteQueue& queue = set_.sites[i];
      if (queue.count == 0 || (serial_only && !schedule_.sites[i].serial)) {
        ++i;
        continue;
      }
      if (!serial_only && i == schedule_.serial_site && queue.count > 1) {
        OneByOne(static_cast<uint32_t>(i));
      } else {
        Site(static_cast<uint32_t>(i));
      }
      // A loop may have filled an earlier site; of a loop-free graph none is filled again.
      i = Restart(i);
    }
  }

  size_t Restart(size_t after) const {
    for (size_t i = 0; i < after; ++i)
      if (set_.sites[i].count > 0) return i;
    return after;
  }

  // Takes what waits at a site, looks it up and runs its stage.
  void Site(uint32_t index) {
    const Schedule::Site& site = schedule_.sites[index];
    SiteQueue& queue = set_.sites[index];
    if (site.learns) return Learning(site, queue, false);
    const uint32_t n = queue.count;
    uint32_t order[kMaxBurst];
    const layout::Record* records[kMaxBurst];
    std::memcpy(order, queue.index, n * sizeof order[0]);
    if (site.table != nullptr) site.table->Lookup(queue.keys, n, records);
    if (site.selects) site.table->Select(queue.hashes, n, records);
    queue.count = 0;
    if (site.counter != UINT32_MAX) FetchCounters(site, records, n);
    if (!std::is_sorted(order, order + n)) Sort(order, records, n, site.table != nullptr);
    site.stage(&set_.context, packets_, order, records, n);
  }

  // A table that packets add to: each packet looks up when the one before it is done with the whole
  // region, if this is where the region begins (`drain`).
  void Learning(const Schedule::Site& site, SiteQueue& queue, bool drain) {
    const uint32_t n = queue.count;
    uint32_t order[kMaxBurst];
    const layout::Record* keys[kMaxBurst];  // keys, for now
    std::memcpy(order, queue.index, n * sizeof order[0]);
    const uint8_t* from = queue.keys;
    if (n > 1) {
      // A packet may come here again before the others went.
      auto* const copy = reinterpret_cast<uint8_t*>(set_.context.worker->queues->waiting.data());
      std::memcpy(copy, queue.keys, size_t{n} * site.key_bytes);
      from = copy;
    }
    for (uint32_t i = 0; i < n; ++i)
      keys[i] = reinterpret_cast<const layout::Record*>(from + size_t{i} * site.key_bytes);
    queue.count = 0;
    if (!std::is_sorted(order, order + n)) Sort(order, keys, n, true);
    codegen::LearnSlot& slot = set_.context.learn[site.table_id];
    for (uint32_t i = 0; i < n; ++i) {
      std::memcpy(slot.key, keys[i], site.key_bytes);
      const layout::Record* record =
          site.table->LookupLearned(slot.key, packets_[order[i]]->receive_ns, &slot.entry);
      slot.hit = record->hit();
      site.stage(&set_.context, packets_, order + i, &record, 1);
      if (drain) Drain(true);
    }
  }

  // Of a table with many entries, a packet's direct counter is in no cache: it is fetched while the
  // packets before it run.
  void FetchCounters(const Schedule::Site& site, const layout::Record* const* records,
                     uint32_t n) const {
    constexpr uint32_t kMany = 8192;
    if (site.table->direct_indices() < kMany) return;
    const CounterValue* counters = set_.context.counters[site.counter];
    for (uint32_t i = 0; i < n; ++i) __builtin_prefetch(counters + records[i]->direct_index, 1);
  }

  // Insertion sort by arrival: several stages led here, each in order.
  static void Sort(uint32_t* order, const layout::Record** records, uint32_t n, bool with_records) {
    for (uint32_t i = 1; i < n; ++i) {
      const uint32_t packet = order[i];
      const layout::Record* record = with_records ? records[i] : nullptr;
      uint32_t at = i;
      for (; at > 0 && order[at - 1] > packet; --at) {
        order[at] = order[at - 1];
        if (with_records) records[at] = records[at - 1];
      }
      order[at] = packet;
      if (with_records) records[at] = record;
    }
  }

  // The entry of the serial region: each packet goes through the whole region before the next one
  // enters.
  void OneByOne(uint32_t index) {
    const Schedule::Site& site = schedule_.sites[index];
    SiteQueue& queue = set_.sites[index];
    if (site.learns) return Learning(site, queue, true);
    const uint32_t n = queue.count;
    uint32_t order[kMaxBurst];
    const layout::Record* records[kMaxBurst];
    std::memcpy(order, queue.index, n * sizeof order[0]);
    if (site.table != nullptr) site.table->Lookup(queue.keys, n, records);
    if (site.selects) site.table->Select(queue.hashes, n, records);
    queue.count = 0;
    if (!std::is_sorted(order, order + n)) Sort(order, records, n, site.table != nullptr);
    for (uint32_t i = 0; i < n; ++i) {
      site.stage(&set_.context, packets_, order + i, records + i, 1);
      Drain(true);
    }
  }

  const Schedule& schedule_;
  Queues::Set& set_;
  Packet* const* packets_;
};

}  // namespace

void RunBurst(const Schedule& schedule, Queues::Set& set, Packet* const* packets, uint32_t n) {
  for (uint32_t done = 0; done < n; done += kMaxBurst) {
    const uint32_t count = std::min(kMaxBurst, n - done);
    set.context.arrival = done;
    Run(schedule, set, packets + done).All(count);
  }
  set.context.arrival = 0;
}

}  // namespace ipdk::cpu
