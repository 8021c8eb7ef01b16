// Statements for the place at hand. What a block declares is forgotten behind it.
#include "tests/programs/generator.h"

namespace ipdk::tests {

namespace {

using Kind = Type::Kind;

}  // namespace

Tree Generator::Block(int depth, uint32_t most) {
  const size_t known = place_.variables.size();
  Tree body = Statements(depth, most);
  place_.variables.resize(known);
  return Text({"{\n", std::move(body), "}"});
}

Tree Generator::Statements(int depth, uint32_t most) {
  Tree out(Tree::Kind::kStatements, {});
  for (uint32_t n = 1 + Below(most); n > 0 && left_ > 0; --n) {
    --left_;
    out.parts.push_back(Statement(depth));
  }
  return out;
}

Tree Generator::Declaration(int depth) {
  const Type type = AnyType();
  const std::string name = Name("l");
  Tree made = OneIn(4)
                  ? Optional({type.Print() + " " + name + ";\n"})
                  : Optional({type.Print() + " " + name + " = ", Expression(type, depth), ";\n"});
  place_.variables.push_back({name, type});
  return made;
}

Tree Generator::HeaderStatement(int depth) {
  static constexpr const char* kFixed[] = {
      "hdr.b.setValid();",        "hdr.b.setInvalid();",   "hdr.b = meta.spare;",
      "meta.spare = hdr.b;",      "hdr.a = hdr.b;",        "hdr.v = meta.kept;",
      "meta.kept = hdr.v;",       "hdr.v.setInvalid();",   "hdr.v.setValid();",
      "hdr.u.p.setValid();",      "hdr.u.q.setValid();",   "hdr.u.q.setInvalid();",
      "hdr.u = meta.choice;",     "meta.choice = hdr.u;",  "hdr.s.push_front(1);",
      "hdr.s.push_front(2);",     "hdr.s.pop_front(1);",   "hdr.s[1] = hdr.s[0];",
      "hdr.s[0] = hdr.s[2];",     "hdr.s[2].setValid();",  "hdr.s = meta.pile;",
      "meta.pile = hdr.s;",       "hdr.b = {#};",          "meta.inner = { 1, ... };",
      "meta.other = meta.inner;", "hdr.u.p = { 8w0x5a };", "hdr.v.data = meta.kept.data;",
      "meta.spare = hdr.a;"};
  if (OneIn(4))
    return Optional({"hdr.s[", Index(depth), OneIn(2) ? "].setValid();\n" : "].setInvalid();\n"});
  if (OneIn(5)) return Optional({"hdr.s[", Index(depth), "] = hdr.s[", Index(depth), "];\n"});
  return Optional({std::string(kFixed[Below(std::size(kFixed))]) + "\n"});
}

Tree Generator::Loop(int depth) {
  const std::string name = Name("i");
  const size_t known = place_.variables.size();
  place_.variables.push_back({name, {Kind::kBit, 8}, false});
  const bool outer = std::exchange(place_.in_loop, true);
  Tree body = Block(depth - 1, 3);
  place_.in_loop = outer;
  place_.variables.resize(known);
  if (OneIn(2))
    return Optional({fmt::format("for (bit<8> {} in {} .. {}) ", name, Below(4), Below(6)),
                     std::move(body), "\n"});
  return Optional({fmt::format("for (bit<8> {0} = 0; {0} < {1}; {0} = {0} + {2}) ", name, Below(6),
                               1 + Below(2)),
                   std::move(body), "\n"});
}

Tree Generator::SwitchOver(int depth) {
  Tree out(Tree::Kind::kOptional, {});
  if (!place_.tables.empty() && OneIn(2)) {
    const uint32_t t = Below(static_cast<uint32_t>(place_.tables.size()));
    out.parts.push_back("switch (" + place_.tables[t] + ".apply().action_run) {\n");
    for (const std::string& action : place_.table_actions[t]) {
      if (OneIn(3)) continue;
      if (OneIn(4)) {
        out.parts.push_back(Optional({action + ":\n"}));
        continue;
      }
      out.parts.push_back(Optional({action + ": ", Block(depth - 1, 2), "\n"}));
    }
  } else {
    Type type = OneIn(3) ? Type{Kind::kEnum, 32} : OneIn(3) ? Type{Kind::kSerial, 8} : BitType();
    if (type.kind == Kind::kBit && type.width > 64) type.width = 16;
    out.parts.push_back(Text({"switch (", Expression(type, 2), ") {\n"}));
    std::vector<std::string> seen;
    for (uint32_t n = 1 + Below(3); n > 0; --n) {
      const std::string label = Literal(type).Print();
      if (std::find(seen.begin(), seen.end(), label) != seen.end()) continue;
      seen.push_back(label);
      std::string line = label;
      std::erase(line, '\n');
      out.parts.push_back(Optional({line + ": ", Block(depth - 1, 2), "\n"}));
    }
  }
  if (OneIn(2)) out.parts.push_back(Optional({"default: ", Block(depth - 1, 2), "\n"}));
  out.parts.push_back("}\n");
  return out;
}

Tree Generator::Statement(int depth) {
  const int deep = 3;
  const uint32_t pick = Below(26);
  if (depth > 0 && pick < 4) {
    Tree out(Tree::Kind::kOptional, {"if (", Bool(2), ") "});
    out.parts.push_back(Block(depth - 1, 3));
    if (OneIn(2)) {
      out.parts.push_back(" else ");
      out.parts.push_back(Block(depth - 1, 3));
    }
    out.parts.push_back("\n");
    return out;
  }
  if (depth > 0 && pick == 4 && !place_.parser) return Loop(depth);
  if (depth > 0 && pick == 5 && place_.may_switch) return SwitchOver(depth);
  if (pick == 6 || pick == 7) return Declaration(deep);
  if (pick < 11 && place_.headers) return HeaderStatement(1);
  if (pick < 13 && !place_.tables.empty()) {
    const std::string table = place_.tables[Below(static_cast<uint32_t>(place_.tables.size()))];
    if (depth > 0 && OneIn(3))
      return Optional({"if (" + table + (OneIn(2) ? ".apply().hit) " : ".apply().miss) "),
                       Block(depth - 1, 2), "\n"});
    return Optional({table + ".apply();\n"});
  }
  if (pick == 13 || pick == 14) {
    std::vector<const Callable*> found;
    for (const Callable& a : place_.actions) found.push_back(&a);
    for (const Callable& c : place_.controls) found.push_back(&c);
    for (const Callable& f : functions_) found.push_back(&f);
    if (!found.empty()) {
      bool good = false;
      Tree call = Call(*found[Below(static_cast<uint32_t>(found.size()))], 2, &good);
      if (good) return Optional({std::move(call), ";\n"});
    }
  }
  if (pick == 15 && !place_.registers.empty()) {
    const std::string& name =
        place_.registers[Below(static_cast<uint32_t>(place_.registers.size()))];
    const std::string to = Writable({Kind::kBit, 32});
    if (OneIn(2) && !to.empty())
      return Optional({name + ".read(" + to + ", ", Expression({Kind::kBit, 32}, 1), ");\n"});
    return Optional({name + ".write((bit<32>) ", Expression({Kind::kBit, 4}, 2), ", ",
                     Expression({Kind::kBit, 32}, 2), ");\n"});
  }
  if (pick == 16 && !place_.counters.empty()) {
    const std::string& name = place_.counters[Below(static_cast<uint32_t>(place_.counters.size()))];
    return Optional({name + ".count((bit<32>) ", Expression({Kind::kBit, 3}, 1), ");\n"});
  }
  if (pick == 17 && place_.headers && !place_.parser) {
    const std::string to = Writable({Kind::kBit, 16});
    static constexpr const char* kAlgorithms[] = {"crc16", "crc32", "csum16", "identity", "xor16"};
    if (!to.empty())
      return Optional({"hash(" + to + ", HashAlgorithm." + kAlgorithms[Below(5)] + ", ",
                       Expression({Kind::kBit, 16}, 1), ", { ", Expression(BitType(), 1), ", ",
                       Expression(BitType(), 1), " }, ", Expression({Kind::kBit, 16}, 1), ");\n"});
  }
  if (pick == 18 && OneIn(4)) {
    if (place_.in_loop)
      return Optional({"if (", Bool(1), OneIn(2) ? ") { break; }\n" : ") { continue; }\n"});
    if (place_.may_exit) return Optional({"if (", Bool(1), ") { exit; }\n"});
  }
  if (pick == 19 && OneIn(3) && place_.may_return)
    return Optional({"if (", Bool(1), ") { return; }\n"});
  // An assignment: to something of any type that is there.
  for (int tries = 0; tries < 8; ++tries) {
    const Variable& v = place_.variables[Below(static_cast<uint32_t>(place_.variables.size()))];
    if (!v.writable) continue;
    Type type = v.type;
    std::string to = v.text;
    if (type.kind == Kind::kBit && OneIn(3)) {
      if (type.width > 1 && OneIn(2)) type.width = 1 + Below(type.width);
      if (const std::string other = Writable(type); !other.empty())
        to = other;
      else
        type = v.type;
    }
    if (type.kind == Kind::kBit && OneIn(4)) {
      static constexpr const char* kOps[] = {
          " += ", " -= ", " *= ", " &= ", " |= ", " ^= ", " |+|= ", " |-|= "};
      return Optional({to, kOps[Below(std::size(kOps))], Expression(type, deep), ";\n"});
    }
    return Optional({to, " = ", Expression(type, deep), ";\n"});
  }
  return Optional({";\n"});
}

}  // namespace ipdk::tests
