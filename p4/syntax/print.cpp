#include "p4/syntax/print.h"

#include <utility>

#include "p4/syntax/expression_printer.h"

namespace ipdk::p4 {
namespace {

class TreePrinter {
 public:
  std::string Finish() && { return std::move(out_); }

  void Print(const SyntaxTree& tree) {
    for (const Declaration* one : tree.declarations) Print(one);
  }

 private:
  // Lines.
  void Line() {
    out_ += '\n';
    out_.append(static_cast<size_t>(indent_) * 2, ' ');
  }
  void Open() {
    out_ += " {";
    ++indent_;
  }
  void Close() {
    --indent_;
    Line();
    out_ += '}';
  }

  void Print(Annotations annotations) {
    for (const Annotation& one : annotations) {
      out_ += '@';
      out_ += one.name.text;
      switch (one.form) {
        case Annotation::Form::kBare:
          break;
        case Annotation::Form::kTokens: {
          out_ += '(';
          bool first = true;
          for (const Token& token : one.tokens) {
            if (!std::exchange(first, false) && token.Has(Token::kSpaceBefore)) out_ += ' ';
            out_ += token.text;
          }
          out_ += ')';
          break;
        }
        case Annotation::Form::kExpressions:
          out_ += '[';
          expressions_.Listed(one.expressions, [&](const Expression* e) { Print(e); });
          out_ += ']';
          break;
        case Annotation::Form::kNamedValues:
          out_ += '[';
          expressions_.PrintValues(one.values);
          out_ += ']';
          break;
      }
      out_ += ' ';
    }
  }

  void Named(std::string_view keyword, const Declaration* d) {
    out_ += keyword;
    out_ += ' ';
    out_ += d->name.text;
  }

  void Generic(TypeParameters types) {
    if (types.empty()) return;
    out_ += '<';
    expressions_.Listed(types, [&](const TypeParameterDecl* one) { out_ += one->name.text; });
    out_ += '>';
  }

  void Print(Parameters parameters) {
    out_ += '(';
    expressions_.Listed(parameters, [&](const ParameterDecl* one) {
      Print(one->annotations);
      if (one->direction != Direction::kNone) {
        out_ += DirectionText(one->direction);
        out_ += ' ';
      }
      Print(one->type);
      out_ += ' ';
      out_ += one->name.text;
      if (one->default_value != nullptr) {
        out_ += " = ";
        Print(one->default_value);
      }
    });
    out_ += ')';
  }

  void Members(List<const MemberDecl*> members) {
    Open();
    for (const MemberDecl* one : members) {
      Line();
      Print(one->annotations);
      out_ += one->name.text;
      if (one->value != nullptr) {
        out_ += " = ";
        Print(one->value);
      }
      if (one != members.back()) out_ += ',';
    }
    Close();
  }

  void Value(const Expression* value) {
    if (value == nullptr) return;
    out_ += " = ";
    Print(value);
  }

  void Function(const FunctionDecl* d) {
    if (d->kind == DeclarationKind::kExternFunction) out_ += "extern ";
    if (d->is_abstract) out_ += "abstract ";
    if (d->return_type != nullptr) {
      Print(d->return_type);
      out_ += ' ';
    }
    out_ += d->name.text;
    Generic(d->type_parameters);
    Print(d->parameters);
    if (d->body != nullptr) {
      out_ += ' ';
      Block(d->body);
    } else {
      out_ += ';';
    }
  }

  void Print(const Declaration* d) {
    Line();
    Print(d->annotations);
    Declared(d);
  }

  // Without the line's begin and annotations.
  void Declared(const Declaration* d) {
    switch (d->kind) {
      case DeclarationKind::kConstant:
        out_ += "const ";
        Print(As<ConstantDecl>(d)->type);
        Named("", d);
        Value(As<ConstantDecl>(d)->value);
        out_ += ';';
        break;
      case DeclarationKind::kVariable:
        Print(As<VariableDecl>(d)->type);
        Named("", d);
        Value(As<VariableDecl>(d)->value);
        out_ += ';';
        break;
      case DeclarationKind::kInstantiation: {
        const auto* node = As<InstantiationDecl>(d);
        Print(node->type);
        expressions_.PrintArguments(node->arguments);
        Named("", d);
        if (node->has_body) {
          out_ += " =";
          Open();
          for (const Declaration* one : node->body) Print(one);
          Close();
        }
        out_ += ';';
        break;
      }
      case DeclarationKind::kValueSet:
        out_ += "value_set<";
        Print(As<ValueSetDecl>(d)->type);
        out_ += ">(";
        Print(As<ValueSetDecl>(d)->size);
        out_ += ')';
        Named("", d);
        out_ += ';';
        break;
      case DeclarationKind::kFunction:
      case DeclarationKind::kExternFunction:
      case DeclarationKind::kMethod:
        Function(As<FunctionDecl>(d));
        break;
      case DeclarationKind::kExternObject: {
        const auto* node = As<ExternObjectDecl>(d);
        Named("extern", d);
        if (node->is_forward) {
          out_ += ';';
          break;
        }
        Generic(node->type_parameters);
        Open();
        for (const FunctionDecl* one : node->methods) Print(one);
        Close();
        break;
      }
      case DeclarationKind::kAction:
        Named("action", d);
        Print(As<ActionDecl>(d)->parameters);
        out_ += ' ';
        Block(As<ActionDecl>(d)->body);
        break;
      case DeclarationKind::kTable:
        Table(As<TableDecl>(d));
        break;
      case DeclarationKind::kParser: {
        const auto* node = As<ParserDecl>(d);
        Named("parser", d);
        Generic(node->type_parameters);
        Print(node->parameters);
        if (!node->constructor_parameters.empty()) Print(node->constructor_parameters);
        Open();
        for (const Declaration* one : node->locals) Print(one);
        for (const StateDecl* one : node->states) Print(one);
        Close();
        break;
      }
      case DeclarationKind::kState:
        State(As<StateDecl>(d));
        break;
      case DeclarationKind::kControl: {
        const auto* node = As<ControlDecl>(d);
        Named("control", d);
        Generic(node->type_parameters);
        Print(node->parameters);
        if (!node->constructor_parameters.empty()) Print(node->constructor_parameters);
        Open();
        for (const Declaration* one : node->locals) Print(one);
        Line();
        out_ += "apply ";
        Block(node->apply);
        Close();
        break;
      }
      case DeclarationKind::kParserType:
      case DeclarationKind::kControlType:
      case DeclarationKind::kPackageType: {
        const auto* node = As<BlockTypeDecl>(d);
        Named(d->kind == DeclarationKind::kParserType    ? "parser"
              : d->kind == DeclarationKind::kControlType ? "control"
                                                         : "package",
              d);
        Generic(node->type_parameters);
        Print(node->parameters);
        out_ += ';';
        break;
      }
      case DeclarationKind::kError:
      case DeclarationKind::kMatchKind:
        out_ += d->kind == DeclarationKind::kError ? "error" : "match_kind";
        Members(As<MemberSetDecl>(d)->members);
        break;
      case DeclarationKind::kTypedef:
      case DeclarationKind::kNewType: {
        const auto* node = As<TypedefDecl>(d);
        out_ += d->kind == DeclarationKind::kTypedef ? "typedef " : "type ";
        if (node->declared != nullptr) {
          Declared(node->declared);
        } else {
          Print(node->type);
        }
        Named("", d);
        out_ += ';';
        break;
      }
      case DeclarationKind::kEnum: {
        const auto* node = As<EnumDecl>(d);
        out_ += "enum ";
        if (node->underlying != nullptr) {
          Print(node->underlying);
          out_ += ' ';
        }
        out_ += d->name.text;
        Members(node->members);
        break;
      }
      case DeclarationKind::kHeader:
      case DeclarationKind::kHeaderUnion:
      case DeclarationKind::kStruct: {
        const auto* node = As<StructDecl>(d);
        Named(d->kind == DeclarationKind::kHeader   ? "header"
              : d->kind == DeclarationKind::kStruct ? "struct"
                                                    : "header_union",
              d);
        Generic(node->type_parameters);
        Open();
        for (const FieldDecl* one : node->fields) Print(one);
        Close();
        break;
      }
      case DeclarationKind::kField:
        Print(As<FieldDecl>(d)->type);
        Named("", d);
        out_ += ';';
        break;
      case DeclarationKind::kParameter:
      case DeclarationKind::kTypeParameter:
      case DeclarationKind::kMember:
        out_ += d->name.text;
        break;
    }
  }

  void State(const StateDecl* d) {
    Named("state", d);
    Open();
    for (const Statement* one : d->statements) Print(one);
    if (d->transition == StateDecl::Transition::kDirect) {
      Line();
      out_ += "transition ";
      out_ += d->next.text;
      out_ += ';';
    } else if (d->transition == StateDecl::Transition::kSelect) {
      Line();
      out_ += "transition select(";
      expressions_.Listed(d->select, [&](const Expression* one) { Print(one); });
      out_ += ')';
      Open();
      for (const SelectCase& one : d->cases) {
        Line();
        Print(one.keyset);
        out_ += ": ";
        out_ += one.state.text;
        out_ += ';';
      }
      Close();
    }
    Close();
  }

  void Table(const TableDecl* d) {
    Named("table", d);
    Open();
    for (const TableProperty& property : d->properties) {
      Line();
      Print(property.annotations);
      if (property.is_const) out_ += "const ";
      out_ += property.name.text;
      out_ += " =";
      switch (property.kind) {
        case TableProperty::Kind::kKey:
          Open();
          for (const KeyElement& one : property.key) {
            Line();
            Print(one.expression);
            out_ += " : ";
            out_ += one.match_kind.text;
            if (!one.annotations.empty()) {
              out_ += ' ';
              Print(one.annotations);
              out_.pop_back();
            }
            out_ += ';';
          }
          Close();
          break;
        case TableProperty::Kind::kActions:
          Open();
          for (const ActionRef& one : property.actions) {
            Line();
            Print(one.annotations);
            Print(one.expression);
            out_ += ';';
          }
          Close();
          break;
        case TableProperty::Kind::kEntries:
          Open();
          for (const TableEntry& one : property.entries) {
            Line();
            if (one.is_const) out_ += "const ";
            if (one.priority != nullptr) {
              out_ += "priority = ";
              Print(one.priority);
              out_ += " : ";
            }
            Print(one.keyset);
            out_ += " : ";
            Print(one.action);
            if (!one.annotations.empty()) {
              out_ += ' ';
              Print(one.annotations);
              out_.pop_back();
            }
            out_ += ';';
          }
          Close();
          break;
        case TableProperty::Kind::kOther:
          out_ += ' ';
          Print(property.value);
          out_ += ';';
          break;
      }
    }
    Close();
  }

  void Block(const BlockStmt* block) {
    Print(block->annotations);
    out_ += '{';
    ++indent_;
    for (const Statement* one : block->statements) Print(one);
    Close();
  }

  void Branch(const Statement* branch) {
    if (const auto* block = As<BlockStmt>(branch)) {
      out_ += ' ';
      Block(block);
      return;
    }
    ++indent_;
    Print(branch);
    --indent_;
  }

  void Print(const Statement* s) {
    Line();
    Inline(s);
    switch (s->kind) {
      case StatementKind::kAssign:
      case StatementKind::kCall:
        out_ += ';';
        break;
      default:
        break;
    }
  }

  // An assignment or call without ';', for the parts of a for statement.
  void Inline(const Statement* s) {
    switch (s->kind) {
      case StatementKind::kBlock:
        Block(As<BlockStmt>(s));
        break;
      case StatementKind::kAssign: {
        const auto* node = As<AssignStmt>(s);
        Print(node->target);
        out_ += ' ';
        if (node->compound) out_ += BinaryText(node->op);
        out_ += "= ";
        Print(node->value);
        break;
      }
      case StatementKind::kCall:
        Print(As<CallStmt>(s)->call);
        break;
      case StatementKind::kEmpty:
        out_ += ';';
        break;
      case StatementKind::kIf:
        If(As<IfStmt>(s));
        break;
      case StatementKind::kSwitch: {
        const auto* node = As<SwitchStmt>(s);
        out_ += "switch (";
        Print(node->subject);
        out_ += ')';
        Open();
        for (const SwitchCase& one : node->cases) {
          Line();
          Print(one.label);
          out_ += ':';
          if (one.body != nullptr) {
            out_ += ' ';
            Block(one.body);
          }
        }
        Close();
        break;
      }
      case StatementKind::kExit:
        out_ += "exit;";
        break;
      case StatementKind::kBreak:
        out_ += "break;";
        break;
      case StatementKind::kContinue:
        out_ += "continue;";
        break;
      case StatementKind::kReturn:
        out_ += "return";
        if (const Expression* value = As<ReturnStmt>(s)->value) {
          out_ += ' ';
          Print(value);
        }
        out_ += ';';
        break;
      case StatementKind::kFor: {
        const auto* node = As<ForStmt>(s);
        Print(node->annotations);
        out_ += "for (";
        expressions_.Listed(node->init, [&](const Statement* one) { ForPart(one); });
        out_ += "; ";
        Print(node->condition);
        out_ += "; ";
        expressions_.Listed(node->update, [&](const Statement* one) { ForPart(one); });
        out_ += ')';
        Branch(node->body);
        break;
      }
      case StatementKind::kForIn: {
        const auto* node = As<ForInStmt>(s);
        Print(node->annotations);
        out_ += "for (";
        Declared(node->variable);
        out_.pop_back();
        out_ += " in ";
        Print(node->collection);
        out_ += ')';
        Branch(node->body);
        break;
      }
      case StatementKind::kDeclaration: {
        const Declaration* declaration = As<DeclarationStmt>(s)->declaration;
        Print(declaration->annotations);
        Declared(declaration);
        break;
      }
    }
  }

  void ForPart(const Statement* s) {
    Inline(s);
    if (DeclarationStmt::Is(s->kind)) out_.pop_back();
  }

  void If(const IfStmt* node) {
    for (;;) {
      out_ += "if (";
      Print(node->condition);
      out_ += ')';
      Branch(node->then_branch);
      if (node->else_branch == nullptr) return;
      if (BlockStmt::Is(node->then_branch->kind)) {
        out_ += " else";
      } else {
        Line();
        out_ += "else";
      }
      const auto* next = As<IfStmt>(node->else_branch);
      if (next == nullptr) {
        Branch(node->else_branch);
        return;
      }
      out_ += ' ';
      node = next;
    }
  }

  // Expressions and types.
  void Print(const Expression* e) { expressions_.Print(e); }
  void Print(const TypeRef* type) { expressions_.Print(type); }

  std::string out_;
  ExpressionPrinter expressions_{out_, /*parenthesize=*/true};
  int indent_ = 0;
};

}  // namespace

std::string PrintExpression(const Expression* expression) {
  std::string out;
  ExpressionPrinter(out, /*parenthesize=*/false).Print(expression);
  return out;
}

std::string PrintTypeRef(const TypeRef* type) {
  std::string out;
  ExpressionPrinter(out, /*parenthesize=*/false).Print(type);
  return out;
}

std::string PrintTree(const SyntaxTree& tree) {
  TreePrinter printer;
  printer.Print(tree);
  std::string out = std::move(printer).Finish();
  if (!out.empty()) out.erase(0, 1);
  return out + "\n";
}

}  // namespace ipdk::p4
