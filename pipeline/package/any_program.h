#pragma once
// For tests: programs in which every member of every struct has a value of its own. They are not
// valid programs; they show that what goes in comes out.

#include <array>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "pipeline/package/fields.h"

namespace ipdk::package {

// Fills whatever it visits with random values: full ranges, negative and wide integers, empty and
// longer vectors, ids that are none.
class Fill {
 public:
  explicit Fill(uint32_t seed) : random_(seed) {}

  bool operator()(std::string& value) {
    value.resize(Below(12));
    for (char& c : value) c = static_cast<char>(Below(256));
    return true;
  }
  bool operator()(Integer& value) {
    value = 0;
    for (uint64_t i = Below(40); i > 0; --i)
      value = value * 256 + static_cast<unsigned>(Below(256));
    if (Below(2) != 0) value = -value;
    return true;
  }
  template <typename T>
    requires std::is_arithmetic_v<T>
  bool operator()(T& value) {
    value = static_cast<T>(Below(3) == 0   ? std::numeric_limits<T>::max()
                           : Below(2) == 0 ? Below(200)
                                           : random_());
    return true;
  }
  template <typename E>
    requires std::is_enum_v<E>
  bool operator()(E& value) {
    do value = static_cast<E>(Below(64));
    while (!Known(value));
    return true;
  }
  template <typename Tag>
  bool operator()(Id<Tag>& id) {
    id.index = Below(4) == 0 ? Id<Tag>::kNone : static_cast<uint32_t>(Below(Id<Tag>::kNone));
    return true;
  }
  template <typename T>
  bool operator()(std::vector<T>& values) {
    values.resize(Below(4));
    for (T& value : values) (*this)(value);
    return true;
  }
  template <typename IdType, typename T>
  bool operator()(IdVector<IdType, T>& values) {
    return (*this)(values.items());
  }
  template <typename T, size_t n>
  bool operator()(std::array<T, n>& values) {
    for (T& value : values) (*this)(value);
    return true;
  }
  template <typename T>
    requires std::is_class_v<T>
  bool operator()(T& value) {
    return Visit(*this, value);
  }

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }
  std::mt19937_64 random_;
};

// All values that it visits, in order, as text: equal texts are equal programs.
class Flatten {
 public:
  std::vector<std::string> values;

  bool operator()(const std::string& value) { return Put('"' + value); }
  bool operator()(const Integer& value) { return Put(value.get_str()); }
  template <typename T>
    requires std::is_arithmetic_v<T>
  bool operator()(const T& value) {
    return Put(std::to_string(value));
  }
  template <typename E>
    requires std::is_enum_v<E>
  bool operator()(const E& value) {
    return Put("#" + std::to_string(static_cast<int>(value)));
  }
  template <typename Tag>
  bool operator()(const Id<Tag>& id) {
    return Put("@" + std::to_string(id.index));
  }
  template <typename T>
  bool operator()(const std::vector<T>& all) {
    Put("[" + std::to_string(all.size()));
    for (const T& value : all) (*this)(value);
    return true;
  }
  template <typename IdType, typename T>
  bool operator()(const IdVector<IdType, T>& all) {
    return (*this)(all.items());
  }
  template <typename T, size_t n>
  bool operator()(const std::array<T, n>& all) {
    for (const T& value : all) (*this)(value);
    return true;
  }
  template <typename T>
    requires std::is_class_v<T>
  bool operator()(const T& value) {
    return Visit(*this, value);
  }

 private:
  bool Put(std::string value) {
    values.push_back(std::move(value));
    return true;
  }
};

inline std::vector<std::string> Flat(const ir::Compiled& compiled) {
  Flatten out;
  out(compiled);
  return std::move(out.values);
}

}  // namespace ipdk::package
