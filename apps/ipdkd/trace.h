#pragma once
// `ipdk trace` for the running program: a packet goes through the reference interpreter with the
// entries, registers, groups and sessions that the device holds now. A copy is made; packets of the
// data path are not touched.

#include <string_view>

#include "base/result.h"
#include "interface/p4runtime/server.h"
#include "tdi/device.h"
#include "tdi/target.h"

namespace ipdk::apps {

Result<p4runtime::TraceResult> Trace(const tdi::Device& device, const tdi::Target& target,
                                     uint32_t port, std::string_view packet);

}  // namespace ipdk::apps
