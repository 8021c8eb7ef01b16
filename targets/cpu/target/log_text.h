#pragma once
// What a program's log_msg says: its format with the leaves put in. As `pipeline/eval` writes it,
// so that both targets log the same.

#include <span>
#include <string>

#include "targets/cpu/pipeline.h"

namespace ipdk::cpu {

std::string LogText(const RequestSite& site, std::span<const uint8_t> leaves);

}  // namespace ipdk::cpu
