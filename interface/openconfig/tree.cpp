#include "interface/openconfig/tree.h"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "interface/openconfig/yang.h"

namespace ipdk::openconfig {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxDepth = 64;  // of a path, and of JSON
constexpr size_t kMaxJson = 16 << 20;

// "ipdk-devices:host" -> "host". Paths may qualify names or not, since no two models have a name at
// the same place.
std::string_view LocalName(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool NameFits(const lysc_node* node, std::string_view wanted) {
  if (wanted == "*") return true;
  const size_t colon = wanted.find(':');
  if (colon != std::string_view::npos && wanted.substr(0, colon) != node->module->name)
    return false;
  return LocalName(wanted) == node->name;
}

bool HasWildcard(const Path& path) {
  return std::ranges::any_of(path, [](const PathElement& element) {
    return element.name == "*" || element.name == "..." ||
           std::ranges::any_of(element.keys, [](const auto& key) { return key.second == "*"; });
  });
}

std::vector<const lysc_node*> SchemaChildren(const lysc_node* parent) {
  std::vector<const lysc_node*> out;
  if (parent->nodetype != LYS_CONTAINER && parent->nodetype != LYS_LIST) return out;
  const lysc_node* child = nullptr;
  while ((child = lys_getnext(child, parent, nullptr, 0)) != nullptr) out.push_back(child);
  return out;
}

Json LeafJson(const lyd_node* node) {
  const auto* term = reinterpret_cast<const lyd_node_term*>(node);
  const std::string text(lyd_get_value(node));
  switch (term->value.realtype->basetype) {
    case LY_TYPE_UINT8:
    case LY_TYPE_UINT16:
    case LY_TYPE_UINT32:
      return std::strtoull(text.c_str(), nullptr, 10);
    case LY_TYPE_INT8:
    case LY_TYPE_INT16:
    case LY_TYPE_INT32:
      return std::strtoll(text.c_str(), nullptr, 10);
    case LY_TYPE_BOOL:
      return text == "true";
    default:
      return text;  // RFC 7951: 64-bit integers are strings
  }
}

bool IsKey(const lyd_node* node) { return (node->schema->flags & LYS_KEY) != 0; }

// Whether a leaf belongs to what was asked for (gNMI 0.10, section 3.3.1).
bool Selected(const lyd_node* leaf, Select select) {
  const bool is_config = (leaf->schema->flags & LYS_CONFIG_W) != 0;
  switch (select) {
    case Select::kAll:
      return true;
    case Select::kConfig:
      return is_config;
    case Select::kState:
      return !is_config;
    case Select::kOperational:
      break;
  }
  if (is_config) return false;
  // State that only repeats applied configuration is not operational.
  const lysc_node* container = leaf->schema->parent;
  const lysc_node* owner = container == nullptr ? nullptr : container->parent;
  if (owner == nullptr) return true;
  for (const lysc_node* sibling : SchemaChildren(owner)) {
    if (std::string_view(sibling->name) != "config") continue;
    for (const lysc_node* one : SchemaChildren(sibling)) {
      if (one->module == leaf->schema->module && std::string_view(one->name) == leaf->schema->name)
        return false;
    }
  }
  return true;
}

// Nothing is left of a node without selected leaves. `outer`: the module of the surrounding object,
// null to qualify all.
std::optional<Json> ToJson(const lyd_node* node, Select select) {
  if ((node->schema->nodetype & (LYS_LEAF | LYS_LEAFLIST)) != 0) {
    if (!Selected(node, select)) return std::nullopt;
    return LeafJson(node);
  }
  Json object = Json::object();
  Json keys = Json::object();
  for (const lyd_node* child = lyd_child(node); child != nullptr; child = child->next) {
    std::string name = child->schema->name;
    if (child->schema->module != node->schema->module)
      name = std::string(child->schema->module->name) + ":" + name;
    if (IsKey(child)) {
      keys[name] = LeafJson(child);
      continue;
    }
    std::optional<Json> value = ToJson(child, select);
    if (!value) continue;
    if (child->schema->nodetype == LYS_LIST)
      object[name].push_back(std::move(*value));
    else
      object[name] = std::move(*value);
  }
  if (object.empty() && !(select == Select::kAll && !keys.empty())) return std::nullopt;
  keys.update(object);
  return keys;
}

// The names at the top of a value are qualified, as RFC 7951 wants it.
Json Qualified(const lyd_node* node, Json value) {
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (auto& [name, member] : value.items()) {
    const bool plain = name.find(':') == std::string::npos;
    out[plain ? std::string(node->schema->module->name) + ":" + name : name] = std::move(member);
  }
  return out;
}

Path PathOf(const lyd_node* node) {
  Path path;
  for (; node != nullptr; node = lyd_parent(node)) {
    PathElement element;
    element.name = node->schema->name;
    const lyd_node* parent = lyd_parent(node);
    if (parent != nullptr && parent->schema->module != node->schema->module)
      element.name = std::string(node->schema->module->name) + ":" + element.name;
    if (node->schema->nodetype == LYS_LIST) {
      for (const lyd_node* child = lyd_child(node); child != nullptr && IsKey(child);
           child = child->next)
        element.keys[child->schema->name] = lyd_get_value(child);
    }
    path.insert(path.begin(), std::move(element));
  }
  return path;
}

bool KeysFit(const lyd_node* node, const PathElement& element) {
  for (const auto& [key, value] : element.keys) {
    if (value == "*") continue;
    const lyd_node* leaf = Child(node, LocalName(key));
    if (leaf == nullptr || value != lyd_get_value(leaf)) return false;
  }
  return true;
}

// Nodes that a path selects, below `siblings`.
void Match(lyd_node* siblings, const Path& path, size_t at, std::vector<lyd_node*>& out) {
  for (lyd_node* node = siblings; node != nullptr; node = node->next) {
    if (path[at].name == "...") {
      // Zero or more steps.
      if (at + 1 == path.size()) {
        out.push_back(node);
        continue;
      }
      Match(lyd_child(node), path, at, out);
      if (!NameFits(node->schema, path[at + 1].name) || !KeysFit(node, path[at + 1])) continue;
      if (at + 2 == path.size())
        out.push_back(node);
      else
        Match(lyd_child(node), path, at + 2, out);
      continue;
    }
    if (!NameFits(node->schema, path[at].name) || !KeysFit(node, path[at])) continue;
    if (at + 1 == path.size())
      out.push_back(node);
    else
      Match(lyd_child(node), path, at + 1, out);
  }
}

Result<Json> ParseJson(const std::string& text, const std::string& where) {
  if (text.size() > kMaxJson)
    return InvalidArgument("{}: JSON of {} bytes; at most {} are read", where, text.size(),
                           kMaxJson);
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth)
        return InvalidArgument("{}: JSON is nested more than {} deep", where, kMaxDepth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return InvalidArgument("{}: the value is not JSON", where);
  return value;
}

class TreeOfTables final : public Tree {
 public:
  TreeOfTables(const tdi::Device& device, std::unique_ptr<Yang> yang)
      : device_(device), yang_(std::move(yang)) {
    models_.push_back(MakeHostsModel());
    models_.push_back(MakeInterfacesModel());
  }

  std::vector<ModelInfo> Models() const override {
    std::vector<ModelInfo> out;
    for (const auto& model : models_) {
      const lys_module* module = yang_->Module(model->module());
      out.push_back({module->name, module->org == nullptr ? "" : module->org,
                     module->revision == nullptr ? "" : module->revision});
    }
    return out;
  }

  Result<std::vector<Found>> Get(const Path& path, Select select) override {
    std::lock_guard lock(mutex_);
    IPDK_RETURN_IF_ERROR(CheckPath(path));
    Data data;
    const bool config_only =
        select == Select::kConfig || (path.size() > 2 && path[2].name == "config");
    for (const auto& model : models_) {
      if (!path.empty() && path[0].name != "..." && !NameFits(TopSchema(*model), path[0].name))
        continue;
      Builder builder(*yang_);
      IPDK_RETURN_IF_ERROR(
          model->Build(device_, EntryName(path).value_or(""), !config_only, builder, data));
      IPDK_RETURN_IF_ERROR(builder.status());
    }
    std::vector<Found> out;
    if (path.empty()) {
      Json all = Json::object();
      for (const lyd_node* node = data.top(); node != nullptr; node = node->next) {
        if (auto value = ToJson(node, select))
          all[std::string(node->schema->module->name) + ":" + node->schema->name] = *value;
      }
      out.push_back({{}, all.dump()});
      return out;
    }
    std::vector<lyd_node*> nodes;
    Match(data.top(), path, 0, nodes);
    for (const lyd_node* node : nodes) {
      if (auto value = ToJson(node, select))
        out.push_back({PathOf(node), Qualified(node, std::move(*value)).dump()});
    }
    if (!out.empty() || HasWildcard(path)) return out;
    // An empty container is there, a list entry that is not is not.
    if (path.size() == 1 || (path.size() == 2 && path[1].keys.empty())) return out;
    return NotFound("{}: nothing is there", PrintPath(path));
  }

  Result<Plan> MakePlan(const std::vector<Change>& changes) override {
    std::lock_guard lock(mutex_);
    // Which rows may be touched: by name, or all of a model.
    std::map<const Model*, std::set<std::string>> names;
    std::set<const Model*> whole;
    for (const Change& change : changes) {
      IPDK_RETURN_IF_ERROR(CheckPath(change.path));
      const auto name = EntryName(change.path);
      for (const auto& model : models_) {
        if (!change.path.empty() && change.path[0].name != "..." &&
            !NameFits(TopSchema(*model), change.path[0].name))
          continue;
        if (name)
          names[model.get()].insert(*name);
        else
          whole.insert(model.get());
      }
    }
    Data data;
    for (const auto& model : models_) {
      Builder builder(*yang_);
      if (whole.contains(model.get())) {
        IPDK_RETURN_IF_ERROR(model->Build(device_, "", false, builder, data));
      } else if (names.contains(model.get())) {
        Data part;
        for (const std::string& name : names[model.get()]) {
          Data one;
          IPDK_RETURN_IF_ERROR(model->Build(device_, name, false, builder, one));
          if (lyd_merge_siblings(part.top_address(), one.top(), 0) != LY_SUCCESS)
            return std::unexpected(yang_->LastError(Code::kInternal, name));
        }
        if (lyd_merge_siblings(data.top_address(), part.top(), 0) != LY_SUCCESS)
          return std::unexpected(yang_->LastError(Code::kInternal, model->list()));
      }
      IPDK_RETURN_IF_ERROR(builder.status());
    }

    for (const Change& change : changes) IPDK_RETURN_IF_ERROR(Apply(change, data));
    IPDK_RETURN_IF_ERROR(NameEntries(data));
    if (lyd_validate_all(data.top_address(), yang_->context(),
                         LYD_VALIDATE_NO_STATE | LYD_VALIDATE_PRESENT, nullptr) != LY_SUCCESS)
      return std::unexpected(yang_->LastError(Code::kInvalidArgument, "the configuration"));

    // The difference between intent and wish.
    Plan plan;
    std::vector<tdi::Operation> deletes, puts;
    for (const auto& model : models_) {
      const bool all = whole.contains(model.get());
      if (!all && !names.contains(model.get())) continue;
      std::map<std::string, const lyd_node*> wanted;
      for (const lyd_node* entry : Entries(TopNode(data, model->container()), model->list()))
        wanted[LeafValue(entry, "name").value_or("")] = entry;
      std::map<std::string, tdi::Row> present;  // by key
      if (all) {
        IPDK_RETURN_IF_ERROR(device_.Scan(model->table(), {}, [&](const tdi::RowView& view) {
          present[view.row->key] = *view.row;
          return true;
        }));
      } else {
        for (const std::string& name : names[model.get()]) {
          auto row = device_.Get(model->table(), model->KeyOf(name), 0);
          if (row)
            present[row->key] = *row;
          else if (row.error().code() != Code::kNotFound)
            return std::unexpected(std::move(row).error());
        }
      }
      std::vector<tdi::Operation> gone;
      for (const auto& [name, entry] : wanted) {
        IPDK_ASSIGN(tdi::Row row, model->ToRow(entry));
        const auto now = present.find(row.key);
        if (now == present.end()) {
          puts.push_back({.table = model->table(),
                          .kind = tdi::OpKind::kInsert,
                          .is_default = false,
                          .row = std::move(row)});
          continue;
        }
        if (now->second.data == row.data)
          plan.unchanged.emplace_back(model->table(), row.key);
        else
          puts.push_back({.table = model->table(),
                          .kind = tdi::OpKind::kModify,
                          .is_default = false,
                          .row = row});
        present.erase(now);
      }
      for (auto& [key, row] : present)
        gone.push_back({.table = model->table(),
                        .kind = tdi::OpKind::kDelete,
                        .is_default = false,
                        .row = {.key = key}});
      // Models are listed owners first, so what they own goes before them.
      deletes.insert(deletes.begin(), std::make_move_iterator(gone.begin()),
                     std::make_move_iterator(gone.end()));
    }
    plan.operations = std::move(deletes);
    plan.operations.insert(plan.operations.end(), std::make_move_iterator(puts.begin()),
                           std::make_move_iterator(puts.end()));
    return plan;
  }

 private:
  const lysc_node* TopSchema(const Model& model) const {
    return lys_find_path(yang_->context(), nullptr,
                         fmt::format("/{}:{}", model.module(), model.container()).c_str(), 0);
  }

  // The entry that a path is about, when it is one: /container/list[name=x]...
  static std::optional<std::string> EntryName(const Path& path) {
    if (path.size() < 2 || path[0].name == "..." || path[1].name == "..." || path[1].name == "*")
      return std::nullopt;
    const auto key = path[1].keys.find("name");
    if (key == path[1].keys.end() || key->second == "*" || key->second.empty()) return std::nullopt;
    return key->second;
  }

  // Every step must be one that some model has.
  Status CheckPath(const Path& path) const {
    if (path.size() > kMaxDepth)
      return InvalidArgument("path has {} steps; at most {} are read", path.size(), kMaxDepth);
    std::vector<const lysc_node*> candidates;
    for (const auto& model : models_) candidates.push_back(TopSchema(*model));
    Path so_far;
    bool any_depth = false;
    for (const PathElement& element : path) {
      if (element.name == "...") {
        any_depth = true;
        continue;
      }
      std::vector<const lysc_node*> fitting;
      std::vector<const lysc_node*> pool = candidates;
      // After "..." the step may be anywhere below.
      for (size_t i = 0; any_depth && i < pool.size(); ++i) {
        for (const lysc_node* child : SchemaChildren(pool[i])) pool.push_back(child);
      }
      for (const lysc_node* node : pool) {
        if (NameFits(node, element.name)) fitting.push_back(node);
      }
      if (fitting.empty()) {
        std::string names;
        for (const lysc_node* node : candidates)
          names += fmt::format("{}{}", names.empty() ? "" : ", ", node->name);
        return InvalidArgument("path {}: '{}' is not below {}; there are: {}", PrintPath(path),
                               element.name, PrintPath(so_far),
                               names.empty() ? "none, it is a leaf" : names);
      }
      for (const auto& [key, value] : element.keys) {
        const bool known = std::ranges::any_of(fitting, [&](const lysc_node* node) {
          if (node->nodetype != LYS_LIST) return false;
          for (const lysc_node* child : SchemaChildren(node)) {
            if ((child->flags & LYS_KEY) != 0 && LocalName(key) == child->name) return true;
          }
          return false;
        });
        if (!known)
          return InvalidArgument("path {}: '{}' has no key '{}'", PrintPath(path), element.name,
                                 key);
      }
      candidates.clear();
      for (const lysc_node* node : fitting) {
        for (const lysc_node* child : SchemaChildren(node)) candidates.push_back(child);
      }
      any_depth = false;
      so_far.push_back(element);
    }
    return {};
  }

  // The schema nodes of a path without wildcards in names.
  Result<std::vector<const lysc_node*>> Resolve(const Path& path) const {
    std::vector<const lysc_node*> out;
    for (const PathElement& element : path) {
      std::vector<const lysc_node*> candidates;
      if (out.empty()) {
        for (const auto& model : models_) candidates.push_back(TopSchema(*model));
      } else {
        candidates = SchemaChildren(out.back());
      }
      const lysc_node* found = nullptr;
      for (const lysc_node* node : candidates) {
        if (element.name != "*" && NameFits(node, element.name)) found = node;
      }
      if (found == nullptr)
        return InvalidArgument("path {}: only delete may use wildcards", PrintPath(path));
      out.push_back(found);
    }
    return out;
  }

  Status Delete(const Path& path, Data& data) const {
    if (path.empty()) {
      while (data.top() != nullptr) data.Remove(data.top());
      return {};
    }
    std::vector<lyd_node*> nodes;
    Match(data.top(), path, 0, nodes);
    for (lyd_node* node : nodes) {
      if (IsKey(node))
        return InvalidArgument("{}: a key cannot be deleted; delete its list entry",
                               PrintPath(path));
      data.Remove(node);
    }
    return {};
  }

  Status Apply(const Change& change, Data& data) const {
    const std::string where = PrintPath(change.path);
    if (change.kind == Change::Kind::kDelete) {
      if (!HasWildcard(change.path)) {
        IPDK_ASSIGN(const auto schema, Resolve(change.path));
        if (!schema.empty() && (schema.back()->flags & LYS_CONFIG_R) != 0)
          return InvalidArgument("{}: this is state; only configuration can be deleted", where);
      }
      return Delete(change.path, data);
    }
    IPDK_ASSIGN(const auto schema, Resolve(change.path));
    if (!schema.empty() && (schema.back()->flags & LYS_CONFIG_R) != 0)
      return InvalidArgument("{}: this is state; only configuration can be written", where);
    Json value;
    if (change.is_scalar) {
      if (schema.empty() || schema.back()->nodetype != LYS_LEAF)
        return InvalidArgument("{}: a plain value was given, but this is no leaf: give JSON_IETF",
                               where);
      IPDK_ASSIGN(value, ScalarJson(reinterpret_cast<const lysc_node_leaf*>(schema.back()),
                                    change.scalar, where));
    } else {
      IPDK_ASSIGN(value, ParseJson(change.json, where));
    }
    if (change.kind == Change::Kind::kReplace) {
      // The key leaves of an entry stay with the entry.
      const bool key = !schema.empty() && (schema.back()->flags & LYS_KEY) != 0;
      if (!key) IPDK_RETURN_IF_ERROR(Delete(change.path, data));
    }
    for (size_t i = change.path.size(); i-- > 0;) {
      const std::string name = std::string(schema[i]->module->name) + ":" + schema[i]->name;
      if (schema[i]->nodetype == LYS_LIST) {
        if (change.path[i].keys.empty()) {
          if (i + 1 != change.path.size() || !value.is_array())
            return InvalidArgument("{}: '{}' is a list: its key is wanted, as {}[name=...]", where,
                                   schema[i]->name, schema[i]->name);
          value = Json{{name, std::move(value)}};
          continue;
        }
        if (value.is_null()) value = Json::object();
        if (!value.is_object()) return InvalidArgument("{}: a list entry is a JSON object", where);
        for (const auto& [key, text] : change.path[i].keys) {
          if (text == "*") return InvalidArgument("{}: only delete may use wildcards", where);
          const std::string local(LocalName(key));
          const std::string qualified = std::string(schema[i]->module->name) + ":" + local;
          for (const std::string& spelling : {local, qualified}) {
            if (!value.contains(spelling)) continue;
            if (value[spelling] != text)
              return InvalidArgument("{}: the value says {} is {}, the path says '{}'", where,
                                     local, value[spelling].dump(), text);
            value.erase(spelling);
          }
          value[qualified] = text;
        }
        value = Json{{name, Json::array({std::move(value)})}};
      } else {
        value = Json{{name, std::move(value)}};
      }
    }
    if (!value.is_object()) return InvalidArgument("{}: the root's value is a JSON object", where);
    const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    Data parsed;
    if (lyd_parse_data_mem(yang_->context(), text.c_str(), LYD_JSON,
                           LYD_PARSE_ONLY | LYD_PARSE_STRICT | LYD_PARSE_NO_STATE, 0,
                           parsed.top_address()) != LY_SUCCESS)
      return std::unexpected(yang_->LastError(Code::kInvalidArgument, where));
    if (parsed.top() != nullptr &&
        lyd_merge_siblings(data.top_address(), parsed.top(), 0) != LY_SUCCESS)
      return std::unexpected(yang_->LastError(Code::kInvalidArgument, where));
    return {};
  }

  static Result<Json> ScalarJson(const lysc_node_leaf* leaf, const std::string& text,
                                 const std::string& where) {
    const lysc_type* type = leaf->type;
    if (type->basetype == LY_TYPE_LEAFREF)
      type = reinterpret_cast<const lysc_type_leafref*>(type)->realtype;
    switch (type->basetype) {
      case LY_TYPE_BOOL:
        if (text == "true" || text == "false") return Json(text == "true");
        return InvalidArgument("{}: '{}': expected true or false", where, text);
      case LY_TYPE_UINT8:
      case LY_TYPE_UINT16:
      case LY_TYPE_UINT32:
      case LY_TYPE_INT8:
      case LY_TYPE_INT16:
      case LY_TYPE_INT32: {
        Json number =
            text.size() < 24 ? Json::parse(text, nullptr, false) : Json(Json::value_t::discarded);
        if (!number.is_number_integer())
          return InvalidArgument("{}: '{}': expected a whole number", where, text);
        return number;
      }
      default:
        return Json(text);
    }
  }

  // OpenConfig repeats a list's key in config/name; a writer may leave the repetition out.
  Status NameEntries(Data& data) const {
    for (const auto& model : models_) {
      for (const lyd_node* entry : Entries(TopNode(data, model->container()), model->list())) {
        Builder builder(*yang_);
        auto* node = const_cast<lyd_node*>(entry);
        const std::string name = LeafValue(entry, "name").value_or("");
        auto* config = const_cast<lyd_node*>(Child(entry, "config"));
        if (config == nullptr) config = builder.Container(node, "config");
        const auto repeated = LeafValue(config, "name");
        if (!repeated) {
          builder.Leaf(config, "name", name);
          if (!builder.status().has_value())
            return InvalidArgument(
                "/{}/{}[name={}]: the name must be 1 to 64 of A-Z a-z 0-9 _ . : / @ + -",
                model->container(), model->list(), name);
        } else if (*repeated != name) {
          return InvalidArgument("/{}/{}[name={}]/config/name is '{}': it must be as the key",
                                 model->container(), model->list(), name, *repeated);
        }
      }
    }
    return {};
  }

  const tdi::Device& device_;
  const std::unique_ptr<Yang> yang_;
  std::vector<std::unique_ptr<Model>> models_;  // owners first
  std::mutex mutex_;
};

}  // namespace

std::string PrintPath(const Path& path) {
  std::string out;
  for (const PathElement& element : path) {
    out += '/' + element.name;
    for (const auto& [key, value] : element.keys) out += fmt::format("[{}={}]", key, value);
  }
  return out.empty() ? "/" : out;
}

Result<std::unique_ptr<Tree>> Tree::Create(const tdi::Device& device) {
  IPDK_ASSIGN(std::unique_ptr<Yang> yang, Yang::Create());
  return std::make_unique<TreeOfTables>(device, std::move(yang));
}

}  // namespace ipdk::openconfig
