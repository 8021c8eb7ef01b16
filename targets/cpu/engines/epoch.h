#pragma once
// Quiescent-state reclamation: the control thread unpublishes memory, the workers may still read
// it, and it is freed once each of them has passed a burst boundary. Readers pay one store per
// burst and nothing per packet; there is no lock.
//
// Threads: Register, Unregister, Retire, Collect and Synchronize belong to the control thread (a
// mutex makes Register and Unregister safe from the worker's own thread too); Quiescent, Online and
// Offline to the reader that owns the slot.

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace ipdk::cpu::engines {

class Epoch {
 public:
  static constexpr uint32_t kMaxReaders = 128;

  class Reader {
   public:
    // Between two bursts: nothing of the last one is still referenced.
    void Quiescent() {
      seen_.store(epoch_->now_.load(std::memory_order_acquire), std::memory_order_release);
    }
    // Before sleeping: this reader holds nothing until it is Online again.
    void Offline() { seen_.store(kOffline, std::memory_order_release); }
    void Online() {
      seen_.store(epoch_->now_.load(std::memory_order_acquire), std::memory_order_relaxed);
      // The announcement must be seen before anything is read.
      std::atomic_thread_fence(std::memory_order_seq_cst);
    }

   private:
    friend class Epoch;
    static constexpr uint64_t kOffline = UINT64_MAX;
    alignas(64) std::atomic<uint64_t> seen_{kOffline};
    Epoch* epoch_ = nullptr;
    bool used_ = false;
  };

  Epoch();
  // Frees what is left. REQUIRES: no reader is online.
  ~Epoch();

  // A slot for one thread, offline at first; null when all are taken.
  Reader* Register();
  void Unregister(Reader* reader);

  // Runs `free` once no reader can hold what was unpublished before this call.
  void Retire(std::function<void()> free);
  // Runs what has become free; called by Retire now and then, and by the control loop when idle.
  void Collect();
  // Waits until everything retired so far is freed. Never call it from a reader that is online.
  void Synchronize();
  size_t pending() const { return retired_.size(); }

  // For structures that workers change too, and that keep what they unpublished themselves. Any
  // thread: what was unpublished before Advance may be used again once Oldest() is no less than
  // what Advance gave.
  uint64_t Advance() { return now_.fetch_add(1, std::memory_order_acq_rel) + 1; }
  uint64_t Oldest() const;

 private:

  std::atomic<uint64_t> now_{1};
  std::array<Reader, kMaxReaders> readers_;
  std::mutex register_;
  struct Retired {
    uint64_t epoch;
    std::function<void()> free;
  };
  std::deque<Retired> retired_;
};

}  // namespace ipdk::cpu::engines
