// Bytes as a log file: whatever they are, reading ends, with an error or with a state whose
// snapshot reads back the same.

#include <cstdint>
#include <cstdlib>

#include "store/entry_state.h"
#include "store/record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ipdk::store;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  EntryState state;
  const auto outcome =
      ReadRecords("log", bytes, [&](std::string_view payload) { return state.Apply(payload); });
  // Payloads rarely get past the checksum by chance: feed the bytes as a payload, too.
  EntryState direct;
  if (direct.Apply(bytes)) {
    std::string payload, file(kFileHeader);
    for (const auto& [number, table] : direct.tables()) {
      PutDefine(number, table.name, table.shape, table.actions, &payload);
      for (const auto& [identity, recorded] : table.rows) PutRow(number, recorded.row, &payload);
    }
    AppendRecord(payload, &file);
    EntryState again;
    const auto read =
        ReadRecords("copy", file, [&](std::string_view part) { return again.Apply(part); });
    if (!read || read->torn) std::abort();
    for (const auto& [number, table] : direct.tables()) {
      const auto* copy = again.Find(table.name);
      if (copy == nullptr || copy->rows.size() != table.rows.size()) std::abort();
    }
  }
  return 0;
}
