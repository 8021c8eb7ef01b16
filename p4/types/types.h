#pragma once
// The types of P4-16, each kept once: two equal types have the same TypeId, so that comparing them
// is comparing two integers, and tables keyed by a type are vectors.
//
// Nominal types (struct, header, enum, extern, control...) are a declaration plus type arguments;
// what a declaration holds (fields, members, underlying type) is told to the table once, over the
// declaration's own type parameters, and Fields(type) gives it with the arguments put in. A typedef
// leaves no trace.
//
// Types are built from the inside out and never deeper than kMaxDepth (the table answers with
// poison beyond it), so that functions may recurse over them. A poison type stands for a thing that
// was already reported as wrong and is accepted everywhere without another word.
//
// One thread at a time. Spans and references stay valid as long as the table.

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"

namespace ipdk::p4 {

struct TypeTag;
using TypeId = Id<TypeTag>;

enum class TypeKind : uint8_t {
  kPoison,  // already reported
  kVoid,
  kBool,
  kInteger,  // int: infinite precision, compile time only
  kString,
  kError,
  kMatchKind,
  kState,     // a parser state's name
  kDontCare,  // _ as a type argument, or as an argument of a call
  kDefault,   // ... in an initialiser
  kInvalid,   // {#}
  kAny,       // default or _ of a select case
  kBit,       // bit<width>
  kSigned,    // int<width>
  kVarbit,    // varbit<width>
  kStack,     // element[width]
  kTuple,     // arguments are its elements
  kList,      // list<element>
  kSet,       // a set of element: keyset expressions, value sets
  kSequence,  // {a, b}: a list expression without a type of its own; arguments are its elements
  kRecord,    // {x = a, y = b}: the same with labels
  kEnum,
  kSerEnum,  // enum bit<8> E
  kStruct,
  kHeader,
  kUnion,
  kNewType,  // type
  kExtern,
  kParser,  // of a parser type or of a parser declaration
  kControl,
  kPackage,
  kTable,
  kTableResult,  // what apply() of a table gives: hit, miss, action_run
  kActionRun,    // the enumeration of a table's actions
  kAction,
  kFunction,
  kVariable,   // a type parameter, seen from inside its declaration
  kInference,  // a type argument that is being inferred; none is left in a finished program
};

struct Type {
  TypeKind kind = TypeKind::kPoison;
  bool has_variable = false;   // a kVariable or kDontCare is somewhere in it
  bool has_inference = false;  // a kInference is somewhere in it
  uint16_t depth = 1;
  uint32_t width = 0;             // bits, or elements of a stack; the number of a kInference
  uint32_t nominal = UINT32_MAX;  // into the table's nominals
  TypeId element = {};
  std::span<const TypeId> arguments = {};
  std::span<const std::string_view> labels = {};  // kRecord
};

struct Field {
  std::string_view name;
  TypeId type;
  uint32_t declaration = UINT32_MAX;  // the syntax node that declares it
};

enum class Direction : uint8_t;  // p4/syntax/declaration.h

struct Parameter {
  std::string_view name;
  TypeId type;
  Direction direction = {};
  bool optional = false;  // @optional
  bool has_default = false;
  uint32_t declaration = UINT32_MAX;
};

// What a declaration says about the types it makes.
struct Nominal {
  TypeKind kind = TypeKind::kPoison;
  std::string_view name;
  uint32_t declaration = UINT32_MAX;
  std::vector<TypeId> parameters = {};         // kVariable types, one per type parameter
  std::vector<Field> fields = {};              // of a struct, header or union, over `parameters`
  std::vector<std::string_view> members = {};  // of an enum
  TypeId underlying = {};                      // of a kSerEnum or kNewType
  std::vector<Parameter> apply =
      {};  // of a parser or control: what apply() takes; of a package: nothing
};

class TypeTable {
 public:
  static constexpr uint16_t kMaxDepth = 200;
  static constexpr uint32_t kMaxWidth = 1u << 20;

  TypeTable();
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;

  const Type& operator[](TypeId id) const { return types_[id.index]; }
  TypeKind Kind(TypeId id) const { return types_[id.index].kind; }
  bool Is(TypeId id, TypeKind kind) const { return Kind(id) == kind; }
  size_t size() const { return types_.size(); }
  // Some type was deeper than kMaxDepth and became poison, which nobody has reported yet.
  bool too_deep() const { return too_deep_; }

  // The kinds without parameters.
  TypeId Simple(TypeKind kind) const { return simple_[static_cast<size_t>(kind)]; }
  TypeId poison() const { return Simple(TypeKind::kPoison); }
  TypeId boolean() const { return Simple(TypeKind::kBool); }
  TypeId integer() const { return Simple(TypeKind::kInteger); }
  TypeId void_type() const { return Simple(TypeKind::kVoid); }
  TypeId string() const { return Simple(TypeKind::kString); }
  TypeId error() const { return Simple(TypeKind::kError); }

  TypeId Bit(uint32_t width);
  TypeId Signed(uint32_t width);
  TypeId Varbit(uint32_t width);
  TypeId Stack(TypeId element, uint32_t size);
  TypeId Tuple(std::span<const TypeId> elements);
  TypeId Sequence(std::span<const TypeId> elements);
  TypeId Record(std::span<const TypeId> elements, std::span<const std::string_view> labels);
  TypeId List(TypeId element);
  TypeId Set(TypeId element);
  TypeId Inference(uint32_t number);

  // A declaration, and its types. AddNominal's result is the index that NominalType takes.
  uint32_t AddNominal(Nominal nominal);
  Nominal& MutableNominal(uint32_t nominal) { return *nominals_[nominal]; }
  const Nominal& NominalOf(uint32_t nominal) const { return *nominals_[nominal]; }
  const Nominal& NominalOf(TypeId type) const { return *nominals_[types_[type.index].nominal]; }
  bool IsNominal(TypeId type) const { return types_[type.index].nominal != UINT32_MAX; }
  TypeId NominalType(uint32_t nominal, std::span<const TypeId> arguments);

  // Fields of a struct, header, union or record with the type's arguments put in; empty for others.
  std::span<const Field> Fields(TypeId type);
  // -1 when there is none of this name.
  int FieldIndex(TypeId type, std::string_view name);
  // Of a kSerEnum or kNewType; poison for others.
  TypeId Underlying(TypeId type) const;

  // Replaces each of `from` (kVariable types) by the type at the same place of `to`.
  TypeId Substitute(TypeId type, std::span<const TypeId> from, std::span<const TypeId> to);

  bool IsFixedWidth(TypeId type) const {
    return Kind(type) == TypeKind::kBit || Kind(type) == TypeKind::kSigned;
  }
  bool IsStructLike(TypeId type) const {
    return Kind(type) == TypeKind::kStruct || Kind(type) == TypeKind::kHeader ||
           Kind(type) == TypeKind::kUnion;
  }
  // Anything whose values live at run time: no object, no type of infinite precision.
  bool IsObject(TypeId type) const {
    TypeKind k = Kind(type);
    return k == TypeKind::kExtern || k == TypeKind::kParser || k == TypeKind::kControl ||
           k == TypeKind::kPackage;
  }

  // Sizes in bits, saturating at UINT64_MAX; nothing for types that have no size.
  // `maximum` counts varbits at their widest, else they count as empty.
  bool SizeInBits(TypeId type, bool maximum, uint64_t* bits);

  // As P4 text: "bit<8>", "H<bit<32>>[4]", "tuple<bit<1>, bool>"; cut short when very long.
  std::string Print(TypeId type) const;

  // Keeps a copy of the text for as long as the table lives; equal texts share it.
  std::string_view Intern(std::string_view text);

 private:
  TypeId Add(Type type);
  bool too_deep_ = false;
  void PrintTo(TypeId type, std::string* out) const;
  std::span<const TypeId> Keep(std::span<const TypeId> ids);

  struct Hash;
  std::deque<Type> types_;
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;
  std::vector<TypeId> simple_;
  std::vector<std::unique_ptr<Nominal>> nominals_;
  std::deque<std::vector<TypeId>> kept_;
  std::deque<std::vector<std::string_view>> kept_labels_;
  std::unordered_map<uint32_t, std::vector<Field>> fields_;
  std::unordered_map<uint64_t, std::pair<bool, uint64_t>> sizes_;
  // By nominal: the places of the fields, where there are many.
  std::unordered_map<uint32_t, std::unordered_map<std::string_view, int>> field_places_;
  std::unordered_map<std::string_view, std::unique_ptr<std::string>> texts_;
};

}  // namespace ipdk::p4
