#pragma once
// The durable record of P4 entries: an append-only log with snapshots, in a folder of its own.
//
//   snapshot-N    all rows as they were before log-N began (N > 0)
//   log-N         what was committed since; log-N+1 follows it
//
// Policy: a commit is written to the file before it is answered, so that it survives the death of
// the daemon at any moment; it is made to survive the death of the machine within `sync_interval`
// (group commit), or before the answer if that is zero. When the log has outgrown the snapshot, a
// new log begins, and a thread of ours merges the old files into a new snapshot. Calls come from
// one thread (the device's control thread).

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>

#include "base/result.h"
#include "store/entry_state.h"
#include "tdi/journal.h"

namespace ipdk::store {

struct EntryLogOptions {
  std::chrono::milliseconds sync_interval{50};
  uint64_t compact_bytes = 64 << 20;  // a log smaller than this is left alone
};

class EntryLog {
 public:
  // Creates the folder if it is missing. A torn tail is cut off and told in `notice`.
  static Result<std::unique_ptr<EntryLog>> Open(const std::string& folder,
                                                const EntryLogOptions& options);
  ~EntryLog();
  EntryLog(const EntryLog&) = delete;
  EntryLog& operator=(const EntryLog&) = delete;

  Status Append(std::span<const tdi::JournalChange> changes) { return Exchange({}, changes); }
  // One record: all of it is there after a crash, or none.
  Status Exchange(std::span<const tdi::TableSchema* const> dropped,
                  std::span<const tdi::JournalChange> changes);
  // Takes the last Append back. REQUIRES: nothing was called in between.
  void UndoAppend();
  Status Replay(const tdi::TableSchema& schema,
                const std::function<Status(const tdi::Row&, bool is_default)>& row);
  bool Knows(const tdi::TableSchema& schema) const;
  Status Drop(const tdi::TableSchema& schema);

  // "" or what was repaired at the start, for the log.
  const std::string& notice() const { return notice_; }
  // Waits until a merge that is under way has ended; for tests and shutdown.
  void WaitForCompaction();

 private:
  EntryLog(std::string folder, const EntryLogOptions& options)
      : folder_(std::move(folder)), options_(options) {}

  struct Known {
    uint32_t number = 0;
    std::string shape;
    std::map<uint32_t, std::string> actions;
  };

  std::string Path(std::string_view kind, uint64_t n) const;
  Status Load();
  Status ReadFiles(EntryState* state, bool cut_torn_tail);
  Status OpenLog(uint64_t n);
  Status Write(std::string_view payload);
  void SyncLoop();
  void MaybeCompact();
  Status Compact(uint64_t up_to);
  uint32_t NumberOf(const tdi::TableSchema& schema, std::string* payload,
                    std::map<std::string, Known>* fresh);

  const std::string folder_;
  const EntryLogOptions options_;
  std::string notice_;
  std::map<std::string, Known> known_;  // tables defined in the log, by name
  uint32_t next_number_ = 1;
  std::unique_ptr<EntryState> pending_;  // read at the start, given away table by table
  uint64_t first_log_ = 0, last_log_ = 0;
  uint64_t snapshot_bytes_ = 0, log_bytes_ = 0;
  uint64_t undo_bytes_ = 0;
  std::map<std::string, Known> undo_known_;

  std::mutex mutex_;  // guards what follows and the file list
  std::condition_variable wake_;
  int fd_ = -1;
  bool dirty_ = false, stop_ = false, compacting_ = false;
  std::thread sync_thread_, compact_thread_;
};

}  // namespace ipdk::store
