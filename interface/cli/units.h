#pragma once
// Rates and sizes as people write them, read and printed in one place: 10Gbps, 2.5Mbps, 100KIOPS,
// 64KB. Factors of rates are 1000.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ipdk::cli {

// Bits per second: "10Gbps", "100 kbps", "1500bps", a bare number of bits, or "unlimited" (0).
Result<uint64_t> ParseBitRate(std::string_view text);
std::string PrintBitRate(uint64_t bits_per_second);
// Requests per second: "100KIOPS", "500iops".
Result<uint64_t> ParseRequestRate(std::string_view text);
// Bytes: "64KB" (1000), "64KiB" (1024), "64K" (1024), "1500".
Result<uint64_t> ParseBytes(std::string_view text);

}  // namespace ipdk::cli
