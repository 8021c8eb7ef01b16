#include "targets/cpu/engines/epoch.h"

#include <sched.h>

#include <algorithm>

#include "base/check.h"

namespace ipdk::cpu::engines {

Epoch::Epoch() {
  for (Reader& reader : readers_) reader.epoch_ = this;
}

Epoch::~Epoch() {
  for (Reader& reader : readers_) IPDK_CHECK(reader.seen_.load() == Reader::kOffline);
  Collect();
}

Epoch::Reader* Epoch::Register() {
  std::lock_guard lock(register_);
  for (Reader& reader : readers_) {
    if (reader.used_) continue;
    reader.used_ = true;
    reader.Offline();
    return &reader;
  }
  return nullptr;
}

void Epoch::Unregister(Reader* reader) {
  std::lock_guard lock(register_);
  reader->Offline();
  reader->used_ = false;
}

uint64_t Epoch::Oldest() const {
  // Pairs with the fence in Online: either we see the reader, or it sees what we unpublished.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  uint64_t oldest = UINT64_MAX;
  for (const Reader& reader : readers_)
    oldest = std::min(oldest, reader.seen_.load(std::memory_order_acquire));
  return oldest;
}

void Epoch::Retire(std::function<void()> free) {
  const uint64_t epoch = now_.fetch_add(1, std::memory_order_acq_rel) + 1;
  retired_.push_back({epoch, std::move(free)});
  if (retired_.size() % 64 == 1) Collect();
}

void Epoch::Collect() {
  if (retired_.empty()) return;
  const uint64_t oldest = Oldest();
  while (!retired_.empty() && retired_.front().epoch <= oldest) {
    std::function<void()> free = std::move(retired_.front().free);
    retired_.pop_front();
    free();
  }
}

void Epoch::Synchronize() {
  while (!retired_.empty()) {
    Collect();
    if (!retired_.empty()) sched_yield();
  }
}

}  // namespace ipdk::cpu::engines
