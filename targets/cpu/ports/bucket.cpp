#include "targets/cpu/ports/bucket.h"

#include <algorithm>

namespace ipdk::cpu {

// Ten milliseconds' worth: a worker that was off its core for less than that loses nothing of the
// rate, and over five seconds the initial burst is 0.2 %.
uint64_t Bucket::DefaultBurst(uint64_t rate_bps) {
  return std::max<uint64_t>(rate_bps / 800, 3'200);
}

void Bucket::Set(uint64_t rate_bps, uint64_t burst_bytes, uint64_t now_ns) {
  if (burst_bytes == 0) burst_bytes = DefaultBurst(rate_bps);
  burst_.store(burst_bytes * 8, std::memory_order_relaxed);
  tokens_.store(static_cast<int64_t>(burst_bytes * 8), std::memory_order_relaxed);
  refilled_ns_.store(now_ns, std::memory_order_relaxed);
  rate_.store(rate_bps, std::memory_order_release);
}

void Bucket::Refill(uint64_t now_ns) {
  uint64_t last = refilled_ns_.load(std::memory_order_relaxed);
  if (now_ns < last + kChunkNs) return;
  uint64_t rate = rate_.load(std::memory_order_relaxed);
  // Whole bits only; the rest of a bit's time stays for the next refill, so that low rates do not
  // lose it.
  uint64_t elapsed = std::min<uint64_t>(now_ns - last, 1'000'000'000);
  auto bits =
      static_cast<uint64_t>(static_cast<unsigned __int128>(rate) * elapsed / 1'000'000'000u);
  if (bits == 0 && elapsed < 1'000'000'000) return;
  uint64_t until = elapsed == 1'000'000'000
                       ? now_ns
                       : last + static_cast<uint64_t>(static_cast<unsigned __int128>(bits) *
                                                      1'000'000'000u / rate);
  if (!refilled_ns_.compare_exchange_strong(last, until, std::memory_order_relaxed))
    return;  // another worker did
  auto burst = static_cast<int64_t>(burst_.load(std::memory_order_relaxed));
  int64_t tokens = tokens_.load(std::memory_order_relaxed);
  int64_t filled;
  do {
    filled = std::min(tokens + static_cast<int64_t>(bits), std::max(burst, tokens));
  } while (!tokens_.compare_exchange_weak(tokens, filled, std::memory_order_relaxed));
}

uint64_t Bucket::Allowance(uint64_t now_ns) {
  if (!limited()) return UINT64_MAX;
  Refill(now_ns);
  int64_t tokens = tokens_.load(std::memory_order_relaxed);
  return tokens <= 0 ? 0 : std::max<uint64_t>(static_cast<uint64_t>(tokens) / 8, 1);
}

uint64_t Bucket::ReadyAt(uint64_t now_ns) const {
  uint64_t rate = rate_.load(std::memory_order_relaxed);
  int64_t tokens = tokens_.load(std::memory_order_relaxed);
  if (rate == 0 || tokens > 0) return now_ns;
  auto wait =
      static_cast<uint64_t>(static_cast<unsigned __int128>(1 - tokens) * 1'000'000'000u / rate) + 1;
  return std::max(refilled_ns_.load(std::memory_order_relaxed) + std::max(wait, kChunkNs),
                  now_ns + 1);
}

}  // namespace ipdk::cpu
