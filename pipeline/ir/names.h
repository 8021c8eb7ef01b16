#pragma once
// The closed sets of ir.h by name, and what their .def files say about them.

#include <optional>
#include <string_view>

#include "pipeline/ir/ir.h"

namespace ipdk::ir {

enum class BinaryKind : uint8_t { kSame, kCompare, kShift };
BinaryKind KindOf(BinaryOp op);

// Which vector of the schema an extern's `object` indexes, and how many values go in and out (-1:
// any number).
struct ExternShape {
  enum class Object : uint8_t { kNone, kCounter, kMeter, kRegister, kDigest, kTable } object;
  int ins, outs;
};
ExternShape ShapeOf(ExternOp op);

// Bits of the result; 0 for identity, whose result is as wide as asked for.
uint32_t HashBits(HashAlgorithm algorithm);

// How many there are of each.
size_t UnaryOps();
size_t BinaryOps();
size_t ExternOps();
size_t HashAlgorithms();

std::string_view Name(Arch arch);  // "v1model"; "" for none
std::string_view Name(ExprKind kind);
std::string_view Name(StmtKind kind);

std::optional<UnaryOp> UnaryOpByName(std::string_view name);
std::optional<BinaryOp> BinaryOpByName(std::string_view name);
std::optional<ExternOp> ExternOpByName(std::string_view name);
std::optional<HashAlgorithm> HashByName(std::string_view name);
std::optional<Role> RoleByName(std::string_view name);
std::optional<Arch> ArchByName(std::string_view name);

}  // namespace ipdk::ir
