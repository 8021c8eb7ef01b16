#pragma once
// The two directions of the package's encoding. Both walk the same field tables (fields.h). Numbers
// are varints (LEB128), ids are index + 1 so that "none" is 0, strings and lists have a count in
// front. Private to the package.

#include <array>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/id.h"
#include "base/integer.h"

namespace ipdk::package {

// The largest enumerator of each encoded enum; fields.h says it for each.
template <typename E>
uint64_t LargestOf();

class Encoder;
class Decoder;
// Declared here, defined by fields.h for every struct.
template <typename A, typename T>
void Walk(A& archive, T& value);

class Encoder {
 public:
  std::string bytes;

  template <typename... T>
  void operator()(T&... values) {
    (One(values), ...);
  }

 private:
  void Number(uint64_t value) {
    while (value >= 0x80) {
      bytes.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    bytes.push_back(static_cast<char>(value));
  }
  void One(std::string& value) {
    Number(value.size());
    bytes += value;
  }
  // Sign in the lowest bit of the count.
  void One(Integer& value) {
    const Integer magnitude = abs(value);
    const std::string digits = ToBytes(magnitude, BytesFor(BitLength(magnitude)));
    Number(digits.size() * 2 + (value < 0));
    bytes += digits;
  }
  template <typename Tag>
  void One(Id<Tag>& value) {
    Number(value.valid() ? uint64_t{value.index} + 1 : 0);
  }
  template <typename T>
  void One(std::vector<T>& values) {
    Number(values.size());
    for (T& value : values) One(value);
  }
  template <typename IdType, typename T>
  void One(IdVector<IdType, T>& values) {
    One(values.items());
  }
  template <typename T, size_t kSize>
  void One(std::array<T, kSize>& values) {
    Number(kSize);
    for (T& value : values) One(value);
  }
  template <typename T>
  void One(T& value) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>)
      Number(static_cast<uint64_t>(value));
    else
      Walk(*this, value);
  }
};

// After the first fault it reads zeros and stays failed.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  bool failed() const { return failed_; }
  bool AtEnd() const { return rest_.empty(); }

  template <typename... T>
  void operator()(T&... values) {
    (One(values), ...);
  }

  uint64_t Number() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return Fail();
      const auto byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) return Fail();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return Fail();
  }
  std::string_view Take(uint64_t size) {
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

 private:
  uint64_t Fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }
  uint64_t AtMost(uint64_t limit) {
    const uint64_t value = Number();
    return value <= limit ? value : Fail();
  }
  void One(std::string& value) { value = Take(Number()); }
  void One(Integer& value) {
    const uint64_t count = Number();
    value = FromBytes(Take(count / 2));
    if (count % 2 != 0) value = -value;
  }
  template <typename Tag>
  void One(Id<Tag>& value) {
    const uint64_t number = AtMost(UINT32_MAX);
    value = number == 0 ? Id<Tag>() : Id<Tag>(number - 1);
  }
  template <typename T>
  void One(std::vector<T>& values) {
    // Every element takes at least a byte, so a count cannot ask for more than the file is long.
    const uint64_t count = AtMost(rest_.size());
    values.clear();
    for (uint64_t i = 0; i < count && !failed_; ++i) One(values.emplace_back());
  }
  template <typename IdType, typename T>
  void One(IdVector<IdType, T>& values) {
    One(values.items());
  }
  template <typename T, size_t kSize>
  void One(std::array<T, kSize>& values) {
    if (Number() != kSize) Fail();
    for (T& value : values) One(value);
  }
  template <typename T>
  void One(T& value) {
    if constexpr (std::is_same_v<T, bool>)
      value = AtMost(1) != 0;
    else if constexpr (std::is_enum_v<T>)
      value = static_cast<T>(AtMost(LargestOf<T>()));
    else if constexpr (std::is_integral_v<T>)
      value = static_cast<T>(AtMost(std::numeric_limits<T>::max()));
    else
      Walk(*this, value);
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace ipdk::package
