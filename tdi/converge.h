#pragma once
// Rows of `host` and `port` are intent: a commit records them in microseconds, and making them true
// takes steps that may be slow and may fail. Services that promise "done" to their user commit
// through this interface, which devices/reconcile implements and apps/ hands over. Any thread
// except the device's control thread.

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tdi/device.h"

namespace ipdk::tdi {

inline constexpr std::chrono::milliseconds kConvergeTimeout{10000};

class Converger {
 public:
  virtual ~Converger() = default;

  // Commits all operations or none, then waits until every row of theirs that is backed by devices
  // is converged. On failure or time-out the rows of all operations are put back to what they were,
  // steps done are undone, and the error names the row, the step and the cause. Operations on other
  // tables may be among them. Order: hosts before their ports, and when deleting, ports before
  // their hosts.
  virtual Status CommitAndConverge(std::span<const Operation> operations,
                                   std::chrono::milliseconds timeout) = 0;

  // Waits until the row is as asked for (a missing row: until its device is gone). The error is the
  // last failed step's, or DEADLINE_EXCEEDED naming the step under way. Changes nothing.
  virtual Status WaitConverged(uint32_t table, std::string_view key,
                               std::chrono::milliseconds timeout) = 0;

  // The operations that delete a host and, before it, all its ports.
  virtual Result<std::vector<Operation>> DeleteHostWithPorts(std::string_view name) const = 0;
};

}  // namespace ipdk::tdi
