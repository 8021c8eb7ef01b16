#pragma once
// The interpreter as the switch of a packet test.

#include <memory>

#include "pipeline/eval/switch.h"
#include "pipeline/stf/target.h"

namespace ipdk::eval {

// `compiled` must outlive it and have passed ir::Verify. Its clock moves one millisecond per
// packet.
Result<std::unique_ptr<stf::Target>> MakeStfTarget(const ir::Compiled& compiled,
                                                   const SwitchOptions& options = {});

}  // namespace ipdk::eval
