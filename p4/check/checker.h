#pragma once
// The checker's inside: one pass over the tree with a scope stack, split over files by what is
// checked. Only check.cpp and its siblings include this.

#include <fmt/core.h>

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "p4/check/check.h"
#include "p4/check/checked.h"
#include "p4/check/scopes.h"
#include "p4/source/diagnostics.h"
#include "p4/types/infer.h"

namespace ipdk::p4 {

using Kind = DiagnosticKind;

// Where in a program a piece of code stands: it decides what may be called, made and left.
enum class Place : uint8_t {
  kTop,
  kBlockLocals,  // of a parser or control
  kParserState,
  kControlApply,
  kAction,
  kFunction,
  kTable,       // keys, entries, properties
  kObjectBody,  // methods that an instance implements
};

struct Context {
  Place place = Place::kTop;
  bool in_parser = false;  // somewhere inside a parser declaration
  bool in_control = false;
  const Declaration* function = nullptr;  // the innermost function, method, action
  TypeId return_type;  // of the innermost function; invalid where return takes no value
  TypeId this_type;    // of the instance whose methods are being implemented
  int loops = 0;
  bool in_keyset = false;    // what a select or an entry matches against
  bool unevaluated = false;  // only the type of an expression is asked for
};

// What was found for the arguments of a call: one per parameter.
struct Binding {
  std::vector<const Argument*> arguments;  // null: omitted
};

class Checker {
 public:
  Checker(const SyntaxTree& tree, const CheckOptions& options, Diagnostics& diagnostics)
      : options_(options), diagnostics_(diagnostics), program_(tree), types_(*program_.types) {}

  CheckedProgram Run();

  // Whose parameters: it decides which types and directions they may have.
  enum class Owner : uint8_t {
    kFunction,
    kExternFunction,
    kConstructor,
    kParserConstructor,
    kControlConstructor,
    kPackage,
    kBlock,
    kAction
  };

 private:
  // --- names.cpp
  // Adds a name to the innermost scope; reports one that is already there.
  void Declare(const Declaration* declaration);
  // What a name means. Null, and reported, if nothing.
  const Scopes::Overloads* Lookup(const Identifier& name, bool absolute);
  void ReportUnknown(const Identifier& name);
  static std::string_view Describe(const Declaration* declaration);  // "an action", "a struct"
  void CheckAnnotations(Annotations annotations);
  void RequireNoShadowing(const Declaration* declaration);
  void CheckAnnotationForm(const Annotation& annotation);
  void WarnIfHiding(const Declaration* declaration);
  static const Annotation* FindAnnotation(Annotations annotations, std::string_view name);

  // --- type_refs.cpp
  // The type that is written. Poison, and reported, if it is none.
  TypeId Resolve(const TypeRef* ref);
  TypeId ResolveUnchecked(const TypeRef* ref);
  TypeId ResolveNamed(const TypeRef* ref);
  std::optional<uint32_t> ResolveSize(const Expression* e, Kind kind, std::string_view what,
                                      uint32_t least, uint32_t most);
  TypeId DeclaredType(const Declaration* declaration);
  // May it be the type of a field, an element...? Reports what may not.
  enum class Role : uint8_t {
    kStructField,
    kHeaderField,
    kUnionField,
    kTupleElement,
    kStackElement,
    kListElement,
    kVariable,
    kParameter,
    kReturn,
    kConstant
  };
  bool MayBe(TypeId type, Role role);
  bool ContainsNominal(std::span<const TypeId> types, uint32_t nominal) const;
  void RequireRole(TypeId type, Role role, Span span, std::string_view what);
  // The same for what type arguments made of a generic declaration's fields and parameters.
  void CheckInstantiatedType(TypeId type, Span span);

  // --- declarations.cpp
  void CheckTop(const Declaration* declaration);
  void CheckLocal(const Declaration* declaration);
  std::vector<TypeId> DeclareTypeParameters(TypeParameters parameters);
  // Resolves, checks and declares them.
  void CheckParameters(Parameters parameters, Owner owner);
  void CheckParameter(const ParameterDecl* p, Owner owner);
  std::vector<Parameter> Describe(Parameters parameters);
  bool HasDontCare(TypeId type);
  void RequireComplete(TypeId type, Span span, std::string_view what);
  void CheckConstant(const ConstantDecl* d);
  void CheckVariable(const VariableDecl* d);
  void CheckValueSet(const ValueSetDecl* d);
  void CheckSignature(const FunctionDecl* d, Owner owner);
  void CheckFunctionBody(const FunctionDecl* d, Place place);
  void CheckFunction(const FunctionDecl* d);
  void CheckExternObject(const ExternObjectDecl* d);
  void CheckAction(const ActionDecl* d);
  void CheckBlockType(const BlockTypeDecl* d);
  void CheckMemberSet(const MemberSetDecl* d);
  void CheckEnum(const EnumDecl* d);
  void CheckStruct(const StructDecl* d);
  void CheckTypedef(const TypedefDecl* d);
  void CheckControl(const ControlDecl* d);
  uint32_t NewNominal(const Declaration* d, TypeKind kind, std::vector<TypeId> parameters);

  // --- instances.cpp
  void CheckInstantiation(const InstantiationDecl* d);
  void CheckObjectBody(const InstantiationDecl* d, InstanceFacts& facts);
  void CheckInstancePlace(const InstantiationDecl* d, TypeId type);
  const FunctionDecl* FindAbstract(const FunctionDecl* implementation,
                                   const ExternObjectDecl* object, TypeId type,
                                   std::vector<int>* places);

  // --- parsers.cpp
  void CheckParser(const ParserDecl* d);
  void CheckState(const StateDecl* d);
  SelectTarget ResolveState(const Identifier& name);
  void CheckReachability(const ParserDecl* d);
  // A keyset (one element of it) that is matched against a value of the given type.
  void CheckKeyset(const Expression* keyset, TypeId type, bool constant);
  void CheckSelectKeyset(const Expression* keyset, std::span<const TypeId> types);
  void Leaves(TypeId type, std::vector<TypeId>* leaves);
  bool IsAnyKeyset(const Expression* keyset) const;

  // --- tables.cpp
  void CheckTable(const TableDecl* d);
  void CheckKey(const TableProperty& property, TableFacts& facts);
  void CheckActionList(const TableProperty& property, TableFacts& facts);
  // The action that a reference names, bound to its arguments; null if it names none.
  const CallFacts* BindAction(const Expression* reference, bool all_bound,
                              const ActionDecl** action);
  const CallFacts* BindListedAction(const Expression* reference, const TableFacts& facts, Kind kind,
                                    uint32_t* index);
  static bool SameExpression(const Expression* a, const Expression* b);
  void CheckDefaultAction(const TableProperty& property, TableFacts& facts);
  void CheckEntries(const TableProperty& property, const TableDecl* d, TableFacts& facts);
  void CheckEntryKey(const Expression* keyset, const TableKeyFacts& key);
  void CheckOtherProperty(const TableProperty& property, TableFacts& facts);

  // --- coverage.cpp: which sets of a select or of entries leave nothing to later ones
  void CheckSelectCoverage(const StateDecl* d);
  void CheckEntryCoverage(const TableProperty& property, const TableDecl* d,
                          const TableFacts& facts);
  void CheckEntryPriorities(const TableProperty& property, const TableDecl* d,
                            const TableFacts& facts);

  // --- statements.cpp
  void CheckBlock(const BlockStmt* block);
  void CheckStatements(List<const Statement*> statements);
  void CheckStatement(const Statement* statement);
  void CheckAssign(const AssignStmt* s);
  void CheckCallStatement(const CallStmt* s);
  void CheckIf(const IfStmt* s);
  void CheckSwitch(const SwitchStmt* s);
  void CheckReturn(const ReturnStmt* s);
  void CheckFor(const ForStmt* s);
  void CheckForIn(const ForInStmt* s);
  void CheckLoopBody(const Statement* body);
  bool AlwaysLeaves(const Statement* statement) const;

  // --- expressions.cpp
  // The type of an expression, noted in its facts.
  TypeId Infer(const Expression* e);
  TypeId InferUncached(const Expression* e);
  TypeId InferInteger(const IntegerExpr* e);
  TypeId InferName(const NameExpr* e);
  TypeId InferList(const ListExpr* e);
  TypeId InferStruct(const StructExpr* e);
  TypeId InferConditional(const ConditionalExpr* e);
  TypeId InferCast(const CastExpr* e);
  TypeId InferMember(const MemberExpr* e);
  TypeId InferTypeMember(const TypeMemberExpr* e);
  TypeId InferIndex(const IndexExpr* e);
  TypeId InferSlice(const SliceExpr* e);
  // Infer, and the implicit cast to `target`. `what` says whose type is wanted: "the assigned
  // value".
  bool Coerce(const Expression* e, TypeId target, std::string_view what);
  // Notes the cast that Coerce has found possible, in the parts of lists too.
  void Convert(const Expression* e, TypeId target);
  bool RequireLvalue(const Expression* e, std::string_view what);
  bool RequireConstant(const Expression* e, std::string_view what);
  // A compile-time integer, or nothing (reported).
  std::optional<Integer> ConstantInteger(const Expression* e, std::string_view what);
  void WarnIfTruncated(const Expression* e, TypeId target);
  bool CanCast(TypeId from, TypeId to, const Value* value) const;
  std::optional<Integer> SliceBound(const Expression* e, std::string_view what, uint32_t width);

  // --- operators.cpp
  TypeId InferUnary(const UnaryExpr* e);
  TypeId InferBinary(const BinaryExpr* e);
  TypeId CheckBinary(const BinaryExpr* e);
  TypeId CheckShift(const BinaryExpr* e);
  TypeId CheckEquality(const BinaryExpr* e);
  TypeId CheckConcat(const BinaryExpr* e);
  TypeId CheckSetOperator(const BinaryExpr* e);
  bool CanCompare(TypeId type);
  // Brings two operands to one type, casting an int or a serialisable enum; poison if there is
  // none.
  TypeId Unite(const Expression* left, const Expression* right);
  ValuePtr FoldBinary(const BinaryExpr* e, BinaryOp op, TypeId type, const Value& left,
                      const Value& right);
  bool WithinFoldBudget(Span span, size_t bits);
  bool CheckCompound(const AssignStmt* s, TypeId target);
  bool CheckDivision(Span span, BinaryOp op, const Expression* right, TypeId type);

  // --- calls.cpp
  // A callee whose parameters are known: what CheckArguments binds against.
  struct CallTarget {
    std::string_view name;
    Parameters parameters = {};
    std::vector<TypeId> type_parameters = {};                // the callee's own, to be inferred
    const std::vector<TypeId>* explicit_types = nullptr;     // null: infer
    std::span<const TypeId> outer_from = {}, outer_to = {};  // the receiver's type arguments
    TypeId result = {};
    bool constants = false;  // directionless parameters take compile-time values
    bool in_table = false;   // an action in a table: an argument is known before packets come
  };
  TypeId InferCall(const CallExpr* e);
  TypeId InferConstruct(const ConstructExpr* e);
  bool CallSizeOf(const CallExpr* e, const Identifier& method, TypeId of, CallFacts& facts,
                  TypeId* result);
  TypeId CallHeaderOrStack(const CallExpr* e, const MemberExpr* callee, TypeId base,
                           CallFacts& facts);
  TypeId CallApply(const CallExpr* e, TypeId type, CallFacts& facts);
  TypeId CallMethod(const CallExpr* e, const MemberExpr* callee, TypeId base, CallFacts& facts);
  TypeId CallName(const CallExpr* e, const NameExpr* callee, CallFacts& facts);
  void CheckEmit(const BoundArgument& argument);
  bool MayBeEmitted(TypeId type, int depth);
  void CheckPacketMethod(const CallExpr* e, const CallFacts& facts, const ExternObjectDecl* object);
  void CheckStaticAssert(const CallExpr* e, const CallFacts& facts);
  void RequirePlace(const CallExpr* e, const CallFacts& facts, std::string_view name);
  bool ResolveTypeArguments(const CallExpr* e, std::vector<TypeId>* types);
  bool RequireNoArguments(const CallExpr* e, std::string_view name);
  // Makes an object; fills everything of `facts`. Poison if it cannot be.
  TypeId Construct(const TypeRef* ref, List<Argument> arguments, Span span, CallFacts& facts);
  // Pairs arguments with parameters by place or name. Nothing (and why) if they do not fit. With
  // `partial`, directionless parameters may stay open.
  static std::optional<Binding> Bind(Parameters parameters, List<Argument> arguments, bool partial,
                                     std::string* why);
  // Checks each bound argument, infers type arguments, and completes `facts`.
  bool CheckArguments(const CallTarget& target, const Binding& binding, List<Argument> arguments,
                      Span span, CallFacts& facts);
  const FunctionDecl* Choose(const std::vector<const FunctionDecl*>& candidates,
                             List<Argument> arguments, Span span, std::string_view name,
                             Binding* binding);
  void InferArguments(List<Argument> arguments);
  std::vector<TypeId> TypeParametersOf(TypeParameters parameters);

  // --- small things
  std::string Print(TypeId type) const { return types_.Print(type); }
  ExpressionFacts& Facts(const Expression* e) { return program_.expressions[e->index]; }
  DeclarationFacts& Facts(const Declaration* d) { return program_.declarations[d->index]; }
  TypeKind KindOf(TypeId type) const { return types_.Kind(type); }
  bool IsPoison(TypeId type) const { return types_.Is(type, TypeKind::kPoison); }
  template <typename... Args>
  Diagnostics& Report(Kind kind, Span span, fmt::format_string<Args...> format, Args&&... args) {
    return diagnostics_.Report(kind, span, format, std::forward<Args>(args)...);
  }
  TypeId Poison() const { return types_.poison(); }
  std::string_view Keep(std::string_view text) { return types_.Intern(text); }
  TypeId FunctionType(const Declaration* declaration, TypeKind kind);

  const CheckOptions& options_;
  Diagnostics& diagnostics_;
  CheckedProgram program_;
  TypeTable& types_;
  Scopes scopes_;
  Context context_;
  std::vector<std::pair<std::string_view, uint32_t>> being_declared_;  // name, level
  std::unordered_map<std::string_view, const MemberDecl*> errors_by_name_, match_kinds_by_name_;
  std::unordered_set<uint32_t> checked_types_;  // by CheckInstantiatedType
  // Answers that were already found, by type: types share parts, and are walked once.
  std::unordered_map<uint32_t, bool> header_fields_, comparable_, dont_cares_, emitted_;
  std::unordered_map<const EnumDecl*, std::unordered_map<std::string_view, const MemberDecl*>>
      enum_members_;
  // What a declaration's nominal stands for: states of the parser at hand.
  std::unordered_map<std::string_view, const StateDecl*> states_;
  std::unordered_map<uint32_t, const Declaration*> nominal_declarations_;
  std::vector<std::pair<const Expression*, std::string_view>> run_time_divisions_;
  size_t fold_work_ = 0;
  std::unordered_map<const ExternObjectDecl*,
                     std::unordered_map<std::string_view, std::vector<const FunctionDecl*>>>
      methods_;
  // Parameters whose arguments are known before the program runs.
  std::unordered_set<const Declaration*> constant_parameters_;
};

// Enters a context and returns to the former one.
class ContextGuard {
 public:
  explicit ContextGuard(Context& context) : context_(context), saved_(context) {}
  ~ContextGuard() { context_ = saved_; }
  ContextGuard(const ContextGuard&) = delete;

 private:
  Context& context_;
  Context saved_;
};

}  // namespace ipdk::p4
