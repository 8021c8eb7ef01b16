#pragma once
// Three-colour meters: RFC 2698 (two rates) and RFC 2697 (one rate, two bursts), colour blind or
// aware. The clock is an argument, in nanoseconds; time that goes backwards counts as no time. A
// meter that was never configured is green. Rates are units (packets or bytes) per second, bursts
// are units.

#include <cstdint>

namespace ipdk::externs {

enum Color : uint32_t { kGreen = 0, kYellow = 1, kRed = 2 };

struct MeterConfig {
  bool configured = false;
  bool single_rate = false;  // RFC 2697: cir, cburst and eburst = pburst count
  uint64_t cir = 0, cburst = 0;
  uint64_t pir = 0, pburst = 0;

  bool operator==(const MeterConfig&) const = default;
};

// Buckets hold units scaled by 10^9, so that no rate is rounded away between two packets.
struct MeterState {
  unsigned __int128 committed = 0, peak = 0;
  uint64_t last_ns = 0;
};

// Full buckets, as a meter starts.
MeterState StartMeter(const MeterConfig& config, uint64_t now_ns);

// Colours `units` (1 for packets). `before` counts only if `aware`.
Color ExecuteMeter(const MeterConfig& config, MeterState& state, uint64_t now_ns, uint64_t units,
                   Color before, bool aware);

}  // namespace ipdk::externs
