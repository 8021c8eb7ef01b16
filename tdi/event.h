#pragma once
// What subscribers of tables are told.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tdi/row.h"

namespace ipdk::tdi {

enum class EventKind : uint8_t {
  kInserted,
  kModified,
  kDeleted,  // by a commit, after it is complete
  kState,    // state of the row changed: port up, device plugged, step done; `text` says what
  kIdle,     // an entry's idle time-out passed (P4Runtime IdleTimeoutNotification)
  kLearned,  // the data path added the row
  kDigest,   // row.data: the digest's leaves, encoded as the digest's fields; table = digest id
};

struct Event {
  EventKind kind = EventKind::kModified;
  uint32_t table = 0;
  Row row{};
  std::string text{};
  uint64_t time_ns = 0;  // since the epoch
};

struct EventFilter {
  std::vector<uint32_t> tables{};  // empty: all
};

// Ends with its owner.
using Subscription = std::shared_ptr<void>;

}  // namespace ipdk::tdi
