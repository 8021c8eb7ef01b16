#include "p4/types/infer.h"

#include <fmt/format.h>

#include "p4/syntax/declaration.h"

namespace ipdk::p4 {

namespace {
// Types share parts, and two of them could be walked in step for a very long time; no real program
// comes near.
constexpr int kMostWork = 200000;
constexpr int kDeepest = 2 * TypeTable::kMaxDepth;

// P4-16 8.27: the types that `...` has a value of.
bool HasDefault(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBool:
    case TypeKind::kInteger:
    case TypeKind::kString:
    case TypeKind::kError:
    case TypeKind::kBit:
    case TypeKind::kSigned:
    case TypeKind::kVarbit:
    case TypeKind::kStack:
    case TypeKind::kTuple:
    case TypeKind::kEnum:
    case TypeKind::kSerEnum:
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kUnion:
    case TypeKind::kNewType:
    case TypeKind::kVariable:
    case TypeKind::kInference:
      return true;
    default:
      return false;
  }
}

bool IsUnknown(TypeKind kind) { return kind == TypeKind::kPoison; }

class Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }

 private:
  int& depth_;
};
}  // namespace

TypeId Inference::Fresh() {
  slots_.emplace_back();
  return types_.Inference(static_cast<uint32_t>(slots_.size() - 1));
}

TypeId Inference::Head(TypeId type) const {
  while (types_.Is(type, TypeKind::kInference)) {
    uint32_t slot = types_[type].width;
    if (slot >= slots_.size() || !slots_[slot].bound.valid()) return type;
    type = slots_[slot].bound;
  }
  return type;
}

bool Inference::Occurs(TypeId variable, TypeId type, int depth) {
  type = Head(type);
  if (type == variable) return true;
  const Type& t = types_[type];
  if (!t.has_inference) return false;
  if (depth > kDeepest || ++work_ > kMostWork) return true;
  if (t.element.valid() && Occurs(variable, t.element, depth + 1)) return true;
  for (TypeId argument : t.arguments) {
    if (Occurs(variable, argument, depth + 1)) return true;
  }
  return false;
}

bool Inference::Bind(TypeId variable, TypeId type, bool weak) {
  if (variable == type) return true;
  if (Occurs(variable, type, 0)) {
    reason_ = "a type would contain itself";
    return false;
  }
  slots_[types_[variable].width] = {type, weak};
  return true;
}

TypeId Inference::ResolveAt(TypeId type, int depth) {
  type = Head(type);
  const Type t = types_[type];
  if (!t.has_inference && t.kind != TypeKind::kSequence) return type;
  if (t.kind == TypeKind::kInference || depth > kDeepest) return type;
  if (auto it = resolved_.find(type.index); it != resolved_.end()) return it->second;
  TypeId result = ResolveParts(type, depth);
  resolved_[type.index] = result;
  return result;
}

TypeId Inference::ResolveParts(TypeId type, int depth) {
  const Type t = types_[type];
  std::vector<TypeId> arguments;
  for (TypeId argument : t.arguments) arguments.push_back(ResolveAt(argument, depth + 1));
  if (t.nominal != UINT32_MAX) return types_.NominalType(t.nominal, arguments);
  switch (t.kind) {
    case TypeKind::kStack:
      return types_.Stack(ResolveAt(t.element, depth + 1), t.width);
    case TypeKind::kList:
      return types_.List(ResolveAt(t.element, depth + 1));
    case TypeKind::kSet:
      return types_.Set(ResolveAt(t.element, depth + 1));
    case TypeKind::kTuple:
      return types_.Tuple(arguments);
    case TypeKind::kSequence: {
      for (TypeId argument : arguments) {
        if (types_.Is(argument, TypeKind::kDefault)) return types_.Sequence(arguments);
      }
      return types_.Tuple(arguments);
    }
    case TypeKind::kRecord:
      return types_.Record(arguments, t.labels);
    default:
      return type;
  }
}

// `variable` is bound weakly; does `actual` say something better?
bool Inference::Merge(TypeId variable, TypeId actual) {
  Slot& slot = slots_[types_[variable].width];
  TypeId bound = slot.bound;
  TypeKind was = types_.Kind(bound), now = types_.Kind(actual);
  if (now == TypeKind::kDefault) return true;
  if (was == TypeKind::kInteger) {
    if (now == TypeKind::kInteger) return true;
    if (now == TypeKind::kBit || now == TypeKind::kSigned || now == TypeKind::kSerEnum) {
      slot = {actual, false};
      return true;
    }
  }
  if (was == TypeKind::kSequence || was == TypeKind::kRecord) {
    if (now == was && Equal(bound, actual)) return true;
    if (Accept(actual, bound)) {
      slots_[types_[variable].width] = {actual,
                                        now == TypeKind::kSequence || now == TypeKind::kRecord};
      return true;
    }
  }
  reason_ = fmt::format("{} and {} were found for one type parameter", types_.Print(bound),
                        types_.Print(actual));
  return false;
}

bool Inference::Accept(TypeId formal, TypeId actual) {
  Deeper deeper(depth_);
  if (depth_ > kDeepest || ++work_ > kMostWork) {
    reason_ = "the types are too large to compare";
    return false;
  }
  // A weakly bound variable may still change; find the last variable of the chain.
  TypeId variable = formal;
  while (types_.Is(variable, TypeKind::kInference)) {
    TypeId next = slots_[types_[variable].width].bound;
    if (!next.valid() || !types_.Is(next, TypeKind::kInference)) break;
    variable = next;
  }
  formal = Head(formal);
  actual = Head(actual);
  if (formal == actual) return true;
  const Type f = types_[formal], a = types_[actual];
  if (f.kind == TypeKind::kPoison || a.kind == TypeKind::kPoison) return true;
  if (f.kind == TypeKind::kDontCare || a.kind == TypeKind::kDontCare) return true;
  if (a.kind == TypeKind::kDefault) return HasDefault(f.kind);
  if (f.kind == TypeKind::kInference) {
    bool weak = a.kind == TypeKind::kInteger || a.kind == TypeKind::kSequence ||
                a.kind == TypeKind::kRecord;
    if (a.kind == TypeKind::kInvalid) {
      reason_ = "{#} alone does not tell a type";
      return false;
    }
    return Bind(formal, actual, weak);
  }
  if (types_.Is(variable, TypeKind::kInference) && slots_[types_[variable].width].weak) {
    return Merge(variable, actual);
  }
  if (a.kind == TypeKind::kInference) return Bind(actual, formal, false);
  switch (a.kind) {
    case TypeKind::kInteger: {
      TypeId plain = formal;
      while (types_.Is(plain, TypeKind::kNewType)) plain = types_.Underlying(plain);
      return types_.IsFixedWidth(plain) || IsUnknown(types_.Kind(plain));
    }
    case TypeKind::kBit:
    case TypeKind::kSigned:
      // A value of known width may be taken as the number that it is.
      if (f.kind == TypeKind::kInteger) return true;
      break;
    case TypeKind::kInvalid:
      return f.kind == TypeKind::kHeader || f.kind == TypeKind::kUnion;
    case TypeKind::kSerEnum:
      if (f.kind != TypeKind::kSerEnum) return Accept(formal, types_.Underlying(actual));
      break;
    case TypeKind::kSet:
      if (f.kind == TypeKind::kSet) return Accept(f.element, a.element);
      break;
    case TypeKind::kRecord: {
      if (f.kind == TypeKind::kRecord) break;
      if (f.kind != TypeKind::kStruct && f.kind != TypeKind::kHeader) return false;
      std::span<const Field> fields = types_.Fields(formal);
      bool rest = false;
      size_t given = 0;
      for (size_t i = 0; i < a.labels.size(); ++i) {
        if (a.labels[i] == "...") {
          rest = true;
          continue;
        }
        int index = types_.FieldIndex(formal, a.labels[i]);
        if (index < 0) {
          reason_ = fmt::format("{} has no field '{}'", types_.Print(formal), a.labels[i]);
          return false;
        }
        ++given;
        if (!Accept(fields[static_cast<size_t>(index)].type, a.arguments[i])) {
          if (reason_.empty()) {
            reason_ = fmt::format("field '{}' is {}, not {}", a.labels[i],
                                  types_.Print(Resolve(fields[static_cast<size_t>(index)].type)),
                                  types_.Print(a.arguments[i]));
          }
          return false;
        }
      }
      if (!rest && given != fields.size()) {
        reason_ = fmt::format("{} has {} fields, {} are given", types_.Print(formal), fields.size(),
                              given);
        return false;
      }
      return true;
    }
    case TypeKind::kSequence: {
      std::vector<TypeId> wanted;
      if (f.kind == TypeKind::kStruct || f.kind == TypeKind::kHeader) {
        for (const Field& field : types_.Fields(formal)) wanted.push_back(field.type);
      } else if (f.kind == TypeKind::kTuple || f.kind == TypeKind::kSequence) {
        wanted.assign(f.arguments.begin(), f.arguments.end());
      } else if (f.kind == TypeKind::kStack || f.kind == TypeKind::kList) {
        bool rest = !a.arguments.empty() && types_.Is(a.arguments.back(), TypeKind::kDefault);
        size_t given = a.arguments.size() - (rest ? 1 : 0);
        if (f.kind == TypeKind::kStack && (given > f.width || (!rest && given != f.width))) {
          reason_ = fmt::format("the stack has {} elements, {} are given", f.width, given);
          return false;
        }
        for (size_t i = 0; i < given; ++i) {
          if (!Accept(f.element, a.arguments[i])) return false;
        }
        return f.kind == TypeKind::kStack || !rest;
      } else {
        return false;
      }
      bool rest = !a.arguments.empty() && types_.Is(a.arguments.back(), TypeKind::kDefault);
      size_t given = a.arguments.size() - (rest ? 1 : 0);
      if (given > wanted.size() || (!rest && given != wanted.size())) {
        reason_ = fmt::format("{} has {} elements, {} are given", types_.Print(formal),
                              wanted.size(), given);
        return false;
      }
      for (size_t i = 0; i < given; ++i) {
        if (!Accept(wanted[i], a.arguments[i])) {
          if (reason_.empty()) {
            reason_ = fmt::format("element {} is {}, not {}", i + 1,
                                  types_.Print(Resolve(wanted[i])), types_.Print(a.arguments[i]));
          }
          return false;
        }
      }
      return true;
    }
    default:
      break;
  }
  return Equal(formal, actual);
}

bool Inference::Equal(TypeId a, TypeId b) {
  Deeper deeper(depth_);
  if (depth_ > kDeepest || ++work_ > kMostWork) {
    reason_ = "the types are too large to compare";
    return false;
  }
  a = Head(a);
  b = Head(b);
  if (a == b) return true;
  const Type x = types_[a], y = types_[b];
  if (x.kind == TypeKind::kPoison || y.kind == TypeKind::kPoison) return true;
  if (x.kind == TypeKind::kDontCare || y.kind == TypeKind::kDontCare) return true;
  if (x.kind == TypeKind::kInference) return Bind(a, b, false);
  if (y.kind == TypeKind::kInference) return Bind(b, a, false);
  if (x.kind != y.kind) return false;
  switch (x.kind) {
    case TypeKind::kStack:
      return x.width == y.width && Equal(x.element, y.element);
    case TypeKind::kList:
    case TypeKind::kSet:
      return Equal(x.element, y.element);
    case TypeKind::kRecord:
      if (x.labels.size() != y.labels.size()) return false;
      for (size_t i = 0; i < x.labels.size(); ++i) {
        if (x.labels[i] != y.labels[i]) return false;
      }
      [[fallthrough]];
    case TypeKind::kTuple:
    case TypeKind::kSequence:
      break;
    default:
      if (x.nominal == UINT32_MAX) return false;
      if (x.nominal != y.nominal) {
        return (x.kind == TypeKind::kParser || x.kind == TypeKind::kControl) &&
               EqualSignatures(a, b);
      }
  }
  if (x.arguments.size() != y.arguments.size()) return false;
  for (size_t i = 0; i < x.arguments.size(); ++i) {
    if (!Equal(x.arguments[i], y.arguments[i])) return false;
  }
  return true;
}

// A parser or control declaration has a parser or control type when their apply() take the same.
bool Inference::EqualSignatures(TypeId a, TypeId b) {
  const Nominal& left = types_.NominalOf(a);
  const Nominal& right = types_.NominalOf(b);
  size_t required = 0;
  for (const Parameter& p : left.apply) {
    if (!p.optional && !p.has_default) ++required;
  }
  if (right.apply.size() > left.apply.size() || right.apply.size() < required) {
    reason_ = fmt::format("{} takes {} parameters, {} takes {}", types_.Print(b),
                          right.apply.size(), types_.Print(a), left.apply.size());
    return false;
  }
  for (size_t i = 0, j = 0; i < left.apply.size(); ++i) {
    const Parameter& p = left.apply[i];
    if (right.apply.size() != left.apply.size() && (p.optional || p.has_default) &&
        (j >= right.apply.size() || right.apply[j].name != p.name)) {
      continue;
    }
    if (j >= right.apply.size()) return false;
    const Parameter& q = right.apply[j++];
    TypeId wanted = types_.Substitute(p.type, left.parameters, types_[a].arguments);
    TypeId given = types_.Substitute(q.type, right.parameters, types_[b].arguments);
    if (p.direction != q.direction) {
      reason_ = fmt::format("parameter '{}' of {} is '{}', parameter '{}' of {} is '{}'", q.name,
                            types_.Print(b), DirectionText(q.direction), p.name, types_.Print(a),
                            DirectionText(p.direction));
      return false;
    }
    if (!Equal(wanted, given)) {
      reason_ = fmt::format("parameter '{}' of {} has type {}, parameter '{}' of {} has type {}",
                            q.name, types_.Print(b), types_.Print(Resolve(given)), p.name,
                            types_.Print(a), types_.Print(Resolve(wanted)));
      return false;
    }
  }
  return true;
}

bool ImplicitlyConvertible(TypeTable& types, TypeId from, TypeId to) {
  if (from == to) return true;
  return Inference(types).Accept(to, from);
}

}  // namespace ipdk::p4
