#pragma once
// libyang, as little of it as this folder needs: a context with our modules, a tree that frees
// itself, nodes by name, and its errors as ours. Include in .cpp files of this folder only.

#include <libyang/libyang.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "interface/openconfig/tree.h"

namespace ipdk::openconfig {

class Yang {
 public:
  static Result<std::unique_ptr<Yang>> Create();
  ~Yang();
  Yang(const Yang&) = delete;
  Yang& operator=(const Yang&) = delete;

  ly_ctx* context() const { return context_; }
  const lys_module* Module(const char* name) const;
  // The error of the last call of this thread, with the data path if there is one.
  Error LastError(Code code, std::string_view what) const;

 private:
  Yang() = default;
  ly_ctx* context_ = nullptr;
};

// The top-level siblings of a data tree.
class Data {
 public:
  Data() = default;
  ~Data() { lyd_free_all(top_); }
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;
  lyd_node* top() const { return top_; }
  lyd_node** top_address() { return &top_; }
  void Add(lyd_node* node);  // takes it
  void Remove(lyd_node* node);

 private:
  lyd_node* top_ = nullptr;
};

// Building. A value that the model refuses is our fault there, and is reported as INTERNAL.
class Builder {
 public:
  explicit Builder(const Yang& yang) : yang_(yang) {}
  lyd_node* Top(Data& data, const char* module, const char* name);
  lyd_node* Container(lyd_node* parent, const char* name);
  lyd_node* List(lyd_node* parent, const char* name, const std::string& key);
  // module: of an augmented leaf; null: the parent's.
  void Leaf(lyd_node* parent, const char* name, const std::string& value,
            const char* module = nullptr);
  const Status& status() const { return status_; }

 private:
  void Check(LY_ERR error, const char* name);
  const Yang& yang_;
  Status status_;
};

// Reading: the child of that name (of any module) or null; the value of a leaf, or nothing.
const lyd_node* Child(const lyd_node* parent, std::string_view name);
std::optional<std::string> LeafValue(const lyd_node* parent, std::string_view name);
std::vector<const lyd_node*> Entries(const lyd_node* container, std::string_view list);
const lyd_node* TopNode(const Data& data, std::string_view name);

// What each model does: rows to nodes, and nodes of intent to rows.
class Model {
 public:
  virtual ~Model() = default;
  virtual const char* module() const = 0;
  // The top container and the list in it, whose key is a row's name.
  virtual const char* container() const = 0;
  virtual const char* list() const = 0;
  virtual uint32_t table() const = 0;
  // name: that row only; empty: all.
  virtual Status Build(const tdi::Device& device, const std::string& name, bool with_state,
                       Builder& builder, Data& data) const = 0;
  virtual Result<tdi::Row> ToRow(const lyd_node* entry) const = 0;
  virtual std::string KeyOf(const std::string& name) const = 0;
};

std::unique_ptr<Model> MakeHostsModel();
std::unique_ptr<Model> MakeInterfacesModel();

}  // namespace ipdk::openconfig
