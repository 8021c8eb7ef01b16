// Tables: their description in the schema, and applying them. P4-16 chapter 14.
#include <algorithm>

#include "p4/lower/arch/architecture.h"
#include "p4/lower/lowerer.h"
#include "pipeline/schema/match.h"

namespace ipdk::p4 {

using ir::BlockId;
using ir::ExprId;
using Kind = Operand::Kind;
using schema::MatchKind;

namespace {

// Operators in a key's name beyond these are told as they are written.
constexpr int kDeepestKeyName = 100;

bool ParseMatchKind(std::string_view name, MatchKind* out) {
  for (const MatchKind kind : {MatchKind::kExact, MatchKind::kLpm, MatchKind::kTernary,
                               MatchKind::kRange, MatchKind::kOptional}) {
    if (schema::MatchKindName(kind) == name) {
      *out = kind;
      return true;
    }
  }
  return false;
}

}  // namespace

schema::ActionId Lowerer::ActionOf(const ActionDecl* action, Scope* closure, bool by_table) {
  const auto [at, fresh] = actions_.try_emplace({action, closure});
  if (fresh) {
    schema::Action out;
    const std::string path = closure->instance != nullptr ? closure->instance->path : "";
    const Annotations annotations = action != nullptr ? action->annotations : Annotations();
    const std::string local = LocalName(
        annotations, action != nullptr ? action->name.text : std::string_view("NoAction"));
    Describe(&out.preamble, Join(path, local), annotations,
             action != nullptr ? action->span : scope_span);
    at->second = schema.actions.Add(std::move(out));
    called_only_.insert(at->second);
  }
  const schema::ActionId id = at->second;
  if (!by_table || called_only_.erase(id) == 0 || action == nullptr) return id;
  Scope* const here = scope;
  scope = closure;
  std::vector<schema::ActionParam> params;
  for (const ParameterDecl* parameter : action->parameters) {
    if (parameter->direction != Direction::kNone) continue;
    schema::ActionParam param;
    param.id = static_cast<uint32_t>(params.size() + 1);
    Integer wanted;
    if (const Annotation* given = FindAnnotation(parameter->annotations, "id");
        given != nullptr && AnnotationInteger(*given, &wanted) && wanted > 0)
      param.id = static_cast<uint32_t>(ToU64(wanted));
    param.name = LocalName(parameter->annotations, parameter->name.text);
    const TypeId type = Sub(checked[parameter].type);
    param.width = FieldTypeOf(type, parameter->type, &param.type_name, &param.translated_string);
    if (param.width == 0) {
      NotYet(parameter->span, "action data of type '{}'", types.Print(type));
      param.width = 1;
    }
    param.annotations = AnnotationsOf(parameter->annotations);
    param.doc = DocOf(parameter->annotations);
    params.push_back(std::move(param));
  }
  scope = here;
  schema.actions[id].params = std::move(params);
  return id;
}

std::string Lowerer::KeyName(const KeyElement& key) {
  if (const Annotation* name = FindAnnotation(key.annotations, "name"))
    return AnnotationText(*name);
  const std::function<std::string(const Expression*)> text =
      [&](const Expression* e) -> std::string {
    if (const auto* name = As<NameExpr>(e)) return std::string(name->name.text);
    if (const auto* member = As<MemberExpr>(e)) {
      // A field is called as its @name says.
      std::string name(member->member.text);
      const TypeId base = TypeOf(member->base);
      if (checked[e].member == MemberKind::kField && types.IsNominal(base)) {
        const auto* holder = As<StructDecl>(TopLevel(types.NominalOf(base).declaration));
        if (holder != nullptr && checked[e].member_index < holder->fields.size())
          name = LocalName(holder->fields[checked[e].member_index]->annotations, name);
      }
      return text(member->base) + "." + name;
    }
    Integer a, c;
    if (const auto* index = As<IndexExpr>(e)) {
      if (checked[index->at].value != nullptr && ConstantInt(index->at, &a))
        return fmt::format("{}[{}]", text(index->base), a.get_str());
      return fmt::format("{}[{}]", text(index->base), text(index->at));
    }
    if (const auto* slice = As<SliceExpr>(e)) {
      uint32_t low = 0, width = 0;
      if (SliceBounds(slice, &low, &width))
        return fmt::format("{}[{}:{}]", text(slice->base), low + width - 1, low);
    }
    const CallFacts* call = e->kind == ExpressionKind::kCall ? checked.Call(e) : nullptr;
    if (call != nullptr && call->kind == CalleeKind::kIsValid && call->receiver != nullptr)
      return text(call->receiver) + ".$valid$";
    if (const auto* binary = As<BinaryExpr>(e); binary != nullptr && depth_ < kDeepestKeyName) {
      const Depth deeper(this);
      // Where no parentheses are needed; numbers without leading zeros.
      if (TextAt(e->span).find('(') == std::string::npos)
        return fmt::format("{} {} {}", text(binary->left), BinaryText(binary->op),
                           text(binary->right));
    }
    if (As<IntegerExpr>(e) != nullptr) {
      std::string number = TextAt(e->span);
      // Nor their width: 8w0x48 is 0x48.
      if (const size_t width = number.find_first_of("ws"); width != std::string::npos)
        number.erase(0, width + 1);
      const size_t x = number.find_first_of("xXbBoO");
      while (x != std::string::npos && x + 2 < number.size() && number[x + 1] == '0')
        number.erase(x + 1, 1);
      return number;
    }
    return TextAt(e->span);
  };
  return text(key.expression);
}

bool Lowerer::EntryMatch(const schema::MatchField& field, const Expression* keyset, TypeId type,
                         schema::Match* out) {
  *out = schema::Match();
  const auto constant = [&](const Expression* e, Integer* value) {
    const ExprId expr = Expr(EvalTo(e, type), e->span);
    if (!b.IsConst(expr)) return false;
    *value = Truncate(b.ConstOf(expr), field.width);
    return true;
  };
  if (As<DefaultExpr>(keyset) != nullptr) {
    if (field.kind == MatchKind::kExact) return false;
    *out = schema::MatchAll(field);
    return true;
  }
  const auto* binary = As<BinaryExpr>(keyset);
  Integer low, high;
  if (binary != nullptr && binary->op == BinaryOp::kMask) {
    if (!constant(binary->left, &low) || !constant(binary->right, &high)) return false;
    out->value = low;
    switch (field.kind) {
      case MatchKind::kTernary:
        out->mask = high;
        break;
      case MatchKind::kLpm: {
        const Integer inverted = Mask(field.width) - high;
        if ((inverted & Integer(inverted + 1)) != 0) return false;
        out->prefix_length = field.width - static_cast<uint32_t>(BitLength(inverted));
        break;
      }
      case MatchKind::kOptional:
      case MatchKind::kExact:
        if (high != Mask(field.width)) return false;
        break;
      case MatchKind::kRange:
        return false;
    }
  } else if (binary != nullptr && binary->op == BinaryOp::kRange) {
    if (field.kind != MatchKind::kRange || !constant(binary->left, &low) ||
        !constant(binary->right, &high))
      return false;
    out->value = low;
    out->high = high;
  } else {
    if (!constant(keyset, &low)) return false;
    out->value = low;
    out->high = field.kind == MatchKind::kRange ? low : Integer(0);
    if (field.kind == MatchKind::kTernary) out->mask = Mask(field.width);
    if (field.kind == MatchKind::kLpm) out->prefix_length = field.width;
  }
  schema::Canonicalize(field, *out);
  return true;
}

std::vector<Integer> Lowerer::EntryArguments(const CallFacts* call, const ActionDecl* action) {
  std::vector<Integer> out;
  if (action == nullptr) return out;
  for (size_t i = 0; i < action->parameters.size(); ++i) {
    const ParameterDecl* parameter = action->parameters[i];
    if (parameter->direction != Direction::kNone) continue;
    Integer value = 0;
    const Expression* given =
        call != nullptr && i < call->arguments.size() ? call->arguments[i].value : nullptr;
    if (given != nullptr) {
      const TypeId type = Sub(checked[parameter].type);
      const ExprId e = Expr(EvalTo(given, type), given->span);
      if (b.IsConst(e)) {
        value = b.ConstOf(e);
      } else {
        NotYet(given->span, "an action argument that is not a constant here");
      }
    }
    out.push_back(value);
  }
  return out;
}

// P4-16 14.2.1.4: entries without a priority count down from the first, or up where the smallest
// wins. The older @priority(n) is a rank: the smallest wins, and an entry without one has its
// position.
void Lowerer::DescribeEntries(schema::Table* table, const TableDecl* declaration,
                              const TableFacts& facts) {
  const bool ordered = schema::NeedsOrder(table->keys);
  const size_t count = facts.entries.size();
  bool largest_wins = true, ranked = false, given = false;
  Integer delta = 1;
  if (const TableProperty* p = declaration->Find("largest_priority_wins");
      p != nullptr && p->value != nullptr) {
    const Operand value = Eval(p->value);
    if (value.is(Kind::kScalar) && b.IsConst(value.expr)) largest_wins = b.ConstOf(value.expr) != 0;
  }
  if (const TableProperty* p = declaration->Find("priority_delta");
      p != nullptr && p->value != nullptr)
    ConstantInt(p->value, &delta);
  for (const TableEntryFacts& entry : facts.entries) {
    ranked |= FindAnnotation(entry.entry->annotations, "priority") != nullptr;
    given |= entry.priority != nullptr;
  }
  if (given) ranked = false;
  std::vector<Integer> priorities(count);
  for (size_t i = 0; i < count; ++i) {
    const TableEntryFacts& entry = facts.entries[i];
    Integer& p = priorities[i];
    if (ranked) {
      p = FromU64(i + 1);
      if (const Annotation* rank = FindAnnotation(entry.entry->annotations, "priority"))
        AnnotationInteger(*rank, &p);
    } else if (entry.priority != nullptr) {
      p = entry.priority->integer;
    } else if (i == 0) {
      p = largest_wins ? Integer(FromU64(count - 1) * delta + 1) : Integer(1);
    } else {
      p = largest_wins ? Integer(priorities[i - 1] - delta) : Integer(priorities[i - 1] + delta);
    }
  }
  Integer top = 0;
  for (const Integer& p : priorities) top = std::max(top, p);
  for (size_t i = 0; i < count; ++i) {
    const TableEntryFacts& facts_of = facts.entries[i];
    schema::Entry entry;
    entry.is_const = facts.entries_are_const || facts_of.entry->is_const;
    entry.action = facts_of.action;
    bool good = facts_of.action < facts.actions.size();
    size_t field = 0;
    for (size_t k = 0; k < facts.keys.size() && k < facts_of.keys.size() && good; ++k) {
      MatchKind kind = MatchKind::kExact;
      if (!ParseMatchKind(facts.keys[k].match_kind, &kind)) continue;
      if (field >= table->keys.size()) break;
      schema::Match match;
      if (!EntryMatch(table->keys[field++], facts_of.keys[k], Sub(facts.keys[k].type), &match)) {
        NotYet(facts_of.entry->span, "an entry with this key for '{}'",
               table->keys[field - 1].name);
        good = false;
      }
      entry.matches.push_back(std::move(match));
    }
    if (!good) continue;
    entry.args = EntryArguments(facts_of.call, facts.actions[facts_of.action].action);
    if (ordered) {
      const Integer order =
          largest_wins && !ranked ? priorities[i] : Integer(top + 1 - priorities[i]);
      entry.order = order < 0 ? 0 : ToU64(order);
    }
    table->entries.push_back(std::move(entry));
  }
}

void Lowerer::DescribeTable(TableInstance* instance) {
  const TableDecl* declaration = instance->declaration;
  const TableFacts* facts = checked.Table(declaration);
  schema::Table table;
  Scope* const here = scope;
  scope = &instance->owner->scope;
  scope_span = declaration->span;
  Describe(&table.preamble, instance->path, declaration->annotations, declaration->span);
  instance->id = schema.tables.Add(schema::Table());
  if (facts == nullptr) {
    schema.tables[instance->id] = std::move(table);
    scope = here;
    return;
  }
  uint32_t next_id = 1;
  for (const TableKeyFacts& key : facts->keys) {
    const TypeId type = Sub(key.type);
    const uint32_t width = ScalarWidth(type);
    MatchKind kind = MatchKind::kExact;
    if (key.match_kind == "selector") {
      table.selector_widths.push_back(std::max(1u, width));
      continue;
    }
    if (!ParseMatchKind(key.match_kind, &kind)) {
      NotYet(key.element->span, "the match kind '{}'", key.match_kind);
      continue;
    }
    schema::MatchField field;
    field.id = next_id++;
    Integer id;
    if (const Annotation* given = FindAnnotation(key.element->annotations, "id");
        given != nullptr && AnnotationInteger(*given, &id) && id > 0)
      field.id = static_cast<uint32_t>(ToU64(id));
    field.name = KeyName(*key.element);
    field.kind = kind;
    field.width = FieldTypeOf(type, nullptr, &field.type_name, &field.translated_string);
    if (field.width == 0) {
      NotYet(key.element->span, "a key of type '{}'", types.Print(type));
      field.width = 1;
    }
    field.annotations = AnnotationsOf(key.element->annotations);
    field.doc = DocOf(key.element->annotations);
    table.keys.push_back(std::move(field));
  }
  for (const TableActionFacts& action : facts->actions) {
    schema::ActionRef ref;
    ref.action = ActionOf(action.action, ScopeOf(action.action));
    ref.scope = action.table_only     ? schema::ActionScope::kTableOnly
                : action.default_only ? schema::ActionScope::kDefaultOnly
                                      : schema::ActionScope::kTableAndDefault;
    ref.annotations = AnnotationsOf(action.reference->annotations);
    table.actions.push_back(std::move(ref));
  }
  uint32_t default_action = facts->default_action;
  const ActionDecl* default_declaration = nullptr;
  if (default_action >= facts->actions.size()) {
    default_action = static_cast<uint32_t>(facts->actions.size());
    for (uint32_t i = 0; i < facts->actions.size(); ++i)
      if (facts->actions[i].action == checked.no_action && !facts->actions[i].table_only)
        default_action = i;
    if (default_action == facts->actions.size()) {
      schema::ActionRef ref;
      ref.action = ActionOf(checked.no_action, &global);
      ref.scope = schema::ActionScope::kDefaultOnly;
      schema::Annotation only;
      only.name = "defaultonly";
      ref.annotations.push_back(std::move(only));
      table.actions.push_back(std::move(ref));
    }
  } else {
    default_declaration = facts->actions[default_action].action;
  }
  table.default_entry.action = default_action;
  table.default_entry.is_const = facts->default_is_const;
  table.default_entry.args = EntryArguments(facts->default_call, default_declaration);
  table.const_default = facts->default_is_const;
  table.const_entries = facts->entries_are_const;
  if (facts->size != nullptr && facts->size->integer > 0 && FitsU64(facts->size->integer))
    table.size = ToU64(facts->size->integer);
  DescribeEntries(&table, declaration, *facts);
  for (const TableProperty& property : declaration->properties) {
    if (property.kind != TableProperty::Kind::kOther || property.value == nullptr) continue;
    architecture_->TableProperty(*this, instance, &table, property);
  }
  schema.tables[instance->id] = std::move(table);
  scope = here;
}

TableInstance* Lowerer::TableOf(const Expression* receiver, const CallFacts& call) {
  Scope* const owner = ScopeOf(call.declaration);
  if (owner->instance == nullptr) return nullptr;
  const auto at = owner->instance->tables.find(call.declaration);
  if (at == owner->instance->tables.end()) return nullptr;
  TableInstance* table = at->second.get();
  if (!table->id.valid()) DescribeTable(table);
  return table;
}

void Lowerer::Lookup(TableInstance* table, ir::VarId hit, ir::VarId action_run) {
  const TableFacts* facts = checked.Table(table->declaration);
  Scope* const outer = scope;
  scope = &table->owner->scope;
  const ir::SourceId here = b.source();
  const BlockId block = b.NewBlock(ir::Block::Kind::kTable, table->path);
  b.Jump(block);
  b.Start(block);
  ir::Terminator term;
  term.kind = ir::TermKind::kLookup;
  term.table = table->id;
  term.hit = hit;
  std::vector<const Expression*> keys, selectors;
  std::vector<bool> is_selector;
  for (const TableKeyFacts& key : facts->keys) keys.push_back(key.element->expression);
  const std::vector<Operand> values = EvalAll(keys);
  std::vector<ExprId> inputs;
  for (size_t i = 0; i < values.size(); ++i) {
    MatchKind kind;
    const ExprId e = Expr(Cast(values[i], Sub(facts->keys[i].type), keys[i]->span), keys[i]->span);
    if (facts->keys[i].match_kind == "selector") {
      inputs.push_back(e);
    } else if (ParseMatchKind(facts->keys[i].match_kind, &kind)) {
      term.exprs.push_back(e);
    }
  }
  term.exprs.insert(term.exprs.end(), inputs.begin(), inputs.end());
  const BlockId after = b.NewBlock();
  const std::vector<schema::ActionRef> actions = schema.tables[table->id].actions;
  std::vector<std::vector<Operand>> data(actions.size());
  for (size_t i = 0; i < actions.size(); ++i) {
    const ActionDecl* action = i < facts->actions.size() ? facts->actions[i].action : nullptr;
    ir::ActionTarget target;
    target.block = b.NewBlock();
    const schema::Action& described = schema.actions[actions[i].action];
    size_t k = 0;
    if (action != nullptr) {
      for (const ParameterDecl* parameter : action->parameters) {
        if (parameter->direction != Direction::kNone || k >= described.params.size()) continue;
        const schema::ActionParam& param = described.params[k++];
        const ir::VarId var =
            b.NewVar(fmt::format("{}.{}", described.preamble.name, param.name), param.width);
        target.params.push_back(var);
        data[i].push_back(Scalar(Sub(checked[parameter].type), b.Read(var)));
      }
    }
    term.actions.push_back(std::move(target));
  }
  const std::vector<ir::ActionTarget> targets = term.actions;
  b.Finish(std::move(term));
  for (size_t i = 0; i < targets.size(); ++i) {
    b.Start(targets[i].block);
    b.SetSource(here);
    if (action_run.valid()) b.Assign(action_run, b.Const(i, 32));
    if (i < facts->actions.size()) {
      const TableActionFacts& action = facts->actions[i];
      const TableInstance* const outer_table = std::exchange(in_table, table);
      CallAction(action.action, ScopeOf(action.action), action.call, data[i]);
      in_table = outer_table;
    }
    if (b.reachable()) b.Jump(after);
  }
  b.Start(after);
  b.SetSource(here);
  scope = outer;
}

Lowerer::TableResult Lowerer::ApplyTable(const Expression* receiver, const CallFacts& call,
                                         bool want_hit, bool want_action, Span at) {
  TableResult result;
  TableInstance* table = TableOf(receiver, call);
  if (table == nullptr || checked.Table(table->declaration) == nullptr) {
    NotYet(at, "applying this table");
    return result;
  }
  if (uses_[table->declaration] <= 1 && !options.plain) {
    if (want_hit) result.hit = b.NewVar(table->path + ".hit", 1);
    if (want_action) result.action_run = b.NewVar(table->path + ".action_run", 32);
    Lookup(table, result.hit, result.action_run);
    return result;
  }
  if (!table->function.valid()) {
    table->function = b.NewFunction(table->path);
    table->hit = b.NewVar(table->path + ".hit", 1);
    table->action_run = b.NewVar(table->path + ".action_run", 32);
    Outline(
        table->function,
        [&] {
          scope = &table->owner->scope;
          Lookup(table, table->hit, table->action_run);
        },
        &table->may_exit);
  }
  b.Call(table->function);
  AfterCall(table->may_exit, false);
  result.hit = table->hit;
  result.action_run = table->action_run;
  return result;
}

}  // namespace ipdk::p4
