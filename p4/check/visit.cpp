#include "p4/check/visit.h"

#include <vector>

namespace ipdk::p4 {

void Visitor::Visit(Annotations annotations) {
  for (const Annotation& one : annotations) {
    All(one.expressions);
    for (const NamedValue& value : one.values) Visit(value.value);
  }
}

void Visitor::Arguments(List<Argument> arguments) {
  for (const Argument& one : arguments) Visit(one.value);
}

void Visitor::Visit(const Declaration* d) {
  if (d == nullptr) return;
  At(d);
  Visit(d->annotations);
  Parts(d);
}

void Visitor::Parts(const Declaration* d) {
  auto parameters = [&](Parameters list) {
    for (const ParameterDecl* p : list) Visit(p);
  };
  if (const auto* constant = As<ConstantDecl>(d)) {
    Visit(constant->type);
    Visit(constant->value);
  } else if (const auto* variable = As<VariableDecl>(d)) {
    Visit(variable->type);
    Visit(variable->value);
  } else if (const auto* parameter = As<ParameterDecl>(d)) {
    Visit(parameter->type);
    Visit(parameter->default_value);
  } else if (const auto* field = As<FieldDecl>(d)) {
    Visit(field->type);
  } else if (const auto* member = As<MemberDecl>(d)) {
    Visit(member->value);
  } else if (const auto* instance = As<InstantiationDecl>(d)) {
    Visit(instance->type);
    Arguments(instance->arguments);
    All(instance->body);
  } else if (const auto* set = As<ValueSetDecl>(d)) {
    Visit(set->type);
    Visit(set->size);
  } else if (const auto* function = As<FunctionDecl>(d)) {
    Visit(function->return_type);
    parameters(function->parameters);
    Visit(function->body);
  } else if (const auto* object = As<ExternObjectDecl>(d)) {
    for (const FunctionDecl* method : object->methods) Visit(method);
  } else if (const auto* action = As<ActionDecl>(d)) {
    parameters(action->parameters);
    Visit(action->body);
  } else if (const auto* table = As<TableDecl>(d)) {
    Table(table);
  } else if (const auto* state = As<StateDecl>(d)) {
    All(state->statements);
    All(state->select);
    for (const SelectCase& one : state->cases) Visit(one.keyset);
  } else if (const auto* parser = As<ParserDecl>(d)) {
    parameters(parser->parameters);
    parameters(parser->constructor_parameters);
    All(parser->locals);
    for (const StateDecl* one : parser->states) Visit(one);
  } else if (const auto* control = As<ControlDecl>(d)) {
    parameters(control->parameters);
    parameters(control->constructor_parameters);
    All(control->locals);
    Visit(control->apply);
  } else if (const auto* block = As<BlockTypeDecl>(d)) {
    parameters(block->parameters);
  } else if (const auto* members = As<MemberSetDecl>(d)) {
    for (const MemberDecl* one : members->members) Visit(one);
  } else if (const auto* enumeration = As<EnumDecl>(d)) {
    Visit(enumeration->underlying);
    for (const MemberDecl* one : enumeration->members) Visit(one);
  } else if (const auto* structure = As<StructDecl>(d)) {
    for (const FieldDecl* one : structure->fields) Visit(one);
  } else if (const auto* name = As<TypedefDecl>(d)) {
    Visit(name->type);
    Visit(name->declared);
  }
}

void Visitor::Table(const TableDecl* d) {
  for (const TableProperty& property : d->properties) {
    At(property);
    Visit(property.annotations);
    for (const KeyElement& key : property.key) {
      Visit(key.annotations);
      Visit(key.expression);
    }
    for (const ActionRef& action : property.actions) {
      Visit(action.annotations);
      Visit(action.expression);
    }
    for (const TableEntry& entry : property.entries) {
      Visit(entry.annotations);
      Visit(entry.priority);
      Visit(entry.keyset);
      Visit(entry.action);
    }
    Visit(property.value);
  }
}

void Visitor::If(const IfStmt* s) {
  for (const Statement* rest = s; rest != nullptr;) {
    const auto* one = As<IfStmt>(rest);
    if (one == nullptr) {
      Visit(rest);
      return;
    }
    if (one != s) At(rest);
    Visit(one->condition);
    Visit(one->then_branch);
    rest = one->else_branch;
  }
}

void Visitor::Visit(const Statement* s) {
  if (s == nullptr) return;
  At(s);
  switch (s->kind) {
    case StatementKind::kBlock:
      Visit(As<BlockStmt>(s)->annotations);
      All(As<BlockStmt>(s)->statements);
      break;
    case StatementKind::kAssign:
      Visit(As<AssignStmt>(s)->target);
      Visit(As<AssignStmt>(s)->value);
      break;
    case StatementKind::kCall:
      Visit(As<CallStmt>(s)->call);
      break;
    case StatementKind::kIf:
      If(As<IfStmt>(s));
      break;
    case StatementKind::kSwitch:
      Visit(As<SwitchStmt>(s)->subject);
      for (const SwitchCase& one : As<SwitchStmt>(s)->cases) {
        Visit(one.label);
        Visit(one.body);
      }
      break;
    case StatementKind::kReturn:
      Visit(As<ReturnStmt>(s)->value);
      break;
    case StatementKind::kFor:
      All(As<ForStmt>(s)->init);
      Visit(As<ForStmt>(s)->condition);
      All(As<ForStmt>(s)->update);
      Visit(As<ForStmt>(s)->body);
      break;
    case StatementKind::kForIn:
      Visit(As<ForInStmt>(s)->variable);
      Visit(As<ForInStmt>(s)->collection);
      Visit(As<ForInStmt>(s)->body);
      break;
    case StatementKind::kDeclaration:
      Visit(As<DeclarationStmt>(s)->declaration);
      break;
    case StatementKind::kEmpty:
    case StatementKind::kExit:
    case StatementKind::kBreak:
    case StatementKind::kContinue:
      break;
  }
}

void Visitor::Visit(const Expression* e) {
  if (e == nullptr) return;
  // Long chains of operators go to the left.
  std::vector<const Expression*> rights;
  while (const auto* binary = As<BinaryExpr>(e)) {
    At(e);
    rights.push_back(binary->right);
    e = binary->left;
  }
  At(e);
  Parts(e);
  for (auto it = rights.rbegin(); it != rights.rend(); ++it) Visit(*it);
}

void Visitor::Parts(const Expression* e) {
  switch (e->kind) {
    case ExpressionKind::kList:
      All(As<ListExpr>(e)->elements);
      break;
    case ExpressionKind::kStruct:
      for (const NamedValue& one : As<StructExpr>(e)->fields) Visit(one.value);
      break;
    case ExpressionKind::kUnary:
      Visit(As<UnaryExpr>(e)->operand);
      break;
    case ExpressionKind::kConditional:
      Visit(As<ConditionalExpr>(e)->condition);
      Visit(As<ConditionalExpr>(e)->if_true);
      Visit(As<ConditionalExpr>(e)->if_false);
      break;
    case ExpressionKind::kCast:
      Visit(As<CastExpr>(e)->type);
      Visit(As<CastExpr>(e)->operand);
      break;
    case ExpressionKind::kMember:
      Visit(As<MemberExpr>(e)->base);
      break;
    case ExpressionKind::kTypeMember:
      Visit(As<TypeMemberExpr>(e)->type);
      break;
    case ExpressionKind::kIndex:
      Visit(As<IndexExpr>(e)->base);
      Visit(As<IndexExpr>(e)->at);
      break;
    case ExpressionKind::kSlice:
      Visit(As<SliceExpr>(e)->base);
      Visit(As<SliceExpr>(e)->high);
      Visit(As<SliceExpr>(e)->low);
      break;
    case ExpressionKind::kCall:
      Visit(As<CallExpr>(e)->callee);
      All(As<CallExpr>(e)->type_arguments);
      Arguments(As<CallExpr>(e)->arguments);
      break;
    case ExpressionKind::kConstruct:
      Visit(As<ConstructExpr>(e)->type);
      Arguments(As<ConstructExpr>(e)->arguments);
      break;
    default:
      break;
  }
}

void Visitor::Visit(const TypeRef* t) {
  if (t == nullptr) return;
  At(t);
  Visit(t->width);
  Visit(t->size);
  Visit(t->element);
  All(t->arguments);
}

}  // namespace ipdk::p4
