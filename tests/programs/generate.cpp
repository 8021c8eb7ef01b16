#include "tests/programs/generate.h"

#include "tests/programs/generator.h"

namespace ipdk::tests {

using Kind = Type::Kind;
using Direction = Parameter::Direction;

namespace {

constexpr const char* kStandard = R"(#include <v1model.p4>
enum Colour { red, green, blue }
enum bit<8> Code { zero = 0, one = 1, large = 0xc8 }
error { Mine }
)";

}  // namespace

// hdr.a, hdr.b and meta.spare are of one type; hdr.s is a stack; hdr.v has a varbit; hdr.u is a
// union.
Tree Generator::Headers() {
  std::string text;
  const auto header = [&](const std::string& name, uint32_t most, std::vector<Type>* types) {
    text += "header " + name + " {\n";
    uint32_t bits = 0;
    const uint32_t count = 1 + Below(most);
    for (uint32_t f = 0; f < count; ++f) {
      Type type = OneIn(6) ? AnyType() : BitType();
      if (type.kind == Kind::kEnum || type.kind == Kind::kError) type = {Kind::kBool, 1};
      if (type.width > 72) type.width = 1 + type.width % 72;
      if (type.kind == Kind::kInt && type.width < 2) type.width = 2;
      types->push_back(type);
      bits += type.width;
      text += fmt::format("{} f{};\n", type.Print(), f);
    }
    if (bits % 8 != 0) text += fmt::format("bit<{}> pad;\n", 8 - bits % 8);
    text += "}\n";
  };
  std::vector<Type> a;
  header("a_t", 6, &a);
  header("s_t", 3, &stack_fields_);
  text += "header v_t {\nbit<8> n;\nvarbit<64> data;\nbit<8> after;\n}\n";
  text += "header p_t { bit<8> x; }\nheader q_t { bit<16> y; int<8> z; }\n";
  text += "header_union u_t { p_t p; q_t q; }\n";
  text += "struct headers { a_t a; a_t b; s_t[3] s; v_t v; u_t u; }\n";
  text += "struct inner_t { bit<8> x; bit<33> y; }\n";
  text += "struct metadata {\n";
  static constexpr uint32_t kAlways[] = {1, 8, 16, 32};
  for (const uint32_t width : kAlways) {
    metadata_.push_back({fmt::format("meta.w{}", width), {Kind::kBit, width}});
    text += fmt::format("bit<{0}> w{0};\n", width);
  }
  for (uint32_t m = 0; m < 6; ++m) {
    const Type type = AnyType();
    metadata_.push_back({fmt::format("meta.m{}", m), type});
    text += fmt::format("{} m{};\n", type.Print(), m);
  }
  text += "bool flag;\ninner_t inner;\ninner_t other;\na_t spare;\nv_t kept;\nu_t choice;\n";
  text += "s_t[3] pile;\nbit<8>[4] list;\ninner_t[3] many;\n}\n";
  // Arrays, with indices that are known and that are not, in and out of range.
  metadata_.push_back({"meta.list[2]", {Kind::kBit, 8}});
  metadata_.push_back({"meta.list[meta.w8[2:0]]", {Kind::kBit, 8}});
  metadata_.push_back({"meta.many[meta.w32[1:0]].y", {Kind::kBit, 33}});
  metadata_.push_back({"meta.many[0].x", {Kind::kBit, 8}});
  metadata_.push_back({"meta.flag", {Kind::kBool, 1}});
  metadata_.push_back({"meta.inner.x", {Kind::kBit, 8}});
  metadata_.push_back({"meta.other.y", {Kind::kBit, 33}});
  for (size_t f = 0; f < a.size(); ++f) {
    fields_.push_back({fmt::format("hdr.a.f{}", f), a[f]});
    fields_.push_back({fmt::format("hdr.b.f{}", f), a[f]});
    if (OneIn(2)) fields_.push_back({fmt::format("meta.spare.f{}", f), a[f]});
  }
  for (size_t f = 0; f < stack_fields_.size(); ++f)
    fields_.push_back({fmt::format("hdr.s[{}].f{}", Below(3), f), stack_fields_[f]});
  fields_.push_back({"hdr.v.n", {Kind::kBit, 8}});
  fields_.push_back({"hdr.v.after", {Kind::kBit, 8}});
  fields_.push_back({"hdr.u.p.x", {Kind::kBit, 8}});
  fields_.push_back({"hdr.u.q.y", {Kind::kBit, 16}});
  fields_.push_back({"hdr.u.q.z", {Kind::kInt, 8}});
  return text;
}

void Generator::AddHeaders(Place* place) {
  place->headers = true;
  place->variables.insert(place->variables.end(), fields_.begin(), fields_.end());
  place->variables.insert(place->variables.end(), metadata_.begin(), metadata_.end());
}

std::vector<Parameter> Generator::Parameters(uint32_t most, bool data) {
  std::vector<Parameter> out;
  for (uint32_t n = Below(most + 1); n > 0; --n) {
    Parameter p;
    p.direction = static_cast<Direction>(1 + Below(3));
    // Types that metadata always has, so that there is something to give.
    static constexpr uint32_t kWidths[] = {1, 8, 16, 32};
    p.type = p.direction == Direction::kIn ? AnyType() : Type{Kind::kBit, kWidths[Below(4)]};
    out.push_back(p);
  }
  // What the control plane gives comes last.
  if (data)
    for (uint32_t n = Below(3); n > 0; --n) out.push_back({Direction::kNone, BitType()});
  return out;
}

void Generator::AddParameters(const std::vector<Parameter>& parameters, Place* place,
                              std::string* text) {
  for (const Parameter& p : parameters) {
    static constexpr const char* kDirections[] = {"", "in ", "inout ", "out "};
    const std::string name = Name("p");
    if (!text->empty() && text->back() != '(' && text->back() != ' ') *text += ", ";
    *text += kDirections[static_cast<int>(p.direction)] + p.type.Print() + " " + name;
    place->variables.push_back(
        {name, p.type, p.direction == Direction::kInout || p.direction == Direction::kOut});
  }
}

Tree Generator::Function() {
  Callable f;
  f.name = Name("f");
  f.has_result = !OneIn(4);
  if (f.has_result) f.result = OneIn(2) ? AnyType() : Type{Kind::kBit, OneIn(2) ? 8u : 16u};
  f.parameters = Parameters(3, false);
  place_ = Place();
  std::string head = (f.has_result ? f.result.Print() : "void") + " " + f.name + "(";
  AddParameters(f.parameters, &place_, &head);
  if (place_.variables.empty()) place_.variables.push_back({"", {Kind::kBit, 1}, false});
  std::erase_if(place_.variables, [](const Variable& v) { return v.text.empty(); });
  Tree out(Tree::Kind::kOptional, {head + ") {\n"});
  out.parts.push_back(Declaration(2));
  left_ = std::max(left_, 6u);
  place_.may_return = !f.has_result;
  out.parts.push_back(Statements(1, 4));
  if (f.has_result) {
    if (OneIn(3))
      out.parts.push_back(
          Optional({"if (", Bool(1), ") { return ", Expression(f.result, 1), "; }\n"}));
    out.parts.push_back(Text({"return ", Expression(f.result, 2), ";\n"}));
  }
  out.parts.push_back("}\n");
  functions_.push_back(std::move(f));
  return out;
}

Tree Generator::Keyset(const Type& type) {
  const auto literal = [&] { return Literal(type); };
  if (type == Type{Kind::kBit, 16} && OneIn(3) && place_.headers) return "known";
  if (type.kind != Kind::kBit) return OneIn(5) ? Tree("_") : literal();
  switch (Below(6)) {
    case 0:
      return "_";
    case 1:
      return Text({literal(), " &&& ", literal()});
    case 2: {
      Integer low = s_.Value(type.width), high = s_.Value(type.width);
      if (high < low) std::swap(low, high);
      return fmt::format("{0}w0x{1} .. {0}w0x{2}", type.width, low.get_str(16), high.get_str(16));
    }
    default:
      return literal();
  }
}

Tree Generator::Action(const std::string& control) {
  Callable a;
  a.name = Name("a");
  a.parameters = Parameters(OneIn(3) ? 2 : 0, true);
  const Place outer = place_;
  std::string head = "action " + a.name + "(";
  place_.tables.clear();
  place_.controls.clear();
  place_.may_switch = false;
  place_.may_return = true;
  AddParameters(a.parameters, &place_, &head);
  left_ = std::max(left_, 3u);
  Tree out = Optional({head + ") {\n", Statements(1, 3), "}\n"});
  place_ = outer;
  place_.actions.push_back(std::move(a));
  return out;
}

Tree Generator::Table(const std::string& name) {
  static constexpr const char* kKinds[] = {"exact", "ternary", "lpm", "range", "optional"};
  Tree out(Tree::Kind::kOptional, {"table " + name + " {\nkey = {\n"});
  std::vector<Type> types;
  std::vector<uint32_t> kinds;
  const uint32_t usual = Below(5);
  for (uint32_t k = 0, n = Below(4); k < n; ++k) {
    Type type = BitType();
    uint32_t kind = OneIn(3) ? Below(5) : usual;
    if (OneIn(8)) {
      type = OneIn(2) ? Type{Kind::kBool, 1} : Type{Kind::kSerial, 8};
      kind = 0;
    }
    types.push_back(type);
    kinds.push_back(kind);
    out.parts.push_back(Text({Expression(type, OneIn(3) ? 2 : 0),
                              fmt::format(" : {} @name(\"k{}\");\n", kKinds[kind], k)}));
  }
  out.parts.push_back("}\nactions = {\n");
  std::vector<std::string> listed;
  // A table's actions: those without arguments but data; the others are bound.
  const Callable* first = nullptr;
  std::vector<const Callable*> of;
  for (const Callable& action : place_.actions) {
    if (OneIn(3)) continue;
    Callable bound = action;
    std::erase_if(bound.parameters,
                  [](const Parameter& p) { return p.direction == Direction::kNone; });
    bool good = true;
    Tree call = bound.parameters.empty() ? Tree(action.name) : Call(bound, 0, &good);
    if (!good) continue;
    listed.push_back(action.name);
    of.push_back(&action);
    if (bound.parameters.empty()) first = &action;
    out.parts.push_back(Optional({std::move(call), ";\n"}));
  }
  out.parts.push_back("NoAction;\n}\n");
  const auto data = [&](const Callable& action) {
    std::vector<Tree> parts = {action.name + "("};
    for (const Parameter& p : action.parameters) {
      if (p.direction != Direction::kNone) continue;
      if (parts.size() > 1) parts.push_back(", ");
      parts.push_back(Literal(p.type));
    }
    parts.push_back(")");
    return Text(std::move(parts));
  };
  if (first != nullptr && OneIn(2))
    out.parts.push_back(Optional(
        {OneIn(2) ? "const default_action = " : "default_action = ", data(*first), ";\n"}));
  if (first != nullptr && !types.empty() && OneIn(3)) {
    Tree entries = Optional({OneIn(2) ? "const entries = {\n" : "entries = {\n"});
    for (uint32_t e = 0; e < 3; ++e) {
      Tree entry = Optional({"("});
      for (size_t k = 0; k < types.size(); ++k) {
        if (k > 0) entry.parts.push_back(", ");
        // Exact keys differ, so that no entry comes twice.
        if (kinds[k] == 0 && types[k].kind == Kind::kBit && types[k].width >= 4)
          entry.parts.push_back(fmt::format("{}w{}", types[k].width, e));
        else if (kinds[k] == 3 || kinds[k] == 1)
          entry.parts.push_back(types[k].kind != Kind::kBit ? Literal(types[k])
                                : kinds[k] == 1
                                    ? Text({Literal(types[k]), " &&& ", Literal(types[k])})
                                    : Literal(types[k]));
        else
          entry.parts.push_back(Literal(types[k]));
      }
      entry.parts.push_back(") : ");
      entry.parts.push_back(data(*first));
      entry.parts.push_back(";\n");
      entries.parts.push_back(std::move(entry));
      if (kinds[0] != 0 || types[0].kind != Kind::kBit || types[0].width < 4) break;
    }
    entries.parts.push_back("}\n");
    out.parts.push_back(std::move(entries));
  }
  out.parts.push_back("}\n");
  place_.tables.push_back(name);
  listed.push_back("NoAction");
  place_.table_actions.push_back(std::move(listed));
  return out;
}

// Locals and the apply block; what stands in place_ is in sight.
Tree Generator::ControlBody(const std::string& name, bool with_tables) {
  Tree out(Tree::Kind::kText, {});
  for (const Callable& sub : sub_controls_) {
    if (!OneIn(2)) continue;
    Callable call = sub;
    const std::string instance = Name("c");
    call.name = instance + ".apply";
    out.parts.push_back(Optional({sub.name + "() " + instance + ";\n"}));
    place_.controls.push_back(std::move(call));
  }
  if (OneIn(2)) {
    place_.registers.push_back(Name("r"));
    out.parts.push_back(Optional({"register<bit<32>>(8) " + place_.registers.back() + ";\n"}));
    place_.counters.push_back(Name("n"));
    out.parts.push_back(
        Optional({"counter(6, CounterType.packets) " + place_.counters.back() + ";\n"}));
  }
  for (uint32_t n = Below(3); n > 0; --n) out.parts.push_back(Declaration(1));
  place_.may_exit = true;
  for (uint32_t n = 1 + Below(3); n > 0; --n) out.parts.push_back(Action(name));
  if (with_tables)
    for (uint32_t n = Below(4); n > 0; --n) out.parts.push_back(Table(Name("t")));
  place_.may_switch = true;
  place_.may_return = true;
  out.parts.push_back("apply {\n");
  return out;
}

Tree Generator::SubControl() {
  Callable c;
  c.name = Name("Sub");
  c.parameters = Parameters(3, false);
  c.leading = "hdr, meta";
  place_ = Place();
  AddHeaders(&place_);
  std::string head = "control " + c.name + "(inout headers hdr, inout metadata meta";
  AddParameters(c.parameters, &place_, &head);
  if (!c.parameters.empty()) c.leading += ", ";
  Tree out(Tree::Kind::kOptional, {head + ") {\n"});
  out.parts.push_back(ControlBody(c.name, true));
  left_ = std::max(left_, 6u);
  out.parts.push_back(Statements(2, 6));
  out.parts.push_back("}\n}\n");
  sub_controls_.push_back(std::move(c));
  return out;
}

Tree Generator::Transition(const std::vector<std::string>& targets, bool accepts) {
  const auto target = [&]() -> std::string {
    return OneIn(10) ? "reject" : targets[Below(static_cast<uint32_t>(targets.size()))];
  };
  if (OneIn(4)) return "transition " + (accepts ? "accept" : target()) + ";\n";
  std::vector<Type> types;
  Tree out(Tree::Kind::kText, {"transition select("});
  for (uint32_t n = 1 + Below(2); n > 0; --n) {
    Type type = OneIn(6) ? Type{Kind::kSerial, 8} : BitType();
    if (!types.empty()) out.parts.push_back(", ");
    types.push_back(type);
    out.parts.push_back(Expression(type, OneIn(2) ? 0 : 2));
  }
  out.parts.push_back(") {\n");
  for (uint32_t n = 1 + Below(4); n > 0; --n) {
    Tree c = Optional({types.size() > 1 ? "(" : ""});
    for (size_t k = 0; k < types.size(); ++k) {
      if (k > 0) c.parts.push_back(", ");
      c.parts.push_back(Keyset(types[k]));
    }
    c.parts.push_back((types.size() > 1 ? ") : " : ": ") + target() + ";\n");
    out.parts.push_back(std::move(c));
  }
  if (accepts) {
    out.parts.push_back("default: accept;\n");
  } else if (!OneIn(5)) {
    out.parts.push_back(Optional({"default: " + target() + ";\n"}));
  }
  out.parts.push_back("}\n");
  return out;
}

Tree Generator::SubParser() {
  const std::string name = Name("Inner");
  place_ = Place();
  place_.parser = true;
  place_.variables = metadata_;
  place_.variables.push_back({"local", {Kind::kBit, 8}});
  Tree out(Tree::Kind::kOptional,
           {"parser " + name +
            "(packet_in packet, out p_t x, inout metadata meta) {\nbit<8> local = 3;\n"});
  const size_t known = place_.variables.size();
  out.parts.push_back("state start {\npacket.extract(x);\n");
  left_ = std::max(left_, 2u);
  out.parts.push_back(Statements(0, 2));
  out.parts.push_back(Transition({"start", "more", "accept"}, true));
  place_.variables.resize(known);
  out.parts.push_back("}\nstate more {\n");
  left_ = std::max(left_, 2u);
  out.parts.push_back(Statements(0, 2));
  out.parts.push_back(Transition({"accept"}, true));
  out.parts.push_back("}\n}\n");
  sub_parsers_.push_back(name);
  return out;
}

Tree Generator::MainParser() {
  place_ = Place();
  place_.parser = true;
  AddHeaders(&place_);
  place_.variables.push_back({"std.packet_length", {Kind::kBit, 32}, false});
  Tree out(Tree::Kind::kText,
           {"parser Parse(packet_in packet, out headers hdr, inout metadata meta,\n"
            "inout standard_metadata_t std) {\nvalue_set<bit<16>>(8) known;\n"});
  for (const std::string& sub : sub_parsers_) out.parts.push_back(sub + "() i_" + sub + ";\n");
  const uint32_t states = 2 + Below(4);
  std::vector<std::string> all = {"accept"};
  for (uint32_t i = 1; i < states; ++i) all.push_back("s" + std::to_string(i));
  for (uint32_t i = 0; i < states; ++i) {
    out.parts.push_back(i == 0 ? "state start {\n" : fmt::format("state s{} {{\n", i));
    // A state that takes nothing from the packet only goes forward, so that a parser ends.
    std::vector<std::string> targets = {"accept"};
    for (uint32_t k = i + 1; k < states; ++k) targets.push_back("s" + std::to_string(k));
    std::string take;
    switch (i == 0 ? 0 : Below(9)) {
      case 0:
        take = "packet.extract(hdr.a);";
        break;
      case 1:
        take = "packet.extract(hdr.b);";
        break;
      case 2:
      case 3:
        take = "packet.extract(hdr.s.next);";
        break;
      case 4:
        take = "packet.extract(hdr.v, (bit<32>) meta.w8[3:0] * 8);";
        break;
      case 5:
        take = OneIn(2) ? "packet.extract(hdr.u.p);" : "packet.extract(hdr.u.q);";
        break;
      case 6:
        take = "packet.advance(8);";
        break;
      case 7:
        if (!sub_parsers_.empty()) {
          take = "i_" + sub_parsers_[Below(static_cast<uint32_t>(sub_parsers_.size()))] +
                 ".apply(packet, hdr.u.p, meta);";
        } else {
          take = "packet.extract<p_t>(_);";
        }
        break;
      default:
        break;
    }
    if (!take.empty()) {
      targets = all;
      out.parts.push_back(take + "\n");
    }
    left_ = std::max(left_, 2u);
    const size_t known = place_.variables.size();
    if (OneIn(2)) out.parts.push_back(Statements(1, 3));
    if (OneIn(5)) out.parts.push_back(Optional({"verify(", Bool(1), ", error.Mine);\n"}));
    out.parts.push_back(Transition(targets, i == 0));
    place_.variables.resize(known);
    out.parts.push_back("}\n");
  }
  out.parts.push_back("}\n");
  return out;
}

Tree Generator::Program() {
  Tree out(Tree::Kind::kText, {kStandard});
  out.parts.push_back(Headers());
  for (uint32_t n = Below(4); n > 0; --n) out.parts.push_back(Function());
  for (uint32_t n = Below(3); n > 0; --n) out.parts.push_back(SubControl());
  for (uint32_t n = Below(2); n > 0; --n) out.parts.push_back(SubParser());
  left_ = options_.statements;
  out.parts.push_back(MainParser());
  out.parts.push_back("control Verify(inout headers hdr, inout metadata meta) {\napply {\n");
  place_ = Place();
  AddHeaders(&place_);
  if (OneIn(2))
    out.parts.push_back(Optional({"verify_checksum(", Bool(1), ", { ", Expression(BitType(), 1),
                                  ", ", Expression(BitType(), 1), " }, ",
                                  Expression({Kind::kBit, 16}, 1), ", HashAlgorithm.csum16);\n"}));
  out.parts.push_back("}\n}\n");
  for (const char* name : {"First", "Second"}) {
    place_ = Place();
    AddHeaders(&place_);
    place_.variables.push_back({"std.ingress_port", {Kind::kBit, 9}, false});
    place_.variables.push_back({"std.parser_error", {Kind::kError, 16}, false});
    place_.variables.push_back({"std.checksum_error", {Kind::kBit, 1}, false});
    place_.variables.push_back({"std.packet_length", {Kind::kBit, 32}, false});
    const bool ingress = name[0] == 'F';
    if (ingress) place_.variables.push_back({"std.egress_spec", {Kind::kBit, 9}});
    out.parts.push_back(fmt::format(
        "control {}(inout headers hdr, inout metadata meta, inout standard_metadata_t std) {{\n",
        name));
    out.parts.push_back(ControlBody(name, true));
    if (ingress) out.parts.push_back("std.egress_spec = 1;\n");
    left_ = std::max(left_, options_.statements / 2);
    out.parts.push_back(Statements(3, ingress ? 14 : 8));
    out.parts.push_back("}\n}\n");
  }
  out.parts.push_back("control Compute(inout headers hdr, inout metadata meta) {\napply {\n");
  place_ = Place();
  AddHeaders(&place_);
  if (const std::string to = Writable({Kind::kBit, 16}); !to.empty() && OneIn(2))
    out.parts.push_back(
        Optional({"update_checksum(", Bool(1), ", { ", Expression(BitType(), 1), ", ",
                  Expression(BitType(), 1), " }, " + to + ", HashAlgorithm.csum16);\n"}));
  out.parts.push_back("}\n}\n");
  out.parts.push_back(
      "control Deparse(packet_out packet, in headers hdr) {\napply {\npacket.emit(hdr);\n}\n}\n"
      "V1Switch(Parse(), Verify(), First(), Second(), Compute(), Deparse()) main;\n");
  return out;
}

Tree GenerateProgram(const GenerateOptions& options) { return Generator(options).Program(); }

}  // namespace ipdk::tests
