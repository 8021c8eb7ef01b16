#include "pipeline/package/decode.h"

#include <array>
#include <limits>
#include <vector>

#include "pipeline/package/fields.h"

namespace ipdk::package {
namespace {

class Decoder {
 public:
  Decoder(std::string_view bytes, std::string_view& sources, uint64_t& memory)
      : all_(bytes), rest_(bytes), sources_(sources), memory_(memory) {}

  bool operator()(std::string& value) {
    uint64_t size = 0;
    if (!Count(size, 1, "a string of {} bytes")) return false;
    value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  bool operator()(Integer& value) {
    uint64_t head = 0;
    if (!Varint(head)) return false;
    const uint64_t size = head / 2;
    if (size > rest_.size()) return Wrong("an integer of {} bytes", size);
    const std::string_view bytes = rest_.substr(0, size);
    if (size == 0 ? head != 0 : bytes[0] == 0)
      return Wrong("an integer with leading zeros or -0", 0);
    value = FromBytes(bytes);
    if (head & 1) value = -value;
    rest_.remove_prefix(size);
    return true;
  }
  template <typename T>
    requires std::is_arithmetic_v<T>
  bool operator()(T& value) {
    uint64_t number = 0;
    if (!Varint(number)) return false;
    if (number > std::numeric_limits<T>::max()) return Wrong("number {} beyond its type", number);
    value = static_cast<T>(number);
    return true;
  }
  template <typename E>
    requires std::is_enum_v<E>
  bool operator()(E& value) {
    uint64_t number = 0;
    if (!Varint(number)) return false;
    value = static_cast<E>(number);
    if (number > UINT8_MAX || !Known(value))
      return Wrong("enumerator {}, which is not known", number);
    return true;
  }
  template <typename Tag>
  bool operator()(Id<Tag>& id) {
    uint64_t number = 0;
    if (!Varint(number)) return false;
    if (number > UINT32_MAX) return Wrong("index {} beyond its type", number);
    id = number == 0 ? Id<Tag>() : Id<Tag>(number - 1);
    return true;
  }
  template <typename T>
  bool operator()(std::vector<T>& values) {
    uint64_t count = 0;
    // Every element has at least one byte.
    if (!Count(count, sizeof(T), "a list of {} elements")) return false;
    values.clear();
    // A list may claim as many elements as there are bytes; growing it pays only for those found.
    values.reserve(std::min<uint64_t>(count, 256));
    for (uint64_t i = 0; i < count; ++i)
      if (!(*this)(values.emplace_back())) return false;
    return true;
  }
  template <typename IdType, typename T>
  bool operator()(IdVector<IdType, T>& values) {
    return (*this)(values.items());
  }
  template <typename T, size_t n>
  bool operator()(std::array<T, n>& values) {
    for (T& value : values)
      if (!(*this)(value)) return false;
    return true;
  }
  template <typename T>
    requires std::is_class_v<T>
  bool operator()(T& value) {
    return Visit(*this, value);
  }
  bool operator()(IdVector<ir::SourceId, ir::Source>& values) {
    std::string_view none;
    Decoder sources(sources_, none, memory_);
    if (!sources.Sources(values)) {
      wrong_ = std::move(sources.wrong_);
      return false;
    }
    return true;
  }

  // REQUIRES: the last call failed, or Finish did.
  std::unexpected<Error> Failure(std::string_view section) {
    return Fail(out_of_memory_ ? Code::kResourceExhausted : Code::kInvalidArgument,
                "the package's {} is damaged: {}", section, wrong_);
  }
  bool Finish() { return rest_.empty() || Wrong("{} bytes too many", rest_.size()); }

 private:
  bool Sources(IdVector<ir::SourceId, ir::Source>& values) {
    std::vector<std::string> files;
    if (!(*this)(files)) return false;
    uint64_t count = 0;
    if (!Count(count, sizeof(ir::Source), "a list of {} positions")) return false;
    uint32_t line = 0;
    std::vector<bool> used(files.size());
    size_t next = 0;
    for (uint64_t i = 0; i < count; ++i) {
      uint32_t file = 0, step = 0;
      ir::Source source;
      if (!(*this)(file) || !(*this)(step) || !(*this)(source.column)) return false;
      if (file >= files.size()) return Wrong("a position in file {}, which is not listed", file);
      // A name counts once for each position that repeats it.
      if (files[file].size() > memory_) return TooLarge();
      memory_ -= files[file].size();
      if (file > next) return Wrong("file {} before those that come first", file);
      next = std::max<size_t>(next, file + size_t{1});
      line += step >> 1 ^ (~(step & 1) + 1);
      source.line = line;
      source.file = files[file];
      values.Add(std::move(source));
    }
    if (next != files.size()) return Wrong("{} files that no position is in", files.size() - next);
    return Finish();
  }

  bool Varint(uint64_t& value) {
    if (TakeVarint(rest_, value)) return true;
    return Wrong("a number that is cut or has more bytes than it needs", 0);
  }
  // A count of things that have at least a byte each, here, and `bytes` in memory.
  bool Count(uint64_t& count, size_t bytes, fmt::format_string<uint64_t&> what) {
    if (!Varint(count)) return false;
    if (count > rest_.size()) return Wrong(what, count);
    if (count * bytes > memory_) return TooLarge();
    memory_ -= count * bytes;
    return true;
  }
  bool Wrong(fmt::format_string<uint64_t&> what, uint64_t value) {
    if (wrong_.empty())
      wrong_ = fmt::format("{} at byte {} of {}", fmt::format(what, value),
                           all_.size() - rest_.size(), all_.size());
    return false;
  }
  bool TooLarge() {
    out_of_memory_ = true;
    return Wrong("it would take more than {} bytes of memory", kMaxMemory);
  }

  std::string_view all_, rest_;
  std::string_view& sources_;
  uint64_t& memory_;
  std::string wrong_;
  bool out_of_memory_ = false;
};

}  // namespace

bool TakeVarint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    if (i == 9 && byte > 1) return false;
    value |= uint64_t{byte & 0x7fu} << (7 * i);
    if (byte < 0x80) {
      if (byte == 0 && i != 0) return false;
      bytes.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool TakeString(std::string_view& bytes, std::string& value) {
  uint64_t size = 0;
  if (!TakeVarint(bytes, size) || size > bytes.size()) return false;
  value = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

Result<ir::Compiled> Decode(std::string_view schema, std::string_view program,
                            std::string_view sources) {
  ir::Compiled out;
  uint64_t memory = kMaxMemory;
  Decoder of_schema(schema, sources, memory);
  if (!of_schema(out.schema) || !of_schema.Finish()) return of_schema.Failure("schema");
  Decoder of_program(program, sources, memory);
  if (!of_program(out.program) || !of_program.Finish()) return of_program.Failure("program");
  return out;
}

}  // namespace ipdk::package
