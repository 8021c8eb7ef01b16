#include "pipeline/ir/symbols.h"

namespace ipdk::ir {
namespace {

bool IsStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

const std::string Symbols::kUnknown = "?";

bool IsWord(std::string_view text) {
  if (text.empty() || !IsStart(text[0]) || text == "_") return false;
  for (size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (IsStart(c) || IsDigit(c) || c == '.' || c == '\'') continue;
    if (c != '[') return false;
    size_t end = i + 1;
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end == i + 1 || end >= text.size() || text[end] != ']') return false;
    i = end;
  }
  return true;
}

std::string Quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f) {
      out += "\\x";
      out += kHex[(c >> 4) & 15];
      out += kHex[c & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string WordOrQuoted(std::string_view text) {
  return IsWord(text) ? std::string(text) : Quoted(text);
}

std::string Symbols::Pick(std::unordered_set<std::string>& taken, const std::string& name,
                          std::string_view prefix, size_t index) {
  if (IsWord(name) && taken.insert(name).second) return name;
  std::string word = (IsWord(name) ? name : std::string(prefix)) + "'" + std::to_string(index);
  while (!taken.insert(word).second) word += "'";
  return word;
}

Symbols::Symbols(const Compiled& compiled) {
  const Program& p = compiled.program;
  using Taken = std::unordered_set<std::string>;

  Taken types;
  for (size_t i = 0; i < p.header_types.size(); ++i) {
    const HeaderType& type = p.header_types[HeaderTypeId(i)];
    types_.push_back(Pick(types, type.name, "type", i));
    Taken names;
    Words& words = fields_.emplace_back();
    for (size_t f = 0; f < type.fields.size(); ++f) {
      // A field is read back as what follows the last dot, so its word has none.
      std::string name = type.fields[f].name;
      if (name.find('.') != std::string::npos) name.clear();
      words.push_back(Pick(names, name, "field", f));
    }
  }
  // Vars, headers and stacks share one space, together with header.field.
  Taken values;
  for (size_t i = 0; i < p.headers.size(); ++i) {
    headers_.push_back(Pick(values, p.headers[HeaderId(i)].name, "header", i));
    const HeaderTypeId type = p.headers[HeaderId(i)].type;
    if (type.index < fields_.size())
      for (const std::string& field : fields_[type.index])
        values.insert(headers_.back() + "." + field);
  }
  for (size_t i = 0; i < p.stacks.size(); ++i)
    stacks_.push_back(Pick(values, p.stacks[StackId(i)].name, "stack", i));
  for (size_t i = 0; i < p.vars.size(); ++i)
    vars_.push_back(Pick(values, p.vars[VarId(i)].name, "var", i));

  Taken functions, blocks;
  for (size_t i = 0; i < p.functions.size(); ++i)
    functions_.push_back(Pick(functions, p.functions[FunctionId(i)].name, "function", i));
  for (size_t i = 0; i < p.blocks.size(); ++i) {
    const std::string& name = p.blocks[BlockId(i)].name;
    const std::string plain = "b" + std::to_string(i);
    blocks_.push_back(name.empty() && blocks.insert(plain).second ? plain
                                                                  : Pick(blocks, name, "b", i));
  }

  auto fill = [](Words& words, const auto& objects, std::string_view prefix) {
    Taken taken;
    for (size_t i = 0; i < objects.items().size(); ++i)
      words.push_back(Pick(taken, objects.items()[i].preamble.name, prefix, i));
  };
  const schema::Schema& s = compiled.schema;
  fill(tables_, s.tables, "table");
  fill(actions_, s.actions, "action");
  fill(profiles_, s.action_profiles, "profile");
  fill(counters_, s.counters, "counter");
  fill(meters_, s.meters, "meter");
  fill(registers_, s.registers, "register");
  fill(digests_, s.digests, "digest");
  fill(value_sets_, s.value_sets, "set");
}

}  // namespace ipdk::ir
