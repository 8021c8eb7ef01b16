#pragma once
// The state of one lowering and its steps, shared by the files of this folder and by the
// architectures. Not for anyone else: the way in is lower.h.
//
// Order of evaluation. Eval gives an operand that is valid at the cursor. Before anything is
// emitted that may change what an operand reads (EffectsOf the expressions that follow is kWrites),
// the operand is saved.
//
// A body that is called (function, action, parser, control, table) is inlined; at several places,
// when it is large, it becomes an ir::Function whose parameters live in fixed places. Flow says
// where exit, return, break, accept ... of the code being written go.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "p4/lower/build.h"
#include "p4/lower/lower.h"
#include "p4/lower/storage.h"

namespace ipdk::p4 {

class Architecture;

// One argument of a call whose callee is not P4 code.
struct CallArgument {
  const BoundArgument* bound = nullptr;
  Operand value;     // in, inout, without direction
  Loc loc;           // out, inout
  bool own = false;  // value is in a place that nothing else knows
};

enum class Effects : uint8_t { kNone, kEmits, kWrites };

struct Flow {
  ir::BlockId exit, ret, brk, cont;
  ir::BlockId reject;  // parsers
  Loc result;          // where return's value goes
};

class Lowerer {
 public:
  Lowerer(const CheckedProgram& checked, const LowerOptions& options, Diagnostics& diagnostics);
  ~Lowerer();

  std::optional<ir::Compiled> Run();

  const CheckedProgram& checked;
  const LowerOptions& options;
  Diagnostics& diagnostics;
  TypeTable& types;
  ir::Program ir;
  schema::Schema schema;
  IrBuilder b;
  Scope* scope = nullptr;
  Scope global;
  Flow flow;

  // ---- reporting
  template <typename... Args>
  void NotYet(Span at, fmt::format_string<Args...> format, Args&&... args) {
    diagnostics.Report(DiagnosticKind::kNotYetSupported, at, "not yet supported: {}",
                       fmt::format(format, std::forward<Args>(args)...));
  }
  ir::SourceId SourceAt(Span span);
  // The program text from begin to end of the span, on one line; "" if it spans files.
  std::string TextAt(Span span) const;

  // ---- types (types.cpp)
  TypeId Sub(TypeId type);  // the scope's type arguments put in
  TypeId TypeOf(const Expression* e) { return Sub(checked[e].target); }
  // Bits of a type whose value is one expression; 0: it is not such a type.
  uint32_t ScalarWidth(TypeId type);
  bool IsSigned(TypeId type);
  bool IsHeader(TypeId type) { return types.Is(type, TypeKind::kHeader); }
  // Of tuples, structs, headers, stacks, lists.
  size_t PartCount(TypeId type);
  TypeId PartType(TypeId type, size_t i);
  ir::HeaderTypeId HeaderTypeOf(TypeId type);
  uint32_t ErrorNumber(std::string_view name) const;
  bool HoldsHeader(TypeId type);
  // Scalars in a type, at most kMostLeaves + 1: more than that is reported where it is met.
  static constexpr uint32_t kMostLeaves = 1u << 17;
  uint32_t LeafCount(TypeId type);
  bool TooWide(TypeId type, Span at);
  // Total bits of a type without varbits.
  bool FixedBits(TypeId type, uint64_t* bits);

  // ---- places (storage.cpp)
  Loc NewStorage(TypeId type, const std::string& name, Span at);
  Loc VarLoc(TypeId type, ir::VarId var);
  Loc PartLoc(const Loc& loc, size_t i);
  Loc ElementLoc(const Loc& stack, ir::ExprId index, Span at);
  // The same of an array, part by part; `elements` are places of one type.
  Loc ChosenLoc(const std::vector<Loc>& elements, ir::ExprId index, Span at);
  Loc Nowhere(TypeId type);
  bool Overlap(const Loc& a, const Loc& b);
  bool Reads(const Operand& value, const Loc& loc);
  bool HasRunTimeIndex(const Loc& loc);

  Operand Load(const Loc& loc);
  Operand Part(const Operand& value, size_t i);
  Operand Save(const Operand& value);
  Operand SaveNamed(const Operand& value, const std::string& name);
  Operand Scalar(TypeId type, ir::ExprId e);
  Operand IntOperand(Integer value);
  Operand Poison(TypeId type = {});
  Operand Constant(const Value& value, TypeId type);
  Operand DefaultOf(TypeId type);
  ir::ExprId Expr(const Operand& value, Span at);  // of a scalar; 0 when poisoned
  ir::ExprId Condition(const Expression* e);
  void Assign(const Loc& loc, const Operand& value, Span at);
  void Clear(const Loc& loc, Span at);                    // 0 and invalid
  void Store(const Loc& loc, ir::ExprId value, Span at);  // a scalar of its width
  // All scalar leaves, in order. Varbits count only if allowed: then as their bits.
  bool Leaves(const Operand& value, std::vector<ir::ExprId>* out, bool* varbit, Span at);
  ir::ExprId Equal(const Operand& a, const Operand& b, Span at);
  Operand Cast(const Operand& value, TypeId to, Span at);
  ir::ExprId ValidOf(const Operand& header_or_union, Span at);
  void SetHeaderValid(const Loc& loc, bool valid);

  // ---- expressions (expression.cpp)
  Operand Eval(const Expression* e);
  Operand EvalTo(const Expression* e, TypeId type);
  Loc EvalPlace(const Expression* e);
  // The place with its run-time indices saved.
  Loc EvalFixedPlace(const Expression* e);
  std::vector<Operand> EvalAll(const std::vector<const Expression*>& list);
  Effects EffectsOf(const Expression* e);
  bool ConstantInt(const Expression* e, Integer* value);
  Binding* Find(const Declaration* declaration);
  Instance* ObjectOf(const Expression* e);

  // ---- statements (statement.cpp)
  void Run(const Statement* s);
  void Declare(const Declaration* declaration, bool repeated);
  // Emits `body` with the cursor in a fresh block; what follows goes on in `after`.
  void RunBlock(const BlockStmt* block);

  // ---- calls (call.cpp)
  Operand EvalCall(const CallExpr* e);
  std::vector<CallArgument> EvalArguments(const CallFacts& call);
  void CallAction(const ActionDecl* action, Scope* closure, const CallFacts* call,
                  const std::vector<Operand>& data);
  Scope* ScopeOf(const Declaration* declaration);
  Operand ApplyInstance(Instance* instance, const std::vector<CallArgument>& arguments, Span at);
  // Runs a parser or control as the architecture does: no copies; exit and reject come out behind
  // it.
  void ApplyTopLevel(Instance* instance, const std::vector<Binding>& parameters);
  std::string Qualified(std::string_view name);

  // ---- parsers (parser.cpp)
  ir::VarId ErrorVar() { return RoleVar(ir::Role::kParserError); }
  ir::VarId RoleVar(ir::Role role);  // made when first asked for
  Operand FromBits(TypeId type, ir::ExprId bits, uint32_t* above);
  void Emit(const Operand& value, Span at);
  void RejectUnless(ir::ExprId condition, uint32_t error);
  void RunParser(const ParserDecl* parser, ir::BlockId accept);
  Operand PacketIn(const CallExpr* e, const CallFacts& call);
  Operand PacketOut(const CallExpr* e, const CallFacts& call);
  bool KeysetPatterns(const Expression* keyset, TypeId type, std::vector<ir::Pattern>* out);
  ir::ExprId KeysetMatches(const Expression* keyset, const Operand& key);

  // ---- tables (table.cpp)
  struct TableResult {
    ir::VarId hit, action_run;
  };
  TableResult ApplyTable(const Expression* receiver, const CallFacts& call, bool want_hit,
                         bool want_action, Span at);
  TableInstance* TableOf(const Expression* receiver, const CallFacts& call);
  void DescribeTable(TableInstance* table);
  void Lookup(TableInstance* table, ir::VarId hit, ir::VarId action_run);
  std::string KeyName(const KeyElement& key);
  void DescribeEntries(schema::Table* table, const TableDecl* declaration, const TableFacts& facts);
  bool EntryMatch(const schema::MatchField& field, const Expression* keyset, TypeId type,
                  schema::Match* out);
  std::vector<Integer> EntryArguments(const CallFacts* call, const ActionDecl* action);
  // `by_table`: with the parameters whose values a table's entries give.
  schema::ActionId ActionOf(const ActionDecl* action, Scope* closure, bool by_table = true);

  // ---- instances and names (instance.cpp, names.cpp)
  std::unique_ptr<Instance> Make(const CallFacts& constructor, TypeId type, std::string path,
                                 std::string name, const Declaration* made_by, Span at);
  void MakeLocals(Instance* instance);
  Binding* MakeGlobal(const Declaration* declaration);
  const Declaration* TopLevel(uint32_t index) const;  // null: it is declared inside another
  static Parameters ParametersOf(const Instance& instance);
  void DescribeValueSet(schema::ValueSet* set, TypeId type, const Declaration* declared);
  void DescribeControllerHeaders();
  void FinishSchema();
  // The local control-plane name, and the path with it.
  std::string LocalName(Annotations annotations, std::string_view fallback);
  std::string Join(std::string_view path, std::string_view local);
  void Describe(schema::Preamble* preamble, std::string name, Annotations annotations, Span at);
  std::vector<schema::Annotation> AnnotationsOf(Annotations annotations);
  schema::Doc DocOf(Annotations annotations);
  static const Annotation* FindAnnotation(Annotations annotations, std::string_view name);
  std::string AnnotationText(const Annotation& annotation);
  bool AnnotationInteger(const Annotation& annotation, Integer* value);
  std::vector<Integer> AnnotationIntegers(const Annotation& annotation);
  uint32_t DataTypeOf(TypeId type);
  // type_name and translated_string of a field or parameter; its width comes back.
  uint32_t FieldTypeOf(TypeId type, const TypeRef* written, std::string* type_name,
                       bool* translated_string);
  std::string TypeNameOf(TypeId type);

  Architecture* architecture() { return architecture_.get(); }
  // True once the program has grown past what any target takes; says so once.
  bool TooLarge();
  Span scope_span;  // where the code being written stands, for diagnostics without a better place
  bool repeated = false;  // the code being written may run more than once per packet
  const TableInstance* in_table = nullptr;  // whose action is being written

 private:
  friend class Architecture;
  Operand EvalRaw(const Expression* e);
  Operand EvalBinary(const BinaryExpr* e);
  Operand Combine(BinaryOp op, TypeId result, const Operand& a, const Operand& b, Span at);
  Operand ShortCircuit(const BinaryExpr* e, const Operand& a);
  Operand EvalConditional(const ConditionalExpr* e);
  Operand EvalMember(const MemberExpr* e);
  Operand EvalIndex(const IndexExpr* e);
  Operand EvalSlice(const SliceExpr* e);
  bool SliceBounds(const SliceExpr* e, uint32_t* low, uint32_t* width);
  Operand EvalName(const NameExpr* e);
  Effects ComputeEffects(const Expression* e);

  void RunAssign(const AssignStmt* s);
  void RunIf(const IfStmt* s);
  void RunSwitch(const SwitchStmt* s);
  void RunFor(const ForStmt* s);
  void RunForIn(const ForInStmt* s);
  void RunReturn(const ReturnStmt* s);

  struct Callee {
    const Declaration* declaration;
    Parameters parameters;
    const BlockStmt* body;
    Scope* closure;
    std::vector<TypeId> from, to;
    TypeId result;
    std::string name;
    ir::Block::Kind block = ir::Block::Kind::kPlain;
  };
  struct Outlined {
    ir::FunctionId function;
    std::vector<Loc> parameters;
    Loc result;
    bool may_exit = false;
    bool may_reject = false;
  };
  Operand CallBody(const Callee& callee, std::vector<CallArgument> arguments, Span at);
  void BindArguments(const Declaration* callee, Scope* closure, Parameters parameters,
                     const std::vector<CallArgument>& arguments, const std::string& path,
                     Scope* inner, std::vector<std::pair<Loc, Loc>>* copies, Span at);
  Operand CallOutlined(const Callee& callee, std::vector<CallArgument>& arguments, Span at);
  bool CopyOut(const std::vector<std::pair<Loc, Loc>>& copies, Span at);
  uint32_t Weight(const Declaration* declaration);
  void CountUses();
  bool TouchesClosure(const Declaration* callee, Scope* closure, const Loc& loc);
  void CollectNames(const Declaration* callee, std::set<const Declaration*>* out);
  ir::BlockId FlagBlock(ir::VarId* flag, const char* name);
  void AfterCall(bool may_exit, bool may_reject);
  // Writes the body of a function, wherever the cursor is now.
  void Outline(ir::FunctionId function, const std::function<void()>& body, bool* may_exit);
  Operand ApplyOutlined(Instance* instance, const std::vector<CallArgument>& arguments, Span at);
  void RunInstance(Instance* instance);

  struct Depth {
    explicit Depth(Lowerer* l) : l(l) { ++l->depth_; }
    ~Depth() { --l->depth_; }
    Lowerer* l;
  };
  bool TooDeep(Span at);

  std::unique_ptr<Architecture> architecture_;
  std::unordered_map<uint32_t, ir::SourceId> sources_;
  std::unordered_map<TypeId, ir::HeaderTypeId> header_types_;
  std::unordered_map<std::string_view, uint32_t> error_numbers_;
  std::unordered_map<TypeId, uint32_t> leaf_counts_;
  std::vector<int8_t> effects_;
  std::unordered_map<const Declaration*, uint32_t> weights_;
  std::unordered_map<const Declaration*, uint32_t> uses_;
  std::unordered_map<const Declaration*, const Declaration*> owner_;  // action > control
  std::map<std::tuple<const Declaration*, Scope*, std::vector<TypeId>>, Outlined> outlined_;
  std::map<std::pair<const ActionDecl*, Scope*>, schema::ActionId> actions_;
  std::unordered_map<TypeId, uint32_t> data_types_;
  std::unordered_map<const Declaration*, std::set<const Declaration*>> names_;
  std::vector<std::unique_ptr<Instance>> instances_;  // of direct application
  std::deque<Scope> scopes_;
  // Blocks that set an error and go to a place of rejection.
  std::map<std::pair<ir::BlockId, uint32_t>, ir::BlockId> reject_blocks_;
  ir::VarId exit_flag_, reject_flag_;
  std::unordered_map<uint32_t, const Declaration*> top_level_;
  size_t instance_count_ = 0;
  // Where the objects of each name are declared.
  std::map<std::string, std::vector<Span>> described_;
  bool too_large_ = false, said_deep_ = false;
  std::set<schema::ActionId> called_only_;  // described without parameters so far
  bool in_action_ = false;
  bool outline_exit_ = false, outline_reject_ = false;
  int depth_ = 0;
};

}  // namespace ipdk::p4
