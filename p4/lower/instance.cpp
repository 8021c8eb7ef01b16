// Instances: evaluates constructor calls at compile time. P4-16 chapter 15 and 18.4 (control-plane
// names).
#include <algorithm>

#include "p4/lower/arch/architecture.h"
#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

using Kind = Operand::Kind;

namespace {

constexpr size_t kMostInstances = 100'000;

}  // namespace

const Declaration* Lowerer::TopLevel(uint32_t index) const {
  const auto at = top_level_.find(index);
  return at == top_level_.end() ? nullptr : at->second;
}

Parameters Lowerer::ParametersOf(const Instance& instance) {
  if (const auto* parser = As<ParserDecl>(instance.declaration)) return parser->parameters;
  if (const auto* control = As<ControlDecl>(instance.declaration)) return control->parameters;
  return {};
}

std::unique_ptr<Instance> Lowerer::Make(const CallFacts& constructor, TypeId type, std::string path,
                                        std::string name, const Declaration* made_by, Span at) {
  const Depth depth(this);
  if (TooDeep(at)) return nullptr;
  if (++instance_count_ > kMostInstances) {
    if (instance_count_ == kMostInstances + 1)
      NotYet(at, "a program of more than {} instances", kMostInstances);
    return nullptr;
  }
  auto made = std::make_unique<Instance>();
  const Declaration* declaration = constructor.declaration;
  if (types.IsNominal(type) && types.Is(type, TypeKind::kExtern))
    declaration = TopLevel(types.NominalOf(type).declaration);
  if (declaration == nullptr) {
    NotYet(at, "an instance of '{}'", types.Print(type));
    return nullptr;
  }
  made->declaration = declaration;
  made->made_by = made_by;
  made->constructor = &constructor;
  made->type = type;
  made->path = std::move(path);
  made->name = std::move(name);
  Parameters parameters;
  switch (declaration->kind) {
    case DeclarationKind::kParser:
      made->kind = Instance::Kind::kParser;
      parameters = As<ParserDecl>(declaration)->constructor_parameters;
      break;
    case DeclarationKind::kControl:
      made->kind = Instance::Kind::kControl;
      parameters = As<ControlDecl>(declaration)->constructor_parameters;
      break;
    case DeclarationKind::kExternObject:
      made->kind = Instance::Kind::kExtern;
      break;
    case DeclarationKind::kPackageType:
      made->kind = Instance::Kind::kPackage;
      break;
    default:
      NotYet(at, "an instance of '{}'", types.Print(type));
      return nullptr;
  }
  if (made_by == nullptr && made->name.empty() &&
      (made->kind == Instance::Kind::kParser || made->kind == Instance::Kind::kControl)) {
    made->name = std::string(declaration->name.text);
    made->path = Join(made->path, made->name);
  }
  made->scope.parent = &global;
  made->scope.instance = made.get();
  if (types.IsNominal(type)) {
    made->scope.from = types.NominalOf(type).parameters;
    const auto arguments = types[type].arguments;
    made->scope.to.assign(arguments.begin(), arguments.end());
    if (made->scope.to.size() != made->scope.from.size()) {
      made->scope.from.clear();
      made->scope.to.clear();
    }
  }
  for (const BoundArgument& argument : constructor.arguments) {
    Operand value;
    if (argument.value != nullptr) {
      Scope* const here = scope;
      if (argument.is_default) scope = &global;
      value = Eval(argument.value);
      if (!value.is(Kind::kObject)) {
        scope = here;
        value = Cast(value, Sub(argument.type), argument.value->span);
      }
      scope = here;
    }
    made->arguments.push_back(value);
  }
  for (size_t i = 0; i < parameters.size() && i < made->arguments.size(); ++i)
    made->scope.bindings[parameters[i]].operand = made->arguments[i];
  if (made->kind == Instance::Kind::kExtern) {
    architecture_->MakeExtern(*this, made.get(), at);
  } else {
    MakeLocals(made.get());
  }
  return made;
}

void Lowerer::MakeLocals(Instance* instance) {
  List<const Declaration*> locals;
  if (const auto* parser = As<ParserDecl>(instance->declaration)) locals = parser->locals;
  if (const auto* control = As<ControlDecl>(instance->declaration)) locals = control->locals;
  Scope* const here = scope;
  scope = &instance->scope;
  for (const Declaration* local : locals) {
    const std::string name = LocalName(local->annotations, local->name.text);
    switch (local->kind) {
      case DeclarationKind::kConstant:
        Declare(local, false);
        break;
      case DeclarationKind::kInstantiation: {
        const InstanceFacts* facts = checked.Instance(local);
        if (facts == nullptr) break;
        auto made = Make(facts->constructor, Sub(facts->type), Join(instance->path, name), name,
                         local, local->span);
        if (made == nullptr) break;
        Operand object;
        object.kind = Kind::kObject;
        object.type = made->type;
        object.object = made.get();
        instance->scope.bindings[local].operand = object;
        instance->children[local] = std::move(made);
        break;
      }
      case DeclarationKind::kTable: {
        auto table = std::make_unique<TableInstance>();
        table->declaration = As<TableDecl>(local);
        table->owner = instance;
        table->path = Join(instance->path, name);
        instance->tables[local] = std::move(table);
        break;
      }
      case DeclarationKind::kValueSet: {
        schema::ValueSet set;
        Describe(&set.preamble, Join(instance->path, name), local->annotations, local->span);
        const auto* declared = As<ValueSetDecl>(local);
        Integer size;
        if (ConstantInt(declared->size, &size) && FitsU64(size)) set.size = ToU64(size);
        TypeId type = Sub(checked[local].type);
        if (types.Is(type, TypeKind::kSet)) type = types[type].element;
        DescribeValueSet(&set, type, local);
        instance->value_sets[local] = schema.value_sets.Add(std::move(set));
        break;
      }
      default:
        break;
    }
  }
  scope = here;
}

void Lowerer::DescribeValueSet(schema::ValueSet* set, TypeId type, const Declaration* declared) {
  // A struct inside the struct is its fields.
  const std::function<void(TypeId, std::string, Annotations)> add =
      [&](TypeId part, std::string name, Annotations annotations) {
        if (ScalarWidth(part) == 0 && types.Is(part, TypeKind::kStruct)) {
          const auto* inner = As<StructDecl>(TopLevel(types.NominalOf(part).declaration));
          const auto fields = types.Fields(part);
          for (size_t i = 0; i < fields.size() && set->keys.size() < 1024; ++i)
            add(fields[i].type, Join(name, fields[i].name),
                inner != nullptr && i < inner->fields.size() ? inner->fields[i]->annotations
                                                             : Annotations());
          return;
        }
        schema::MatchField field;
        field.id = static_cast<uint32_t>(set->keys.size() + 1);
        field.name = std::move(name);
        field.width = FieldTypeOf(part, nullptr, &field.type_name, &field.translated_string);
        if (field.width == 0) {
          NotYet(declared->span, "a value set of type '{}'", types.Print(type));
          field.width = 1;
        }
        if (const Annotation* match = FindAnnotation(annotations, "match")) {
          const std::string text = AnnotationText(*match);
          for (const schema::MatchKind kind :
               {schema::MatchKind::kExact, schema::MatchKind::kLpm, schema::MatchKind::kTernary,
                schema::MatchKind::kRange, schema::MatchKind::kOptional})
            if (schema::MatchKindName(kind) == text) field.kind = kind;
        }
        set->keys.push_back(std::move(field));
      };
  if (!types.Is(type, TypeKind::kTuple)) return add(type, "", declared->annotations);
  for (size_t i = 0; i < PartCount(type); ++i) add(PartType(type, i), std::to_string(i), {});
}

// Objects of the top level are made when something first names them. A parser or control is called
// like its type.
Binding* Lowerer::MakeGlobal(const Declaration* declaration) {
  if (As<InstantiationDecl>(declaration) == nullptr || TopLevel(declaration->index) == nullptr)
    return nullptr;
  const InstanceFacts* facts = checked.Instance(declaration);
  if (facts == nullptr) return nullptr;
  Scope* const here = scope;
  scope = &global;
  global.bindings[declaration];  // what names itself finds nothing
  const std::string name = LocalName(declaration->annotations, declaration->name.text);
  const Declaration* of = facts->constructor.declaration;
  std::string path = name;
  if (of != nullptr &&
      (of->kind == DeclarationKind::kControl || of->kind == DeclarationKind::kParser))
    path = std::string(of->name.text);
  auto made = Make(facts->constructor, facts->type, path, name, declaration, declaration->span);
  scope = here;
  Binding& binding = global.bindings[declaration];
  if (made == nullptr) return &binding;
  binding.operand.kind = Kind::kObject;
  binding.operand.type = made->type;
  binding.operand.object = made.get();
  instances_.push_back(std::move(made));
  return &binding;
}

}  // namespace ipdk::p4
