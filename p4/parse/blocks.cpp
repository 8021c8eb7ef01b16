// Parsers, controls, packages, states and tables.

#include "p4/parse/parser.h"

namespace ipdk::p4 {

// parser P<T>(parameters); and its like.
const Declaration* SyntaxParser::FinishBlockType(DeclarationKind kind, Annotations annotations,
                                                 Span start, Identifier name, TypeParameters types,
                                                 Parameters parameters) {
  auto* node = tree_.New<BlockTypeDecl>(start, kind);
  node->annotations = annotations;
  node->name = name;
  node->type_parameters = types;
  node->parameters = parameters;
  Expect(TokenKind::kSemicolon);
  node->span = Since(start);
  return node;
}

const Declaration* SyntaxParser::ParsePackage(Annotations annotations) {
  Span start = Advance().span;
  Identifier name = ExpectName("the name of the package");
  Declare(name, NameKind::kType);
  Scope scope(*this);
  TypeParameters types = ParseTypeParameters();
  Parameters parameters = ParseParameters();
  return FinishBlockType(DeclarationKind::kPackageType, annotations, start, name, types,
                         parameters);
}

const Declaration* SyntaxParser::ParseParserOrType(Annotations annotations) {
  Span start = Advance().span;
  Identifier name = ExpectName("the name of the parser");
  Declare(name, NameKind::kType);
  Scope scope(*this);
  TypeParameters types = ParseTypeParameters();
  Parameters parameters = ParseParameters();
  if (Kind() == TokenKind::kSemicolon)
    return FinishBlockType(DeclarationKind::kParserType, annotations, start, name, types,
                           parameters);
  auto* node = tree_.New<ParserDecl>(start);
  node->annotations = annotations;
  node->name = name;
  node->type_parameters = types;
  node->parameters = parameters;
  if (Kind() == TokenKind::kLeftParen) node->constructor_parameters = ParseParameters();
  std::vector<const Declaration*> locals;
  std::vector<const StateDecl*> states;
  Braced("or ';' after the parser's parameters", [&] {
    Annotations own = ParseAnnotations();
    if (Kind() == TokenKind::kState && IsName(Kind(1)) && Kind(2) == TokenKind::kLeftBrace) {
      const StateDecl* state = ParseState(own);
      if (!panic_) states.push_back(state);
      return;
    }
    Span local_start = Here();
    const Declaration* local = nullptr;
    if (Kind() == TokenKind::kConst) {
      local = ParseConstant(own);
    } else if (Kind() == TokenKind::kValueSet) {
      local = ParseValueSet(own);
    } else if (StartsType(0) || IsName(Kind()) || Kind() == TokenKind::kDot) {
      local = ParseVariableOrInstantiation(own);
    } else if (Kind() == TokenKind::kAction || Kind() == TokenKind::kTable) {
      Fail(DiagnosticKind::kMisplacedDeclaration, Here(),
           "'{}' cannot be declared in a parser; declare it in a control", Peek().text);
    } else {
      Unexpected("a state, constant, variable, instance or value_set of the parser");
    }
    if (!panic_ && !states.empty())
      Fail(DiagnosticKind::kMisplacedDeclaration, local_start,
           "the declarations of a parser stand before its first state");
    if (!panic_) locals.push_back(local);
  });
  node->locals = tree_.arena().Copy(locals);
  node->states = tree_.arena().Copy(states);
  node->span = Since(start);
  return node;
}

const Declaration* SyntaxParser::ParseValueSet(Annotations annotations) {
  Span start = Advance().span;
  auto* node = tree_.New<ValueSetDecl>(start);
  node->annotations = annotations;
  Span angle = Here();
  Expect(TokenKind::kLess, "after 'value_set'");
  node->type = ParseType();
  ExpectClose(TokenKind::kGreater, angle);
  Span open = Here();
  Expect(TokenKind::kLeftParen, "and the size of the value set");
  node->size = ParseExpression();
  ExpectClose(TokenKind::kRightParen, open);
  node->name = ExpectName("the name of the value set");
  Expect(TokenKind::kSemicolon);
  node->span = Since(start);
  Declare(node->name, NameKind::kValue);
  return node;
}

const StateDecl* SyntaxParser::ParseState(Annotations annotations) {
  Span start = Advance().span;
  auto* node = tree_.New<StateDecl>(start);
  node->annotations = annotations;
  node->name = ExpectName("the name of the state");
  Scope scope(*this);
  bool outer = std::exchange(in_state_, true);
  std::vector<const Statement*> statements;
  bool done = false;
  Braced("", [&] {
    if (done) {
      Fail(DiagnosticKind::kMisplacedStatement, Here(), "nothing can follow the 'transition'");
    } else if (Kind() == TokenKind::kTransition) {
      ParseTransition(node);
      done = true;
    } else {
      const Statement* one = ParseStatement();
      if (!panic_) statements.push_back(one);
    }
  });
  in_state_ = outer;
  node->statements = tree_.arena().Copy(statements);
  node->span = Since(start);
  return node;
}

void SyntaxParser::ParseTransition(StateDecl* state) {
  Span start = Advance().span;
  if (Kind() != TokenKind::kSelect) {
    state->transition = StateDecl::Transition::kDirect;
    state->next = ExpectName("the name of a state, or 'select'");
    Expect(TokenKind::kSemicolon);
    state->transition_span = Since(start);
    return;
  }
  Advance();
  state->transition = StateDecl::Transition::kSelect;
  Span open = Here();
  Expect(TokenKind::kLeftParen, "after 'select'");
  std::vector<const Expression*> select;
  while (Kind() != TokenKind::kRightParen && !Done()) {
    select.push_back(ParseExpression());
    if (!Take(TokenKind::kComma)) break;
    if (Kind() == TokenKind::kRightParen) Unexpected("a value to select by");
  }
  ExpectClose(TokenKind::kRightParen, open);
  std::vector<SelectCase> cases;
  Braced("after 'select (...)'", [&] {
    SelectCase one;
    Span case_start = Here();
    one.keyset = ParseKeyset();
    Expect(TokenKind::kColon, "and a state");
    one.state = ExpectName("the name of a state");
    Expect(TokenKind::kSemicolon);
    one.span = Since(case_start);
    if (!panic_) cases.push_back(one);
  });
  state->select = tree_.arena().Copy(select);
  state->cases = tree_.arena().Copy(cases);
  state->transition_span = Since(start);
}

const Declaration* SyntaxParser::ParseControlOrType(Annotations annotations) {
  Span start = Advance().span;
  Identifier name = ExpectName("the name of the control");
  Declare(name, NameKind::kType);
  Scope scope(*this);
  TypeParameters types = ParseTypeParameters();
  Parameters parameters = ParseParameters();
  if (Kind() == TokenKind::kSemicolon)
    return FinishBlockType(DeclarationKind::kControlType, annotations, start, name, types,
                           parameters);
  auto* node = tree_.New<ControlDecl>(start);
  node->annotations = annotations;
  node->name = name;
  node->type_parameters = types;
  node->parameters = parameters;
  if (Kind() == TokenKind::kLeftParen) node->constructor_parameters = ParseParameters();
  std::vector<const Declaration*> locals;
  Span brace = Here();
  size_t errors_before = diagnostics_.errors();
  Braced("or ';' after the control's parameters", [&] {
    if (Kind() == TokenKind::kApply &&
        (Kind(1) == TokenKind::kLeftBrace || Kind(1) == TokenKind::kAt)) {
      Span apply = Advance().span;
      if (node->apply != nullptr)
        Fail(DiagnosticKind::kSyntax, apply, "a control has one 'apply', this is the second");
      node->apply = ParseBlock(ParseAnnotations());
      return;
    }
    if (node->apply != nullptr) {
      Fail(DiagnosticKind::kMisplacedDeclaration, Here(),
           "the 'apply' of a control stands last, nothing can follow it");
      return;
    }
    const Declaration* local = ParseControlLocal();
    if (!panic_) locals.push_back(local);
  });
  if (node->apply == nullptr && !panic_ && diagnostics_.errors() == errors_before) {
    diagnostics_.Report(DiagnosticKind::kSyntax, Span{previous_.begin, previous_.end},
                        "control '{}' has no 'apply {{ }}'", name.text);
    diagnostics_.Note(brace, "the control begins here");
  }
  node->locals = tree_.arena().Copy(locals);
  node->span = Since(start);
  return node;
}

const Declaration* SyntaxParser::ParseControlLocal() {
  Annotations annotations = ParseAnnotations();
  switch (Kind()) {
    case TokenKind::kConst:
      return ParseConstant(annotations);
    case TokenKind::kAction:
      return ParseAction(annotations);
    case TokenKind::kTable:
      return ParseTable(annotations);
    default:
      break;
  }
  if (!StartsType(0) && !IsName(Kind()) && Kind() != TokenKind::kDot) {
    Unexpected("an action, table, constant, variable or instance of the control, or 'apply'");
    return nullptr;
  }
  return ParseVariableOrInstantiation(annotations);
}

const Declaration* SyntaxParser::ParseTable(Annotations annotations) {
  Span start = Advance().span;
  auto* node = tree_.New<TableDecl>(start);
  node->annotations = annotations;
  node->name = ExpectName("the name of the table");
  std::vector<TableProperty> properties;
  Braced("", [&] {
    TableProperty one = ParseTableProperty();
    if (!panic_) properties.push_back(one);
  });
  node->properties = tree_.arena().Copy(properties);
  node->span = Since(start);
  Declare(node->name, NameKind::kValue);
  return node;
}

TableProperty SyntaxParser::ParseTableProperty() {
  TableProperty property;
  property.annotations = ParseAnnotations();
  Span start = Here();
  property.is_const = Take(TokenKind::kConst);
  TokenKind kind = Kind();
  property.name = ExpectName("the name of a table property");
  Expect(TokenKind::kAssign, "after the property's name");
  if ((kind == TokenKind::kKey || kind == TokenKind::kActions) && property.is_const)
    Fail(DiagnosticKind::kSyntax, start, "'{}' cannot be 'const'", property.name.text);
  switch (kind) {
    case TokenKind::kKey: {
      property.kind = TableProperty::Kind::kKey;
      std::vector<KeyElement> key;
      Braced("", [&] {
        KeyElement one = ParseKeyElement();
        if (!panic_) key.push_back(one);
      });
      property.key = tree_.arena().Copy(key);
      break;
    }
    case TokenKind::kActions: {
      property.kind = TableProperty::Kind::kActions;
      std::vector<ActionRef> actions;
      Braced("", [&] {
        ActionRef one = ParseActionRef();
        if (!panic_) actions.push_back(one);
      });
      property.actions = tree_.arena().Copy(actions);
      break;
    }
    case TokenKind::kEntries: {
      property.kind = TableProperty::Kind::kEntries;
      std::vector<TableEntry> entries;
      Braced("", [&] {
        TableEntry one = ParseEntry();
        if (!panic_) entries.push_back(one);
      });
      property.entries = tree_.arena().Copy(entries);
      break;
    }
    default:
      property.value = ParseExpression();
      Expect(TokenKind::kSemicolon);
  }
  property.span = Since(start);
  return property;
}

KeyElement SyntaxParser::ParseKeyElement() {
  KeyElement element;
  Span start = Here();
  element.expression = ParseExpression();
  Expect(TokenKind::kColon, "and a match kind");
  element.match_kind = ExpectName("a match kind");
  element.annotations = ParseAnnotations();
  Expect(TokenKind::kSemicolon);
  element.span = Since(start);
  return element;
}

// name, .name, name(arguments)
const Expression* SyntaxParser::ParseActionExpression() {
  Span start = Here();
  auto* name = tree_.New<NameExpr>(start);
  name->absolute = Take(TokenKind::kDot);
  name->name = ExpectName("the name of an action");
  name->span = Since(start);
  if (Kind() != TokenKind::kLeftParen) return name;
  auto* call = tree_.New<CallExpr>(start);
  call->callee = name;
  call->arguments = ParseArguments();
  call->span = Since(start);
  Deepen(call, name->depth);
  for (const Argument& argument : call->arguments) Deepen(call, argument.value->depth);
  return call;
}

ActionRef SyntaxParser::ParseActionRef() {
  ActionRef action;
  Span start = Here();
  action.annotations = ParseAnnotations();
  action.expression = ParseActionExpression();
  Expect(TokenKind::kSemicolon);
  action.span = Since(start);
  return action;
}

TableEntry SyntaxParser::ParseEntry() {
  TableEntry entry;
  Span start = Here();
  entry.is_const = Take(TokenKind::kConst);
  if (Kind() == TokenKind::kPriority && Kind(1) == TokenKind::kAssign) {
    Advance();
    Advance();
    entry.priority = ParseExpression();
    Expect(TokenKind::kColon, "after the priority");
  }
  entry.keyset = ParseKeyset();
  Expect(TokenKind::kColon, "and an action");
  entry.action = ParseActionExpression();
  entry.annotations = ParseAnnotations();
  Expect(TokenKind::kSemicolon);
  entry.span = Since(start);
  return entry;
}

}  // namespace ipdk::p4
