#pragma once
// A value known at compile time: what a constant, a width, a keyset or a constructor's argument
// comes to. Immutable and shared; it has no type of its own, the expression that it belongs to has
// one. An integer is kept in the range of that type: 0 .. 2^W-1 for bit<W>, -2^(W-1) .. 2^(W-1)-1
// for int<W>.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/integer.h"
#include "p4/types/types.h"

namespace ipdk::p4 {

struct Value;
using ValuePtr = std::shared_ptr<const Value>;

struct Value {
  enum class Kind : uint8_t {
    kInteger,  // also of a serialisable enum and of a new type: its underlying value
    kBool,
    kString,
    kError,      // text names it
    kMember,     // of an enum without an underlying type; text names it
    kMatchKind,  // text names it
    kSequence,   // elements of a list, tuple, struct, header (valid) or stack, in declaration order
    kInvalid,    // {#}: an invalid header, or a union with none valid
  };
  Kind kind = Kind::kBool;
  bool boolean = false;
  Integer integer;
  std::string_view text;  // interned in the program's TypeTable
  std::vector<ValuePtr> elements;
};

inline ValuePtr IntegerValue(Integer value) {
  auto v = std::make_shared<Value>();
  v->kind = Value::Kind::kInteger;
  v->integer = std::move(value);
  return v;
}
inline ValuePtr BoolValue(bool value) {
  auto v = std::make_shared<Value>();
  v->boolean = value;
  return v;
}
inline ValuePtr TextValue(Value::Kind kind, std::string_view text) {
  auto v = std::make_shared<Value>();
  v->kind = kind;
  v->text = text;
  return v;
}
inline ValuePtr SequenceValue(std::vector<ValuePtr> elements) {
  auto v = std::make_shared<Value>();
  v->kind = Value::Kind::kSequence;
  v->elements = std::move(elements);
  return v;
}
inline ValuePtr InvalidValue() {
  auto v = std::make_shared<Value>();
  v->kind = Value::Kind::kInvalid;
  return v;
}

bool SameValue(const Value& a, const Value& b);

// The integer as bit<W> or int<W> keeps it; other types keep it as it is.
Integer Fit(const TypeTable& types, const Integer& value, TypeId type);

// The value of type `from` cast to `to`, implicitly or explicitly; null if the cast does not make
// one. Lists become the struct, stack or tuple that they initialise, records put their fields in
// order.
ValuePtr CastValue(TypeTable& types, const ValuePtr& value, TypeId from, TypeId to);

// What `...` stands for; null for types without a default, and for ones of absurd size.
ValuePtr DefaultValue(TypeTable& types, TypeId type);

// As P4 text, for diagnostics.
std::string PrintValue(const Value& value);

}  // namespace ipdk::p4
