#pragma once
// Typed indices into vectors: Id<struct TableTag> cannot be passed where a port is wanted.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace ipdk {

template <typename Tag>
struct Id {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = kNone;

  constexpr Id() = default;
  constexpr explicit Id(size_t i) : index(static_cast<uint32_t>(i)) {}
  constexpr bool valid() const { return index != kNone; }
  constexpr auto operator<=>(const Id&) const = default;
};

// A vector that is indexed by its own id type only.
template <typename IdType, typename T>
class IdVector {
 public:
  IdType Add(T value) {
    items_.push_back(std::move(value));
    return IdType(items_.size() - 1);
  }
  T& operator[](IdType id) { return items_[id.index]; }
  const T& operator[](IdType id) const { return items_[id.index]; }
  bool Contains(IdType id) const { return id.index < items_.size(); }
  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  void reserve(size_t n) { items_.reserve(n); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::vector<T>& items() { return items_; }
  const std::vector<T>& items() const { return items_; }

 private:
  std::vector<T> items_;
};

}  // namespace ipdk

template <typename Tag>
struct std::hash<ipdk::Id<Tag>> {
  size_t operator()(ipdk::Id<Tag> id) const noexcept { return id.index; }
};
