#include "p4/check/value.h"

#include <algorithm>

namespace ipdk::p4 {

namespace {

// Default values of larger aggregates are left to run time.
constexpr size_t kMostElements = 4096;

struct Budget {
  size_t left = kMostElements;
};

ValuePtr Default(TypeTable& types, TypeId type, Budget& budget) {
  if (budget.left == 0) return nullptr;
  --budget.left;
  const Type t = types[type];
  switch (t.kind) {
    case TypeKind::kBit:
    case TypeKind::kSigned:
    case TypeKind::kInteger:
    case TypeKind::kSerEnum:
      return IntegerValue(0);
    case TypeKind::kNewType:
      return Default(types, types.Underlying(type), budget);
    case TypeKind::kBool:
      return BoolValue(false);
    case TypeKind::kString:
      return TextValue(Value::Kind::kString, "");
    case TypeKind::kError:
      return TextValue(Value::Kind::kError, "NoError");
    case TypeKind::kEnum: {
      const Nominal& nominal = types.NominalOf(type);
      if (nominal.members.empty()) return nullptr;
      return TextValue(Value::Kind::kMember, nominal.members[0]);
    }
    case TypeKind::kHeader:
    case TypeKind::kUnion:
      return InvalidValue();
    default:
      break;
  }
  std::vector<ValuePtr> elements;
  if (t.kind == TypeKind::kStack) {
    if (t.width > budget.left) return nullptr;
    if (t.width != 0) {
      ValuePtr one = Default(types, t.element, budget);
      if (one == nullptr) return nullptr;
      elements.assign(t.width, one);
    }
  } else if (t.kind == TypeKind::kTuple) {
    for (TypeId part : t.arguments) elements.push_back(Default(types, part, budget));
  } else if (t.kind == TypeKind::kStruct) {
    for (const Field& field : types.Fields(type))
      elements.push_back(Default(types, field.type, budget));
  } else {
    return nullptr;
  }
  if (std::ranges::any_of(elements, [](const ValuePtr& v) { return v == nullptr; })) return nullptr;
  return SequenceValue(std::move(elements));
}

ValuePtr CastElements(TypeTable& types, const Value& value, TypeId from, TypeId to) {
  const Type f = types[from], t = types[to];
  std::vector<TypeId> given(f.arguments.begin(), f.arguments.end());
  if (f.kind == TypeKind::kStack || f.kind == TypeKind::kList)
    given.assign(value.elements.size(), f.element);
  if (types.IsStructLike(from)) {
    given.clear();
    for (const Field& field : types.Fields(from)) given.push_back(field.type);
  }
  std::vector<TypeId> wanted(t.arguments.begin(), t.arguments.end());
  std::span<const Field> fields = types.Fields(to);
  if (!fields.empty()) {
    wanted.clear();
    for (const Field& field : fields) wanted.push_back(field.type);
  }
  bool rest = false;
  size_t count = std::min(given.size(), value.elements.size());
  std::vector<ValuePtr> elements;
  if (f.kind == TypeKind::kRecord) {
    elements.resize(wanted.size());
    for (size_t i = 0; i < count; ++i) {
      if (f.labels[i] == "...") {
        rest = true;
        continue;
      }
      int index = types.FieldIndex(to, f.labels[i]);
      if (index < 0 || value.elements[i] == nullptr) return nullptr;
      auto at = static_cast<size_t>(index);
      elements[at] = CastValue(types, value.elements[i], given[i], wanted[at]);
      if (elements[at] == nullptr) return nullptr;
    }
  } else {
    if (count != 0 && types.Is(given[count - 1], TypeKind::kDefault)) {
      rest = true;
      --count;
    }
    if (t.kind == TypeKind::kStack) {
      if (t.width > kMostElements) return nullptr;
      wanted.assign(t.width, t.element);
    }
    if (t.kind == TypeKind::kList) wanted.assign(count, t.element);
    if (count > wanted.size()) return nullptr;
    elements.resize(wanted.size());
    for (size_t i = 0; i < count; ++i) {
      if (value.elements[i] == nullptr) return nullptr;
      elements[i] = CastValue(types, value.elements[i], given[i], wanted[i]);
      if (elements[i] == nullptr) return nullptr;
    }
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (elements[i] != nullptr) continue;
    if (!rest) return nullptr;
    elements[i] = DefaultValue(types, wanted[i]);
    if (elements[i] == nullptr) return nullptr;
  }
  return SequenceValue(std::move(elements));
}

}  // namespace

namespace {

// Values share parts, so two of them could be walked in step for a very long time; two that differ
// in no place that is looked at are then taken for equal.
bool Same(const Value& a, const Value& b, size_t& work) {
  constexpr size_t kMostWork = 1u << 20;
  if (a.kind != b.kind) return false;
  if (++work > kMostWork) return true;
  switch (a.kind) {
    case Value::Kind::kInteger:
      return a.integer == b.integer;
    case Value::Kind::kBool:
      return a.boolean == b.boolean;
    case Value::Kind::kSequence:
      if (a.elements.size() != b.elements.size()) return false;
      for (size_t i = 0; i < a.elements.size(); ++i) {
        if (a.elements[i] == nullptr || b.elements[i] == nullptr) return false;
        if (a.elements[i] != b.elements[i] && !Same(*a.elements[i], *b.elements[i], work))
          return false;
      }
      return true;
    case Value::Kind::kInvalid:
      return true;
    default:
      return a.text == b.text;
  }
}

}  // namespace

bool SameValue(const Value& a, const Value& b) {
  size_t work = 0;
  return Same(a, b, work);
}

Integer Fit(const TypeTable& types, const Integer& value, TypeId type) {
  const Type& t = types[type];
  if (t.kind == TypeKind::kBit) return Truncate(value, t.width);
  if (t.kind == TypeKind::kSigned) return AsSigned(Truncate(value, t.width), t.width);
  return value;
}

ValuePtr CastValue(TypeTable& types, const ValuePtr& value, TypeId from, TypeId to) {
  if (value == nullptr) return nullptr;
  if (from == to) return value;
  while (types.Is(to, TypeKind::kNewType) || types.Is(to, TypeKind::kSerEnum))
    to = types.Underlying(to);
  while (types.Is(from, TypeKind::kNewType) || types.Is(from, TypeKind::kSerEnum)) {
    from = types.Underlying(from);
  }
  if (from == to) return value;
  if (types.Is(from, TypeKind::kDefault)) return DefaultValue(types, to);
  switch (value->kind) {
    case Value::Kind::kInteger:
      if (types.Is(to, TypeKind::kBool)) {
        return value->integer == 0   ? BoolValue(false)
               : value->integer == 1 ? BoolValue(true)
                                     : nullptr;
      }
      if (types.IsFixedWidth(to) || types.Is(to, TypeKind::kInteger)) {
        return IntegerValue(Fit(types, value->integer, to));
      }
      return nullptr;
    case Value::Kind::kBool:
      if (types.Is(to, TypeKind::kBit)) return IntegerValue(value->boolean ? 1 : 0);
      return types.Is(to, TypeKind::kBool) ? value : nullptr;
    case Value::Kind::kSequence:
      return CastElements(types, *value, from, to);
    default:
      return value;
  }
}

ValuePtr DefaultValue(TypeTable& types, TypeId type) {
  Budget budget;
  return Default(types, type, budget);
}

std::string PrintValue(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kInteger:
      return value.integer.get_str();
    case Value::Kind::kBool:
      return value.boolean ? "true" : "false";
    case Value::Kind::kString:
      return '"' + std::string(value.text) + '"';
    case Value::Kind::kError:
      return "error." + std::string(value.text);
    case Value::Kind::kInvalid:
      return "{#}";
    case Value::Kind::kSequence: {
      std::string out = "{";
      for (size_t i = 0; i < value.elements.size() && out.size() < 200; ++i) {
        if (i != 0) out += ", ";
        out += value.elements[i] == nullptr ? "?" : PrintValue(*value.elements[i]);
      }
      return out + "}";
    }
    default:
      return std::string(value.text);
  }
}

}  // namespace ipdk::p4
