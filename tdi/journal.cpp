#include "tdi/journal.h"

namespace ipdk::tdi {

Status Journal::Exchange(std::span<const TableSchema* const> dropped,
                         std::span<const JournalChange> changes) {
  for (const TableSchema* schema : dropped) IPDK_RETURN_IF_ERROR(Drop(*schema));
  return changes.empty() ? Status() : Append(changes);
}

}  // namespace ipdk::tdi
