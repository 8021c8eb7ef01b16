#include "p4/source/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace ipdk::p4 {
namespace {

constexpr size_t kMaxFileBytes = size_t{64} << 20;
constexpr uint64_t kMaxLocations = uint64_t{1} << 31;

Result<std::string> ReadWholeFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return NotFound("cannot open '{}': {}", path, std::strerror(errno));
  struct stat info{};
  std::string text;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(fd);
    return InvalidArgument("cannot read '{}': not a regular file", path);
  }
  if (static_cast<uint64_t>(info.st_size) > kMaxFileBytes) {
    close(fd);
    return ResourceExhausted("cannot read '{}': it has {} bytes, at most {} are read", path,
                             info.st_size, kMaxFileBytes);
  }
  text.resize(static_cast<size_t>(info.st_size));
  size_t done = 0;
  while (done < text.size()) {
    ssize_t n = read(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      int error = errno;
      close(fd);
      return Unavailable("cannot read '{}': {}", path, std::strerror(error));
    }
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  close(fd);
  text.resize(done);
  return text;
}

}  // namespace

SourceMap::SourceMap() = default;
SourceMap::~SourceMap() = default;

void SourceMap::AddText(std::string path, std::string text) {
  texts_[std::move(path)] = std::make_unique<std::string>(std::move(text));
}

bool SourceMap::Exists(const std::string& path) const {
  if (texts_.contains(path)) return true;
  if (refuse_disk_) return false;
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

Result<FileId> SourceMap::Open(const std::string& path, Span included_from) {
  auto found = texts_.find(path);
  if (found == texts_.end()) {
    if (refuse_disk_) return NotFound("cannot open '{}': no such text", path);
    IPDK_ASSIGN(std::string text, ReadWholeFile(path));
    found = texts_.emplace(path, std::make_unique<std::string>(std::move(text))).first;
  }
  const std::string& text = *found->second;
  if (uint64_t{next_} + text.size() + 1 > kMaxLocations)
    return ResourceExhausted(
        "cannot read '{}': the program has more than {} bytes with its includes", path,
        kMaxLocations);
  File file{&found->first, text, next_, included_from, {}, {}};
  next_ += static_cast<uint32_t>(text.size()) + 1;
  files_.push_back(std::move(file));
  return FileId(files_.size() - 1);
}

FileId SourceMap::FileAt(uint32_t location) const {
  IPDK_CHECK(!files_.empty() && location != 0);
  auto after = std::upper_bound(files_.begin(), files_.end(), location,
                                [](uint32_t at, const File& file) { return at < file.begin; });
  return FileId(static_cast<size_t>(after - files_.begin() - 1));
}

const std::vector<uint32_t>& SourceMap::LineStarts(const File& file) const {
  if (file.line_starts.empty()) {
    file.line_starts.push_back(0);
    for (size_t at = file.text.find('\n'); at != std::string_view::npos;
         at = file.text.find('\n', at + 1))
      file.line_starts.push_back(static_cast<uint32_t>(at + 1));
  }
  return file.line_starts;
}

uint32_t SourceMap::LineIndex(const std::vector<uint32_t>& starts, uint32_t offset) {
  return static_cast<uint32_t>(std::upper_bound(starts.begin(), starts.end(), offset) -
                               starts.begin() - 1);
}

void SourceMap::SetLine(uint32_t location, uint32_t line, std::string name) {
  File& file = files_[FileAt(location).index];
  uint32_t physical = LineIndex(LineStarts(file), location - file.begin);
  std::string_view shown =
      file.changes.empty() ? std::string_view(*file.path) : file.changes.back().file;
  if (!name.empty()) shown = Keep(std::move(name));
  file.changes.push_back({location, physical, line, shown});
}

Position SourceMap::Resolve(uint32_t location) const {
  if (location == 0 || files_.empty()) return {};
  const File& file = files_[FileAt(location).index];
  const auto& starts = LineStarts(file);
  uint32_t offset =
      std::min<uint32_t>(location - file.begin, static_cast<uint32_t>(file.text.size()));
  uint32_t index = LineIndex(starts, offset);
  Position position;
  position.file = *file.path;
  position.line = index + 1;
  position.column = offset - starts[index] + 1;
  std::string_view rest = file.text.substr(starts[index]);
  position.text = rest.substr(0, rest.find('\n'));
  if (position.text.ends_with('\r')) position.text.remove_suffix(1);
  auto change = std::upper_bound(file.changes.begin(), file.changes.end(), location,
                                 [](uint32_t at, const LineChange& c) { return at < c.location; });
  if (change != file.changes.begin()) {
    --change;
    position.file = change->file;
    position.line = change->line + (index - change->physical_line);
  }
  return position;
}

std::string_view SourceMap::Keep(std::string text) { return kept_.emplace_back(std::move(text)); }

}  // namespace ipdk::p4
