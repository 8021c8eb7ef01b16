#include "store/entry_log.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "store/record.h"

namespace ipdk::store {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> SystemError(std::string_view what, const std::string& path) {
  const Code code = errno == ENOSPC || errno == EDQUOT ? Code::kResourceExhausted : Code::kInternal;
  return Fail(code, "{} {}: {}", what, path, std::strerror(errno));
}

class MappedFile {
 public:
  static Result<std::unique_ptr<MappedFile>> Open(const std::string& path) {
    auto file = std::make_unique<MappedFile>();
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return SystemError("cannot open", path);
    struct stat status{};
    if (fstat(fd, &status) == 0) file->size_ = static_cast<size_t>(status.st_size);
    if (file->size_ > 0) file->data_ = mmap(nullptr, file->size_, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (file->data_ == MAP_FAILED) return SystemError("cannot read", path);
    return file;
  }
  ~MappedFile() {
    if (data_ != nullptr && data_ != MAP_FAILED) munmap(data_, size_);
  }
  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("cannot write", path);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

void SyncFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  (void)fsync(fd);
  close(fd);
}

std::map<uint32_t, std::string> ActionNames(const tdi::TableSchema& schema) {
  std::map<uint32_t, std::string> names;
  for (const tdi::ActionSpec& action : schema.actions) names[action.id] = action.name;
  return names;
}

// The numbers N of the files kind-N in the folder, ascending.
std::vector<uint64_t> Numbers(const std::string& folder, std::string_view kind) {
  std::vector<uint64_t> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(std::string(kind) + "-")) continue;
    const char* begin = name.data() + kind.size() + 1;
    uint64_t number = 0;
    const auto parsed = std::from_chars(begin, name.data() + name.size(), number);
    if (parsed.ec == std::errc() && parsed.ptr == name.data() + name.size()) out.push_back(number);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Reads snapshot-first (if first > 0) and the logs first .. last. `last_good` receives the length
// of the last log's sound part.
Status ReadInto(const std::string& folder, uint64_t first, uint64_t last, EntryState* state,
                ReadOutcome* last_outcome) {
  auto read = [&](std::string_view kind, uint64_t n) -> Result<ReadOutcome> {
    const std::string path = fmt::format("{}/{}-{}", folder, kind, n);
    IPDK_ASSIGN(auto file, MappedFile::Open(path));
    return ReadRecords(path, file->bytes(),
                       [&](std::string_view payload) { return state->Apply(payload); });
  };
  auto whole = [&](std::string_view kind, uint64_t n) -> Status {
    IPDK_ASSIGN(const ReadOutcome outcome, read(kind, n));
    if (outcome.torn)
      return Fail(Code::kDataLoss,
                  "{}/{}-{}: ends in the middle of a record; restore the file from a copy, or move "
                  "the folder "
                  "away to start without P4 entries",
                  folder, kind, n);
    return {};
  };
  if (first > 0) IPDK_RETURN_IF_ERROR(whole("snapshot", first));
  for (uint64_t n = first; n < last; ++n) IPDK_RETURN_IF_ERROR(whole("log", n));
  IPDK_ASSIGN(*last_outcome, read("log", last));
  return {};
}

}  // namespace

std::string EntryLog::Path(std::string_view kind, uint64_t n) const {
  return fmt::format("{}/{}-{}", folder_, kind, n);
}

Result<std::unique_ptr<EntryLog>> EntryLog::Open(const std::string& folder,
                                                 const EntryLogOptions& options) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Internal("cannot create {}: {}", folder, error.message());
  std::unique_ptr<EntryLog> log(new EntryLog(folder, options));
  IPDK_RETURN_IF_ERROR(log->Load());
  log->sync_thread_ = std::thread([log = log.get()] { log->SyncLoop(); });
  return log;
}

EntryLog::~EntryLog() {
  WaitForCompaction();
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    wake_.notify_all();
  }
  if (sync_thread_.joinable()) sync_thread_.join();
  if (fd_ >= 0) {
    (void)fdatasync(fd_);
    close(fd_);
  }
}

Status EntryLog::Load() {
  const auto snapshots = Numbers(folder_, "snapshot");
  const auto logs = Numbers(folder_, "log");
  first_log_ = snapshots.empty() ? 0 : snapshots.back();
  last_log_ = first_log_;
  for (const uint64_t n : logs) last_log_ = std::max(last_log_, n);
  // Merging leaves older files only if the daemon died before deleting them.
  for (const uint64_t n : snapshots)
    if (n < first_log_) unlink(Path("snapshot", n).c_str());
  for (const uint64_t n : logs)
    if (n < first_log_) unlink(Path("log", n).c_str());
  pending_ = std::make_unique<EntryState>();
  if (first_log_ > 0) {
    std::error_code ignored;
    snapshot_bytes_ = fs::file_size(Path("snapshot", first_log_), ignored);
  }
  if (logs.empty() || logs.back() < first_log_) {
    // Nothing yet, or the daemon died between the snapshot and its log.
    if (first_log_ > 0) {
      IPDK_ASSIGN(auto file, MappedFile::Open(Path("snapshot", first_log_)));
      IPDK_ASSIGN(const ReadOutcome outcome,
                  ReadRecords(Path("snapshot", first_log_), file->bytes(),
                              [&](std::string_view p) { return pending_->Apply(p); }));
      if (outcome.torn)
        return Fail(Code::kDataLoss, "{}: ends in the middle of a record",
                    Path("snapshot", first_log_));
    }
    IPDK_RETURN_IF_ERROR(OpenLog(first_log_));
  } else {
    ReadOutcome outcome;
    IPDK_RETURN_IF_ERROR(ReadInto(folder_, first_log_, last_log_, pending_.get(), &outcome));
    const std::string path = Path("log", last_log_);
    if (outcome.torn) {
      notice_ = fmt::format(
          "{}: cut off after byte {}: the last commit was not finished when the daemon or machine "
          "died",
          path, outcome.good_bytes);
      if (truncate(path.c_str(), static_cast<off_t>(outcome.good_bytes)) != 0)
        return SystemError("cannot cut", path);
    }
    IPDK_RETURN_IF_ERROR(OpenLog(last_log_));
  }
  for (const auto& [number, table] : pending_->tables()) {
    known_[table.name] = {.number = number, .shape = table.shape, .actions = table.actions};
    next_number_ = std::max(next_number_, number + 1);
  }
  return {};
}

Status EntryLog::OpenLog(uint64_t n) {
  const std::string path = Path("log", n);
  const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return SystemError("cannot open", path);
  struct stat status{};
  if (fstat(fd, &status) != 0) {
    close(fd);
    return SystemError("cannot look at", path);
  }
  auto size = static_cast<uint64_t>(status.st_size);
  if (size == 0) {
    if (auto written = WriteAll(fd, kFileHeader, path); !written) {
      close(fd);
      return written;
    }
    size = kFileHeader.size();
    SyncFolder(folder_);
  }
  const std::lock_guard lock(mutex_);
  if (fd_ >= 0) {
    (void)fdatasync(fd_);
    close(fd_);
  }
  fd_ = fd;
  last_log_ = n;
  log_bytes_ = size;
  return {};
}

uint32_t EntryLog::NumberOf(const tdi::TableSchema& schema, std::string* payload,
                            std::map<std::string, Known>* fresh) {
  const auto actions = ActionNames(schema);
  const auto it = fresh->find(schema.name);
  if (it != fresh->end() && it->second.actions == actions && it->second.shape == ShapeOf(schema))
    return it->second.number;
  Known known{.number = next_number_++, .shape = ShapeOf(schema), .actions = actions};
  PutDefine(known.number, schema.name, known.shape, known.actions, payload);
  const uint32_t number = known.number;
  (*fresh)[schema.name] = std::move(known);
  return number;
}

Status EntryLog::Exchange(std::span<const tdi::TableSchema* const> dropped,
                          std::span<const tdi::JournalChange> changes) {
  MaybeCompact();  // before writing, so that UndoAppend finds the record at the end of the log
  std::string payload;
  std::map<std::string, Known> fresh = known_;
  for (const tdi::TableSchema* schema : dropped) {
    const auto it = fresh.find(schema->name);
    if (it == fresh.end()) continue;
    PutDrop(it->second.number, &payload);
    fresh.erase(it);
  }
  const tdi::TableSchema* last = nullptr;
  uint32_t number = 0;
  for (const tdi::JournalChange& change : changes) {
    if (change.schema != last) {
      number = NumberOf(*change.schema, &payload, &fresh);
      last = change.schema;
    }
    if (change.is_default && change.after != nullptr)
      PutDefault(number, *change.after, &payload);
    else if (change.is_default)
      PutReset(number, &payload);
    else if (change.after != nullptr)
      PutRow(number, *change.after, &payload);
    else
      PutDelete(number, *change.before, &payload);
  }
  if (payload.size() > UINT32_MAX)
    return ResourceExhausted(
        "a batch of {} bytes is too large to be recorded at once; send it in parts",
        payload.size());
  if (payload.empty()) return {};
  undo_known_ = known_;
  undo_bytes_ = log_bytes_;
  IPDK_RETURN_IF_ERROR(Write(payload));
  known_ = std::move(fresh);
  if (pending_ != nullptr)
    for (const tdi::TableSchema* schema : dropped) pending_->Forget(schema->name);
  return {};
}

void EntryLog::UndoAppend() {
  known_ = undo_known_;
  const std::lock_guard lock(mutex_);
  if (ftruncate(fd_, static_cast<off_t>(undo_bytes_)) == 0) log_bytes_ = undo_bytes_;
}

Status EntryLog::Write(std::string_view payload) {
  std::string bytes;
  bytes.reserve(payload.size() + 16);
  AppendRecord(payload, &bytes);
  const std::lock_guard lock(mutex_);
  if (auto status = WriteAll(fd_, bytes, Path("log", last_log_)); !status) {
    (void)ftruncate(fd_, static_cast<off_t>(log_bytes_));
    return status;
  }
  log_bytes_ += bytes.size();
  if (options_.sync_interval.count() == 0) {
    if (fdatasync(fd_) != 0) return SystemError("cannot write", Path("log", last_log_));
  } else if (!dirty_) {
    dirty_ = true;
    wake_.notify_all();
  }
  return {};
}

void EntryLog::SyncLoop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stop_ || dirty_; });
    if (stop_) return;
    wake_.wait_for(lock, options_.sync_interval, [&] { return stop_; });
    dirty_ = false;
    const int fd = dup(fd_);
    lock.unlock();
    if (fd >= 0) {
      (void)fdatasync(fd);
      close(fd);
    }
    lock.lock();
  }
}

Status EntryLog::Replay(const tdi::TableSchema& schema,
                        const std::function<Status(const tdi::Row&, bool)>& row) {
  if (pending_ != nullptr) {
    if (const EntryState::Table* table = pending_->Find(schema.name)) {
      IPDK_RETURN_IF_ERROR(EntryState::Give(*table, schema, row));
      pending_->Forget(schema.name);
      return {};
    }
  }
  // Given away before: read the files again.
  WaitForCompaction();
  EntryState state;
  ReadOutcome outcome;
  IPDK_RETURN_IF_ERROR(ReadInto(folder_, first_log_, last_log_, &state, &outcome));
  if (const EntryState::Table* table = state.Find(schema.name))
    return EntryState::Give(*table, schema, row);
  return {};
}

bool EntryLog::Knows(const tdi::TableSchema& schema) const {
  const auto it = known_.find(schema.name);
  return it != known_.end() && it->second.shape == ShapeOf(schema);
}

Status EntryLog::Drop(const tdi::TableSchema& schema) {
  const tdi::TableSchema* const dropped = &schema;
  return Exchange(std::span(&dropped, 1), {});
}

void EntryLog::WaitForCompaction() {
  if (compact_thread_.joinable()) compact_thread_.join();
}

void EntryLog::MaybeCompact() {
  {
    const std::lock_guard lock(mutex_);
    if (compacting_ || log_bytes_ < options_.compact_bytes || log_bytes_ < 2 * snapshot_bytes_)
      return;
    compacting_ = true;
  }
  WaitForCompaction();
  const uint64_t up_to = last_log_ + 1;
  if (auto status = OpenLog(up_to); !status) {  // the old log goes on
    const std::lock_guard lock(mutex_);
    compacting_ = false;
    return;
  }
  compact_thread_ = std::thread([this, up_to] {
    const Status status = Compact(up_to);
    const std::lock_guard lock(mutex_);
    if (!status)
      notice_ =
          status.error().message();  // the files stay as they were; the next merge takes them along
    compacting_ = false;
  });
}

Status EntryLog::Compact(uint64_t up_to) {
  EntryState state;
  uint64_t first = 0;
  {
    const std::lock_guard lock(mutex_);
    first = first_log_;
  }
  ReadOutcome outcome;
  IPDK_RETURN_IF_ERROR(ReadInto(folder_, first, up_to - 1, &state, &outcome));
  const std::string path = Path("snapshot", up_to), part = path + ".part";
  const int fd = open(part.c_str(), O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return SystemError("cannot create", part);
  std::string bytes(kFileHeader), payload;
  uint64_t written = 0;
  Status status;
  auto flush = [&](bool always) {
    if (!payload.empty() && (always || payload.size() > (1 << 20))) {
      AppendRecord(payload, &bytes);
      payload.clear();
    }
    if (!status || (!always && bytes.size() < (1 << 20))) return;
    status = WriteAll(fd, bytes, part);
    written += bytes.size();
    bytes.clear();
  };
  for (auto& [number, table] : state.tables()) {
    PutDefine(number, table.name, table.shape, table.actions, &payload);
    std::vector<const EntryState::Recorded*> ordered;
    for (const auto& [identity, recorded] : table.rows) ordered.push_back(&recorded);
    std::sort(ordered.begin(), ordered.end(),
              [](const auto* a, const auto* b) { return a->sequence < b->sequence; });
    for (const EntryState::Recorded* recorded : ordered) {
      PutRow(number, recorded->row, &payload);
      flush(false);
    }
    if (table.default_row) PutDefault(number, *table.default_row, &payload);
  }
  flush(true);
  if (status && fsync(fd) != 0) status = SystemError("cannot write", part);
  close(fd);
  if (status && rename(part.c_str(), path.c_str()) != 0)
    status = SystemError("cannot rename", part);
  if (!status) {
    unlink(part.c_str());
    return status;
  }
  SyncFolder(folder_);
  {
    const std::lock_guard lock(mutex_);
    first_log_ = up_to;
    snapshot_bytes_ = written;
  }
  unlink(Path("snapshot", first).c_str());
  for (uint64_t n = first; n < up_to; ++n) unlink(Path("log", n).c_str());
  return {};
}

}  // namespace ipdk::store
