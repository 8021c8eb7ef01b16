#pragma once
// The executable half of a compiled program: the lower waist of the system. p4/lower writes it,
// pipeline/eval gives it meaning, every target lowers it in its own way. It knows no P4 syntax, no
// table engine and no machine.
//
// The shape:
//  - Types are gone. A per-packet value is a Var (unsigned, any width) or a field of a Header
//    instance; structs, parameters and locals are flattened into Vars, unions and stacks into
//    Headers. P4 has no recursion, so nothing needs a stack: a program's whole per-packet state is
//    its Vars, its Headers and a parse cursor.
//  - Code is one control-flow graph of Blocks. A Block is a list of statements and one terminator.
//    Expressions are pure trees (no calls, no effects, evaluation order is free); lowering has
//    hoisted calls into statements.
//  - A table lookup is a terminator (Lookup): its action is chosen by where control goes next. So
//    cutting the graph at Lookups gives the stages of the batch engine.
//  - A control, parser or function body that is applied in one place is inlined; in several places
//    it is a Function, entered by Call and left by Return. A Function never calls itself, directly
//    or not (the verifier checks).
//
// Meaning of the undefined (one table, for eval, verifier and code generation):
//  - Vars start at 0. Headers start invalid with all fields 0. SetValid on an invalid header zeroes
//  its fields.
//  - Reading a field of an invalid header gives 0; writing one does nothing. A stack index out of
//    range: reads give 0 (valid: false), writes do nothing.
//  - Extract from a packet that is too short sets ParserError (error 1, PacketTooShort) and goes to
//    the block's on_error; the header stays as it was. Extract makes the header valid and
//    overwrites its fields.
//  - At most Program::step_limit blocks are run per pass; then the packet is dropped and counted
//  ("step limit").
//
// Ids index the vectors of Program. An expression's operands have smaller ids than itself, so a
// tree cannot be a cycle.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/integer.h"
#include "pipeline/schema/schema.h"

namespace ipdk::ir {

using VarId = Id<struct VarTag>;
using HeaderTypeId = Id<struct HeaderTypeTag>;
using HeaderId = Id<struct HeaderTag>;
using StackId = Id<struct StackTag>;
using ExprId = Id<struct ExprTag>;
using BlockId = Id<struct BlockTag>;
using FunctionId = Id<struct FunctionTag>;
using SourceId = Id<struct SourceTag>;

enum class Arch : uint8_t { kNone, kV1Model, kPsa, kPna };

enum class Role : uint8_t {
#define IPDK_ROLE(name, width) k##name,
#include "pipeline/ir/roles.def"
#undef IPDK_ROLE
  kCount
};

enum class UnaryOp : uint8_t {
#define IPDK_UNARY(name) k##name,
#define IPDK_BINARY(name, text, kind)
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(name, text, bits)
#include "pipeline/ir/ops.def"
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH
};

enum class BinaryOp : uint8_t {
#define IPDK_UNARY(name)
#define IPDK_BINARY(name, text, kind) k##name,
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(name, text, bits)
#include "pipeline/ir/ops.def"
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH
};

enum class ExternOp : uint8_t {
#define IPDK_UNARY(name)
#define IPDK_BINARY(name, text, kind)
#define IPDK_EXTERN(name, text, object, ins, outs) k##name,
#define IPDK_HASH(name, text, bits)
#include "pipeline/ir/ops.def"
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH
};

enum class HashAlgorithm : uint8_t {
#define IPDK_UNARY(name)
#define IPDK_BINARY(name, text, kind)
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(name, text, bits) k##name,
#include "pipeline/ir/ops.def"
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH
};

struct Var {
  std::string name;  // "meta.next_hop", "ingress.tmp_3": for dumps and traces
  uint32_t width =
      1;  // bits, at least 1; a bool is 1 bit, an error 16, an enum without representation 32
};

struct HeaderField {
  std::string name;
  uint32_t width = 0;   // bits; of a varbit: the maximum
  bool varbit = false;  // its value has a length of its own, in bits; values are right-aligned like
                        // all others
};

// Fields in wire order. A header type has at most one varbit field; the rest of the header after it
// moves with its length.
struct HeaderType {
  std::string name;
  std::vector<HeaderField> fields;
};

struct Header {
  std::string name;  // "hdr.ipv4", "hdr.vlan[1]"
  HeaderTypeId type;
  StackId stack;  // none: not an element of a stack
};

struct Stack {
  std::string name;
  HeaderId first;  // its elements are the `size` headers from here
  uint32_t size = 0;
  VarId next;  // P4's nextIndex, a Var of width 32
};

// One header: either `header`, or element `index` of `stack`, computed at run time.
struct HeaderRef {
  HeaderId header;
  StackId stack;
  ExprId index;
  bool fixed() const { return header.valid(); }
};

enum class ExprKind : uint8_t {
  kConst,        // constant (index in Program::constants)
  kVar,          // var
  kField,        // header, field. Of a varbit field: its bits, width = the maximum
  kFieldLength,  // header, field: a varbit's current length in bits, width 32; 0 when the header is
                 // invalid
  kValid,        // header: 1 bit
  kUnary,        // unary(a)
  kBinary,       // binary(a, b)
  kSlice,        // a[low + width - 1 : low]
  kConcat,       // a ++ b, a in the high bits
  kZeroExtend,
  kSignExtend,
  kTruncate,  // a to `width`
  kSelect,    // a ? b : c, a is 1 bit
};

struct Expr {
  ExprKind kind = ExprKind::kConst;
  UnaryOp unary = UnaryOp::kNot;
  BinaryOp binary = BinaryOp::kAdd;
  uint32_t width = 0;  // of the result
  uint32_t low = 0;    // kSlice
  uint32_t field = 0;  // kField, kFieldLength: position in the header type
  uint32_t constant = 0;
  VarId var;
  HeaderRef header;
  ExprId a, b, c;
};

enum class StmtKind : uint8_t {
  kAssign,         // var = value
  kAssignField,    // header.field = value (not a varbit)
  kAssignVarbit,   // header.field = the low `length` bits of value; length is value of `length`
  kSetValid,       // header
  kSetInvalid,     // header
  kCopyHeader,     // header = source: fields and validity; same type
  kPushFront,      // stack by `count`
  kPopFront,       // stack by `count`
  kExtract,        // header (no varbit); the parse cursor moves on
  kExtractVarbit,  // header with its varbit field of `length` bits (beyond the maximum: error
                   // HeaderTooShort);
                   //   a length that is not a multiple of 8 bits in total: error
                   //   ParserInvalidArgument
  kAdvance,        // the cursor by `length` bits
  kLookahead,      // var = the next var.width bits, cursor unmoved
  kEmit,           // append header, if valid, to the packet being built
  kExtern,         // op
};

struct Stmt {
  StmtKind kind = StmtKind::kAssign;
  ExternOp op = ExternOp::kHash;
  VarId var;
  HeaderRef header, source;
  uint32_t field = 0;
  uint32_t count = 0;
  StackId stack;
  ExprId value, length;
  // kExtern:
  uint32_t object = 0;  // index in the schema vector of the op
  uint32_t attribute = 0;
  std::string text;
  std::vector<ExprId> ins;
  std::vector<VarId> outs;
  SourceId at;
};

// One key of a Switch case. kAny matches everything.
struct Pattern {
  enum class Kind : uint8_t { kAny, kValue, kMasked, kRange } kind = Kind::kAny;
  Integer value, mask,
      high;  // kMasked: (key & mask) == (value & mask). kRange: value <= key <= high, unsigned
};

struct Case {
  std::vector<Pattern> patterns;  // one per key; empty when value_set is valid
  schema::ValueSetId value_set;   // matches if any of its members does
  BlockId target;
};

// Where a Lookup goes for one action of the table, and which Vars get the action's parameters
// (control-plane data).
struct ActionTarget {
  BlockId block;
  std::vector<VarId> params;  // one per schema::Action::params, of its width
};

enum class TermKind : uint8_t {
  kJump,    // to target
  kBranch,  // condition ? target : otherwise
  kSwitch,  // first case that matches `exprs`, else otherwise
  kLookup,  // table with keys `exprs` (selector inputs after them); hit gets 1 or 0; goes to
            // actions[position chosen]
  kCall,    // function, then target
  kReturn,  // from the Function that the block belongs to
  kEnd,     // of the entry function
};

struct Terminator {
  TermKind kind = TermKind::kEnd;
  BlockId target, otherwise;
  ExprId condition;
  std::vector<ExprId> exprs;
  std::vector<Case> cases;
  schema::TableId table;
  VarId hit;                          // may be none
  std::vector<ActionTarget> actions;  // one per schema::Table::actions, in order
  FunctionId function;
  SourceId at;
};

struct Block {
  enum class Kind : uint8_t { kPlain, kState, kAction, kControl, kTable };
  Kind kind = Kind::kPlain;  // what a trace calls it
  std::string name;          // "parser.parse_ipv4", "ingress.forward"; "" for plain ones
  FunctionId function;
  std::vector<Stmt> stmts;
  Terminator term;
  BlockId on_error;  // where failing Extract, ExtractVarbit, Advance, Lookahead go; needed if there
                     // is one
};

struct Function {
  std::string name;
  BlockId entry;
  bool deparses =
      false;  // entry functions: at kEnd the packet becomes the emitted bytes and the unparsed rest
};

struct Source {
  std::string file;
  uint32_t line = 0, column = 0;
};

// Vars that survive a resubmit, recirculation or clone that names the list; all others start again
// at 0.
struct FieldList {
  uint32_t index = 0;
  std::vector<VarId> vars;
};

// PSA: the indices of its field lists, by the way that a packet takes. What a deparser hands on is
// defined when the packet comes out at the other end of that way, and 0 on all others.
enum class PsaFields : uint32_t { kNormal, kResubmit, kRecirculate, kCloneI2E, kCloneE2E };

struct Program {
  Arch arch = Arch::kNone;
  // v1model: ingress = parse, verify, ingress control; egress = egress control, compute checksums,
  // deparse: Vars and Headers live on from one to the other. PSA: each parses and deparses. PNA:
  // ingress is the main pipeline, egress is none.
  FunctionId ingress, egress;
  // v1model: the block of the ingress function at which parsing and checksum verification are over
  // (the ingress control's first). An ingress clone is the packet as received, with the Headers and
  // Vars that it has on arriving there. None: such a clone has no valid header.
  BlockId parse_end;
  uint32_t step_limit = 10'000;

  IdVector<VarId, Var> vars;
  IdVector<HeaderTypeId, HeaderType> header_types;
  IdVector<HeaderId, Header> headers;
  IdVector<StackId, Stack> stacks;
  IdVector<ExprId, Expr> exprs;
  std::vector<Integer> constants;
  IdVector<BlockId, Block> blocks;
  IdVector<FunctionId, Function> functions;
  IdVector<SourceId, Source> sources;
  std::vector<FieldList> field_lists;
  // core.p4's first: 0 NoError 1 PacketTooShort 2 NoMatch 3 StackOutOfBounds 4 HeaderTooShort 5
  // ParserTimeout 6 ParserInvalidArgument, then the program's own.
  std::vector<std::string> errors;
  std::array<VarId, static_cast<size_t>(Role::kCount)> roles;  // none: the program does not use it

  VarId role(Role r) const { return roles[static_cast<size_t>(r)]; }
};

enum : uint32_t {
  kErrorNone = 0,
  kErrorPacketTooShort = 1,
  kErrorNoMatch = 2,
  kErrorStackOutOfBounds = 3,
  kErrorHeaderTooShort = 4,
  kErrorParserTimeout = 5,
  kErrorParserInvalidArgument = 6,
};

std::string_view Name(UnaryOp op);
std::string_view Name(BinaryOp op);
std::string_view Name(ExternOp op);
std::string_view Name(HashAlgorithm algorithm);
std::string_view Name(Role role);
uint32_t RoleWidth(Role role);

}  // namespace ipdk::ir
