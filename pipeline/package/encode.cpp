#include "pipeline/package/encode.h"

#include <array>
#include <map>
#include <vector>

namespace ipdk::package {
namespace {

class Encoder {
 public:
  Encoder(std::string& out, std::string& sources) : out_(out), sources_(sources) {}

  bool operator()(const std::string& value) {
    AppendString(out_, value);
    return true;
  }
  bool operator()(const Integer& value) {
    const Integer magnitude = abs(value);
    const std::string bytes = ToBytes(magnitude, BytesFor(BitLength(magnitude)));
    AppendVarint(out_, bytes.size() * 2 + (value < 0));
    out_ += bytes;
    return true;
  }
  template <typename T>
    requires std::is_arithmetic_v<T>
  bool operator()(const T& value) {
    static_assert(std::is_unsigned_v<T>);
    AppendVarint(out_, value);
    return true;
  }
  template <typename E>
    requires std::is_enum_v<E>
  bool operator()(const E& value) {
    AppendVarint(out_, static_cast<uint8_t>(value));
    static_assert(sizeof(E) == 1);
    return true;
  }
  template <typename Tag>
  bool operator()(const Id<Tag>& id) {
    AppendVarint(out_, id.valid() ? uint64_t{id.index} + 1 : 0);
    return true;
  }
  template <typename T>
  bool operator()(const std::vector<T>& values) {
    AppendVarint(out_, values.size());
    for (const T& value : values) (*this)(value);
    return true;
  }
  template <typename IdType, typename T>
  bool operator()(const IdVector<IdType, T>& values) {
    return (*this)(values.items());
  }
  template <typename T, size_t n>
  bool operator()(const std::array<T, n>& values) {
    for (const T& value : values) (*this)(value);
    return true;
  }
  template <typename T>
    requires std::is_class_v<T>
  bool operator()(const T& value) {
    return Visit(*this, value);
  }
  bool operator()(const IdVector<ir::SourceId, ir::Source>& values) {
    std::map<std::string_view, size_t> numbers;
    std::vector<std::string_view> files;
    for (const ir::Source& source : values)
      if (numbers.emplace(source.file, files.size()).second) files.push_back(source.file);
    AppendVarint(sources_, files.size());
    for (std::string_view file : files) AppendString(sources_, file);
    AppendVarint(sources_, values.size());
    uint32_t line = 0;
    for (const ir::Source& source : values) {
      AppendVarint(sources_, numbers[source.file]);
      const auto step = static_cast<int32_t>(source.line - line);
      AppendVarint(sources_, static_cast<uint32_t>(step) << 1 ^ static_cast<uint32_t>(step >> 31));
      AppendVarint(sources_, source.column);
      line = source.line;
    }
    return true;
  }

 private:
  std::string& out_;
  std::string& sources_;
};

}  // namespace

void AppendVarint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void AppendString(std::string& out, std::string_view value) {
  AppendVarint(out, value.size());
  out += value;
}

Encoded Encode(const ir::Compiled& compiled) {
  Encoded out;
  Encoder(out.schema, out.sources)(compiled.schema);
  Encoder(out.program, out.sources)(compiled.program);
  return out;
}

}  // namespace ipdk::package
