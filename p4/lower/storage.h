#pragma once
// Where values live and what an expression came to, once types are flattened.
//
// A Location is a place that can be written: a Var, a field of a header, a header, a stack, a
// struct of such places, some bits of one. A place's run-time indices are fixed when the Location
// is made. An Operand is what an expression came to: a scalar IR expression, something known only
// to the compiler (an int of infinite precision, a string, an object), a sequence of operands, or
// the present contents of a Location (kLocated: it is read when it is used, so whoever lets time
// pass saves it first).
//
// Instances are what `main` comes to: parsers, controls, extern objects and tables, each with its
// control-plane path. Scopes bind the declarations that the code of an instance can name.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/integer.h"
#include "p4/check/checked.h"
#include "pipeline/ir/ir.h"
#include "pipeline/schema/schema.h"

namespace ipdk::p4 {

struct Location;
using Loc = std::shared_ptr<const Location>;

struct Location {
  enum class Kind : uint8_t {
    kNone,         // "_": what is written is forgotten
    kVar,          // var
    kVarbit,       // var holds the bits, length their number
    kField,        // header, field
    kVarbitField,  // header, field
    kHeader,       // header; `others`: its siblings in a union
    kUnion,        // parts: one kHeader per member
    kStack,        // stacks: one; of unions: one per member
    kStruct,       // parts: one per field or element, also of an array of anything but headers
    kElement,      // parts[index], all of one scalar type; beyond the end: reads 0, writes nothing
    kSlice,        // bits [low + width) of parts[0]
  };
  Kind kind = Kind::kNone;
  TypeId type;
  ir::VarId var, length;
  ir::HeaderRef header;
  uint32_t field = 0;
  uint32_t size = 0;  // kStack
  ir::ExprId index;   // kElement
  uint32_t low = 0, width = 0;
  std::vector<ir::HeaderRef> others;
  std::vector<ir::StackId> stacks;
  std::vector<Loc> parts;
};

struct Instance;

struct Operand {
  enum class Kind : uint8_t {
    kPoison,  // already reported
    kVoid,
    kScalar,    // expr
    kVarbit,    // expr, length
    kInt,       // number, of type int
    kString,    // text
    kLocated,   // the contents of loc: a header, union, stack or struct
    kHeader,    // a header made of parts (one per field), valid when `valid` is 1
    kSequence,  // a struct, tuple, stack or list made of parts
    kInvalid,   // {#}
    kDefault,   // "..." and what is not mentioned before it
    kObject,    // object
    kAny,       // "_" or default
  };
  Kind kind = Kind::kPoison;
  TypeId type;
  ir::ExprId expr, length, valid;
  Integer number;
  std::string_view text;
  Loc loc;
  std::vector<Operand> parts;
  Instance* object = nullptr;

  bool is(Kind k) const { return kind == k; }
};

struct Binding {
  Loc loc;          // a variable
  Operand operand;  // a constant, an `in` parameter, an object
};

struct Scope {
  Scope* parent = nullptr;
  Instance* instance = nullptr;  // whose code runs here
  std::unordered_map<const Declaration*, Binding> bindings;
  // What the type parameters in sight stand for; types without variables.
  std::vector<TypeId> from, to;
};

struct TableInstance {
  const TableDecl* declaration = nullptr;
  Instance* owner = nullptr;
  std::string path;
  schema::TableId id;
  ir::FunctionId function;  // applied at several places
  ir::VarId hit, action_run;
  bool may_exit = false;
};

struct Instance {
  enum class Kind : uint8_t { kParser, kControl, kExtern, kPackage, kPacketIn, kPacketOut };
  Kind kind = Kind::kExtern;
  const Declaration* declaration = nullptr;  // of the type
  const Declaration* made_by = nullptr;      // the InstantiationDecl, if it has a name
  const CallFacts* constructor = nullptr;
  TypeId type;
  std::string path;                // control-plane name
  std::string name;                // its last part
  std::vector<Operand> arguments;  // of the constructor
  Scope scope;                     // constructor parameters and locals
  std::unordered_map<const Declaration*, std::unique_ptr<Instance>> children;
  std::unordered_map<const Declaration*, std::unique_ptr<TableInstance>> tables;
  std::unordered_map<const Declaration*, schema::ValueSetId> value_sets;

  // Parsers and controls applied at several places: the one body and its parameters' places.
  ir::FunctionId function;
  std::vector<Loc> parameters;
  bool may_exit = false;

  // Externs: what the architecture made of it.
  uint32_t object = UINT32_MAX;  // index in a vector of the schema
  uint32_t kind_of_extern = 0;   // the architecture's own enumeration
};

}  // namespace ipdk::p4
