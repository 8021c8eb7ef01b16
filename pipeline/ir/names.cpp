#include "pipeline/ir/names.h"

#include "pipeline/ir/build.h"

namespace ipdk::ir {
namespace {

constexpr std::string_view kUnaryNames[] = {"not", "neg"};
#define IPDK_UNARY(name) +1
#define IPDK_BINARY(name, text, kind)
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(name, text, bits)
static_assert(std::size(kUnaryNames) == 0
#include "pipeline/ir/ops.def"
              ,
              "name the new unary operator here");
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH

struct BinaryInfo {
  std::string_view text;
  BinaryKind kind;
};
struct ExternInfo {
  std::string_view text;
  ExternShape shape;
};
struct HashInfo {
  std::string_view text;
  uint32_t bits;
};
struct RoleInfo {
  std::string_view text;
  uint32_t width;
};

#define IPDK_UNARY(name)
#define IPDK_BINARY(name, text, kind) {text, BinaryKind::k##kind},
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(name, text, bits)
constexpr BinaryInfo kBinary[] = {
#include "pipeline/ir/ops.def"
};
#undef IPDK_BINARY
#undef IPDK_EXTERN
#define IPDK_BINARY(name, text, kind)
#define IPDK_EXTERN(name, text, object, ins, outs) \
  {text, {ExternShape::Object::k##object, ins, outs}},
constexpr ExternInfo kExtern[] = {
#include "pipeline/ir/ops.def"
};
#undef IPDK_EXTERN
#undef IPDK_HASH
#define IPDK_EXTERN(name, text, object, ins, outs)
#define IPDK_HASH(name, text, bits) {text, bits},
constexpr HashInfo kHash[] = {
#include "pipeline/ir/ops.def"
};
#undef IPDK_UNARY
#undef IPDK_BINARY
#undef IPDK_EXTERN
#undef IPDK_HASH

#define IPDK_ROLE(name, width) {#name, width},
constexpr RoleInfo kRole[] = {
#include "pipeline/ir/roles.def"
};
#undef IPDK_ROLE

constexpr std::string_view kArch[] = {"", "v1model", "psa", "pna"};

template <typename Enum, typename Table, typename Get>
std::optional<Enum> Find(const Table& table, std::string_view name, Get get) {
  for (size_t i = 0; i < std::size(table); ++i)
    if (get(table[i]) == name) return static_cast<Enum>(i);
  return std::nullopt;
}
constexpr auto kText = [](const auto& info) { return info.text; };
constexpr auto kSelf = [](std::string_view text) { return text; };

}  // namespace

std::string_view Name(UnaryOp op) { return kUnaryNames[static_cast<size_t>(op)]; }
std::string_view Name(BinaryOp op) { return kBinary[static_cast<size_t>(op)].text; }
std::string_view Name(ExternOp op) { return kExtern[static_cast<size_t>(op)].text; }
std::string_view Name(HashAlgorithm a) { return kHash[static_cast<size_t>(a)].text; }
std::string_view Name(Role role) { return kRole[static_cast<size_t>(role)].text; }
std::string_view Name(Arch arch) { return kArch[static_cast<size_t>(arch)]; }
uint32_t RoleWidth(Role role) { return kRole[static_cast<size_t>(role)].width; }
BinaryKind KindOf(BinaryOp op) { return kBinary[static_cast<size_t>(op)].kind; }
ExternShape ShapeOf(ExternOp op) { return kExtern[static_cast<size_t>(op)].shape; }
size_t UnaryOps() { return std::size(kUnaryNames); }
size_t BinaryOps() { return std::size(kBinary); }
size_t ExternOps() { return std::size(kExtern); }
size_t HashAlgorithms() { return std::size(kHash); }
bool IsCompare(BinaryOp op) { return KindOf(op) == BinaryKind::kCompare; }
uint32_t HashBits(HashAlgorithm a) { return kHash[static_cast<size_t>(a)].bits; }

std::string_view Name(ExprKind kind) {
  switch (kind) {
    case ExprKind::kConst:
      return "constant";
    case ExprKind::kVar:
      return "variable";
    case ExprKind::kField:
      return "field";
    case ExprKind::kFieldLength:
      return "length";
    case ExprKind::kValid:
      return "valid";
    case ExprKind::kUnary:
      return "unary";
    case ExprKind::kBinary:
      return "binary";
    case ExprKind::kSlice:
      return "slice";
    case ExprKind::kConcat:
      return "concat";
    case ExprKind::kZeroExtend:
      return "zext";
    case ExprKind::kSignExtend:
      return "sext";
    case ExprKind::kTruncate:
      return "trunc";
    case ExprKind::kSelect:
      return "select";
  }
  return "?";
}

std::string_view Name(StmtKind kind) {
  switch (kind) {
    case StmtKind::kAssign:
      return "assign";
    case StmtKind::kAssignField:
      return "assign field";
    case StmtKind::kAssignVarbit:
      return "varbit";
    case StmtKind::kSetValid:
      return "setvalid";
    case StmtKind::kSetInvalid:
      return "setinvalid";
    case StmtKind::kCopyHeader:
      return "copy";
    case StmtKind::kPushFront:
      return "push";
    case StmtKind::kPopFront:
      return "pop";
    case StmtKind::kExtract:
      return "extract";
    case StmtKind::kExtractVarbit:
      return "extract";
    case StmtKind::kAdvance:
      return "advance";
    case StmtKind::kLookahead:
      return "lookahead";
    case StmtKind::kEmit:
      return "emit";
    case StmtKind::kExtern:
      return "extern";
  }
  return "?";
}

std::optional<UnaryOp> UnaryOpByName(std::string_view n) {
  return Find<UnaryOp>(kUnaryNames, n, kSelf);
}
std::optional<BinaryOp> BinaryOpByName(std::string_view n) {
  return Find<BinaryOp>(kBinary, n, kText);
}
std::optional<ExternOp> ExternOpByName(std::string_view n) {
  return Find<ExternOp>(kExtern, n, kText);
}
std::optional<HashAlgorithm> HashByName(std::string_view n) {
  return Find<HashAlgorithm>(kHash, n, kText);
}
std::optional<Role> RoleByName(std::string_view n) { return Find<Role>(kRole, n, kText); }
std::optional<Arch> ArchByName(std::string_view n) { return Find<Arch>(kArch, n, kSelf); }

}  // namespace ipdk::ir
