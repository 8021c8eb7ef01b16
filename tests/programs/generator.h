#pragma once
// The state of one generation: what can be named where the text is being written. Private to
// generate.cpp, expressions.cpp and statements.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/random/random.h"
#include "tests/programs/generate.h"

namespace ipdk::tests {

struct Type {
  enum class Kind : uint8_t { kBit, kInt, kBool, kEnum, kSerial, kError } kind = Kind::kBit;
  uint32_t width = 8;
  bool operator==(const Type&) const = default;
  std::string Print() const;
};

struct Variable {
  std::string text;
  Type type;
  bool writable = true;
};

struct Parameter {
  enum class Direction : uint8_t { kNone, kIn, kInout, kOut } direction = Direction::kIn;
  Type type;
};

struct Callable {
  std::string name;
  Type result;
  bool has_result = false;
  std::vector<Parameter> parameters;
  // Text before the first argument: "hdr, meta, " of a control's apply.
  std::string leading;
};

// What the code being written may do.
struct Place {
  std::vector<Variable> variables;
  std::vector<Callable> actions;   // callable by name
  std::vector<Callable> controls;  // name is "c.apply"
  std::vector<std::string> tables;
  std::vector<std::vector<std::string>> table_actions;
  std::vector<std::string> registers;  // of bit<32>, 8 elements
  std::vector<std::string> counters;
  bool headers = false;  // hdr and meta are in sight
  bool parser = false;
  bool may_exit = false;
  bool may_return = false;  // without a value
  bool may_switch = false;
  bool in_loop = false;
};

class Generator {
 public:
  explicit Generator(const GenerateOptions& options) : options_(options), s_(options.seed) {}
  Tree Program();

 private:
  // expressions.cpp
  Type AnyType();
  Type BitType();
  Tree Literal(const Type& type);
  Tree Expression(const Type& type, int depth);
  Tree Bits(const Type& type, int depth);
  Tree Bool(int depth);
  Tree Index(int depth);
  // A place of this type; "" if there is none.
  std::string Writable(const Type& type);
  bool CallArguments(const Callable& callable, int depth, std::vector<Tree>* out);
  Tree Call(const Callable& callable, int depth, bool* good);

  // statements.cpp
  Tree Statement(int depth);
  Tree Statements(int depth, uint32_t most);
  Tree Block(int depth, uint32_t most);  // { statements }
  Tree HeaderStatement(int depth);
  Tree Declaration(int depth);
  Tree Loop(int depth);
  Tree SwitchOver(int depth);

  // generate.cpp
  Tree Headers();
  Tree Function();
  Tree ControlBody(const std::string& name, bool with_tables);
  Tree Action(const std::string& control);
  Tree Table(const std::string& name);
  Tree SubControl();
  Tree SubParser();
  Tree MainParser();
  Tree Keyset(const Type& type);
  // `accepts`: what no other case takes is accepted, so that the parser can end well.
  Tree Transition(const std::vector<std::string>& targets, bool accepts);
  void AddHeaders(Place* place);
  void AddParameters(const std::vector<Parameter>& parameters, Place* place, std::string* text);
  std::vector<Parameter> Parameters(uint32_t most, bool data);

  std::string Name(const char* prefix) { return prefix + std::to_string(names_++); }
  bool OneIn(uint32_t n) { return s_.OneIn(n); }
  uint32_t Below(uint32_t n) { return s_.Below(n); }

  GenerateOptions options_;
  random::Source s_;
  uint32_t names_ = 0;
  uint32_t left_ = 0;  // statements that may still be written
  Place place_;
  std::vector<Variable> fields_;    // of all headers, with runtime-independent names
  std::vector<Type> stack_fields_;  // of hdr.s's elements: f0, f1, ...
  std::vector<Variable> metadata_;
  std::vector<Callable> functions_;
  std::vector<Callable> sub_controls_;
  std::vector<std::string> sub_parsers_;
};

}  // namespace ipdk::tests
