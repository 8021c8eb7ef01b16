#include "pipeline/ir/print.h"

#include <fmt/format.h>

#include <iterator>

#include "pipeline/ir/names.h"
#include "pipeline/ir/symbols.h"
#include "pipeline/schema/match.h"

namespace ipdk::ir {
namespace {

std::string Number(const Integer& value) {
  return value < 10 ? value.get_str() : "0x" + value.get_str(16);
}

bool IsLeaf(const Expr& e) {
  switch (e.kind) {
    case ExprKind::kConst:
    case ExprKind::kVar:
      return true;
    case ExprKind::kField:
    case ExprKind::kFieldLength:
    case ExprKind::kValid:
      return e.header.fixed();
    default:
      return false;
  }
}

class Printer {
 public:
  Printer(const Compiled& compiled, const PrintOptions& options)
      : c_(compiled),
        p_(compiled.program),
        s_(compiled.schema),
        names_(compiled),
        options_(options) {}

  std::string Run() {
    if (options_.schema) PrintSchema();
    FindShared();
    PrintProgram();
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void Put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  // ` = "its own name"` when the word is another.
  std::string Own(const std::string& word, const std::string& name) const {
    return word == name ? "" : " = " + Quoted(name);
  }

  // ---- schema

  void PutPreamble(const schema::Preamble& pre, const std::string& word) {
    Put("{}", Own(word, pre.name));
    if (pre.id != 0) Put(" id 0x{:08x}", pre.id);
    const size_t dot = pre.name.rfind('.');
    if (pre.alias != (dot == std::string::npos ? pre.name : pre.name.substr(dot + 1)))
      Put(" alias {}", Quoted(pre.alias));
    if (pre.hidden) Put(" hidden");
  }

  void PutEntry(const schema::Table& table, const schema::Entry& entry, bool is_default) {
    if (!is_default) {
      Put("  entry (");
      for (size_t i = 0; i < entry.matches.size(); ++i) {
        schema::MatchField any;
        Put("{}{}", i == 0 ? "" : ", ",
            schema::ToText(i < table.keys.size() ? table.keys[i] : any, entry.matches[i]));
      }
      Put(")");
      if (entry.order != 0) Put(" order {}", entry.order);
      Put(" -> ");
    } else {
      Put("  default{} ", table.const_default ? " const" : "");
    }
    Put("{}", entry.action < table.actions.size()
                  ? names_.Action(table.actions[entry.action].action)
                  : std::string("?"));
    Put("(");
    for (size_t i = 0; i < entry.args.size(); ++i)
      Put("{}{}", i == 0 ? "" : ", ", Number(entry.args[i]));
    Put("){}\n", entry.is_const && !is_default ? " const" : "");
  }

  void PutKeys(const std::vector<schema::MatchField>& keys) {
    for (size_t i = 0; i < keys.size(); ++i) {
      const schema::MatchField& key = keys[i];
      Put("  key {} {} {}", schema::MatchKindName(key.kind), key.width, WordOrQuoted(key.name));
      if (key.id != i + 1) Put(" id {}", key.id);
      Put("\n");
    }
  }

  static std::string Widths(const std::vector<uint32_t>& widths) {
    return fmt::format("({})", fmt::join(widths, ", "));
  }

  void PrintSchema() {
    if (!s_.program.empty() || !s_.architecture.empty())
      Put("schema {} {}\n", Quoted(s_.program), Quoted(s_.architecture));
    for (size_t i = 0; i < s_.actions.size(); ++i) {
      const schema::Action& action = s_.actions[schema::ActionId(i)];
      Put("action {}(", names_.Action(schema::ActionId(i)));
      for (size_t k = 0; k < action.params.size(); ++k)
        Put("{}{} {}", k == 0 ? "" : ", ", action.params[k].width,
            WordOrQuoted(action.params[k].name));
      Put(")");
      PutPreamble(action.preamble, names_.Action(schema::ActionId(i)));
      Put("\n");
    }
    for (size_t i = 0; i < s_.counters.size(); ++i) {
      const schema::Counter& counter = s_.counters[schema::CounterId(i)];
      static constexpr const char* kUnits[] = {"packets", "bytes", "both"};
      Put("counter {} {}", names_.Counter(i), kUnits[static_cast<int>(counter.unit)]);
      if (counter.direct_of.valid()) Put(" of {}", names_.Table(counter.direct_of));
      if (counter.size != 0) Put(" size {}", counter.size);
      if (counter.index_width != 32) Put(" index {}", counter.index_width);
      PutPreamble(counter.preamble, names_.Counter(i));
      Put("\n");
    }
    for (size_t i = 0; i < s_.meters.size(); ++i) {
      const schema::Meter& meter = s_.meters[schema::MeterId(i)];
      Put("meter {} {}", names_.Meter(i),
          meter.unit == schema::MeterUnit::kPackets ? "packets" : "bytes");
      if (meter.direct_of.valid()) Put(" of {}", names_.Table(meter.direct_of));
      if (meter.size != 0) Put(" size {}", meter.size);
      if (meter.index_width != 32) Put(" index {}", meter.index_width);
      if (meter.color_aware) Put(" color_aware");
      PutPreamble(meter.preamble, names_.Meter(i));
      Put("\n");
    }
    for (size_t i = 0; i < s_.registers.size(); ++i) {
      const schema::Register& reg = s_.registers[schema::RegisterId(i)];
      Put("register {} {} size {}", names_.Register(i), Widths(reg.widths), reg.size);
      if (reg.index_width != 32) Put(" index {}", reg.index_width);
      if (reg.initial != 0) Put(" initial {}", Number(reg.initial));
      PutPreamble(reg.preamble, names_.Register(i));
      Put("\n");
    }
    for (size_t i = 0; i < s_.digests.size(); ++i) {
      const schema::Digest& digest = s_.digests[schema::DigestId(i)];
      Put("digest {} {}", names_.Digest(i), Widths(digest.widths));
      PutPreamble(digest.preamble, names_.Digest(i));
      Put("\n");
    }
    for (size_t i = 0; i < s_.value_sets.size(); ++i) {
      const schema::ValueSet& set = s_.value_sets[schema::ValueSetId(i)];
      Put("value_set {}", names_.ValueSet(schema::ValueSetId(i)));
      if (set.size != 0) Put(" size {}", set.size);
      PutPreamble(set.preamble, names_.ValueSet(schema::ValueSetId(i)));
      Put("\n");
      PutKeys(set.keys);
    }
    for (size_t i = 0; i < s_.action_profiles.size(); ++i) {
      const schema::ActionProfile& profile = s_.action_profiles[schema::ActionProfileId(i)];
      Put("profile {}", names_.Profile(schema::ActionProfileId(i)));
      if (profile.with_selector) Put(" selector");
      if (profile.size != 0) Put(" size {}", profile.size);
      if (profile.max_group_size != 0) Put(" group {}", profile.max_group_size);
      PutPreamble(profile.preamble, names_.Profile(schema::ActionProfileId(i)));
      Put("\n");
    }
    for (size_t i = 0; i < s_.tables.size(); ++i) PrintTable(schema::TableId(i));
  }

  void PrintTable(schema::TableId id) {
    const schema::Table& table = s_.tables[id];
    Put("table {}", names_.Table(id));
    if (table.size != 0) Put(" size {}", table.size);
    if (table.const_entries) Put(" const_entries");
    if (table.idle_timeout) Put(" idle_timeout");
    if (table.auto_delete) Put(" auto_delete");
    if (table.add_on_miss) Put(" add_on_miss");
    if (table.implementation.valid()) Put(" profile {}", names_.Profile(table.implementation));
    PutPreamble(table.preamble, names_.Table(id));
    Put("\n");
    PutKeys(table.keys);
    if (!table.selector_widths.empty()) Put("  selector {}\n", Widths(table.selector_widths));
    for (const schema::ActionRef& ref : table.actions) {
      static constexpr const char* kScopes[] = {"", " tableonly", " defaultonly"};
      Put("  action {}{}\n", names_.Action(ref.action), kScopes[static_cast<int>(ref.scope)]);
    }
    PutEntry(table, table.default_entry, true);
    for (schema::CounterId counter : table.direct_counters)
      Put("  counter {}\n", names_.Counter(counter.index));
    for (schema::MeterId meter : table.direct_meters)
      Put("  meter {}\n", names_.Meter(meter.index));
    for (const schema::Entry& entry : table.entries) PutEntry(table, entry, false);
  }

  // ---- expressions

  // Marks the expressions that more than one place uses, counting only places that are reached.
  void FindShared() {
    std::vector<uint32_t> uses(p_.exprs.size(), 0);
    auto use = [&](ExprId id) {
      if (id.index < uses.size()) ++uses[id.index];
    };
    auto use_header = [&](const HeaderRef& ref) {
      if (!ref.fixed()) use(ref.index);
    };
    for (const ir::Block& block : p_.blocks) {
      for (const Stmt& stmt : block.stmts) {
        use(stmt.value);
        use(stmt.length);
        use_header(stmt.header);
        use_header(stmt.source);
        for (ExprId in : stmt.ins) use(in);
      }
      use(block.term.condition);
      for (ExprId e : block.term.exprs) use(e);
    }
    for (size_t i = p_.exprs.size(); i-- > 0;) {
      if (uses[i] == 0) continue;
      const Expr& e = p_.exprs[ExprId(i)];
      for (ExprId operand : {e.a, e.b, e.c})
        if (operand.index < i) use(operand);
      if (e.header.index.index < i) use(e.header.index);
    }
    shared_.assign(p_.exprs.size(), UINT32_MAX);
    for (size_t i = 0; i < p_.exprs.size(); ++i)
      if (uses[i] > 1 && !IsLeaf(p_.exprs[ExprId(i)])) {
        shared_[i] = static_cast<uint32_t>(lets_.size());
        lets_.push_back(ExprId(i));
      }
  }

  std::string Ref(const HeaderRef& ref, uint32_t below) const {
    if (ref.fixed()) return names_.Header(ref.header);
    return fmt::format("{}[{}]", names_.Stack(ref.stack), Text(ref.index, below));
  }

  HeaderTypeId TypeOf(const HeaderRef& ref) const {
    HeaderId id = ref.header;
    if (!ref.fixed()) id = p_.stacks.Contains(ref.stack) ? p_.stacks[ref.stack].first : HeaderId();
    return p_.headers.Contains(id) ? p_.headers[id].type : HeaderTypeId();
  }

  // An operand has a smaller id than its user, `below`; anything else is a fault that must not
  // become a loop.
  std::string Text(ExprId id, uint32_t below = UINT32_MAX) const {
    if (!p_.exprs.Contains(id) || id.index >= below) return "?";
    if (shared_[id.index] != UINT32_MAX) return fmt::format("%{}", shared_[id.index]);
    return Body(id);
  }

  std::string Body(ExprId id) const {
    const Expr& e = p_.exprs[id];
    const uint32_t n = id.index;
    switch (e.kind) {
      case ExprKind::kConst:
        return e.constant < p_.constants.size()
                   ? fmt::format("{}w{}", e.width, Number(p_.constants[e.constant]))
                   : "?";
      case ExprKind::kVar:
        return names_.Var(e.var);
      case ExprKind::kField:
        return Ref(e.header, n) + "." + names_.Field(TypeOf(e.header), e.field);
      case ExprKind::kFieldLength:
        return fmt::format("length({}.{})", Ref(e.header, n),
                           names_.Field(TypeOf(e.header), e.field));
      case ExprKind::kValid:
        return fmt::format("valid({})", Ref(e.header, n));
      case ExprKind::kUnary:
        return fmt::format("{}({})", Name(e.unary), Text(e.a, n));
      case ExprKind::kBinary:
        return fmt::format("{}({}, {})", Name(e.binary), Text(e.a, n), Text(e.b, n));
      case ExprKind::kSlice:
        return fmt::format("slice({}, {}, {})", Text(e.a, n), uint64_t{e.low} + e.width - 1, e.low);
      case ExprKind::kConcat:
        return fmt::format("concat({}, {})", Text(e.a, n), Text(e.b, n));
      case ExprKind::kZeroExtend:
      case ExprKind::kSignExtend:
      case ExprKind::kTruncate:
        return fmt::format("{}({}, {})", Name(e.kind), Text(e.a, n), e.width);
      case ExprKind::kSelect:
        return fmt::format("select({}, {}, {})", Text(e.a, n), Text(e.b, n), Text(e.c, n));
    }
    return "?";
  }

  std::string List(const std::vector<ExprId>& exprs) const {
    std::string out = "(";
    for (size_t i = 0; i < exprs.size(); ++i) out += (i == 0 ? "" : ", ") + Text(exprs[i]);
    return out + ")";
  }
  std::string List(const std::vector<VarId>& vars) const {
    std::string out = "(";
    for (size_t i = 0; i < vars.size(); ++i) out += (i == 0 ? "" : ", ") + names_.Var(vars[i]);
    return out + ")";
  }

  // ---- statements

  void PutSource(SourceId at) {
    if (options_.sources && at.valid()) Put(" @{}", at.index);
  }

  std::string Object(ExternOp op, uint32_t object) const {
    using enum ExternShape::Object;
    switch (ShapeOf(op).object) {
      case kNone:
        return "";
      case kCounter:
        return " " + names_.Counter(object);
      case kMeter:
        return " " + names_.Meter(object);
      case kRegister:
        return " " + names_.Register(object);
      case kDigest:
        return " " + names_.Digest(object);
      case kTable:
        return " " + names_.Table(schema::TableId(object));
    }
    return "";
  }

  void PutStmt(const Stmt& s) {
    Put("  ");
    switch (s.kind) {
      case StmtKind::kAssign:
        Put("set {} = {}", names_.Var(s.var), Text(s.value));
        break;
      case StmtKind::kAssignField:
        Put("set {}.{} = {}", Ref(s.header, UINT32_MAX), names_.Field(TypeOf(s.header), s.field),
            Text(s.value));
        break;
      case StmtKind::kAssignVarbit:
        Put("varbit {}.{} = {}, {}", Ref(s.header, UINT32_MAX),
            names_.Field(TypeOf(s.header), s.field), Text(s.value), Text(s.length));
        break;
      case StmtKind::kSetValid:
      case StmtKind::kSetInvalid:
      case StmtKind::kExtract:
      case StmtKind::kEmit:
        Put("{} {}", Name(s.kind), Ref(s.header, UINT32_MAX));
        break;
      case StmtKind::kCopyHeader:
        Put("copy {} = {}", Ref(s.header, UINT32_MAX), Ref(s.source, UINT32_MAX));
        break;
      case StmtKind::kPushFront:
      case StmtKind::kPopFront:
        Put("{} {} {}", Name(s.kind), names_.Stack(s.stack), s.count);
        break;
      case StmtKind::kExtractVarbit:
        Put("extract {}, {}", Ref(s.header, UINT32_MAX), Text(s.length));
        break;
      case StmtKind::kAdvance:
        Put("advance {}", Text(s.length));
        break;
      case StmtKind::kLookahead:
        Put("lookahead {}", names_.Var(s.var));
        break;
      case StmtKind::kExtern:
        Put("extern {}{}", Name(s.op), Object(s.op, s.object));
        if (!s.ins.empty()) Put(" {}", List(s.ins));
        if (!s.outs.empty()) Put(" -> {}", List(s.outs));
        if ((s.op == ExternOp::kHash || s.op == ExternOp::kHashPayload) &&
            s.attribute < HashAlgorithms())
          Put(" by {}", Name(static_cast<HashAlgorithm>(s.attribute)));
        else if (s.attribute != 0)
          Put(" attribute {}", s.attribute);
        if (!s.text.empty()) Put(" {}", Quoted(s.text));
        break;
    }
    PutSource(s.at);
    Put("\n");
  }

  static std::string Text(const Pattern& pattern) {
    switch (pattern.kind) {
      case Pattern::Kind::kAny:
        return "_";
      case Pattern::Kind::kValue:
        return Number(pattern.value);
      case Pattern::Kind::kMasked:
        return Number(pattern.value) + " &&& " + Number(pattern.mask);
      case Pattern::Kind::kRange:
        return Number(pattern.value) + ".." + Number(pattern.high);
    }
    return "?";
  }

  void PutTerm(const Terminator& t) {
    Put("  ");
    switch (t.kind) {
      case TermKind::kJump:
        Put("jump {}", names_.Block(t.target));
        break;
      case TermKind::kBranch:
        Put("branch {} ? {} : {}", Text(t.condition), names_.Block(t.target),
            names_.Block(t.otherwise));
        break;
      case TermKind::kSwitch:
        Put("switch {}", List(t.exprs));
        PutSource(t.at);
        Put("\n");
        for (const Case& c : t.cases) {
          if (c.value_set.valid()) {
            Put("    case {}", names_.ValueSet(c.value_set));
          } else {
            Put("    case (");
            for (size_t i = 0; i < c.patterns.size(); ++i)
              Put("{}{}", i == 0 ? "" : ", ", Text(c.patterns[i]));
            Put(")");
          }
          Put(" -> {}\n", names_.Block(c.target));
        }
        Put("    otherwise {}\n", names_.Block(t.otherwise));
        return;
      case TermKind::kLookup:
        Put("lookup {} {}", names_.Table(t.table), List(t.exprs));
        if (t.hit.valid()) Put(" hit {}", names_.Var(t.hit));
        PutSource(t.at);
        Put("\n");
        for (size_t i = 0; i < t.actions.size(); ++i) {
          std::string action = "?";
          if (s_.tables.Contains(t.table) && i < s_.tables[t.table].actions.size())
            action = names_.Action(s_.tables[t.table].actions[i].action);
          Put("    {} {} -> {}\n", action, List(t.actions[i].params),
              names_.Block(t.actions[i].block));
        }
        return;
      case TermKind::kCall:
        Put("call {} then {}", names_.Function(t.function), names_.Block(t.target));
        break;
      case TermKind::kReturn:
        Put("return");
        break;
      case TermKind::kEnd:
        Put("end");
        break;
    }
    PutSource(t.at);
    Put("\n");
  }

  void PrintProgram() {
    Put("program {}\n", p_.arch == Arch::kNone ? "none" : Name(p_.arch));
    if (p_.ingress.valid()) Put("  ingress {}\n", names_.Function(p_.ingress));
    if (p_.egress.valid()) Put("  egress {}\n", names_.Function(p_.egress));
    if (p_.parse_end.valid()) Put("  parse_end {}\n", names_.Block(p_.parse_end));
    if (p_.step_limit != Program{}.step_limit) Put("  step_limit {}\n", p_.step_limit);
    if (!p_.errors.empty()) {
      Put("  errors");
      for (const std::string& error : p_.errors) Put(" {}", WordOrQuoted(error));
      Put("\n");
    }
    for (size_t i = 0; i < p_.roles.size(); ++i)
      if (p_.roles[i].valid())
        Put("  role {} {}\n", Name(static_cast<Role>(i)), names_.Var(p_.roles[i]));
    for (const FieldList& list : p_.field_lists)
      Put("  field_list {} {}\n", list.index, List(list.vars));
    if (options_.sources)
      for (size_t i = 0; i < p_.sources.size(); ++i) {
        const Source& source = p_.sources[SourceId(i)];
        Put("source {} {} {}\n", Quoted(source.file), source.line, source.column);
      }
    for (size_t i = 0; i < p_.header_types.size(); ++i) {
      const HeaderType& type = p_.header_types[HeaderTypeId(i)];
      const std::string& word = names_.Type(HeaderTypeId(i));
      Put("header_type {}{}\n", word, Own(word, type.name));
      for (size_t f = 0; f < type.fields.size(); ++f) {
        const std::string& field = names_.Field(HeaderTypeId(i), static_cast<uint32_t>(f));
        Put("  {} {} {}{}\n", type.fields[f].varbit ? "varbit" : "bit", type.fields[f].width, field,
            Own(field, type.fields[f].name));
      }
    }
    for (size_t i = 0; i < p_.headers.size(); ++i) {
      const ir::Header& header = p_.headers[HeaderId(i)];
      const std::string& word = names_.Header(HeaderId(i));
      Put("header {} {}", names_.Type(header.type), word);
      if (header.stack.valid()) Put(" in {}", names_.Stack(header.stack));
      Put("{}\n", Own(word, header.name));
    }
    for (size_t i = 0; i < p_.vars.size(); ++i) {
      const std::string& word = names_.Var(VarId(i));
      Put("var {} {}{}\n", p_.vars[VarId(i)].width, word, Own(word, p_.vars[VarId(i)].name));
    }
    for (size_t i = 0; i < p_.stacks.size(); ++i) {
      const ir::Stack& stack = p_.stacks[StackId(i)];
      const std::string& word = names_.Stack(StackId(i));
      Put("stack {} first {} size {}", word, names_.Header(stack.first), stack.size);
      if (stack.next.valid()) Put(" next {}", names_.Var(stack.next));
      Put("{}\n", Own(word, stack.name));
    }
    for (size_t i = 0; i < lets_.size(); ++i) Put("let %{} = {}\n", i, Body(lets_[i]));
    for (size_t i = 0; i < p_.functions.size(); ++i) {
      const ir::Function& function = p_.functions[FunctionId(i)];
      const std::string& word = names_.Function(FunctionId(i));
      Put("function {} entry {}{}{}\n", word, names_.Block(function.entry),
          function.deparses ? " deparses" : "", Own(word, function.name));
    }
    for (size_t i = 0; i < p_.blocks.size(); ++i) {
      const ir::Block& block = p_.blocks[BlockId(i)];
      const std::string& word = names_.Block(BlockId(i));
      static constexpr const char* kKinds[] = {"plain", "state", "action", "control", "table"};
      Put("block {} {}", kKinds[static_cast<int>(block.kind)], word);
      if (block.function.valid()) Put(" in {}", names_.Function(block.function));
      if (block.on_error.valid()) Put(" on_error {}", names_.Block(block.on_error));
      // "b<index>" stands for no name.
      const std::string meant = word == fmt::format("b{}", i) ? "" : word;
      Put("{}\n", Own(meant, block.name));
      for (const Stmt& stmt : block.stmts) PutStmt(stmt);
      PutTerm(block.term);
    }
  }

  const Compiled& c_;
  const Program& p_;
  const schema::Schema& s_;
  const Symbols names_;
  const PrintOptions options_;
  std::vector<uint32_t> shared_;  // by expression: its number among lets_, or UINT32_MAX
  std::vector<ExprId> lets_;
  std::string out_;
};

}  // namespace

std::string Print(const Compiled& compiled, const PrintOptions& options) {
  return Printer(compiled, options).Run();
}

}  // namespace ipdk::ir
