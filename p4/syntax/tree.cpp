#include "p4/syntax/tree.h"

#include <algorithm>
#include <cstring>

namespace ipdk::p4 {

void* Arena::Allocate(size_t bytes, size_t align) {
  constexpr size_t kChunk = 64 << 10;
  auto aligned = [&](std::byte* p) {
    return reinterpret_cast<std::byte*>((reinterpret_cast<uintptr_t>(p) + align - 1) &
                                        ~(uintptr_t{align} - 1));
  };
  std::byte* start = aligned(at_);
  if (at_ == nullptr || start > end_ || static_cast<size_t>(end_ - start) < bytes) {
    size_t size = std::max(kChunk, bytes + align);
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    at_ = chunks_.back().get();
    end_ = at_ + size;
    start = aligned(at_);
  }
  at_ = start + bytes;
  return start;
}

std::string_view Arena::CopyText(std::string_view text) {
  if (text.empty()) return {};
  char* to = static_cast<char*>(Allocate(text.size(), 1));
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

std::string_view SyntaxTree::Intern(std::string_view text) {
  if (auto found = names_.find(text); found != names_.end()) return *found;
  std::string_view kept = arena_.CopyText(text);
  names_.insert(kept);
  return kept;
}

TypeRef* SyntaxTree::NewTypeRef(Span span, TypeRefKind kind) {
  TypeRef* node = arena_.New<TypeRef>();
  node->kind = kind;
  node->span = span;
  node->index = type_ref_count_++;
  return node;
}

const TableProperty* TableDecl::Find(std::string_view property) const {
  for (const TableProperty& one : properties)
    if (one.name.text == property) return &one;
  return nullptr;
}

std::string_view DirectionText(Direction direction) {
  switch (direction) {
    case Direction::kNone:
      return "";
    case Direction::kIn:
      return "in";
    case Direction::kOut:
      return "out";
    case Direction::kInout:
      return "inout";
  }
  return "";
}

std::string_view UnaryText(UnaryOp op) {
  switch (op) {
    case UnaryOp::kNot:
      return "!";
    case UnaryOp::kComplement:
      return "~";
    case UnaryOp::kMinus:
      return "-";
    case UnaryOp::kPlus:
      return "+";
  }
  return "";
}

std::string_view BinaryText(BinaryOp op) {
  switch (op) {
    case BinaryOp::kMultiply:
      return "*";
    case BinaryOp::kDivide:
      return "/";
    case BinaryOp::kModulo:
      return "%";
    case BinaryOp::kAdd:
      return "+";
    case BinaryOp::kSubtract:
      return "-";
    case BinaryOp::kAddSaturating:
      return "|+|";
    case BinaryOp::kSubtractSaturating:
      return "|-|";
    case BinaryOp::kConcat:
      return "++";
    case BinaryOp::kShiftLeft:
      return "<<";
    case BinaryOp::kShiftRight:
      return ">>";
    case BinaryOp::kBitAnd:
      return "&";
    case BinaryOp::kBitXor:
      return "^";
    case BinaryOp::kBitOr:
      return "|";
    case BinaryOp::kLess:
      return "<";
    case BinaryOp::kLessEqual:
      return "<=";
    case BinaryOp::kGreater:
      return ">";
    case BinaryOp::kGreaterEqual:
      return ">=";
    case BinaryOp::kEqual:
      return "==";
    case BinaryOp::kNotEqual:
      return "!=";
    case BinaryOp::kAnd:
      return "&&";
    case BinaryOp::kOr:
      return "||";
    case BinaryOp::kMask:
      return "&&&";
    case BinaryOp::kRange:
      return "..";
  }
  return "";
}

}  // namespace ipdk::p4
