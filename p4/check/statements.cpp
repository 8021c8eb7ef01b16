// Statements.

#include "p4/check/checker.h"

namespace ipdk::p4 {

void Checker::CheckBlock(const BlockStmt* block) {
  CheckAnnotations(block->annotations);
  ScopeGuard scope(scopes_);
  CheckStatements(block->statements);
}

void Checker::CheckStatements(List<const Statement*> statements) {
  for (const Statement* statement : statements) CheckStatement(statement);
}

void Checker::CheckStatement(const Statement* statement) {
  switch (statement->kind) {
    case StatementKind::kBlock:
      CheckBlock(As<BlockStmt>(statement));
      break;
    case StatementKind::kAssign:
      CheckAssign(As<AssignStmt>(statement));
      break;
    case StatementKind::kCall:
      CheckCallStatement(As<CallStmt>(statement));
      break;
    case StatementKind::kEmpty:
      break;
    case StatementKind::kIf:
      CheckIf(As<IfStmt>(statement));
      break;
    case StatementKind::kSwitch:
      CheckSwitch(As<SwitchStmt>(statement));
      break;
    case StatementKind::kExit:
      if (context_.place != Place::kControlApply && context_.place != Place::kAction) {
        Report(Kind::kBadJump, statement->span,
               "'exit' stands only in actions and in the apply block of a control");
      }
      break;
    case StatementKind::kReturn:
      CheckReturn(As<ReturnStmt>(statement));
      break;
    case StatementKind::kBreak:
    case StatementKind::kContinue:
      if (context_.loops == 0) {
        Report(Kind::kBadJump, statement->span, "'{}' stands only in a loop",
               statement->kind == StatementKind::kBreak ? "break" : "continue");
      }
      break;
    case StatementKind::kFor:
      CheckFor(As<ForStmt>(statement));
      break;
    case StatementKind::kForIn:
      CheckForIn(As<ForInStmt>(statement));
      break;
    case StatementKind::kDeclaration:
      CheckLocal(As<DeclarationStmt>(statement)->declaration);
      break;
  }
}

void Checker::CheckAssign(const AssignStmt* s) {
  TypeId target = Infer(s->target);
  if (IsPoison(target)) {
    Infer(s->value);
    return;
  }
  if (!RequireLvalue(s->target, "the left of an assignment") || !MayBe(target, Role::kVariable)) {
    if (Facts(s->target).is_lvalue) {
      Report(Kind::kNotAssignable, s->target->span, "{} cannot be assigned to", Print(target));
    }
    Infer(s->value);
    return;
  }
  if (s->compound) {
    CheckCompound(s, target);
  } else {
    Coerce(s->value, target, "the assigned value");
  }
}

void Checker::CheckCallStatement(const CallStmt* s) {
  Infer(s->call);
  if (As<CallExpr>(s->call) == nullptr) {
    Report(Kind::kMisplacedInstance, s->span,
           "an instance made here has no name and no effect; to run it, write T.apply(...)");
  }
}

void Checker::CheckIf(const IfStmt* s) {
  for (const IfStmt* one = s; one != nullptr;) {
    Coerce(one->condition, types_.boolean(), "the condition of 'if'");
    {
      ScopeGuard scope(scopes_);
      CheckStatement(one->then_branch);
    }
    const auto* next = As<IfStmt>(one->else_branch);
    if (next == nullptr && one->else_branch != nullptr) {
      ScopeGuard scope(scopes_);
      CheckStatement(one->else_branch);
    }
    one = next;
  }
}

void Checker::CheckSwitch(const SwitchStmt* s) {
  TypeId subject = Infer(s->subject);
  SwitchFacts facts;
  const TableFacts* table = nullptr;
  bool on_table = types_.Is(subject, TypeKind::kActionRun);
  if (on_table) {
    const auto* member = As<MemberExpr>(s->subject);
    const CallFacts* call = member == nullptr ? nullptr : program_.Call(member->base);
    if (call == nullptr || call->declaration == nullptr) {
      Report(Kind::kBadSwitch, s->subject->span,
             "'action_run' must stand right behind the apply() of a table");
    } else {
      facts.table = As<TableDecl>(call->declaration);
      table = program_.Table(call->declaration);
    }
  } else {
    TypeKind kind = KindOf(subject);
    if (kind == TypeKind::kNewType ||
        (kind != TypeKind::kBit && kind != TypeKind::kSigned && kind != TypeKind::kEnum &&
         kind != TypeKind::kSerEnum && kind != TypeKind::kError && kind != TypeKind::kPoison &&
         kind != TypeKind::kInteger && kind != TypeKind::kBool)) {
      Report(Kind::kBadSwitch, s->subject->span,
             "'switch' cannot be over {}; bits, integers, enums, errors, and the action_run of a "
             "table can",
             Print(subject));
      subject = Poison();
    } else if (kind == TypeKind::kInteger && Facts(s->subject).value == nullptr) {
      Report(Kind::kBadSwitch, s->subject->span, "the subject of 'switch' needs a width");
    }
  }
  std::unordered_map<std::string, const Expression*> seen;
  const SwitchCase* default_case = nullptr;
  for (const SwitchCase& one : s->cases) {
    if (default_case != nullptr) {
      Report(Kind::kBadSwitch, one.span, "'default' must be the last label")
          .Note(default_case->span, "'default' stands here");
      default_case = nullptr;
    }
    std::string label;
    const ActionDecl* action = nullptr;
    if (one.label->kind == ExpressionKind::kDefault) {
      default_case = &one;
      Facts(one.label).type = Facts(one.label).target = types_.Simple(TypeKind::kAny);
      label = "default";
    } else if (on_table) {
      const auto* name = As<NameExpr>(one.label);
      if (name == nullptr || name->absolute) {
        Report(Kind::kBadSwitch, one.label->span,
               "a label must be the name of an action of the table");
      } else {
        Facts(name).type = Facts(name).target = types_.void_type();
        if (table != nullptr) {
          for (const TableActionFacts& listed : table->actions) {
            if (listed.action != nullptr && listed.action->name.text == name->name.text)
              action = listed.action;
          }
          if (action == nullptr) {
            Report(Kind::kBadSwitch, name->span, "'{}' is not an action of table '{}'",
                   name->name.text, facts.table->name.text);
          }
        }
        Facts(name).declaration = action;
        label = std::string(name->name.text);
      }
    } else if (IsPoison(subject)) {
      Infer(one.label);
    } else if (Coerce(one.label, subject, "the label") && RequireConstant(one.label, "a label")) {
      if (Facts(one.label).value != nullptr) label = PrintValue(*Facts(one.label).value);
    }
    facts.actions.push_back(action);
    if (!label.empty()) {
      auto [it, fresh] = seen.emplace(label, one.label);
      if (!fresh) {
        Report(Kind::kBadSwitch, one.label->span, "the label {} stands twice", label)
            .Note(it->second->span, "first here");
      }
    }
    if (one.body != nullptr) CheckBlock(one.body);
  }
  program_.switches[s->index] = std::move(facts);
}

void Checker::CheckReturn(const ReturnStmt* s) {
  TypeId wanted = context_.return_type;
  if (!wanted.valid()) {
    Report(Kind::kBadReturn, s->span, "'return' may not stand in a parser");
    if (s->value != nullptr) Infer(s->value);
    return;
  }
  bool is_void = types_.Is(wanted, TypeKind::kVoid);
  if (s->value == nullptr) {
    if (!is_void && !IsPoison(wanted))
      Report(Kind::kBadReturn, s->span, "'return' needs a value of type {}", Print(wanted));
  } else if (is_void) {
    Infer(s->value);
    Report(Kind::kBadReturn, s->value->span,
           "'return' may not have a value here: there is nothing that it could be returned to");
  } else {
    Coerce(s->value, wanted, "the returned value");
  }
}

void Checker::CheckLoopBody(const Statement* body) {
  ++context_.loops;
  ScopeGuard scope(scopes_);
  CheckStatement(body);
  --context_.loops;
}

void Checker::CheckFor(const ForStmt* s) {
  CheckAnnotations(s->annotations);
  ScopeGuard scope(scopes_);
  CheckStatements(s->init);
  Coerce(s->condition, types_.boolean(), "the condition of 'for'");
  CheckStatements(s->update);
  CheckLoopBody(s->body);
}

void Checker::CheckForIn(const ForInStmt* s) {
  CheckAnnotations(s->annotations);
  ScopeGuard scope(scopes_);
  const auto* range = As<BinaryExpr>(s->collection);
  const auto* list = As<ListExpr>(s->collection);
  const auto* variable = As<VariableDecl>(s->variable);
  if (variable == nullptr) return;
  TypeId type = Resolve(variable->type);
  if (range != nullptr && range->op == BinaryOp::kRange) {
    if (!IsPoison(type) && !types_.IsFixedWidth(type)) {
      Report(Kind::kBadLoop, variable->type->span,
             "a range counts in bit<> or int<>, this variable is {}", Print(type));
      type = Poison();
    }
    Coerce(range->left, type, "the begin of the range");
    Coerce(range->right, type, "the end of the range");
    Facts(range).type = Facts(range).target = types_.Set(type);
  } else if (list != nullptr) {
    for (const Expression* element : list->elements) Coerce(element, type, "an element");
    Facts(list).type = Facts(list).target = types_.List(type);
  } else {
    TypeId collection = Infer(s->collection);
    const Type t = types_[collection];
    bool is_collection = t.kind == TypeKind::kStack || t.kind == TypeKind::kList;
    if (!is_collection && t.kind != TypeKind::kPoison) {
      Report(Kind::kBadLoop, s->collection->span,
             "'for ... in' goes over a stack, a list or a range, this is {}", Print(collection));
    } else if (is_collection && t.element != type && !IsPoison(type) && !IsPoison(t.element)) {
      Report(Kind::kTypeMismatch, variable->span,
             "the elements are of type {}, the variable is of type {}", Print(t.element),
             Print(type));
    }
  }
  CheckVariable(variable);
  CheckLoopBody(s->body);
}

bool Checker::AlwaysLeaves(const Statement* statement) const {
  switch (statement->kind) {
    case StatementKind::kReturn:
    case StatementKind::kExit:
      return true;
    case StatementKind::kBlock:
      for (const Statement* one : As<BlockStmt>(statement)->statements) {
        if (AlwaysLeaves(one)) return true;
      }
      return false;
    case StatementKind::kIf: {
      const auto* one = As<IfStmt>(statement);
      while (AlwaysLeaves(one->then_branch)) {
        if (one->else_branch == nullptr) return false;
        const auto* next = As<IfStmt>(one->else_branch);
        if (next == nullptr) return AlwaysLeaves(one->else_branch);
        one = next;
      }
      return false;
    }
    case StatementKind::kSwitch: {
      const auto* s = As<SwitchStmt>(statement);
      bool has_default = false;
      for (const SwitchCase& one : s->cases) {
        if (one.body != nullptr && !AlwaysLeaves(one.body)) return false;
        has_default |= one.label->kind == ExpressionKind::kDefault && one.body != nullptr;
      }
      return has_default;
    }
    default:
      return false;
  }
}

}  // namespace ipdk::p4
