#include "interface/openconfig/yang.h"

#include "interface/openconfig/yang_text.h"

namespace ipdk::openconfig {

Result<std::unique_ptr<Yang>> Yang::Create() {
  ly_log_options(LY_LOSTORE_LAST);
  std::unique_ptr<Yang> yang(new Yang);
  if (ly_ctx_new(nullptr,
                 LY_CTX_NO_YANGLIBRARY | LY_CTX_DISABLE_SEARCHDIRS | LY_CTX_DISABLE_SEARCHDIR_CWD,
                 &yang->context_) != LY_SUCCESS)
    return Internal("libyang: no context");
  for (const YangText& module : YangModules()) {
    const std::string text(module.text);
    if (lys_parse_mem(yang->context_, text.c_str(), LYS_IN_YANG, nullptr) != LY_SUCCESS)
      return std::unexpected(yang->LastError(Code::kInternal, module.name));
  }
  return yang;
}

Yang::~Yang() { ly_ctx_destroy(context_); }

const lys_module* Yang::Module(const char* name) const {
  return ly_ctx_get_module_implemented(context_, name);
}

Error Yang::LastError(Code code, std::string_view what) const {
  const char* message = ly_errmsg(context_);
  const char* path = ly_errpath(context_);
  std::string where(path != nullptr && *path != '\0' ? std::string_view(path) : what);
  // libyang writes "Data location ..., line number 1."; the line is that of a text nobody has seen.
  for (const std::string_view noise : {"Data location \"", "Schema location \""}) {
    if (where.starts_with(noise)) where.erase(0, noise.size());
  }
  if (const size_t end = where.find("\", line"); end != std::string::npos) where.erase(end);
  while (where.ends_with('.') || where.ends_with('"')) where.pop_back();
  if (where.starts_with("Line number")) where = what;
  Error error(code,
              fmt::format("{}: {}", where, message != nullptr ? message : "refused by the model"));
  ly_err_clean(context_, nullptr);
  return error;
}

void Data::Add(lyd_node* node) { lyd_insert_sibling(top_, node, &top_); }

void Data::Remove(lyd_node* node) {
  if (node == top_) top_ = node->next;
  lyd_free_tree(node);
}

void Builder::Check(LY_ERR error, const char* name) {
  if (error != LY_SUCCESS && status_.has_value())
    status_ = std::unexpected(yang_.LastError(Code::kInternal, name));
}

lyd_node* Builder::Top(Data& data, const char* module, const char* name) {
  lyd_node* node = nullptr;
  Check(lyd_new_inner(nullptr, yang_.Module(module), name, 0, &node), name);
  if (node != nullptr) data.Add(node);
  return node;
}

lyd_node* Builder::Container(lyd_node* parent, const char* name) {
  lyd_node* node = nullptr;
  if (parent != nullptr) Check(lyd_new_inner(parent, parent->schema->module, name, 0, &node), name);
  return node;
}

lyd_node* Builder::List(lyd_node* parent, const char* name, const std::string& key) {
  lyd_node* node = nullptr;
  if (parent != nullptr)
    Check(lyd_new_list(parent, parent->schema->module, name, 0, &node, key.c_str()), name);
  return node;
}

void Builder::Leaf(lyd_node* parent, const char* name, const std::string& value,
                   const char* module) {
  if (parent == nullptr) return;
  const lys_module* of = module == nullptr ? parent->schema->module : yang_.Module(module);
  Check(lyd_new_term(parent, of, name, value.c_str(), 0, nullptr), name);
}

const lyd_node* Child(const lyd_node* parent, std::string_view name) {
  if (parent == nullptr) return nullptr;
  for (const lyd_node* child = lyd_child(parent); child != nullptr; child = child->next) {
    if (child->schema != nullptr && name == child->schema->name) return child;
  }
  return nullptr;
}

std::optional<std::string> LeafValue(const lyd_node* parent, std::string_view name) {
  const lyd_node* leaf = Child(parent, name);
  if (leaf == nullptr) return std::nullopt;
  return std::string(lyd_get_value(leaf));
}

std::vector<const lyd_node*> Entries(const lyd_node* container, std::string_view list) {
  std::vector<const lyd_node*> out;
  if (container == nullptr) return out;
  for (const lyd_node* child = lyd_child(container); child != nullptr; child = child->next) {
    if (child->schema != nullptr && list == child->schema->name) out.push_back(child);
  }
  return out;
}

const lyd_node* TopNode(const Data& data, std::string_view name) {
  for (const lyd_node* node = data.top(); node != nullptr; node = node->next) {
    if (node->schema != nullptr && name == node->schema->name) return node;
  }
  return nullptr;
}

}  // namespace ipdk::openconfig
