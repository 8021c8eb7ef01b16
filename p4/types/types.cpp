#include "p4/types/types.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipdk::p4 {

namespace {

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15ull + (hash << 6) + (hash >> 2);
  return hash * 0xff51afd7ed558ccdull;
}

uint64_t HashOf(const Type& type) {
  uint64_t hash = Mix(static_cast<uint64_t>(type.kind), type.width);
  hash = Mix(hash, type.nominal);
  hash = Mix(hash, type.element.index);
  for (TypeId id : type.arguments) hash = Mix(hash, id.index);
  for (std::string_view label : type.labels) hash = Mix(hash, std::hash<std::string_view>()(label));
  return hash;
}

bool Same(const Type& a, const Type& b) {
  return a.kind == b.kind && a.width == b.width && a.nominal == b.nominal &&
         a.element == b.element && std::ranges::equal(a.arguments, b.arguments) &&
         std::ranges::equal(a.labels, b.labels);
}

constexpr size_t kLongestPrint = 400;

}  // namespace

TypeTable::TypeTable() {
  // Poison comes first, so that it is the id that Add may always answer with.
  for (int kind = 0; kind <= static_cast<int>(TypeKind::kAny); ++kind) {
    Type type;
    type.kind = static_cast<TypeKind>(kind);
    type.has_variable = type.kind == TypeKind::kDontCare;
    simple_.push_back(Add(type));
  }
}

TypeId TypeTable::Add(Type type) {
  auto account = [&](TypeId id) {
    const Type& part = types_[id.index];
    type.has_variable |= part.has_variable;
    type.has_inference |= part.has_inference;
    type.depth = std::max<uint16_t>(type.depth, part.depth + 1);
  };
  if (type.element.valid()) account(type.element);
  for (TypeId id : type.arguments) account(id);
  if (type.depth > kMaxDepth) {
    too_deep_ = true;
    return poison();
  }

  uint64_t hash = HashOf(type);
  auto [begin, end] = by_hash_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (Same(types_[it->second], type)) return TypeId(it->second);
  }
  type.arguments = Keep(type.arguments);
  if (!type.labels.empty()) {
    std::vector<std::string_view> labels;
    for (std::string_view label : type.labels) labels.push_back(Intern(label));
    kept_labels_.push_back(std::move(labels));
    type.labels = kept_labels_.back();
  }
  types_.push_back(type);
  uint32_t index = static_cast<uint32_t>(types_.size() - 1);
  by_hash_.emplace(hash, index);
  return TypeId(index);
}

std::span<const TypeId> TypeTable::Keep(std::span<const TypeId> ids) {
  if (ids.empty()) return {};
  kept_.emplace_back(ids.begin(), ids.end());
  return kept_.back();
}

std::string_view TypeTable::Intern(std::string_view text) {
  if (auto it = texts_.find(text); it != texts_.end()) return it->first;
  auto copy = std::make_unique<std::string>(text);
  std::string_view view = *copy;
  texts_.emplace(view, std::move(copy));
  return view;
}

TypeId TypeTable::Bit(uint32_t width) { return Add({.kind = TypeKind::kBit, .width = width}); }
TypeId TypeTable::Signed(uint32_t width) {
  return Add({.kind = TypeKind::kSigned, .width = width});
}
TypeId TypeTable::Varbit(uint32_t width) {
  return Add({.kind = TypeKind::kVarbit, .width = width});
}
TypeId TypeTable::Stack(TypeId element, uint32_t size) {
  return Add({.kind = TypeKind::kStack, .width = size, .element = element});
}
TypeId TypeTable::Tuple(std::span<const TypeId> elements) {
  return Add({.kind = TypeKind::kTuple, .arguments = elements});
}
TypeId TypeTable::Sequence(std::span<const TypeId> elements) {
  return Add({.kind = TypeKind::kSequence, .arguments = elements});
}
TypeId TypeTable::Record(std::span<const TypeId> elements,
                         std::span<const std::string_view> labels) {
  return Add({.kind = TypeKind::kRecord, .arguments = elements, .labels = labels});
}
TypeId TypeTable::List(TypeId element) {
  return Add({.kind = TypeKind::kList, .element = element});
}
TypeId TypeTable::Set(TypeId element) { return Add({.kind = TypeKind::kSet, .element = element}); }
TypeId TypeTable::Inference(uint32_t number) {
  return Add({.kind = TypeKind::kInference, .has_inference = true, .width = number});
}

uint32_t TypeTable::AddNominal(Nominal nominal) {
  nominal.name = Intern(nominal.name);
  nominals_.push_back(std::make_unique<Nominal>(std::move(nominal)));
  return static_cast<uint32_t>(nominals_.size() - 1);
}

TypeId TypeTable::NominalType(uint32_t nominal, std::span<const TypeId> arguments) {
  TypeKind kind = nominals_[nominal]->kind;
  return Add({.kind = kind,
              .has_variable = kind == TypeKind::kVariable,
              .nominal = nominal,
              .arguments = arguments});
}

std::span<const Field> TypeTable::Fields(TypeId type) {
  const Type& t = types_[type.index];
  if (t.kind == TypeKind::kRecord) {
    auto [it, fresh] = fields_.try_emplace(type.index);
    if (fresh) {
      for (size_t i = 0; i < t.labels.size(); ++i)
        it->second.push_back({t.labels[i], t.arguments[i], UINT32_MAX});
    }
    return it->second;
  }
  if (!IsStructLike(type)) return {};
  const Nominal& nominal = *nominals_[t.nominal];
  if (nominal.parameters.empty()) return nominal.fields;
  auto it = fields_.find(type.index);
  if (it == fields_.end()) {
    std::vector<Field> fields = nominal.fields;
    for (Field& field : fields)
      field.type = Substitute(field.type, nominal.parameters, t.arguments);
    it = fields_.emplace(type.index, std::move(fields)).first;
  }
  return it->second;
}

int TypeTable::FieldIndex(TypeId type, std::string_view name) {
  std::span<const Field> fields = Fields(type);
  constexpr size_t kMany = 16;
  if (fields.size() > kMany && IsNominal(type)) {
    auto [places, fresh] = field_places_.try_emplace(types_[type.index].nominal);
    if (fresh) {
      for (size_t i = 0; i < fields.size(); ++i) {
        places->second.emplace(fields[i].name, static_cast<int>(i));
      }
    }
    auto it = places->second.find(name);
    return it == places->second.end() ? -1 : it->second;
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

TypeId TypeTable::Underlying(TypeId type) const {
  TypeKind kind = Kind(type);
  if (kind != TypeKind::kSerEnum && kind != TypeKind::kNewType) return poison();
  TypeId underlying = NominalOf(type).underlying;
  return underlying.valid() ? underlying : poison();
}

namespace {

// One substitution; what was already replaced is remembered, since a type is a graph with shared
// parts.
class Substitution {
 public:
  Substitution(TypeTable& table, std::span<const TypeId> from, std::span<const TypeId> to)
      : table_(table), from_(from), to_(to) {}

  TypeId Apply(TypeId id) {
    const Type type = table_[id];
    if (!type.has_variable) return id;
    if (type.kind == TypeKind::kVariable) {
      for (size_t i = 0; i < from_.size() && i < to_.size(); ++i) {
        if (from_[i] == id) return to_[i];
      }
      return id;
    }
    if (auto it = done_.find(id.index); it != done_.end()) return it->second;
    TypeId result = Rebuild(id, type);
    done_.emplace(id.index, result);
    return result;
  }

 private:
  TypeId Rebuild(TypeId id, const Type& type) {
    std::vector<TypeId> arguments;
    for (TypeId argument : type.arguments) arguments.push_back(Apply(argument));
    if (type.nominal != UINT32_MAX) return table_.NominalType(type.nominal, arguments);
    switch (type.kind) {
      case TypeKind::kStack:
        return table_.Stack(Apply(type.element), type.width);
      case TypeKind::kList:
        return table_.List(Apply(type.element));
      case TypeKind::kSet:
        return table_.Set(Apply(type.element));
      case TypeKind::kTuple:
        return table_.Tuple(arguments);
      case TypeKind::kSequence:
        return table_.Sequence(arguments);
      case TypeKind::kRecord:
        return table_.Record(arguments, type.labels);
      default:
        return id;
    }
  }

  TypeTable& table_;
  std::span<const TypeId> from_, to_;
  std::unordered_map<uint32_t, TypeId> done_;
};

}  // namespace

TypeId TypeTable::Substitute(TypeId type, std::span<const TypeId> from,
                             std::span<const TypeId> to) {
  if (from.empty() || !types_[type.index].has_variable) return type;
  return Substitution(*this, from, to).Apply(type);
}

bool TypeTable::SizeInBits(TypeId type, bool maximum, uint64_t* bits) {
  auto add = [](uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; };
  const Type t = types_[type.index];
  switch (t.kind) {
    case TypeKind::kBool:
      *bits = 1;
      return true;
    case TypeKind::kBit:
    case TypeKind::kSigned:
      *bits = t.width;
      return true;
    case TypeKind::kVarbit:
      *bits = maximum ? t.width : 0;
      return true;
    case TypeKind::kSerEnum:
    case TypeKind::kNewType:
      return SizeInBits(Underlying(type), maximum, bits);
    case TypeKind::kStack: {
      uint64_t one = 0;
      if (!SizeInBits(t.element, maximum, &one)) return false;
      *bits = t.width != 0 && one > UINT64_MAX / t.width ? UINT64_MAX : one * t.width;
      return true;
    }
    case TypeKind::kTuple:
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kUnion:
      break;
    default:
      return false;
  }
  uint64_t key = static_cast<uint64_t>(type.index) * 2 + maximum;
  if (auto it = sizes_.find(key); it != sizes_.end()) {
    *bits = it->second.second;
    return it->second.first;
  }
  bool known = true, first = true;
  uint64_t total = 0;
  auto account = [&](TypeId part) {
    uint64_t one = 0;
    if (!SizeInBits(part, maximum, &one)) known = false;
    if (t.kind == TypeKind::kUnion) {
      total = first ? one : maximum ? std::max(total, one) : std::min(total, one);
    } else {
      total = add(total, one);
    }
    first = false;
  };
  if (t.kind == TypeKind::kTuple) {
    for (TypeId part : t.arguments) account(part);
  } else {
    for (const Field& field : Fields(type)) account(field.type);
  }
  sizes_[key] = {known, total};
  *bits = total;
  return known;
}

void TypeTable::PrintTo(TypeId type, std::string* out) const {
  if (out->size() > kLongestPrint) return;
  const Type& t = types_[type.index];
  auto list = [&](std::string_view open, std::string_view close) {
    *out += open;
    for (size_t i = 0; i < t.arguments.size(); ++i) {
      if (i != 0) *out += ", ";
      if (!t.labels.empty()) {
        *out += t.labels[i];
        *out += " = ";
      }
      PrintTo(t.arguments[i], out);
      if (out->size() > kLongestPrint) break;
    }
    *out += close;
  };
  if (t.nominal != UINT32_MAX) {
    const Nominal& nominal = *nominals_[t.nominal];
    switch (t.kind) {
      case TypeKind::kParser:
        *out += "parser ";
        break;
      case TypeKind::kControl:
        *out += "control ";
        break;
      case TypeKind::kPackage:
        *out += "package ";
        break;
      case TypeKind::kTable:
        *out += "table ";
        break;
      case TypeKind::kTableResult:
        *out += "result of table ";
        break;
      case TypeKind::kActionRun:
        *out += "action_run of table ";
        break;
      case TypeKind::kAction:
        *out += "action ";
        break;
      case TypeKind::kFunction:
        *out += "function ";
        break;
      default:
        break;
    }
    *out += nominal.name;
    if (!t.arguments.empty()) list("<", ">");
    return;
  }
  switch (t.kind) {
    case TypeKind::kPoison:
      *out += "an unknown type";
      return;
    case TypeKind::kVoid:
      *out += "void";
      return;
    case TypeKind::kBool:
      *out += "bool";
      return;
    case TypeKind::kInteger:
      *out += "int";
      return;
    case TypeKind::kString:
      *out += "string";
      return;
    case TypeKind::kError:
      *out += "error";
      return;
    case TypeKind::kMatchKind:
      *out += "match_kind";
      return;
    case TypeKind::kState:
      *out += "state";
      return;
    case TypeKind::kDontCare:
      *out += "_";
      return;
    case TypeKind::kDefault:
      *out += "...";
      return;
    case TypeKind::kInvalid:
      *out += "{#}";
      return;
    case TypeKind::kAny:
      *out += "_";
      return;
    case TypeKind::kBit:
      *out += fmt::format("bit<{}>", t.width);
      return;
    case TypeKind::kSigned:
      *out += fmt::format("int<{}>", t.width);
      return;
    case TypeKind::kVarbit:
      *out += fmt::format("varbit<{}>", t.width);
      return;
    case TypeKind::kStack:
      PrintTo(t.element, out);
      *out += fmt::format("[{}]", t.width);
      return;
    case TypeKind::kTuple:
      list("tuple<", ">");
      return;
    case TypeKind::kSequence:
    case TypeKind::kRecord:
      list("{", "}");
      return;
    case TypeKind::kList:
    case TypeKind::kSet:
      *out += t.kind == TypeKind::kList ? "list<" : "set<";
      PrintTo(t.element, out);
      *out += ">";
      return;
    case TypeKind::kInference:
      *out += fmt::format("?{}", t.width);
      return;
    default:
      *out += "?";
      return;
  }
}

std::string TypeTable::Print(TypeId type) const {
  std::string out;
  PrintTo(type, &out);
  if (out.size() > kLongestPrint) {
    out.resize(kLongestPrint);
    out += "...";
  }
  return out;
}

}  // namespace ipdk::p4
