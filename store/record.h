#pragma once
// The framing of the entry log's files: a header, then records that each carry their length and a
// CRC-32C, so that a tail torn by a crash is told from a file damaged in the middle. Reading trusts
// nothing.
//
//   file:    "IPDKLOG1", records
//   record:  0x49505231 (4 bytes), payload length (4), CRC-32C of length and payload (4), payload;
//   numbers big-endian

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ipdk::store {

inline constexpr std::string_view kFileHeader = "IPDKLOG1";

uint32_t Crc32c(std::string_view bytes, uint32_t crc = 0);

// Appends one framed record to `out`.
void AppendRecord(std::string_view payload, std::string* out);

struct ReadOutcome {
  size_t good_bytes = 0;  // header and whole records
  bool torn = false;      // bytes behind them are the start of a record that was never finished
};

// Calls `record` for each whole record. `file` names it in errors. Damage with sound records behind
// it is DATA_LOSS; damage at the end is `torn`. An error of `record` ends reading and is returned.
Result<ReadOutcome> ReadRecords(std::string_view file, std::string_view bytes,
                                const std::function<Status(std::string_view payload)>& record);

}  // namespace ipdk::store
