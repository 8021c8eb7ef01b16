#include "store/store_journal.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace ipdk::store {
namespace {

bool IsFixed(const tdi::TableSchema& schema) { return schema.kind == tdi::TableKind::kFixed; }

}  // namespace

Result<std::unique_ptr<StoreJournal>> StoreJournal::Open(const std::string& folder,
                                                         const EntryLogOptions& options) {
  std::error_code error;
  const auto parent = std::filesystem::path(folder).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return Internal("cannot create the state folder {}: {}; name another with --state-dir", folder,
                    std::strerror(errno));
  IPDK_ASSIGN(auto fixed, FixedRows::Open(folder + "/fixed.db"));
  IPDK_ASSIGN(auto entries, EntryLog::Open(folder + "/entries", options));
  return std::unique_ptr<StoreJournal>(new StoreJournal(std::move(fixed), std::move(entries)));
}

Status StoreJournal::Append(std::span<const tdi::JournalChange> changes) {
  std::vector<tdi::JournalChange> fixed, entries;
  for (const tdi::JournalChange& change : changes)
    if (IsFixed(*change.schema)) fixed.push_back(change);
  if (fixed.empty()) return entries_->Append(changes);
  if (fixed.size() == changes.size()) return fixed_->Append(fixed);
  for (const tdi::JournalChange& change : changes)
    if (!IsFixed(*change.schema)) entries.push_back(change);
  IPDK_RETURN_IF_ERROR(entries_->Append(entries));
  auto status = fixed_->Append(fixed);
  if (!status) entries_->UndoAppend();
  return status;
}

Status StoreJournal::Replay(const tdi::TableSchema& schema,
                            const std::function<Status(const tdi::Row&, bool)>& row) {
  return IsFixed(schema) ? fixed_->Replay(schema, row) : entries_->Replay(schema, row);
}

bool StoreJournal::Knows(const tdi::TableSchema& schema) const {
  return IsFixed(schema) ? fixed_->Knows(schema) : entries_->Knows(schema);
}

Status StoreJournal::Drop(const tdi::TableSchema& schema) {
  return IsFixed(schema) ? fixed_->Drop(schema) : entries_->Drop(schema);
}

Status StoreJournal::Exchange(std::span<const tdi::TableSchema* const> dropped,
                              std::span<const tdi::JournalChange> changes) {
  const bool any_fixed =
      std::ranges::any_of(dropped, [](const auto* schema) { return IsFixed(*schema); }) ||
      std::ranges::any_of(changes, [](const auto& change) { return IsFixed(*change.schema); });
  return any_fixed ? Journal::Exchange(dropped, changes) : entries_->Exchange(dropped, changes);
}

Status StoreJournal::SavePackage(std::string_view bytes, std::string_view p4info, uint64_t cookie) {
  return fixed_->SavePackage(bytes, p4info, cookie);
}

}  // namespace ipdk::store
