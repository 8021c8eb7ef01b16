// Expressions of a given type, fully parenthesised.
#include "tests/programs/generator.h"

namespace ipdk::tests {

namespace {

using Kind = Type::Kind;

Tree Typed(const Type& type, std::vector<Tree> parts) {
  return {Tree::Kind::kExpression, std::move(parts), type.Print()};
}

}  // namespace

std::string Type::Print() const {
  switch (kind) {
    case Kind::kBit:
      return "bit<" + std::to_string(width) + ">";
    case Kind::kInt:
      return "int<" + std::to_string(width) + ">";
    case Kind::kBool:
      return "bool";
    case Kind::kEnum:
      return "Colour";
    case Kind::kSerial:
      return "Code";
    case Kind::kError:
      return "error";
  }
  return "";
}

Type Generator::BitType() {
  static constexpr uint32_t kCommon[] = {1, 4, 8, 8, 8, 9, 16, 16, 32, 32, 48, 64, 65, 128};
  const uint32_t width =
      OneIn(5) ? 1 + Below(options_.max_width) : kCommon[Below(std::size(kCommon))];
  return {Kind::kBit, width};
}

Type Generator::AnyType() {
  Type type = BitType();
  switch (Below(12)) {
    case 0:
    case 1:
      type.kind = Kind::kInt;
      if (type.width == 1) type.width = 2;
      break;
    case 2:
      type = {Kind::kBool, 1};
      break;
    case 3:
      type = OneIn(3)   ? Type{Kind::kError, 16}
             : OneIn(2) ? Type{Kind::kEnum, 32}
                        : Type{Kind::kSerial, 8};
      break;
    default:
      break;
  }
  return type;
}

Tree Generator::Literal(const Type& type) {
  switch (type.kind) {
    case Kind::kBool:
      return Typed(type, {OneIn(2) ? "true" : "false"});
    case Kind::kEnum: {
      static constexpr const char* kMembers[] = {"Colour.red", "Colour.green", "Colour.blue"};
      return Typed(type, {kMembers[Below(3)]});
    }
    case Kind::kSerial: {
      static constexpr const char* kMembers[] = {"Code.zero", "Code.one", "Code.large"};
      return Typed(type, {kMembers[Below(3)]});
    }
    case Kind::kError: {
      static constexpr const char* kMembers[] = {"error.NoError", "error.PacketTooShort",
                                                 "error.NoMatch", "error.Mine"};
      return Typed(type, {kMembers[Below(4)]});
    }
    case Kind::kBit:
      return Typed(type, {fmt::format("{}w0x{}", type.width, s_.Value(type.width).get_str(16))});
    case Kind::kInt: {
      // Without the sign bit: the literal's value must fit.
      const Integer value = s_.Value(type.width - 1);
      const std::string text = fmt::format("{}s0x{}", type.width, value.get_str(16));
      return Typed(type, {OneIn(3) ? "(-" + text + ")" : text});
    }
  }
  return "0";
}

// An index into hdr.s, in range if it is known at compile time.
Tree Generator::Index(int depth) {
  if (OneIn(2)) return std::to_string(Below(3));
  if (OneIn(2)) return "meta.w32[1:0]";
  return Text({"(meta.w8 + ", Expression({Kind::kBit, 8}, std::min(depth, 1)), ")"});
}

std::string Generator::Writable(const Type& type) {
  std::vector<std::string> found;
  for (const Variable& v : place_.variables) {
    if (!v.writable) continue;
    if (v.type == type) found.push_back(v.text);
    if (type.kind == Kind::kBit && v.type.kind == Kind::kBit && v.type.width > type.width &&
        OneIn(3)) {
      const uint32_t low = Below(v.type.width - type.width + 1);
      found.push_back(fmt::format("{}[{}:{}]", v.text, low + type.width - 1, low));
    }
  }
  if (place_.headers)
    for (size_t f = 0; f < stack_fields_.size(); ++f)
      if (stack_fields_[f] == type && OneIn(2))
        found.push_back(fmt::format("hdr.s[{}].f{}", Index(1).Print(), f));
  if (found.empty()) return "";
  std::string out = found[Below(static_cast<uint32_t>(found.size()))];
  std::erase(out, '\n');
  return out;
}

bool Generator::CallArguments(const Callable& callable, int depth, std::vector<Tree>* out) {
  bool first = true;
  for (const Parameter& parameter : callable.parameters) {
    if (!first) out->push_back(", ");
    first = false;
    if (parameter.direction == Parameter::Direction::kIn ||
        parameter.direction == Parameter::Direction::kNone) {
      out->push_back(Expression(parameter.type, depth));
      continue;
    }
    const std::string place = Writable(parameter.type);
    if (place.empty()) return false;
    out->push_back(place);
  }
  return true;
}

Tree Generator::Call(const Callable& callable, int depth, bool* good) {
  std::vector<Tree> parts = {callable.name + "(" + callable.leading};
  *good = CallArguments(callable, depth, &parts);
  parts.push_back(")");
  if (callable.has_result) return Typed(callable.result, std::move(parts));
  return Text(std::move(parts));
}

Tree Generator::Expression(const Type& type, int depth) {
  if (depth <= 0 || OneIn(4)) {
    std::vector<const Variable*> found;
    for (const Variable& v : place_.variables)
      if (v.type == type) found.push_back(&v);
    if (!found.empty() && !OneIn(4))
      return Typed(type, {found[Below(static_cast<uint32_t>(found.size()))]->text});
    if (depth <= 0) return Literal(type);
  }
  if (OneIn(6)) {
    for (size_t i = 0; i < functions_.size(); ++i) {
      const Callable& f = functions_[Below(static_cast<uint32_t>(functions_.size()))];
      if (!f.has_result || f.result != type) continue;
      bool good = false;
      Tree call = Call(f, depth - 1, &good);
      if (good) return call;
    }
  }
  if (OneIn(8))
    return Typed(type, {"(", Bool(depth - 1), " ? ", Expression(type, depth - 1), " : ",
                        Expression(type, depth - 1), ")"});
  switch (type.kind) {
    case Kind::kBool:
      return Bool(depth);
    case Kind::kSerial:
      if (OneIn(2)) return Typed(type, {"((Code) ", Expression({Kind::kBit, 8}, depth - 1), ")"});
      return Literal(type);
    case Kind::kEnum:
    case Kind::kError:
      return Literal(type);
    default:
      return Bits(type, depth);
  }
}

Tree Generator::Bits(const Type& type, int depth) {
  const bool is_signed = type.kind == Kind::kInt;
  const auto same = [&] { return Expression(type, depth - 1); };
  switch (Below(is_signed ? 9 : 14)) {
    case 0:
    case 1: {
      static constexpr const char* kOps[] = {" + ", " - ", " * ",   " & ",
                                             " | ", " ^ ", " |+| ", " |-| "};
      return Typed(type, {"(", same(), kOps[Below(std::size(kOps))], same(), ")"});
    }
    case 2: {
      const char* op = OneIn(2) ? " << " : " >> ";
      // An amount that is known must not be larger than it needs be; one that is not may be.
      if (OneIn(2)) return Typed(type, {"(", same(), op, std::to_string(Below(type.width)), ")"});
      return Typed(type, {"(", same(), op, Expression({Kind::kBit, 8}, depth - 1), ")"});
    }
    case 3: {
      static constexpr const char* kOps[] = {"(-", "(~", "(+"};
      return Typed(type, {kOps[Below(3)], same(), ")"});
    }
    case 4:
    case 5: {
      // From another width.
      Type from = BitType();
      from.kind = type.kind;
      if (is_signed && from.width == 1) from.width = 7;
      return Typed(type, {"((" + type.Print() + ") ", Expression(from, depth - 1), ")"});
    }
    case 6: {
      Type from = type;
      from.kind = is_signed ? Kind::kBit : Kind::kInt;
      if (from.width == 1 && !is_signed) return Typed(type, {"((bit<1>) ", Bool(depth - 1), ")"});
      return Typed(type, {"((" + type.Print() + ") ", Expression(from, depth - 1), ")"});
    }
    case 7:
    case 8:
      return Literal(type);
    case 9:
      if (type.width >= 2) {
        const uint32_t high = 1 + Below(type.width - 1);
        return Typed(type, {"(", Expression({Kind::kBit, high}, depth - 1), " ++ ",
                            Expression({Kind::kBit, type.width - high}, depth - 1), ")"});
      }
      return same();
    case 10: {
      Type from = BitType();
      if (from.width < type.width) from.width = type.width + Below(9);
      const uint32_t low = Below(from.width - type.width + 1);
      return Typed(type, {"(", Expression(from, depth - 1),
                          fmt::format(")[{}:{}]", low + type.width - 1, low)});
    }
    case 11:
      if (place_.headers && !stack_fields_.empty()) {
        for (size_t f = 0; f < stack_fields_.size(); ++f)
          if (stack_fields_[f] == type)
            return Typed(type, {"hdr.s[", Index(depth - 1), fmt::format("].f{}", f)});
      }
      return same();
    case 12:
      if (type.width == 8 && OneIn(2))
        return Typed(type, {"((bit<8>) ", Expression({Kind::kSerial, 8}, depth - 1), ")"});
      // Division is by a constant.
      return Typed(
          type,
          {"(", same(), OneIn(2) ? " / " : " % ",
           fmt::format("{}w0x{}", type.width, Integer(s_.Value(type.width) | 1).get_str(16)), ")"});
    default:
      if (place_.parser && type.width % 8 == 0 && type.width <= 64)
        return Typed(type, {"packet.lookahead<" + type.Print() + ">()"});
      return same();
  }
}

Tree Generator::Bool(int depth) {
  const Type type{Kind::kBool, 1};
  if (depth <= 0) return Expression(type, 0);
  switch (Below(8)) {
    case 0:
    case 1:
      return Typed(type, {"(", Bool(depth - 1), OneIn(2) ? " && " : " || ", Bool(depth - 1), ")"});
    case 2:
      return Typed(type, {"(!", Bool(depth - 1), ")"});
    case 3:
      if (place_.headers) {
        static constexpr const char* kValid[] = {
            "hdr.a.isValid()",   "hdr.b.isValid()",    "hdr.v.isValid()",     "hdr.u.isValid()",
            "hdr.u.q.isValid()", "hdr.s[1].isValid()", "meta.spare.isValid()"};
        return Typed(type, {kValid[Below(std::size(kValid))]});
      }
      return Expression(type, 0);
    case 4:
      if (place_.headers) {
        static constexpr const char* kEqual[] = {"(hdr.b == meta.spare)", "(hdr.s[0] != hdr.s[1])",
                                                 "(hdr.a == hdr.a)", "(hdr.v == meta.kept)",
                                                 "(hdr.s[2] == hdr.s[1])"};
        return Typed(type, {kEqual[Below(std::size(kEqual))]});
      }
      return Expression(type, 0);
    default: {
      const Type of = AnyType();
      static constexpr const char* kOps[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};
      const bool ordered = of.kind == Kind::kBit || of.kind == Kind::kInt;
      return Typed(type, {"(", Expression(of, depth - 1), kOps[Below(ordered ? 6 : 2)],
                          Expression(of, depth - 1), ")"});
    }
  }
}

}  // namespace ipdk::tests
