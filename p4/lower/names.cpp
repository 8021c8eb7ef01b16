// What a controller reads: names, ids, aliases, annotations, documents, and the types of fields.
// P4Runtime 1.5 chapter 6.
#include <algorithm>
#include <set>

#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

namespace {

// The text of a string token: without its quotes, with its escapes replaced.
std::string Unquote(std::string_view text) {
  std::string out;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      out.push_back(text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i]);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// Bob Jenkins's one-at-a-time hash: how p4c turns a name into an id.
uint32_t NameHash(std::string_view text) {
  uint32_t h = 0;
  for (const unsigned char c : text) {
    h += c;
    h += h << 10;
    h ^= h >> 6;
  }
  h += h << 3;
  h ^= h >> 11;
  h += h << 15;
  return h;
}

}  // namespace

const Annotation* Lowerer::FindAnnotation(Annotations annotations, std::string_view name) {
  for (const Annotation& annotation : annotations)
    if (annotation.name.text == name) return &annotation;
  return nullptr;
}

std::string Lowerer::AnnotationText(const Annotation& annotation) {
  if (!annotation.expressions.empty()) {
    if (const auto* text = As<StringExpr>(annotation.expressions[0]))
      return std::string(text->value);
    return TextAt(annotation.expressions[0]->span);
  }
  std::string out;
  for (const Token& token : annotation.tokens) {
    if (token.Has(Token::kSpaceBefore) && !out.empty()) out.push_back(' ');
    out += token.kind == TokenKind::kString ? Unquote(token.text) : std::string(token.text);
  }
  return out;
}

std::vector<Integer> Lowerer::AnnotationIntegers(const Annotation& annotation) {
  std::vector<Integer> out;
  for (const Expression* e : annotation.expressions) {
    if (checked[e].value != nullptr && checked[e].value->kind == Value::Kind::kInteger) {
      out.push_back(checked[e].value->integer);
    } else if (const auto* i = As<IntegerExpr>(e)) {
      out.push_back(*i->value);
    }
  }
  for (const Token& token : annotation.tokens) {
    std::string_view text = token.text;
    // 8w5: the width says nothing here.
    const size_t w = text.find('w');
    if (w != std::string_view::npos && w + 1 < text.size()) text.remove_prefix(w + 1);
    if (const auto value = ParseInteger(text)) {
      out.push_back(*value);
    } else if (!text.empty() && text[0] != ',') {
      // A constant of the program.
      for (const Declaration* d : checked.tree->declarations)
        if (d->kind == DeclarationKind::kConstant && d->name.text == text &&
            checked[d].value != nullptr && checked[d].value->kind == Value::Kind::kInteger)
          out.push_back(checked[d].value->integer);
      for (const Declaration* d : checked.tree->declarations)
        if (const auto* e = As<EnumDecl>(d))
          for (const MemberDecl* member : e->members)
            if (member->name.text == text && checked[member].value != nullptr)
              out.push_back(checked[member].value->integer);
    }
  }
  return out;
}

bool Lowerer::AnnotationInteger(const Annotation& annotation, Integer* value) {
  const auto all = AnnotationIntegers(annotation);
  if (all.empty()) return false;
  *value = all[0];
  return true;
}

std::string Lowerer::LocalName(Annotations annotations, std::string_view fallback) {
  if (const Annotation* name = FindAnnotation(annotations, "name")) {
    std::string text = AnnotationText(*name);
    if (!text.empty()) return text;
  }
  return std::string(fallback);
}

std::string Lowerer::Join(std::string_view path, std::string_view local) {
  if (!local.empty() && local[0] == '.') return std::string(local.substr(1));
  if (path.empty()) return std::string(local);
  if (local.empty()) return std::string(path);
  return fmt::format("{}.{}", path, local);
}

std::vector<schema::Annotation> Lowerer::AnnotationsOf(Annotations annotations) {
  std::vector<schema::Annotation> out;
  for (const Annotation& from : annotations) {
    const std::string_view name = from.name.text;
    if (name == "name" || name == "id" || name == "brief" || name == "description") continue;
    schema::Annotation to;
    to.name = std::string(name);
    if (from.span.valid()) {
      const Position at = diagnostics.sources().Resolve(from.span.begin);
      to.file = std::string(at.file);
      to.line = at.line;
      to.column = at.column;
    }
    const auto value = [&](const Expression* e, std::string key) {
      schema::Annotation::Value v;
      v.key = std::move(key);
      const ValuePtr known = checked[e].value;
      if (const auto* text = As<StringExpr>(e)) {
        v.text = std::string(text->value);
      } else if (known != nullptr && known->kind == Value::Kind::kBool) {
        v.type = schema::Annotation::Value::Type::kBool;
        v.number = known->boolean ? 1 : 0;
      } else if (known != nullptr && known->kind == Value::Kind::kInteger) {
        v.type = schema::Annotation::Value::Type::kInteger;
        v.number = known->integer;
      } else if (known != nullptr && known->kind == Value::Kind::kString) {
        v.text = std::string(known->text);
      } else if (const auto* i = As<IntegerExpr>(e)) {
        v.type = schema::Annotation::Value::Type::kInteger;
        v.number = *i->value;
      } else if (const auto* b = As<BoolExpr>(e)) {
        v.type = schema::Annotation::Value::Type::kBool;
        v.number = b->value ? 1 : 0;
      } else {
        v.text = TextAt(e->span);
      }
      to.values.push_back(std::move(v));
    };
    switch (from.form) {
      case Annotation::Form::kBare:
        break;
      case Annotation::Form::kTokens:
        to.form = schema::Annotation::Form::kBody;
        for (const Token& token : from.tokens) {
          if (token.Has(Token::kSpaceBefore) && !to.body.empty()) to.body.push_back(' ');
          to.body += token.text;
        }
        break;
      case Annotation::Form::kExpressions:
        to.form = schema::Annotation::Form::kExpressions;
        for (const Expression* e : from.expressions) value(e, "");
        break;
      case Annotation::Form::kNamedValues:
        to.form = schema::Annotation::Form::kKeyValues;
        for (const NamedValue& v : from.values) value(v.value, std::string(v.name.text));
        break;
    }
    out.push_back(std::move(to));
  }
  return out;
}

schema::Doc Lowerer::DocOf(Annotations annotations) {
  schema::Doc doc;
  if (const Annotation* brief = FindAnnotation(annotations, "brief"))
    doc.brief = AnnotationText(*brief);
  if (const Annotation* description = FindAnnotation(annotations, "description"))
    doc.description = AnnotationText(*description);
  return doc;
}

void Lowerer::Describe(schema::Preamble* preamble, std::string name, Annotations annotations,
                       Span at) {
  described_[name].push_back(at);
  preamble->name = std::move(name);
  preamble->annotations = AnnotationsOf(annotations);
  preamble->doc = DocOf(annotations);
  preamble->hidden = FindAnnotation(annotations, "hidden") != nullptr;
  Integer id;
  if (const Annotation* given = FindAnnotation(annotations, "id");
      given != nullptr && AnnotationInteger(*given, &id) && id > 0)
    preamble->id = static_cast<uint32_t>(ToU64(id));
}

std::string Lowerer::TypeNameOf(TypeId type) {
  if (!types.IsNominal(type)) return "";
  const Nominal& nominal = types.NominalOf(type);
  const Declaration* declaration = TopLevel(nominal.declaration);
  // A generic type is called by its arguments too, which make it another one: pair_bit8_bit32.
  std::string name(nominal.name);
  for (const TypeId argument : types[type].arguments) {
    name += '_';
    for (const char c : types.Print(argument))
      if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')
        name += c;
  }
  return declaration != nullptr ? LocalName(declaration->annotations, name) : name;
}

uint32_t Lowerer::FieldTypeOf(TypeId type, const TypeRef* written, std::string* type_name,
                              bool* translated_string) {
  (void)written;
  const uint32_t width = ScalarWidth(type);
  if (types.Is(type, TypeKind::kSerEnum)) DataTypeOf(type);
  if (types.Is(type, TypeKind::kEnum)) {
    DataTypeOf(type);
    *type_name = TypeNameOf(type);
  }
  if (!types.Is(type, TypeKind::kNewType)) return width;
  DataTypeOf(type);
  *type_name = TypeNameOf(type);
  const auto& named = schema.named_types;
  const auto at = std::find_if(named.begin(), named.end(), [&](const schema::NamedType& t) {
    return t.name == *type_name && t.kind == schema::DataType::Kind::kNewType;
  });
  if (at != named.end() && at->translated && at->translation_width == 0) *translated_string = true;
  return width;
}

uint32_t Lowerer::DataTypeOf(TypeId type) {
  using K = schema::DataType::Kind;
  const auto known = data_types_.find(type);
  if (known != data_types_.end()) return known->second;
  const Type t = types[type];
  schema::DataType out;
  out.width = t.width;
  switch (t.kind) {
    case TypeKind::kBit:
      out.kind = K::kBits;
      break;
    case TypeKind::kSigned:
      out.kind = K::kSigned;
      break;
    case TypeKind::kVarbit:
      out.kind = K::kVarbits;
      break;
    case TypeKind::kBool:
      out.kind = K::kBool;
      break;
    case TypeKind::kError:
      out.kind = K::kError;
      break;
    case TypeKind::kStruct:
      out.kind = K::kStruct;
      break;
    case TypeKind::kHeader:
      out.kind = K::kHeader;
      break;
    case TypeKind::kUnion:
      out.kind = K::kHeaderUnion;
      break;
    case TypeKind::kStack:
      // P4Info has no arrays of other things: they are told as tuples.
      if (!types.Is(t.element, TypeKind::kHeader) && !types.Is(t.element, TypeKind::kUnion)) {
        out.kind = K::kTuple;
        break;
      }
      out.kind = types.Is(t.element, TypeKind::kUnion) ? K::kHeaderUnionStack : K::kHeaderStack;
      out.name = TypeNameOf(t.element);
      break;
    case TypeKind::kEnum:
      out.kind = K::kEnum;
      break;
    case TypeKind::kSerEnum:
      out.kind = K::kSerializableEnum;
      break;
    case TypeKind::kNewType:
      out.kind = K::kNewType;
      break;
    default:
      out.kind = K::kTuple;
      break;
  }
  if (types.IsNominal(type)) out.name = TypeNameOf(type);
  // The parts of a tuple stand before it in the schema.
  const bool tuple = out.kind == K::kTuple && t.kind != TypeKind::kPoison;
  if (tuple && t.kind == TypeKind::kStack)
    out.members.assign(std::min(t.width, 4096u), DataTypeOf(t.element));
  if (tuple && t.kind != TypeKind::kStack)
    for (const TypeId part : t.arguments) out.members.push_back(DataTypeOf(part));
  const uint32_t index = static_cast<uint32_t>(schema.types.size());
  schema.types.push_back(out);
  data_types_[type] = index;
  if (tuple) return index;
  if (t.kind == TypeKind::kStack) DataTypeOf(t.element);
  if (t.kind == TypeKind::kError) {
    schema::NamedType errors;
    errors.kind = K::kError;
    errors.name = "error";
    for (const std::string& name : ir.errors) {
      schema::NamedType::Member member;
      member.name = name;
      errors.members.push_back(std::move(member));
    }
    schema.named_types.push_back(std::move(errors));
    return index;
  }
  if (!types.IsNominal(type)) return index;

  const Declaration* declaration = TopLevel(types.NominalOf(type).declaration);
  schema::NamedType named;
  named.kind = out.kind;
  named.name = out.name;
  if (declaration != nullptr) named.annotations = AnnotationsOf(declaration->annotations);
  if (t.kind == TypeKind::kEnum || t.kind == TypeKind::kSerEnum) {
    const auto* e = As<EnumDecl>(declaration);
    for (const std::string_view name : types.NominalOf(type).members) {
      schema::NamedType::Member member;
      member.name = std::string(name);
      if (e != nullptr) {
        for (const MemberDecl* m : e->members) {
          if (m->name.text != name) continue;
          if (checked[m].value != nullptr) member.value = checked[m].value->integer;
          member.annotations = AnnotationsOf(m->annotations);
        }
      }
      named.members.push_back(std::move(member));
    }
    if (t.kind == TypeKind::kSerEnum) named.underlying = DataTypeOf(types.Underlying(type));
  } else if (t.kind == TypeKind::kNewType) {
    named.underlying = DataTypeOf(types.Underlying(type));
    const Annotation* translation =
        declaration != nullptr ? FindAnnotation(declaration->annotations, "p4runtime_translation")
                               : nullptr;
    if (translation != nullptr) {
      named.translated = true;
      std::vector<std::string> words;
      for (const Token& token : translation->tokens)
        if (token.text != ",")
          words.push_back(token.kind == TokenKind::kString ? Unquote(token.text)
                                                           : std::string(token.text));
      if (!words.empty()) named.translation_uri = words[0];
      for (size_t i = 1; i < words.size(); ++i) {
        if (const auto width = ParseInteger(words[i]))
          named.translation_width = static_cast<uint32_t>(ToU64(*width));
      }
      if (words.size() > 1 && words[1] == "string") named.translation_width = 0;
    }
  } else {
    const auto* s = As<StructDecl>(declaration);
    // P4Info's headers have no structs in them: the fields of one are the header's, "s.f".
    const std::function<void(TypeId, const std::string&)> flatten = [&](TypeId part,
                                                                        const std::string& name) {
      if (types.Is(part, TypeKind::kStruct)) {
        for (const Field& field : types.Fields(part))
          flatten(field.type, name + "." + std::string(field.name));
        return;
      }
      schema::NamedType::Member member;
      member.name = name;
      member.type = DataTypeOf(part);
      named.members.push_back(std::move(member));
    };
    const auto fields = types.Fields(type);
    for (size_t i = 0; i < fields.size(); ++i) {
      if (t.kind == TypeKind::kHeader && types.Is(fields[i].type, TypeKind::kStruct)) {
        flatten(fields[i].type, std::string(fields[i].name));
        continue;
      }
      schema::NamedType::Member member;
      member.name = std::string(fields[i].name);
      member.type = DataTypeOf(fields[i].type);
      if (s != nullptr && i < s->fields.size())
        member.annotations = AnnotationsOf(s->fields[i]->annotations);
      named.members.push_back(std::move(member));
    }
  }
  schema.named_types.push_back(std::move(named));
  return index;
}

void Lowerer::DescribeControllerHeaders() {
  for (const Declaration* declaration : checked.tree->declarations) {
    const auto* header = As<StructDecl>(declaration);
    if (header == nullptr || header->kind != DeclarationKind::kHeader) continue;
    const Annotation* given = FindAnnotation(header->annotations, "controller_header");
    if (given == nullptr) continue;
    schema::ControllerHeader out;
    Describe(&out.preamble, AnnotationText(*given), header->annotations, header->span);
    uint32_t next_id = 1;
    for (const FieldDecl* field : header->fields) {
      schema::ControllerHeader::Field to;
      to.id = next_id++;
      Integer id;
      if (const Annotation* wanted = FindAnnotation(field->annotations, "id");
          wanted != nullptr && AnnotationInteger(*wanted, &id) && id > 0)
        to.id = static_cast<uint32_t>(ToU64(id));
      to.name = LocalName(field->annotations, field->name.text);
      bool text = false;
      to.width = FieldTypeOf(checked[field].type, field->type, &to.type_name, &text);
      if (to.width == 0) {
        NotYet(field->span, "a field of type '{}' in a controller header",
               types.Print(checked[field].type));
        continue;
      }
      to.padding = FindAnnotation(field->annotations, "padding") != nullptr;
      to.annotations = AnnotationsOf(field->annotations);
      out.fields.push_back(std::move(to));
    }
    schema.controller_headers.push_back(std::move(out));
  }
}

namespace {

struct Named {
  schema::Preamble* preamble;
  uint32_t prefix;
};

void GiveIds(const std::vector<Named>& all) {
  std::set<uint32_t> used;
  for (const Named& n : all) {
    uint32_t& id = n.preamble->id;
    if (id == 0) continue;
    if ((id >> 24) == 0) id |= n.prefix;
    if ((id >> 24) != n.prefix >> 24 || !used.insert(id).second) id = 0;
  }
  for (const Named& n : all) {
    if (n.preamble->id != 0) continue;
    uint32_t low = NameHash(n.preamble->name) & 0x00ffffff;
    if (low == 0) low = 1;
    while (!used.insert(n.prefix | low).second) low = low == 0x00ffffff ? 1 : low + 1;
    n.preamble->id = n.prefix | low;
  }
}

// The shortest suffix of whole words that no other name of the kind ends with.
void GiveAliases(const std::vector<Named>& all) {
  std::map<std::string, int> count;
  const auto suffixes = [](const std::string& name) {
    std::vector<std::string> out;
    for (size_t at = name.size(); at > 0;) {
      const size_t dot = name.rfind('.', at - 1);
      out.push_back(name.substr(dot == std::string::npos ? 0 : dot + 1));
      if (dot == std::string::npos) break;
      at = dot;
    }
    return out;
  };
  for (const Named& n : all)
    for (const std::string& suffix : suffixes(n.preamble->name)) ++count[suffix];
  for (const Named& n : all) {
    n.preamble->alias = n.preamble->name;
    for (const std::string& suffix : suffixes(n.preamble->name)) {
      if (count[suffix] > 1) continue;
      n.preamble->alias = suffix;
      break;
    }
  }
}

}  // namespace

void Lowerer::FinishSchema() {
  const auto give = [&](auto& objects, auto prefix) {
    std::vector<Named> all;
    std::set<std::string> names;
    for (const auto& object : objects) {
      const std::string& name = object.preamble.name;
      if (names.insert(name).second) continue;
      const std::vector<Span>& places = described_[name];
      diagnostics.Report(DiagnosticKind::kDuplicateControlName, places.back(),
                         "the control plane would see two objects of one kind by the name '{}'; "
                         "give one another @name",
                         name);
      if (places.front() != places.back()) diagnostics.Note(places.front(), "another is here");
    }
    for (auto& object : objects) all.push_back({&object.preamble, prefix(object)});
    GiveIds(all);
    GiveAliases(all);
  };
  const auto always = [](uint32_t prefix) { return [prefix](const auto&) { return prefix; }; };
  give(schema.tables, always(schema::kTablePrefix));
  give(schema.actions, always(schema::kActionPrefix));
  give(schema.action_profiles, always(schema::kActionProfilePrefix));
  give(schema.counters, [](const schema::Counter& c) {
    return c.direct_of.valid() ? schema::kDirectCounterPrefix : schema::kCounterPrefix;
  });
  give(schema.meters, [](const schema::Meter& m) {
    return m.direct_of.valid() ? schema::kDirectMeterPrefix : schema::kMeterPrefix;
  });
  give(schema.registers, always(schema::kRegisterPrefix));
  give(schema.digests, always(schema::kDigestPrefix));
  give(schema.value_sets, always(schema::kValueSetPrefix));
  give(schema.controller_headers, always(schema::kControllerHeaderPrefix));
}

}  // namespace ipdk::p4
