#pragma once
// Native code as the switch of a packet test.

#include <memory>

#include "pipeline/ir/compiled.h"
#include "pipeline/stf/target.h"
#include "targets/cpu/stf/native_switch.h"

namespace ipdk::cpu {

// `compiled` must have passed ir::Verify. Its clock moves one millisecond per packet, as the
// interpreter's.
Result<std::unique_ptr<stf::Target>> MakeStfTarget(const ir::Compiled& compiled,
                                                   const NativeSwitchOptions& options = {});

}  // namespace ipdk::cpu
