#include "p4/check/scopes.h"

#include <algorithm>

namespace ipdk::p4 {

void Scopes::Close() {
  for (std::string_view name : opened_.back()) {
    auto it = symbols_.find(name);
    it->second.pop_back();
    if (it->second.empty()) symbols_.erase(it);
  }
  opened_.pop_back();
}

void Scopes::Add(const Declaration* declaration) {
  std::string_view name = declaration->name.text;
  if (name.empty()) return;
  std::vector<Symbol>& stack = symbols_[name];
  if (stack.empty() || stack.back().level != level()) {
    stack.push_back({level(), {}});
    opened_.back().push_back(name);
  }
  stack.back().declarations.push_back(declaration);
}

const Scopes::Overloads* Scopes::Here(std::string_view name) const {
  auto it = symbols_.find(name);
  if (it == symbols_.end() || it->second.back().level != level()) return nullptr;
  return &it->second.back().declarations;
}

const Scopes::Overloads* Scopes::Find(std::string_view name, uint32_t* level) const {
  auto it = symbols_.find(name);
  if (it == symbols_.end()) return nullptr;
  if (level != nullptr) *level = it->second.back().level;
  return &it->second.back().declarations;
}

const Scopes::Overloads* Scopes::FindAtTop(std::string_view name) const {
  auto it = symbols_.find(name);
  if (it == symbols_.end() || it->second.front().level != 0) return nullptr;
  return &it->second.front().declarations;
}

namespace {

// Changes of one letter, or two letters swapped; anything further apart is no typing mistake.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        next[j] = std::min(next[j], before[j - 2] + 1);
      }
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[b.size()];
}

}  // namespace

std::string_view Scopes::Similar(std::string_view name) const {
  constexpr size_t kLongest = 40;
  std::string_view best;
  if (name.size() > kLongest || name.size() < 3 || symbols_.size() > 5000) return best;
  size_t best_distance = name.size() / 3 + 1;
  for (const auto& [other, stack] : symbols_) {
    if (other.size() > kLongest || other.size() + 2 < name.size() ||
        name.size() + 2 < other.size()) {
      continue;
    }
    size_t distance = Distance(name, other);
    if (distance < best_distance || (distance == best_distance && !best.empty() && other < best)) {
      best_distance = distance;
      best = other;
    }
  }
  return best;
}

}  // namespace ipdk::p4
