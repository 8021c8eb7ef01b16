#include <array>
#include <vector>

#include "pipeline/ir/names.h"
#include "pipeline/package/container.h"
#include "pipeline/package/fields.h"

namespace ipdk::package {
namespace {

// The types of the program as text, found by visiting a value that has one element in each vector.
class Shape {
 public:
  std::string text;

  bool operator()(const std::string&) { return Put("string"); }
  bool operator()(const Integer&) { return Put("integer"); }
  template <typename T>
    requires std::is_arithmetic_v<T>
  bool operator()(const T&) {
    return Put(std::is_same_v<T, bool> ? "bool" : "u" + std::to_string(8 * sizeof(T)));
  }
  template <typename E>
    requires std::is_enum_v<E>
  bool operator()(const E& value) {
    return Put("{" + std::string(Describe(&value)) + "}");
  }
  template <typename Tag>
  bool operator()(const Id<Tag>&) {
    return Put("id");
  }
  template <typename T>
  bool operator()(const std::vector<T>&) {
    Put("[");
    (*this)(T());
    return Put("]");
  }
  template <typename IdType, typename T>
  bool operator()(const IdVector<IdType, T>& value) {
    return (*this)(value.items());
  }
  template <typename T, size_t n>
  bool operator()(const std::array<T, n>&) {
    return Put("array" + std::to_string(n));
  }
  template <typename T>
    requires std::is_class_v<T>
  bool operator()(const T& value) {
    Put(std::string(Describe(&value)) + "(");
    Visit(*this, value);
    return Put(")");
  }

 private:
  bool Put(const std::string& more) {
    text += more + " ";
    return true;
  }
};

}  // namespace

bool Known(ir::UnaryOp op) { return static_cast<size_t>(op) < ir::UnaryOps(); }
bool Known(ir::BinaryOp op) { return static_cast<size_t>(op) < ir::BinaryOps(); }
bool Known(ir::ExternOp op) { return static_cast<size_t>(op) < ir::ExternOps(); }

std::string Describe(const ir::UnaryOp*) {
  std::string out;
  for (size_t i = 0; i < ir::UnaryOps(); ++i)
    out += std::string(Name(static_cast<ir::UnaryOp>(i))) + " ";
  return out;
}
std::string Describe(const ir::BinaryOp*) {
  std::string out;
  for (size_t i = 0; i < ir::BinaryOps(); ++i)
    out += std::string(Name(static_cast<ir::BinaryOp>(i))) + " ";
  return out;
}
std::string Describe(const ir::ExternOp*) {
  std::string out;
  for (size_t i = 0; i < ir::ExternOps(); ++i)
    out += std::string(Name(static_cast<ir::ExternOp>(i))) + " ";
  return out;
}

uint64_t ShapeOfCompiled() {
  static const uint64_t kShape = [] {
    Shape shape;
    shape(ir::Compiled());
    // Positions that the structs hold as plain numbers.
    for (size_t i = 0; i < ir::HashAlgorithms(); ++i)
      shape.text += std::string(Name(static_cast<ir::HashAlgorithm>(i))) + " ";
    for (size_t i = 0; i < static_cast<size_t>(ir::Role::kCount); ++i)
      shape.text += std::string(Name(static_cast<ir::Role>(i))) + " ";
    return Hash(shape.text);
  }();
  return kShape;
}

}  // namespace ipdk::package
