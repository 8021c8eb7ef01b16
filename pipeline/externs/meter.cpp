#include "pipeline/externs/meter.h"

#include <algorithm>

namespace ipdk::externs {
namespace {

using Wide = unsigned __int128;
constexpr Wide kScale = 1'000'000'000;

}  // namespace

MeterState StartMeter(const MeterConfig& config, uint64_t now_ns) {
  return {config.cburst * kScale, config.pburst * kScale, now_ns};
}

Color ExecuteMeter(const MeterConfig& config, MeterState& state, uint64_t now_ns, uint64_t units,
                   Color before, bool aware) {
  if (!config.configured) return aware ? std::min(before, kRed) : kGreen;
  if (!aware) before = kGreen;
  const Wide elapsed = now_ns > state.last_ns ? now_ns - state.last_ns : 0;
  state.last_ns = std::max(state.last_ns, now_ns);
  const Wide committed_full = config.cburst * kScale, peak_full = config.pburst * kScale;
  const Wide need = units * kScale;
  state.committed += config.cir * elapsed;
  if (config.single_rate) {
    // What the committed bucket cannot hold goes to the excess bucket.
    if (state.committed > committed_full) state.peak += state.committed - committed_full;
  } else {
    state.peak += config.pir * elapsed;
  }
  state.committed = std::min(state.committed, committed_full);
  state.peak = std::min(state.peak, peak_full);

  if (config.single_rate) {
    if (before == kGreen && state.committed >= need) {
      state.committed -= need;
      return kGreen;
    }
    if (before != kRed && state.peak >= need) {
      state.peak -= need;
      return kYellow;
    }
    return kRed;
  }
  if (before == kRed || state.peak < need) return kRed;
  state.peak -= need;
  if (before == kYellow || state.committed < need) return kYellow;
  state.committed -= need;
  return kGreen;
}

}  // namespace ipdk::externs
