// Parsers: states to blocks, select to Switch, packet_in and packet_out to their statements. P4-16
// chapter 13.
#include <algorithm>

#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

using ir::BlockId;
using ir::ExprId;
using Kind = Operand::Kind;

ir::VarId Lowerer::RoleVar(ir::Role role) {
  ir::VarId& var = ir.roles[static_cast<size_t>(role)];
  if (!var.valid()) var = b.NewVar(std::string(ir::Name(role)), ir::RoleWidth(role));
  return var;
}

void Lowerer::RejectUnless(ExprId condition, uint32_t error) {
  if (b.IsConst(condition) && b.ConstOf(condition) != 0) return;
  if (!flow.reject.valid()) return;  // outside a parser there is nothing to reject
  outline_reject_ = true;
  const auto [at, fresh] = reject_blocks_.try_emplace({flow.reject, error});
  if (fresh) {
    const BlockId here = b.cursor();
    at->second = b.NewBlock();
    b.Start(at->second);
    b.Assign(ErrorVar(), b.Const(error, 16));
    b.Jump(flow.reject);
    b.Start(here);
  }
  const BlockId good = b.NewBlock();
  b.Branch(condition, good, at->second);
  b.Start(good);
}

bool Lowerer::KeysetPatterns(const Expression* keyset, TypeId type, std::vector<ir::Pattern>* out) {
  const uint32_t width = ScalarWidth(type);
  ir::Pattern pattern;
  if (As<DefaultExpr>(keyset) != nullptr) {
    if (width != 0) {
      out->push_back(pattern);
      return true;
    }
    for (size_t i = 0; i < PartCount(type); ++i)
      if (!KeysetPatterns(keyset, PartType(type, i), out)) return false;
    return true;
  }
  if (width == 0) {
    const auto* list = As<ListExpr>(keyset);
    if (list != nullptr && list->elements.size() == PartCount(type)) {
      for (size_t i = 0; i < list->elements.size(); ++i)
        if (!KeysetPatterns(list->elements[i], PartType(type, i), out)) return false;
      return true;
    }
    std::vector<ExprId> leaves;
    if (!Leaves(EvalTo(keyset, type), &leaves, nullptr, keyset->span)) return false;
    for (const ExprId leaf : leaves) {
      if (!b.IsConst(leaf)) return false;
      pattern.kind = ir::Pattern::Kind::kValue;
      pattern.value = b.ConstOf(leaf);
      out->push_back(pattern);
    }
    return true;
  }
  const auto constant = [&](const Expression* e, Integer* value) {
    const ExprId expr = Expr(EvalTo(e, type), e->span);
    if (!b.IsConst(expr)) return false;
    *value = Truncate(b.ConstOf(expr), width);
    return true;
  };
  const auto* binary = As<BinaryExpr>(keyset);
  if (binary != nullptr && binary->op == BinaryOp::kMask) {
    pattern.kind = ir::Pattern::Kind::kMasked;
    if (!constant(binary->left, &pattern.value) || !constant(binary->right, &pattern.mask))
      return false;
    if (pattern.mask == 0) pattern = {};
  } else if (binary != nullptr && binary->op == BinaryOp::kRange) {
    pattern.kind = ir::Pattern::Kind::kRange;
    if (!constant(binary->left, &pattern.value) || !constant(binary->right, &pattern.high))
      return false;
    // Patterns compare without sign.
    if (IsSigned(type) && pattern.value > pattern.high) return false;
  } else {
    pattern.kind = ir::Pattern::Kind::kValue;
    if (!constant(keyset, &pattern.value)) return false;
  }
  out->push_back(std::move(pattern));
  return true;
}

ExprId Lowerer::KeysetMatches(const Expression* keyset, const Operand& key) {
  if (As<DefaultExpr>(keyset) != nullptr) return b.Bool(true);
  if (const auto* list = As<ListExpr>(keyset)) {
    ExprId all = b.Bool(true);
    for (size_t i = 0; i < list->elements.size(); ++i)
      all = b.And(all, KeysetMatches(list->elements[i], Part(key, i)));
    return all;
  }
  const auto* binary = As<BinaryExpr>(keyset);
  if (binary != nullptr && (binary->op == BinaryOp::kMask || binary->op == BinaryOp::kRange)) {
    const ExprId value = Expr(key, keyset->span);
    const ExprId x = Expr(EvalTo(binary->left, key.type), keyset->span);
    const ExprId y = Expr(EvalTo(binary->right, key.type), keyset->span);
    if (binary->op == BinaryOp::kMask) return b.Eq(b.And(value, y), b.And(x, y));
    const ir::BinaryOp le = IsSigned(key.type) ? ir::BinaryOp::kSLe : ir::BinaryOp::kULe;
    return b.And(b.Binary(le, x, value), b.Binary(le, value, y));
  }
  return Equal(key, EvalTo(keyset, key.type), keyset->span);
}

void Lowerer::RunParser(const ParserDecl* parser, BlockId accept) {
  std::unordered_map<const StateDecl*, BlockId> blocks;
  std::vector<const StateDecl*> work;
  Instance* const self = scope->instance;
  const auto block_of = [&](const StateDecl* state) {
    const auto [at, fresh] = blocks.try_emplace(state);
    if (fresh) {
      at->second = b.NewBlock(ir::Block::Kind::kState, Join(self->path, state->name.text));
      work.push_back(state);
    }
    return at->second;
  };
  const auto target = [&](const SelectTarget& to) {
    switch (to.kind) {
      case SelectTarget::Kind::kAccept:
        return accept;
      case SelectTarget::Kind::kState:
        if (to.state != nullptr) return block_of(to.state);
        break;
      case SelectTarget::Kind::kReject:
        break;
    }
    outline_reject_ = true;
    return flow.reject;
  };
  const StateDecl* start = nullptr;
  for (const StateDecl* state : parser->states)
    if (state->name.text == "start") start = state;
  if (start == nullptr) return b.Jump(accept);
  b.Jump(block_of(start));
  b.SetOnError(flow.reject);
  const bool outer_repeated = repeated;
  repeated = true;
  while (!work.empty() && !TooLarge()) {
    const StateDecl* state = work.front();
    work.erase(work.begin());
    b.Start(blocks[state]);
    for (const Statement* s : state->statements) {
      if (!b.reachable()) break;
      Run(s);
    }
    if (!b.reachable()) continue;
    scope_span = state->transition_span.valid() ? state->transition_span : state->span;
    b.SetSource(SourceAt(scope_span));
    const StateFacts* facts = checked.State(state);
    if (facts == nullptr || state->transition == StateDecl::Transition::kNone) {
      outline_reject_ = true;
      b.Jump(flow.reject);
      continue;
    }
    if (state->transition == StateDecl::Transition::kDirect) {
      b.Jump(target(facts->next));
      continue;
    }
    std::vector<Operand> keys = EvalAll({state->select.begin(), state->select.end()});
    std::vector<TypeId> key_types;
    for (size_t i = 0; i < keys.size(); ++i) {
      const TypeId type = i < facts->key_types.size() ? Sub(facts->key_types[i]) : keys[i].type;
      keys[i] = Cast(keys[i], type, state->select[i]->span);
      key_types.push_back(keys[i].type.valid() ? keys[i].type : type);
    }
    ir::Terminator term;
    term.kind = ir::TermKind::kSwitch;
    bool good = true;
    for (size_t i = 0; i < keys.size(); ++i)
      good = Leaves(keys[i], &term.exprs, nullptr, state->select[i]->span) && good;
    if (!good) {
      b.Jump(flow.reject);
      continue;
    }
    bool total = false;
    const auto value_set = [&](const Expression* keyset) {
      const auto* name = As<NameExpr>(keyset);
      const Declaration* named = name != nullptr ? checked[keyset].declaration : nullptr;
      if (named == nullptr || named->kind != DeclarationKind::kValueSet)
        return schema::ValueSetId();
      return self->value_sets[named];
    };
    for (size_t i = 0; i < state->cases.size() && i < facts->targets.size(); ++i) {
      const SelectCase& c = state->cases[i];
      ir::Case out;
      bool fits = true;
      if (const schema::ValueSetId set = value_set(c.keyset); set.valid()) {
        out.value_set = set;
        if (schema.value_sets[out.value_set].keys.size() != term.exprs.size()) {
          NotYet(c.span, "a value set whose fields are not the select's keys");
          continue;
        }
      } else if (keys.size() == 1) {
        fits = KeysetPatterns(c.keyset, key_types[0], &out.patterns);
      } else if (As<DefaultExpr>(c.keyset) != nullptr) {
        out.patterns.resize(term.exprs.size());
      } else if (const auto* list = As<ListExpr>(c.keyset);
                 list != nullptr && list->elements.size() == keys.size()) {
        for (size_t k = 0; k < keys.size() && fits; ++k)
          fits = !value_set(list->elements[k]).valid() &&
                 KeysetPatterns(list->elements[k], key_types[k], &out.patterns);
      } else {
        NotYet(c.span, "this keyset");
        continue;
      }
      if (fits && !out.value_set.valid() && out.patterns.size() != term.exprs.size()) continue;
      out.target = target(facts->targets[i]);
      if (fits) {
        const bool any =
            !out.value_set.valid() &&
            std::all_of(out.patterns.begin(), out.patterns.end(),
                        [](const ir::Pattern& p) { return p.kind == ir::Pattern::Kind::kAny; });
        if (any) {
          term.otherwise = out.target;
          total = true;
          break;
        }
        term.cases.push_back(std::move(out));
        continue;
      }
      // A keyset that is not known at compile time: what comes before it is asked first.
      const BlockId ask = b.NewBlock(), next = b.NewBlock();
      if (term.cases.empty()) {
        b.Jump(ask);
      } else {
        ir::Terminator before = term;
        before.otherwise = ask;
        b.Finish(std::move(before));
        term.cases.clear();
      }
      b.Start(ask);
      ExprId matches = b.Bool(true);
      if (keys.size() == 1) {
        matches = KeysetMatches(c.keyset, keys[0]);
      } else {
        const auto* list = As<ListExpr>(c.keyset);
        for (size_t k = 0; k < keys.size(); ++k) {
          const schema::ValueSetId set = value_set(list->elements[k]);
          if (!set.valid()) {
            matches = b.And(matches, KeysetMatches(list->elements[k], keys[k]));
            continue;
          }
          // A value set for some of the keys is asked by itself.
          ir::Terminator member;
          member.kind = ir::TermKind::kSwitch;
          Leaves(keys[k], &member.exprs, nullptr, c.span);
          if (schema.value_sets[set].keys.size() != member.exprs.size()) {
            NotYet(c.span, "a value set whose fields are not the select's keys");
            continue;
          }
          ir::Case in;
          in.value_set = set;
          in.target = b.NewBlock();
          member.otherwise = next;
          const BlockId inside = in.target;
          member.cases.push_back(std::move(in));
          b.Finish(std::move(member));
          b.Start(inside);
        }
      }
      b.Branch(matches, out.target, next);
      b.Start(next);
    }
    if (!total) {
      const BlockId cursor = b.cursor(), none = b.NewBlock();
      b.Start(none);
      b.Assign(ErrorVar(), b.Const(ir::kErrorNoMatch, 16));
      outline_reject_ = true;
      b.Jump(flow.reject);
      b.Start(cursor);
      term.otherwise = none;
    }
    if (term.cases.empty()) {
      b.Jump(term.otherwise);
    } else {
      b.Finish(std::move(term));
    }
  }
  repeated = outer_repeated;
}

Operand Lowerer::FromBits(TypeId type, ExprId bits, uint32_t* above) {
  if (const uint32_t width = ScalarWidth(type); width != 0) {
    *above -= width;
    return Scalar(type, b.Slice(bits, *above, width));
  }
  Operand out;
  out.type = type;
  out.kind = types.Is(type, TypeKind::kHeader) ? Kind::kHeader : Kind::kSequence;
  if (out.is(Kind::kHeader)) out.valid = b.Bool(true);
  for (size_t i = 0; i < PartCount(type); ++i)
    out.parts.push_back(FromBits(PartType(type, i), bits, above));
  return out;
}

Operand Lowerer::PacketIn(const CallExpr* e, const CallFacts& call) {
  const std::string_view name = call.declaration->name.text;
  Operand none;
  none.kind = Kind::kVoid;
  none.type = types.void_type();
  b.SetOnError(flow.reject);
  outline_reject_ = true;
  if (!flow.reject.valid()) {
    NotYet(e->span, "reading the packet outside a parser");
    return Poison(Sub(checked[e].type));
  }
  ir::Stmt s;
  if (name == "extract" && !call.arguments.empty()) {
    const BoundArgument& target = call.arguments[0];
    const TypeId type = Sub(target.type);
    if (target.value == nullptr || target.value->kind == ExpressionKind::kDefault) {
      uint64_t bits = 0;
      if (!FixedBits(type, &bits)) {
        NotYet(e->span, "skipping a header of type '{}'", types.Print(type));
        return none;
      }
      s.kind = ir::StmtKind::kAdvance;
      s.length = b.Const(bits, 32);
      b.Append(std::move(s));
      return none;
    }
    const Loc loc = EvalPlace(target.value);
    ExprId length = b.Const(0, 32);
    if (call.arguments.size() > 1 && call.arguments[1].value != nullptr)
      length = Expr(EvalTo(call.arguments[1].value, types.Bit(32)), e->span);
    if (loc->kind != Location::Kind::kHeader) {
      NotYet(e->span, "extracting a value of type '{}'", types.Print(type));
      return none;
    }
    const auto& fields = ir.header_types[HeaderTypeOf(loc->type)].fields;
    const bool varbit = std::any_of(fields.begin(), fields.end(),
                                    [](const ir::HeaderField& f) { return f.varbit; });
    s.kind = varbit ? ir::StmtKind::kExtractVarbit : ir::StmtKind::kExtract;
    s.header = loc->header;
    if (varbit) s.length = length;
    b.Append(std::move(s));
    for (const ir::HeaderRef& other : loc->others) b.SetInvalid(other);
    // The next element moves on, whichever member of it was read.
    for (const Expression* part = target.value; part != nullptr;) {
      const auto* member = As<MemberExpr>(part);
      if (member == nullptr) break;
      if (checked[part].member == MemberKind::kNext) {
        const Loc stack = EvalPlace(member->base);
        if (stack->kind == Location::Kind::kStack) {
          const ir::VarId next = ir.stacks[stack->stacks[0]].next;
          b.Assign(next, b.Binary(ir::BinaryOp::kAdd, b.Read(next), b.Const(1, 32)));
        }
      }
      part = member->base;
    }
    return none;
  }
  if (name == "advance" && call.arguments.size() == 1) {
    s.kind = ir::StmtKind::kAdvance;
    s.length = Expr(EvalArguments(call)[0].value, e->span);
    b.Append(std::move(s));
    return none;
  }
  if (name == "lookahead") {
    const TypeId type = Sub(checked[e].type);
    uint64_t bits = 0;
    if (!FixedBits(type, &bits)) {
      NotYet(e->span, "lookahead of type '{}'", types.Print(type));
      return Poison(type);
    }
    if (bits == 0) return DefaultOf(type);
    uint32_t above = static_cast<uint32_t>(bits);
    s.kind = ir::StmtKind::kLookahead;
    s.var = b.NewTemp(above);
    const ExprId value = b.Read(s.var);
    b.Append(std::move(s));
    return FromBits(type, value, &above);
  }
  if (name == "length") {
    return Scalar(types.Bit(32), b.Read(RoleVar(ir::Role::kPacketLength)));
  }
  NotYet(e->span, "packet_in.{}", name);
  return Poison(Sub(checked[e].type));
}

void Lowerer::Emit(const Operand& value, Span at) {
  ir::Stmt s;
  s.kind = ir::StmtKind::kEmit;
  switch (value.kind) {
    case Kind::kPoison:
    case Kind::kInvalid:
    case Kind::kDefault:
      return;
    case Kind::kLocated:
      if (value.loc->kind == Location::Kind::kHeader) {
        s.header = value.loc->header;
        b.Append(std::move(s));
        return;
      }
      break;
    case Kind::kHeader: {
      const Loc copy = NewStorage(value.type, "emitted", at);
      Assign(copy, value, at);
      return Emit(Load(copy), at);
    }
    case Kind::kSequence:
      break;
    default:
      NotYet(at, "emitting a value of type '{}'", types.Print(value.type));
      return;
  }
  const size_t count = value.is(Kind::kSequence) ? value.parts.size() : PartCount(value.type);
  for (size_t i = 0; i < count && !TooLarge(); ++i) Emit(Part(value, i), at);
}

Operand Lowerer::PacketOut(const CallExpr* e, const CallFacts& call) {
  Operand none;
  none.kind = Kind::kVoid;
  none.type = types.void_type();
  if (call.declaration->name.text == "emit" && !call.arguments.empty()) {
    const auto arguments = EvalArguments(call);
    Emit(arguments[0].value, e->span);
    return none;
  }
  NotYet(e->span, "packet_out.{}", call.declaration->name.text);
  return none;
}

}  // namespace ipdk::p4
