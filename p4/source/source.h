#pragma once
// The texts that a compilation reads, and the way back from a place in them to what a user can open
// in an editor.
//
// Every opened file (each time it is included) gets its own range of one 32-bit space of locations,
// so a place in a program is one number, whatever the depth of includes. Tokens that a macro
// produced carry the place of the macro's use. `#line` changes what is shown (file and line), never
// what is read.
//
// A SourceMap outlives everything that points into its texts: tokens, trees, diagnostics. Not
// thread-safe.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace ipdk::p4 {

// A half-open range of locations. Location 0 is nowhere. The two ends may lie in different files (a
// declaration that goes on in an include), so only `begin` is a place to show.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool valid() const { return begin != 0; }
  bool operator==(const Span&) const = default;
};

// From the begin of the first to the end of the second.
inline Span Cover(Span first, Span last) { return Span{first.begin, last.end}; }

using FileId = Id<struct FileTag>;

// A location as a user reads it. Lines and columns count from 1; columns are bytes.
struct Position {
  std::string_view file;
  uint32_t line = 0;
  uint32_t column = 0;
  // The whole line of text, without its end.
  std::string_view text;
};

class SourceMap {
 public:
  SourceMap();
  ~SourceMap();
  SourceMap(const SourceMap&) = delete;
  SourceMap& operator=(const SourceMap&) = delete;

  // Makes `text` readable under `path` without a file: command-line macros, tests, fuzzing. Hides a
  // file of that name.
  void AddText(std::string path, std::string text);

  // Only files given by AddText can be opened from now on. For fuzzing.
  void RefuseDisk() { refuse_disk_ = true; }

  // Whether `path` can be opened: a text given here, or a regular file.
  bool Exists(const std::string& path) const;

  // Opens a file for reading; each call gives a new id and new locations. Fails if it cannot be
  // read, is not a regular file, or the space of locations is used up.
  Result<FileId> Open(const std::string& path, Span included_from = {});

  std::string_view Text(FileId id) const { return files_[id.index].text; }
  const std::string& Path(FileId id) const { return *files_[id.index].path; }
  // The location of the file's first byte.
  uint32_t Begin(FileId id) const { return files_[id.index].begin; }
  // Where the `#include` stands that opened it; not valid for the first file.
  Span IncludedFrom(FileId id) const { return files_[id.index].included_from; }
  // The file that holds a location. REQUIRES: the location is valid.
  FileId FileAt(uint32_t location) const;

  // `#line`: the line that begins at or after `location` is shown as `line` of `file` ("" keeps the
  // name). Calls for one file come in rising order of location.
  void SetLine(uint32_t location, uint32_t line, std::string file);

  Position Resolve(uint32_t location) const;

  // Keeps a text as long as the map lives, for tokens that stand in no file.
  std::string_view Keep(std::string text);

 private:
  struct LineChange {
    uint32_t location;
    uint32_t physical_line;
    uint32_t line;
    std::string_view file;
  };
  struct File {
    const std::string* path;
    std::string_view text;
    uint32_t begin;
    Span included_from;
    std::vector<LineChange> changes;
    mutable std::vector<uint32_t> line_starts;  // offsets in text; filled when first asked for
  };

  const std::vector<uint32_t>& LineStarts(const File& file) const;
  static uint32_t LineIndex(const std::vector<uint32_t>& starts, uint32_t offset);

  std::deque<File> files_;
  std::map<std::string, std::unique_ptr<std::string>> texts_;  // by path; read once
  std::deque<std::string> kept_;
  uint32_t next_ = 1;
  bool refuse_disk_ = false;
};

}  // namespace ipdk::p4
