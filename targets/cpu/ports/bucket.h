#pragma once
// The token bucket of a port's direction: one for all workers, so that the rate holds however flows
// are spread. Tokens are bits. It is refilled in chunks of kChunkNs, so most calls only subtract.
// It may be overdrawn by the packet that finds it positive: that lets frames of any size pass at
// any rate, and the debt is paid before the next.

#include <atomic>
#include <cstdint>

namespace ipdk::cpu {

class Bucket {
 public:
  static constexpr uint64_t kChunkNs = 50'000;

  // 0 = no limit. burst_bytes 0: DefaultBurst. Any thread.
  void Set(uint64_t rate_bps, uint64_t burst_bytes, uint64_t now_ns);
  static uint64_t DefaultBurst(uint64_t rate_bps);

  bool limited() const { return rate_.load(std::memory_order_relaxed) != 0; }
  uint64_t rate_bps() const { return rate_.load(std::memory_order_relaxed); }
  uint64_t burst_bytes() const { return burst_.load(std::memory_order_relaxed) / 8; }

  // Bytes that may pass now: at least 1 while the bucket is positive. UINT64_MAX without a limit.
  uint64_t Allowance(uint64_t now_ns);
  void Take(uint64_t bytes) {
    if (limited()) tokens_.fetch_sub(static_cast<int64_t>(bytes * 8), std::memory_order_relaxed);
  }
  // When Allowance will be positive; now_ns if it is.
  uint64_t ReadyAt(uint64_t now_ns) const;

 private:
  void Refill(uint64_t now_ns);

  std::atomic<uint64_t> rate_{0};   // bits per second
  std::atomic<uint64_t> burst_{0};  // bits
  std::atomic<int64_t> tokens_{0};  // bits
  std::atomic<uint64_t> refilled_ns_{0};
};

}  // namespace ipdk::cpu
