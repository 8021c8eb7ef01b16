#include "pipeline/schema/p4info.h"

#include <algorithm>

#include "pipeline/schema/text_proto.h"

namespace ipdk::schema {
namespace {

// Annotations whose meaning P4Info carries in fields of its own.
bool HasOwnField(std::string_view name) {
  for (std::string_view known : {"name", "id", "brief", "description", "alias", "pkginfo",
                                 "platform_property", "max_group_size", "selector_size_semantics",
                                 "max_member_weight", "p4runtime_translation", "match", "priority"})
    if (name == known) return true;
  return false;
}

const Annotation* Find(const std::vector<Annotation>& annotations, std::string_view name) {
  for (const Annotation& annotation : annotations)
    if (annotation.name == name) return &annotation;
  return nullptr;
}

// The one value of @name("text") or @name(3) as text without quotes.
std::string SingleValue(const Annotation& annotation) {
  std::string text = annotation.body;
  if (!annotation.values.empty()) {
    const Annotation::Value& value = annotation.values[0];
    return value.type == Annotation::Value::Type::kString ? value.text : value.number.get_str();
  }
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  return text;
}

// The key = value pairs of an annotation: as given, or from the text between plain parentheses.
std::vector<Annotation::Value> Pairs(const Annotation& annotation) {
  if (annotation.form == Annotation::Form::kKeyValues) return annotation.values;
  std::vector<Annotation::Value> out;
  std::string_view rest = annotation.body;
  auto skip = [&](std::string_view these) {
    const size_t at = rest.find_first_not_of(these);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at);
  };
  while (true) {
    skip(", \t\n");
    const size_t equal = rest.find('=');
    if (equal == std::string_view::npos) return out;
    Annotation::Value value;
    value.key = rest.substr(0, rest.find_first_of(" \t\n="));
    rest.remove_prefix(equal + 1);
    skip(" \t\n");
    const bool quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    const size_t end = std::min(rest.size(), rest.find_first_of(quoted ? "\"" : ", \t\n"));
    value.text = rest.substr(0, end);
    rest.remove_prefix(end + (quoted && end < rest.size() ? 1 : 0));
    if (const auto number = quoted ? std::nullopt : ParseInteger(value.text)) {
      value.type = Annotation::Value::Type::kInteger;
      value.number = *number;
    }
    out.push_back(std::move(value));
  }
}

class Printer {
 public:
  explicit Printer(const Schema& schema) : s_(schema) {}

  std::string Run() {
    Package();
    for (size_t i = 0; i < s_.tables.size(); ++i) PrintTable(s_.tables[TableId(i)]);
    for (const Action& action : s_.actions) PrintAction(action);
    for (const ActionProfile& profile : s_.action_profiles) PrintProfile(profile);
    for (const Counter& counter : s_.counters)
      if (!counter.direct_of.valid()) PrintCounter(counter);
    for (const Counter& counter : s_.counters)
      if (counter.direct_of.valid()) PrintCounter(counter);
    for (const Meter& meter : s_.meters)
      if (!meter.direct_of.valid()) PrintMeter(meter);
    for (const Meter& meter : s_.meters)
      if (meter.direct_of.valid()) PrintMeter(meter);
    for (const ControllerHeader& header : s_.controller_headers) PrintControllerHeader(header);
    for (const ValueSet& set : s_.value_sets) PrintValueSet(set);
    for (const Register& reg : s_.registers) PrintRegister(reg);
    for (const Digest& digest : s_.digests) PrintDigest(digest);
    TypeInfo();
    return "# proto-file: p4/config/v1/p4info.proto\n# proto-message: p4.config.v1.P4Info\n\n" +
           out_.Take();
  }

 private:
  // ---- what many messages have

  void PlainAnnotations(const std::vector<Annotation>& annotations) {
    for (const Annotation& a : annotations) {
      if (HasOwnField(a.name) ||
          (a.form != Annotation::Form::kPlain && a.form != Annotation::Form::kBody))
        continue;
      out_.String("annotations", "@" + a.name + (a.body.empty() ? "" : "(" + a.body + ")"));
    }
  }

  void PrintValue(const char* name, const Annotation::Value& value) {
    out_.Message(name, [&] {
      switch (value.type) {
        case Annotation::Value::Type::kString:
          out_.Line("string_value", ProtoQuoted(value.text));
          break;
        case Annotation::Value::Type::kInteger:
          out_.Line("int64_value", value.number.get_str());
          break;
        case Annotation::Value::Type::kBool:
          out_.Line("bool_value", value.number != 0 ? "true" : "false");
          break;
      }
    });
  }

  void StructuredAnnotations(const std::vector<Annotation>& annotations) {
    for (const Annotation& a : annotations) {
      const bool pairs = a.form == Annotation::Form::kKeyValues;
      if (HasOwnField(a.name) || (!pairs && a.form != Annotation::Form::kExpressions)) continue;
      out_.Message("structured_annotations", [&] {
        out_.String("name", a.name);
        out_.Message(pairs ? "kv_pair_list" : "expression_list", [&] {
          for (const Annotation::Value& value : a.values) {
            if (!pairs) {
              PrintValue("expressions", value);
              continue;
            }
            out_.Message("kv_pairs", [&] {
              out_.String("key", value.key);
              PrintValue("value", value);
            });
          }
        });
      });
    }
  }

  void PrintDoc(const Doc& doc) {
    if (doc.empty()) return;
    out_.Message("doc", [&] {
      out_.String("brief", doc.brief);
      out_.String("description", doc.description);
    });
  }

  void PrintPreamble(const Preamble& preamble) {
    out_.Message("preamble", [&] {
      out_.Number("id", preamble.id);
      out_.String("name", preamble.name);
      out_.String("alias", preamble.alias);
      PlainAnnotations(preamble.annotations);
      PrintDoc(preamble.doc);
      StructuredAnnotations(preamble.annotations);
    });
  }

  void TypeName(const char* field, const std::string& name) {
    if (name.empty()) return;
    out_.Message(field, [&] { out_.String("name", name); });
  }

  // What the controller sends for a value of this P4 type: a translated type has a width of its own
  // (0: strings), an enum without representation has none.
  uint32_t WidthOf(const std::string& type_name, uint32_t width) const {
    if (type_name.empty()) return width;
    if (NamedTypeOf(DataType::Kind::kEnum, type_name) != nullptr) return 0;
    const NamedType* type = NamedTypeOf(DataType::Kind::kNewType, type_name);
    return type != nullptr && type->translated ? type->translation_width : width;
  }

  // ---- objects

  void Package() {
    out_.Message("pkg_info", [&] {
      const Annotation* info = Find(s_.package_annotations, "pkginfo");
      auto text = [&](const char* key) {
        if (info == nullptr) return;
        for (const Annotation::Value& value : Pairs(*info))
          if (value.key == key) out_.String(key, value.text);
      };
      text("name");
      text("version");
      PrintDoc(s_.package_doc);
      PlainAnnotations(s_.package_annotations);
      out_.String("arch", s_.architecture);
      text("organization");
      text("contact");
      text("url");
      StructuredAnnotations(s_.package_annotations);
      if (const Annotation* platform = Find(s_.package_annotations, "platform_property"))
        out_.Message("platform_properties", [&] {
          for (const char* key :
               {"multicast_group_table_size", "multicast_group_table_total_replicas",
                "multicast_group_table_max_replicas_per_entry"})
            for (const Annotation::Value& value : Pairs(*platform))
              if (value.key == key) out_.Number(key, ToU64(abs(value.number)));
        });
    });
  }

  void PrintKey(const char* message, const MatchField& key) {
    static constexpr const char* kKinds[] = {"EXACT", "LPM", "TERNARY", "RANGE", "OPTIONAL"};
    out_.Message(message, [&] {
      out_.Number("id", key.id);
      out_.String("name", key.name);
      PlainAnnotations(key.annotations);
      if (!key.translated_string) out_.Number("bitwidth", WidthOf(key.type_name, key.width));
      out_.Enum("match_type", kKinds[static_cast<int>(key.kind)]);
      PrintDoc(key.doc);
      TypeName("type_name", key.type_name);
      StructuredAnnotations(key.annotations);
    });
  }

  void PrintTable(const Table& table) {
    if (table.preamble.hidden) return;
    const Entry& initial = table.default_entry;
    const Action* default_action = initial.action < table.actions.size()
                                       ? &s_.actions[table.actions[initial.action].action]
                                       : nullptr;
    out_.Message("tables", [&] {
      PrintPreamble(table.preamble);
      for (const MatchField& key : table.keys) PrintKey("match_fields", key);
      for (const ActionRef& ref : table.actions)
        out_.Message("action_refs", [&] {
          out_.Number("id", s_.actions[ref.action].preamble.id);
          PlainAnnotations(ref.annotations);
          if (ref.scope == ActionScope::kTableOnly) out_.Enum("scope", "TABLE_ONLY");
          if (ref.scope == ActionScope::kDefaultOnly) out_.Enum("scope", "DEFAULT_ONLY");
          StructuredAnnotations(ref.annotations);
        });
      if (default_action != nullptr) {
        if (table.const_default)
          out_.Number("const_default_action_id", default_action->preamble.id);
        out_.Message("initial_default_action", [&] {
          out_.Number("action_id", default_action->preamble.id);
          for (size_t i = 0; i < initial.args.size() && i < default_action->params.size(); ++i)
            out_.Message("arguments", [&] {
              out_.Number("param_id", default_action->params[i].id);
              out_.Bytes("value", initial.args[i], default_action->params[i].width);
            });
        });
      }
      if (table.implementation.valid())
        out_.Number("implementation_id", s_.action_profiles[table.implementation].preamble.id);
      for (CounterId counter : table.direct_counters)
        if (!s_.counters[counter].preamble.hidden)
          out_.Number("direct_resource_ids", s_.counters[counter].preamble.id);
      for (MeterId meter : table.direct_meters)
        if (!s_.meters[meter].preamble.hidden)
          out_.Number("direct_resource_ids", s_.meters[meter].preamble.id);
      out_.Number("size", table.size != 0 ? table.size : kDefaultTableSize);
      if (table.idle_timeout) out_.Enum("idle_timeout_behavior", "NOTIFY_CONTROL");
      out_.Bool("is_const_table", table.const_entries);
      out_.Bool("has_initial_entries", !table.entries.empty());
    });
  }

  void PrintAction(const Action& action) {
    if (action.preamble.hidden) return;
    out_.Message("actions", [&] {
      PrintPreamble(action.preamble);
      for (const ActionParam& param : action.params)
        out_.Message("params", [&] {
          out_.Number("id", param.id);
          out_.String("name", param.name);
          PlainAnnotations(param.annotations);
          if (!param.translated_string)
            out_.Number("bitwidth", WidthOf(param.type_name, param.width));
          PrintDoc(param.doc);
          TypeName("type_name", param.type_name);
          StructuredAnnotations(param.annotations);
        });
    });
  }

  void PrintProfile(const ActionProfile& profile) {
    if (profile.preamble.hidden) return;
    out_.Message("action_profiles", [&] {
      PrintPreamble(profile.preamble);
      for (TableId table : profile.tables)
        if (!s_.tables[table].preamble.hidden)
          out_.Number("table_ids", s_.tables[table].preamble.id);
      out_.Bool("with_selector", profile.with_selector);
      out_.Number("size", profile.size);
      if (!profile.with_selector) return;  // what follows means nothing without a selector
      out_.Number("max_group_size", profile.max_group_size);
      const Annotation* semantics = Find(profile.preamble.annotations, "selector_size_semantics");
      if (semantics == nullptr) return;
      if (SingleValue(*semantics) != "sum_of_members") return out_.Empty("sum_of_weights");
      out_.Message("sum_of_members", [&] {
        const Annotation* weight = Find(profile.preamble.annotations, "max_member_weight");
        const auto number = weight != nullptr ? ParseInteger(SingleValue(*weight)) : std::nullopt;
        if (number && FitsU64(*number)) out_.Number("max_member_weight", ToU64(*number));
      });
    });
  }

  void PrintCounter(const Counter& counter) {
    if (counter.preamble.hidden) return;
    static constexpr const char* kUnits[] = {"PACKETS", "BYTES", "BOTH"};
    out_.Message(counter.direct_of.valid() ? "direct_counters" : "counters", [&] {
      PrintPreamble(counter.preamble);
      out_.Message("spec", [&] { out_.Enum("unit", kUnits[static_cast<int>(counter.unit)]); });
      PrintSizeOrTable(counter);
    });
  }

  void PrintMeter(const Meter& meter) {
    if (meter.preamble.hidden) return;
    out_.Message(meter.direct_of.valid() ? "direct_meters" : "meters", [&] {
      PrintPreamble(meter.preamble);
      out_.Message("spec", [&] {
        out_.Enum("unit", meter.unit == MeterUnit::kPackets ? "PACKETS" : "BYTES");
      });
      PrintSizeOrTable(meter);
    });
  }

  template <typename T>
  void PrintSizeOrTable(const T& array) {
    if (array.direct_of.valid())
      return out_.Number("direct_table_id", s_.tables[array.direct_of].preamble.id);
    out_.Number("size", array.size);
    TypeName("index_type_name", array.index_type_name);
  }

  void PrintControllerHeader(const ControllerHeader& header) {
    out_.Message("controller_packet_metadata", [&] {
      PrintPreamble(header.preamble);
      for (const ControllerHeader::Field& field : header.fields)
        out_.Message("metadata", [&] {
          out_.Number("id", field.id);
          out_.String("name", field.name);
          PlainAnnotations(field.annotations);
          out_.Number("bitwidth", WidthOf(field.type_name, field.width));
          TypeName("type_name", field.type_name);
          StructuredAnnotations(field.annotations);
        });
    });
  }

  void PrintValueSet(const ValueSet& set) {
    if (set.preamble.hidden) return;
    out_.Message("value_sets", [&] {
      PrintPreamble(set.preamble);
      for (const MatchField& key : set.keys) PrintKey("match", key);
      out_.Number("size", set.size);
    });
  }

  void PrintRegister(const Register& reg) {
    if (reg.preamble.hidden) return;
    out_.Message("registers", [&] {
      PrintPreamble(reg.preamble);
      TypeSpec("type_spec", reg.type);
      out_.Number("size", reg.size);
      TypeName("index_type_name", reg.index_type_name);
    });
  }

  void PrintDigest(const Digest& digest) {
    if (digest.preamble.hidden) return;
    out_.Message("digests", [&] {
      PrintPreamble(digest.preamble);
      TypeSpec("type_spec", digest.type);
    });
  }

  // ---- types

  // bit, int or varbit, without the `bitstring` around it.
  void BitstringBody(const DataType& type) {
    switch (type.kind) {
      case DataType::Kind::kSigned:
        out_.Message("int", [&] { out_.Number("bitwidth", type.width); });
        break;
      case DataType::Kind::kVarbits:
        out_.Message("varbit", [&] { out_.Number("max_bitwidth", type.width); });
        break;
      default:
        out_.Message("bit", [&] { out_.Number("bitwidth", type.width != 0 ? type.width : 1); });
    }
  }

  // Member types come before their tuples (schema::Verify), but a printer is not to rely on it:
  // `depth` bounds the walk.
  void TypeSpec(const char* field, uint32_t index, int depth = 0) {
    if (index >= s_.types.size() || depth > 64) return;
    const DataType& type = s_.types[index];
    out_.Message(field, [&] {
      auto named = [&](const char* kind) {
        out_.Message(kind, [&] { out_.String("name", type.name); });
      };
      auto stack = [&](const char* kind, const char* element) {
        out_.Message(kind, [&] {
          out_.Message(element, [&] { out_.String("name", type.name); });
          out_.Number("size", type.width);
        });
      };
      switch (type.kind) {
        case DataType::Kind::kBits:
        case DataType::Kind::kSigned:
        case DataType::Kind::kVarbits:
          out_.Message("bitstring", [&] { BitstringBody(type); });
          break;
        case DataType::Kind::kBool:
          out_.Empty("bool");
          break;
        case DataType::Kind::kError:
          out_.Empty("error");
          break;
        case DataType::Kind::kTuple:
          out_.Message("tuple", [&] {
            for (uint32_t member : type.members) TypeSpec("members", member, depth + 1);
          });
          break;
        case DataType::Kind::kStruct:
          named("struct");
          break;
        case DataType::Kind::kHeader:
          named("header");
          break;
        case DataType::Kind::kHeaderUnion:
          named("header_union");
          break;
        case DataType::Kind::kHeaderStack:
          stack("header_stack", "header");
          break;
        case DataType::Kind::kHeaderUnionStack:
          stack("header_union_stack", "header_union");
          break;
        case DataType::Kind::kEnum:
          named("enum");
          break;
        case DataType::Kind::kSerializableEnum:
          named("serializable_enum");
          break;
        case DataType::Kind::kNewType:
          named("new_type");
          break;
      }
    });
  }

  const NamedType* NamedTypeOf(DataType::Kind kind, const std::string& name) const {
    for (const NamedType& type : s_.named_types)
      if (type.kind == kind && type.name == name) return &type;
    return nullptr;
  }

  // A header's member must be a string of bits: what the P4 type of a field stands for.
  const DataType* Underlying(uint32_t index) const {
    for (int depth = 0; depth < 64 && index < s_.types.size(); ++depth) {
      const DataType& type = s_.types[index];
      if (type.kind != DataType::Kind::kNewType && type.kind != DataType::Kind::kSerializableEnum)
        return &type;
      const NamedType* named = NamedTypeOf(type.kind, type.name);
      if (named == nullptr) return nullptr;
      index = named->underlying;
    }
    return nullptr;
  }

  void PrintNamed(const NamedType& type) {
    for (const NamedType::Member& member : type.members) {
      switch (type.kind) {
        case DataType::Kind::kStruct:
          out_.Message("members", [&] {
            out_.String("name", member.name);
            TypeSpec("type_spec", member.type);
          });
          break;
        case DataType::Kind::kHeader:
          out_.Message("members", [&] {
            out_.String("name", member.name);
            out_.Message("type_spec", [&] {
              if (const DataType* bits = Underlying(member.type)) BitstringBody(*bits);
            });
          });
          break;
        case DataType::Kind::kHeaderUnion:
          out_.Message("members", [&] {
            out_.String("name", member.name);
            if (member.type < s_.types.size()) TypeName("header", s_.types[member.type].name);
          });
          break;
        default:
          out_.Message("members", [&] {
            out_.String("name", member.name);
            if (type.kind == DataType::Kind::kSerializableEnum) {
              const DataType* bits = Underlying(type.underlying);
              out_.Bytes("value", member.value, bits != nullptr ? bits->width : 8);
            }
            PlainAnnotations(member.annotations);
            StructuredAnnotations(member.annotations);
          });
      }
    }
    PlainAnnotations(type.annotations);
    StructuredAnnotations(type.annotations);
  }

  void PrintNewType(const NamedType& type) {
    if (!type.translated) {
      // A type of a type is what the innermost stands for.
      out_.Message("original_type", [&] {
        const DataType* bits = Underlying(type.underlying);
        if (bits == nullptr) return;
        if (bits->kind == DataType::Kind::kBool)
          out_.Empty("bool");
        else
          out_.Message("bitstring", [&] { BitstringBody(*bits); });
      });
    } else {
      out_.Message("translated_type", [&] {
        out_.String("uri", type.translation_uri);
        if (type.translation_width != 0)
          out_.Number("sdn_bitwidth", type.translation_width);
        else
          out_.Empty("sdn_string");
      });
    }
    PlainAnnotations(type.annotations);
    StructuredAnnotations(type.annotations);
  }

  void TypeInfo() {
    // A map's entries: each with its key, sorted, as protobuf's maps are.
    auto map = [&](const char* field, DataType::Kind kind) {
      std::vector<const NamedType*> types;
      for (const NamedType& type : s_.named_types)
        if (type.kind == kind) types.push_back(&type);
      std::sort(types.begin(), types.end(),
                [](const NamedType* a, const NamedType* b) { return a->name < b->name; });
      for (const NamedType* type : types)
        out_.Message(field, [&] {
          out_.String("key", type->name);
          out_.Message("value", [&] {
            if (kind == DataType::Kind::kNewType) return PrintNewType(*type);
            if (kind == DataType::Kind::kSerializableEnum)
              out_.Message("underlying_type", [&] {
                const DataType* bits = Underlying(type->underlying);
                out_.Number("bitwidth", bits != nullptr ? bits->width : 0);
              });
            PrintNamed(*type);
          });
        });
    };
    if (s_.named_types.empty()) return;
    out_.Message("type_info", [&] {
      map("structs", DataType::Kind::kStruct);
      map("headers", DataType::Kind::kHeader);
      map("header_unions", DataType::Kind::kHeaderUnion);
      map("enums", DataType::Kind::kEnum);
      for (const NamedType& type : s_.named_types)
        if (type.kind == DataType::Kind::kError)
          out_.Message("error", [&] {
            for (const NamedType::Member& member : type.members)
              out_.String("members", member.name);
          });
      map("serializable_enums", DataType::Kind::kSerializableEnum);
      map("new_types", DataType::Kind::kNewType);
    });
  }

  const Schema& s_;
  TextProto out_;
};

}  // namespace

std::string PrintP4Info(const Schema& schema) { return Printer(schema).Run(); }

}  // namespace ipdk::schema
