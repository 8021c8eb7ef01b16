// Types as lowering sees them: widths, parts, header types.
#include <algorithm>

#include "base/check.h"
#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

TypeId Lowerer::Sub(TypeId type) {
  if (!type.valid()) return types.poison();
  if (!types[type].has_variable || scope == nullptr || scope->from.empty()) return type;
  return types.Substitute(type, scope->from, scope->to);
}

uint32_t Lowerer::ScalarWidth(TypeId type) {
  const Type& t = types[type];
  switch (t.kind) {
    case TypeKind::kBool:
      return 1;
    case TypeKind::kBit:
    case TypeKind::kSigned:
      return t.width;
    case TypeKind::kError:
      return 16;
    case TypeKind::kEnum:
    case TypeKind::kActionRun:
      return 32;
    case TypeKind::kSerEnum:
    case TypeKind::kNewType:
      return ScalarWidth(types.Underlying(type));
    default:
      return 0;
  }
}

bool Lowerer::IsSigned(TypeId type) {
  const TypeKind kind = types.Kind(type);
  if (kind == TypeKind::kSerEnum || kind == TypeKind::kNewType)
    return IsSigned(types.Underlying(type));
  return kind == TypeKind::kSigned;
}

size_t Lowerer::PartCount(TypeId type) {
  const Type& t = types[type];
  switch (t.kind) {
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kUnion:
      return types.Fields(type).size();
    case TypeKind::kTuple:
    case TypeKind::kSequence:
    case TypeKind::kRecord:
      return t.arguments.size();
    case TypeKind::kStack:
      return t.width;
    default:
      return 0;
  }
}

TypeId Lowerer::PartType(TypeId type, size_t i) {
  const Type& t = types[type];
  switch (t.kind) {
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kUnion: {
      const auto fields = types.Fields(type);
      return i < fields.size() ? fields[i].type : types.poison();
    }
    case TypeKind::kTuple:
    case TypeKind::kSequence:
    case TypeKind::kRecord:
      return i < t.arguments.size() ? t.arguments[i] : types.poison();
    case TypeKind::kStack:
    case TypeKind::kList:
      return t.element;
    default:
      return types.poison();
  }
}

namespace {

// The leaves of a header's field: a struct inside a header counts as its fields.
void AddFields(Lowerer& l, TypeId type, const std::string& name, std::vector<ir::HeaderField>* out,
               bool* bad) {
  if (l.types.Is(type, TypeKind::kVarbit)) {
    if (l.types[type].width == 0) *bad = true;
    out->push_back({name, std::max(1u, l.types[type].width), true});
    return;
  }
  if (const uint32_t width = l.ScalarWidth(type); width != 0) {
    out->push_back({name, width, false});
    return;
  }
  if (l.types.Is(type, TypeKind::kStack)) {
    for (size_t i = 0; i < l.PartCount(type) && out->size() <= Lowerer::kMostLeaves; ++i)
      AddFields(l, l.PartType(type, i), fmt::format("{}[{}]", name, i), out, bad);
    return;
  }
  if (l.types.Is(type, TypeKind::kStruct) || l.types.Is(type, TypeKind::kTuple)) {
    const auto fields = l.types.Fields(type);
    for (size_t i = 0; i < l.PartCount(type); ++i) {
      const std::string part = i < fields.size() ? std::string(fields[i].name) : std::to_string(i);
      AddFields(l, l.PartType(type, i), name + "." + part, out, bad);
    }
    return;
  }
  *bad = true;
}

}  // namespace

ir::HeaderTypeId Lowerer::HeaderTypeOf(TypeId type) {
  const auto [at, fresh] = header_types_.try_emplace(type);
  if (!fresh) return at->second;
  ir::HeaderType header;
  header.name = types.Print(type);
  bool bad = false;
  const Nominal& nominal = types.NominalOf(type);
  for (const Field& field : types.Fields(type))
    AddFields(*this, field.type, std::string(field.name), &header.fields, &bad);
  if (bad) {
    NotYet(scope_span, "a field of header '{}' without a fixed width above 0", nominal.name);
  }
  at->second = ir.header_types.Add(std::move(header));
  return header_types_[type];
}

uint32_t Lowerer::ErrorNumber(std::string_view name) const {
  const auto at = error_numbers_.find(name);
  return at == error_numbers_.end() ? 0 : at->second;
}

bool Lowerer::HoldsHeader(TypeId type) {
  switch (types.Kind(type)) {
    case TypeKind::kHeader:
    case TypeKind::kUnion:
      return true;
    case TypeKind::kStack:
      return HoldsHeader(types[type].element);
    case TypeKind::kStruct:
    case TypeKind::kTuple:
      if (LeafCount(type) > kMostLeaves) return true;
      for (size_t i = 0; i < PartCount(type); ++i)
        if (HoldsHeader(PartType(type, i))) return true;
      return false;
    default:
      return false;
  }
}

uint32_t Lowerer::LeafCount(TypeId type) {
  const size_t parts = PartCount(type);
  if (parts == 0) return 1;
  const auto known = leaf_counts_.find(type);
  if (known != leaf_counts_.end()) return known->second;
  uint64_t count = 0;
  if (types.Is(type, TypeKind::kStack)) {
    count = uint64_t{LeafCount(types[type].element)} * parts;
  } else {
    for (size_t i = 0; i < parts && count <= kMostLeaves; ++i)
      count += LeafCount(PartType(type, i));
  }
  return leaf_counts_[type] =
             static_cast<uint32_t>(std::min<uint64_t>(count, uint64_t{kMostLeaves} + 1));
}

bool Lowerer::TooWide(TypeId type, Span at) {
  if (LeafCount(type) <= kMostLeaves) return false;
  NotYet(at.valid() ? at : scope_span, "a value of type '{}' with more than {} fields",
         types.Print(type), kMostLeaves);
  return true;
}

bool Lowerer::FixedBits(TypeId type, uint64_t* bits) {
  if (const uint32_t width = ScalarWidth(type); width != 0) {
    *bits += width;
    return true;
  }
  switch (types.Kind(type)) {
    case TypeKind::kStruct:
    case TypeKind::kHeader:
    case TypeKind::kTuple:
    case TypeKind::kStack: {
      for (size_t i = 0; i < PartCount(type); ++i)
        if (!FixedBits(PartType(type, i), bits) || *bits > TypeTable::kMaxWidth) return false;
      return true;
    }
    default:
      return false;
  }
}

}  // namespace ipdk::p4
