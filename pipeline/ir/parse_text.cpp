#include "pipeline/ir/parse_text.h"

#include "pipeline/ir/build.h"
#include "pipeline/ir/names.h"
#include "pipeline/ir/scope.h"

namespace ipdk::ir {
namespace {

constexpr int kMaxNesting = 4000;  // of one expression; verified programs stay far below

class Parser {
 public:
  Result<Compiled> Run(std::string_view text) {
    IPDK_ASSIGN(lines_, Lex(text));
    IPDK_RETURN_IF_ERROR(FindNames());
    // Types, headers, variables and stacks first: expressions take their widths from them.
    static constexpr const char* kPasses[] = {"header_type", "header", "var", "stack", "let", ""};
    for (const char* pass : kPasses)
      for (size_t i = 0; i < lines_.size();) {
        const size_t end = EndOf(i);
        const std::string& word = lines_[i].tokens[0].text;
        const std::span<const Line> lines(lines_.data() + i, end - i);
        i = end;
        bool early = false;
        for (const char* p : kPasses) early |= word == p;
        if (*pass != '\0' ? word != pass : early) continue;
        if (IsSchemaWord(word)) {
          IPDK_RETURN_IF_ERROR(ParseSchemaLine(lines, scope_, out_.schema));
        } else {
          IPDK_RETURN_IF_ERROR(ParseDeclaration(word, lines));
        }
      }
    return std::move(out_);
  }

 private:
  size_t EndOf(size_t start) const {
    size_t end = start + 1;
    while (end < lines_.size() && lines_[end].indented) ++end;
    return end;
  }

  Status FindNames() {
    if (!lines_.empty() && lines_[0].indented)
      return LineReader(lines_[0]).Wrong("the first line may not be indented");
    uint32_t lets = 0;
    for (const Line& line : lines_) {
      if (line.indented) continue;
      LineReader in(line);
      const std::string word = in.Peek().text;
      in.Skip();
      Scope::Names* names = nullptr;
      if (word == "action") names = &scope_.actions;
      if (word == "table") names = &scope_.tables;
      if (word == "counter") names = &scope_.counters;
      if (word == "meter") names = &scope_.meters;
      if (word == "register") names = &scope_.registers;
      if (word == "digest") names = &scope_.digests;
      if (word == "value_set") names = &scope_.value_sets;
      if (word == "profile") names = &scope_.profiles;
      if (word == "header_type") names = &scope_.types;
      if (word == "function") names = &scope_.functions;
      if (word == "stack") names = &scope_.stacks;
      if (word == "header" || word == "var" || word == "block") {
        in.Skip();  // the type, width or kind
        names = word == "header" ? &scope_.headers : word == "var" ? &scope_.vars : &scope_.blocks;
      }
      if (word == "let") ++lets;
      if (names == nullptr) continue;
      if (in.Peek().kind != Token::Kind::kWord) return in.Wanted("a name");
      const auto [at, fresh] = names->emplace(in.Peek().text, static_cast<uint32_t>(names->size()));
      if (!fresh) return in.Wrong("there is already a {} '{}'", word, in.Peek().text);
    }
    lets_.reserve(lets);
    return {};
  }

  // `= "own name"` at the end, or the word.
  Status OwnName(LineReader& in, const std::string& word, std::string& out) {
    out = word;
    if (in.TakePunct("=")) {
      IPDK_ASSIGN(out, in.Word("a name"));
    }
    return in.ExpectEnd();
  }

  Status ParseDeclaration(const std::string& word, std::span<const Line> lines) {
    LineReader in(lines[0]);
    in.Skip();
    const auto rest = lines.subspan(1);
    if (word == "header_type") return ParseType(in, rest);
    if (word == "block") return ParseBlock(in, rest);
    if (word == "program") return ParseHead(in, rest);
    if (!rest.empty()) return LineReader(rest[0]).Wrong("nothing may be indented here");
    if (word == "header") {
      Header header;
      IPDK_ASSIGN(header.type, Take<HeaderTypeId>(in, scope_.types, "header type"));
      IPDK_ASSIGN(const std::string name, in.Word("a name"));
      if (in.TakeWord("in")) {
        IPDK_ASSIGN(header.stack, Take<StackId>(in, scope_.stacks, "stack"));
      }
      IPDK_RETURN_IF_ERROR(OwnName(in, name, header.name));
      out_.program.headers.Add(std::move(header));
    } else if (word == "var") {
      Var var;
      IPDK_ASSIGN(var.width, in.Number32("a width"));
      IPDK_ASSIGN(const std::string name, in.Word("a name"));
      IPDK_RETURN_IF_ERROR(OwnName(in, name, var.name));
      out_.program.vars.Add(std::move(var));
    } else if (word == "stack") {
      Stack stack;
      IPDK_ASSIGN(const std::string name, in.Word("a name"));
      IPDK_RETURN_IF_ERROR(in.ExpectWord("first"));
      IPDK_ASSIGN(stack.first, Take<HeaderId>(in, scope_.headers, "header"));
      IPDK_RETURN_IF_ERROR(in.ExpectWord("size"));
      IPDK_ASSIGN(stack.size, in.Number32("a size"));
      if (in.TakeWord("next")) {
        IPDK_ASSIGN(stack.next, Take<VarId>(in, scope_.vars, "variable"));
      }
      IPDK_RETURN_IF_ERROR(OwnName(in, name, stack.name));
      out_.program.stacks.Add(std::move(stack));
    } else if (word == "let") {
      IPDK_RETURN_IF_ERROR(in.Expect("%"));
      IPDK_ASSIGN(const uint32_t number, in.Number32("a number"));
      if (number != lets_.size())
        return in.Wrong("%{} comes next, found %{}", lets_.size(), number);
      IPDK_RETURN_IF_ERROR(in.Expect("="));
      IPDK_ASSIGN(const ExprId expr, ParseExpr(in));
      lets_.push_back(expr);
      return in.ExpectEnd();
    } else if (word == "function") {
      Function function;
      IPDK_ASSIGN(const std::string name, in.Word("a name"));
      IPDK_RETURN_IF_ERROR(in.ExpectWord("entry"));
      IPDK_ASSIGN(function.entry, Take<BlockId>(in, scope_.blocks, "block"));
      function.deparses = in.TakeWord("deparses");
      IPDK_RETURN_IF_ERROR(OwnName(in, name, function.name));
      out_.program.functions.Add(std::move(function));
    } else if (word == "source") {
      Source source;
      IPDK_ASSIGN(source.file, in.Word("a file"));
      IPDK_ASSIGN(source.line, in.Number32("a line"));
      IPDK_ASSIGN(source.column, in.Number32("a column"));
      IPDK_RETURN_IF_ERROR(in.ExpectEnd());
      out_.program.sources.Add(std::move(source));
    } else {
      return in.Wrong("'{}' is not a declaration", word);
    }
    return {};
  }

  Status ParseType(LineReader& in, std::span<const Line> rest) {
    HeaderType type;
    IPDK_ASSIGN(const std::string name, in.Word("a name"));
    IPDK_RETURN_IF_ERROR(OwnName(in, name, type.name));
    Scope::Names& fields = fields_.emplace_back();
    for (const Line& line : rest) {
      LineReader row(line);
      HeaderField field;
      field.varbit = row.TakeWord("varbit");
      if (!field.varbit) IPDK_RETURN_IF_ERROR(row.ExpectWord("bit"));
      IPDK_ASSIGN(field.width, row.Number32("a width"));
      IPDK_ASSIGN(const std::string word, row.Word("a field name"));
      if (!fields.emplace(word, static_cast<uint32_t>(type.fields.size())).second)
        return row.Wrong("field '{}' is there twice", word);
      IPDK_RETURN_IF_ERROR(OwnName(row, word, field.name));
      type.fields.push_back(std::move(field));
    }
    out_.program.header_types.Add(std::move(type));
    return {};
  }

  Status ParseHead(LineReader& in, std::span<const Line> rest) {
    IPDK_ASSIGN(const std::string arch, in.Word("an architecture"));
    const auto known = ArchByName(arch == "none" ? "" : arch);
    if (!known)
      return in.Wrong("'{}' is not an architecture; known are none, v1model, psa, pna", arch);
    out_.program.arch = *known;
    for (const Line& line : rest) {
      LineReader row(line);
      if (row.TakeWord("ingress")) {
        IPDK_ASSIGN(out_.program.ingress, Take<FunctionId>(row, scope_.functions, "function"));
      } else if (row.TakeWord("egress")) {
        IPDK_ASSIGN(out_.program.egress, Take<FunctionId>(row, scope_.functions, "function"));
      } else if (row.TakeWord("parse_end")) {
        IPDK_ASSIGN(out_.program.parse_end, Take<BlockId>(row, scope_.blocks, "block"));
      } else if (row.TakeWord("step_limit")) {
        IPDK_ASSIGN(out_.program.step_limit, row.Number32("a number"));
      } else if (row.TakeWord("errors")) {
        while (!row.AtEnd()) {
          IPDK_ASSIGN(std::string error, row.Word("an error's name"));
          out_.program.errors.push_back(std::move(error));
        }
      } else if (row.TakeWord("role")) {
        IPDK_ASSIGN(const std::string name, row.Word("a role"));
        const auto role = RoleByName(name);
        if (!role) return row.Wrong("'{}' is not a role", name);
        IPDK_ASSIGN(out_.program.roles[static_cast<size_t>(*role)],
                    Take<VarId>(row, scope_.vars, "variable"));
      } else if (row.TakeWord("field_list")) {
        FieldList list;
        IPDK_ASSIGN(list.index, row.Number32("an index"));
        IPDK_ASSIGN(list.vars, TakeVars(row));
        out_.program.field_lists.push_back(std::move(list));
      } else {
        return row.Wanted("a property of the program");
      }
      IPDK_RETURN_IF_ERROR(row.ExpectEnd());
    }
    return {};
  }

  // ---- expressions

  Result<std::vector<VarId>> TakeVars(LineReader& in) {
    std::vector<VarId> out;
    IPDK_RETURN_IF_ERROR(in.Expect("("));
    while (!in.TakePunct(")")) {
      if (!out.empty()) IPDK_RETURN_IF_ERROR(in.Expect(","));
      IPDK_ASSIGN(const VarId var, Take<VarId>(in, scope_.vars, "variable"));
      out.push_back(var);
    }
    return out;
  }

  Result<std::vector<ExprId>> TakeExprs(LineReader& in) {
    std::vector<ExprId> out;
    IPDK_RETURN_IF_ERROR(in.Expect("("));
    while (!in.TakePunct(")")) {
      if (!out.empty()) IPDK_RETURN_IF_ERROR(in.Expect(","));
      IPDK_ASSIGN(const ExprId expr, ParseExpr(in));
      out.push_back(expr);
    }
    return out;
  }

  // A header, or "stack[expression]".
  Result<HeaderRef> TakeHeader(LineReader& in) {
    if (in.Peek().kind == Token::Kind::kWord && in.IsPunct("[", 1)) {
      IPDK_ASSIGN(const StackId stack, Take<StackId>(in, scope_.stacks, "stack"));
      return TakeIndex(in, stack);
    }
    IPDK_ASSIGN(const HeaderId header, Take<HeaderId>(in, scope_.headers, "header"));
    return RefTo(header);
  }
  Result<HeaderRef> TakeIndex(LineReader& in, StackId stack) {
    IPDK_RETURN_IF_ERROR(in.Expect("["));
    IPDK_ASSIGN(const ExprId index, ParseExpr(in));
    IPDK_RETURN_IF_ERROR(in.Expect("]"));
    return RefTo(stack, index);
  }

  Result<HeaderTypeId> TypeOf(const LineReader& in, const HeaderRef& ref) const {
    HeaderId id = ref.header;
    if (!ref.fixed()) {
      if (!out_.program.stacks.Contains(ref.stack)) return in.Wrong("the stack is not declared");
      id = out_.program.stacks[ref.stack].first;
    }
    if (!out_.program.headers.Contains(id)) return in.Wrong("the header is not declared");
    const HeaderTypeId type = out_.program.headers[id].type;
    if (!out_.program.header_types.Contains(type))
      return in.Wrong("the header type is not declared");
    return type;
  }

  struct FieldRef {
    HeaderRef header;
    uint32_t field = 0;
  };
  // "header.field" or "stack[e].field".
  Result<FieldRef> TakeField(LineReader& in) {
    FieldRef out;
    const std::string word = in.Peek().text;
    std::string field;
    if (in.Peek().kind != Token::Kind::kWord) return in.Wanted("a field");
    if (in.IsPunct("[", 1)) {
      IPDK_ASSIGN(out.header, TakeHeader(in));
      IPDK_RETURN_IF_ERROR(in.Expect("."));
      IPDK_ASSIGN(field, in.Word("a field"));
    } else {
      const size_t dot = word.rfind('.');
      const auto header = scope_.headers.find(word.substr(0, dot));
      if (dot == std::string::npos || header == scope_.headers.end())
        return in.Wrong("there is no variable or field '{}'", word);
      in.Skip();
      out.header = RefTo(HeaderId(header->second));
      field = word.substr(dot + 1);
    }
    IPDK_ASSIGN(const HeaderTypeId type, TypeOf(in, out.header));
    const auto at = fields_[type.index].find(field);
    if (at == fields_[type.index].end()) return in.Wrong("the header has no field '{}'", field);
    out.field = at->second;
    return out;
  }

  Result<ExprId> ParseExpr(LineReader& in) {
    if (++nesting_ > kMaxNesting)
      return in.Wrong("the expression is nested more than {} deep", kMaxNesting);
    auto out = ParseInner(in);
    --nesting_;
    return out;
  }

  Result<ExprId> ParseInner(LineReader& in) {
    ExprBuilder b(out_.program);
    if (in.TakePunct("%")) {
      IPDK_ASSIGN(const uint32_t number, in.Number32("a number"));
      if (number >= lets_.size()) return in.Wrong("%{} is not defined above", number);
      return lets_[number];
    }
    if (in.Peek().kind == Token::Kind::kTyped) {
      const Token token = in.Peek();
      in.Skip();
      if (BitLength(token.number) > token.width)
        return in.Wrong("{} does not fit its width", token.text);
      return b.Const(token.number, token.width);
    }
    if (in.Peek().kind != Token::Kind::kWord) return in.Wanted("an expression");
    const std::string word = in.Peek().text;
    if (in.IsPunct("(", 1)) {
      in.Skip();
      in.Skip();
      IPDK_ASSIGN(const ExprId out, ParseCall(in, word));
      IPDK_RETURN_IF_ERROR(in.Expect(")"));
      return out;
    }
    const auto var = scope_.vars.find(word);
    if (var != scope_.vars.end() && !in.IsPunct("[", 1)) {
      in.Skip();
      if (!out_.program.vars.Contains(VarId(var->second)))
        return in.Wrong("variable '{}' is not declared", word);
      return b.Read(VarId(var->second));
    }
    IPDK_ASSIGN(const FieldRef field, TakeField(in));
    return b.Field(field.header, field.field);
  }

  // What stands in the parentheses of `word(...)`.
  Result<ExprId> ParseCall(LineReader& in, const std::string& word) {
    ExprBuilder b(out_.program);
    if (word == "valid") {
      IPDK_ASSIGN(const HeaderRef header, TakeHeader(in));
      return b.Valid(header);
    }
    if (word == "length") {
      IPDK_ASSIGN(const FieldRef field, TakeField(in));
      return b.FieldLength(field.header, field.field);
    }
    IPDK_ASSIGN(const ExprId first, ParseExpr(in));
    if (const auto op = UnaryOpByName(word)) return b.Unary(*op, first);
    IPDK_RETURN_IF_ERROR(in.Expect(","));
    if (word == "slice") {
      IPDK_ASSIGN(const uint32_t high, in.Number32("a bit"));
      IPDK_RETURN_IF_ERROR(in.Expect(","));
      IPDK_ASSIGN(const uint32_t low, in.Number32("a bit"));
      if (high < low) return in.Wrong("a slice goes from high to low, found {}:{}", high, low);
      return b.Slice(first, high, low);
    }
    for (ExprKind kind : {ExprKind::kZeroExtend, ExprKind::kSignExtend, ExprKind::kTruncate})
      if (word == Name(kind)) {
        IPDK_ASSIGN(const uint32_t width, in.Number32("a width"));
        return b.Resize(kind, first, width);
      }
    IPDK_ASSIGN(const ExprId second, ParseExpr(in));
    if (word == "concat") return b.Concat(first, second);
    if (const auto op = BinaryOpByName(word)) return b.Binary(*op, first, second);
    if (word != "select") return in.Wrong("'{}' is not an operation", word);
    IPDK_RETURN_IF_ERROR(in.Expect(","));
    IPDK_ASSIGN(const ExprId third, ParseExpr(in));
    return b.Select(first, second, third);
  }

  // ---- blocks

  Status ParseBlock(LineReader& in, std::span<const Line> rest) {
    Block block;
    static constexpr std::string_view kKinds[] = {"plain", "state", "action", "control", "table"};
    IPDK_ASSIGN(const std::string kind, in.Word("a kind of block"));
    bool known = false;
    for (size_t i = 0; i < std::size(kKinds); ++i)
      if (kind == kKinds[i]) {
        block.kind = static_cast<Block::Kind>(i);
        known = true;
      }
    if (!known) return in.Wrong("'{}' is not a kind of block", kind);
    IPDK_ASSIGN(const std::string name, in.Word("a name"));
    if (in.TakeWord("in")) {
      IPDK_ASSIGN(block.function, Take<FunctionId>(in, scope_.functions, "function"));
    }
    if (in.TakeWord("on_error")) {
      IPDK_ASSIGN(block.on_error, Take<BlockId>(in, scope_.blocks, "block"));
    }
    IPDK_RETURN_IF_ERROR(OwnName(
        in, name == fmt::format("b{}", out_.program.blocks.size()) ? "" : name, block.name));
    if (rest.empty()) return in.Wrong("block '{}' has no terminator", name);
    bool ended = false;
    for (size_t i = 0; i < rest.size(); ++i) {
      LineReader row(rest[i]);
      if (ended) return row.Wrong("block '{}' goes on behind its terminator", name);
      const std::string word = row.Peek().text;
      if (word == "jump" || word == "branch" || word == "switch" || word == "lookup" ||
          word == "call" || word == "return" || word == "end") {
        IPDK_ASSIGN(const size_t used, ParseTerm(rest.subspan(i), block.term));
        i += used - 1;
        ended = true;
      } else {
        IPDK_ASSIGN(Stmt stmt, ParseStmt(row));
        block.stmts.push_back(std::move(stmt));
      }
    }
    if (!ended) return in.Wrong("block '{}' has no terminator", name);
    out_.program.blocks.Add(std::move(block));
    return {};
  }

  Status TakeSource(LineReader& in, SourceId& at) {
    if (in.TakePunct("@")) {
      IPDK_ASSIGN(const uint32_t number, in.Number32("a source number"));
      at = SourceId(number);
    }
    return in.ExpectEnd();
  }

  Result<Stmt> ParseStmt(LineReader& in) {
    Stmt s;
    const std::string word = in.Peek().text;
    in.Skip();
    if (word == "set") {
      const auto var = scope_.vars.find(in.Peek().text);
      if (var != scope_.vars.end() && in.IsPunct("=", 1)) {
        s.kind = StmtKind::kAssign;
        s.var = VarId(var->second);
        in.Skip();
      } else {
        s.kind = StmtKind::kAssignField;
        IPDK_ASSIGN(const FieldRef field, TakeField(in));
        s.header = field.header;
        s.field = field.field;
      }
      IPDK_RETURN_IF_ERROR(in.Expect("="));
      IPDK_ASSIGN(s.value, ParseExpr(in));
    } else if (word == "varbit") {
      s.kind = StmtKind::kAssignVarbit;
      IPDK_ASSIGN(const FieldRef field, TakeField(in));
      s.header = field.header;
      s.field = field.field;
      IPDK_RETURN_IF_ERROR(in.Expect("="));
      IPDK_ASSIGN(s.value, ParseExpr(in));
      IPDK_RETURN_IF_ERROR(in.Expect(","));
      IPDK_ASSIGN(s.length, ParseExpr(in));
    } else if (word == "setvalid" || word == "setinvalid" || word == "emit" || word == "extract") {
      s.kind = word == "setvalid"     ? StmtKind::kSetValid
               : word == "setinvalid" ? StmtKind::kSetInvalid
               : word == "emit"       ? StmtKind::kEmit
                                      : StmtKind::kExtract;
      IPDK_ASSIGN(s.header, TakeHeader(in));
      if (word == "extract" && in.TakePunct(",")) {
        s.kind = StmtKind::kExtractVarbit;
        IPDK_ASSIGN(s.length, ParseExpr(in));
      }
    } else if (word == "copy") {
      s.kind = StmtKind::kCopyHeader;
      IPDK_ASSIGN(s.header, TakeHeader(in));
      IPDK_RETURN_IF_ERROR(in.Expect("="));
      IPDK_ASSIGN(s.source, TakeHeader(in));
    } else if (word == "push" || word == "pop") {
      s.kind = word == "push" ? StmtKind::kPushFront : StmtKind::kPopFront;
      IPDK_ASSIGN(s.stack, Take<StackId>(in, scope_.stacks, "stack"));
      IPDK_ASSIGN(s.count, in.Number32("a count"));
    } else if (word == "advance") {
      s.kind = StmtKind::kAdvance;
      IPDK_ASSIGN(s.length, ParseExpr(in));
    } else if (word == "lookahead") {
      s.kind = StmtKind::kLookahead;
      IPDK_ASSIGN(s.var, Take<VarId>(in, scope_.vars, "variable"));
    } else if (word == "extern") {
      IPDK_RETURN_IF_ERROR(ParseExtern(in, s));
    } else {
      return in.Wrong("'{}' is not a statement", word);
    }
    IPDK_RETURN_IF_ERROR(TakeSource(in, s.at));
    return s;
  }

  Status ParseExtern(LineReader& in, Stmt& s) {
    s.kind = StmtKind::kExtern;
    IPDK_ASSIGN(const std::string name, in.Word("an extern"));
    const auto op = ExternOpByName(name);
    if (!op) return in.Wrong("'{}' is not an extern", name);
    s.op = *op;
    const Scope::Names* objects = nullptr;
    using enum ExternShape::Object;
    switch (ShapeOf(*op).object) {
      case kNone:
        break;
      case kCounter:
        objects = &scope_.counters;
        break;
      case kMeter:
        objects = &scope_.meters;
        break;
      case kRegister:
        objects = &scope_.registers;
        break;
      case kDigest:
        objects = &scope_.digests;
        break;
      case kTable:
        objects = &scope_.tables;
        break;
    }
    if (objects != nullptr) {
      IPDK_ASSIGN(const VarId object, Take<VarId>(in, *objects, "object of this extern"));
      s.object = object.index;
    }
    if (in.IsPunct("(")) {
      IPDK_ASSIGN(s.ins, TakeExprs(in));
    }
    if (in.TakePunct("->")) {
      IPDK_ASSIGN(s.outs, TakeVars(in));
    }
    if (in.TakeWord("by")) {
      IPDK_ASSIGN(const std::string algorithm, in.Word("a hash algorithm"));
      const auto hash = HashByName(algorithm);
      if (!hash) return in.Wrong("'{}' is not a hash algorithm", algorithm);
      s.attribute = static_cast<uint32_t>(*hash);
    } else if (in.TakeWord("attribute")) {
      IPDK_ASSIGN(s.attribute, in.Number32("an attribute"));
    }
    if (in.Peek().kind == Token::Kind::kString) {
      s.text = in.Peek().text;
      in.Skip();
    }
    return {};
  }

  Result<BlockId> TakeBlock(LineReader& in) { return Take<BlockId>(in, scope_.blocks, "block"); }

  // Returns how many lines it took.
  Result<size_t> ParseTerm(std::span<const Line> lines, Terminator& t) {
    LineReader in(lines[0]);
    if (in.TakeWord("jump")) {
      t.kind = TermKind::kJump;
      IPDK_ASSIGN(t.target, TakeBlock(in));
    } else if (in.TakeWord("branch")) {
      t.kind = TermKind::kBranch;
      IPDK_ASSIGN(t.condition, ParseExpr(in));
      IPDK_RETURN_IF_ERROR(in.Expect("?"));
      IPDK_ASSIGN(t.target, TakeBlock(in));
      IPDK_RETURN_IF_ERROR(in.Expect(":"));
      IPDK_ASSIGN(t.otherwise, TakeBlock(in));
    } else if (in.TakeWord("call")) {
      t.kind = TermKind::kCall;
      IPDK_ASSIGN(t.function, Take<FunctionId>(in, scope_.functions, "function"));
      IPDK_RETURN_IF_ERROR(in.ExpectWord("then"));
      IPDK_ASSIGN(t.target, TakeBlock(in));
    } else if (in.TakeWord("return")) {
      t.kind = TermKind::kReturn;
    } else if (in.TakeWord("end")) {
      t.kind = TermKind::kEnd;
    } else if (in.TakeWord("switch")) {
      t.kind = TermKind::kSwitch;
      IPDK_ASSIGN(t.exprs, TakeExprs(in));
      IPDK_RETURN_IF_ERROR(TakeSource(in, t.at));
      return ParseCases(lines, t);
    } else {
      in.Skip();
      t.kind = TermKind::kLookup;
      IPDK_ASSIGN(t.table, Take<schema::TableId>(in, scope_.tables, "table"));
      IPDK_ASSIGN(t.exprs, TakeExprs(in));
      if (in.TakeWord("hit")) {
        IPDK_ASSIGN(t.hit, Take<VarId>(in, scope_.vars, "variable"));
      }
      IPDK_RETURN_IF_ERROR(TakeSource(in, t.at));
      for (const Line& line : lines.subspan(1)) {
        LineReader row(line);
        ActionTarget target;
        IPDK_RETURN_IF_ERROR(row.Word("an action"));
        IPDK_ASSIGN(target.params, TakeVars(row));
        IPDK_RETURN_IF_ERROR(row.Expect("->"));
        IPDK_ASSIGN(target.block, TakeBlock(row));
        IPDK_RETURN_IF_ERROR(row.ExpectEnd());
        t.actions.push_back(std::move(target));
      }
      return lines.size();
    }
    IPDK_RETURN_IF_ERROR(TakeSource(in, t.at));
    return 1;
  }

  Result<size_t> ParseCases(std::span<const Line> lines, Terminator& t) {
    for (size_t i = 1; i < lines.size(); ++i) {
      LineReader row(lines[i]);
      if (row.TakeWord("otherwise")) {
        IPDK_ASSIGN(t.otherwise, TakeBlock(row));
        IPDK_RETURN_IF_ERROR(row.ExpectEnd());
        return i + 1;
      }
      IPDK_RETURN_IF_ERROR(row.ExpectWord("case"));
      Case c;
      if (!row.IsPunct("(")) {
        IPDK_ASSIGN(c.value_set, Take<schema::ValueSetId>(row, scope_.value_sets, "value set"));
      } else {
        row.Skip();
        while (!row.TakePunct(")")) {
          if (!c.patterns.empty()) IPDK_RETURN_IF_ERROR(row.Expect(","));
          Pattern pattern;
          if (row.TakeWord("_")) {
            c.patterns.push_back(pattern);
            continue;
          }
          pattern.kind = Pattern::Kind::kValue;
          IPDK_ASSIGN(pattern.value, row.Number("a value"));
          if (row.TakePunct("&&&")) {
            pattern.kind = Pattern::Kind::kMasked;
            IPDK_ASSIGN(pattern.mask, row.Number("a mask"));
          } else if (row.TakePunct("..")) {
            pattern.kind = Pattern::Kind::kRange;
            IPDK_ASSIGN(pattern.high, row.Number("an upper bound"));
          }
          c.patterns.push_back(std::move(pattern));
        }
      }
      IPDK_RETURN_IF_ERROR(row.Expect("->"));
      IPDK_ASSIGN(c.target, TakeBlock(row));
      IPDK_RETURN_IF_ERROR(row.ExpectEnd());
      t.cases.push_back(std::move(c));
    }
    return LineReader(lines[0]).Wrong("the switch has no `otherwise`");
  }

  std::vector<Line> lines_;
  Scope scope_;
  std::vector<Scope::Names> fields_;  // of each header type
  std::vector<ExprId> lets_;
  Compiled out_;
  int nesting_ = 0;
};

}  // namespace

Result<Compiled> ParseText(std::string_view text) { return Parser().Run(text); }

}  // namespace ipdk::ir
