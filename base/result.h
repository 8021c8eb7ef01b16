#pragma once
// Errors as values. A function that can fail because of a user or a peer returns Result<T>; what
// can only fail because of us is an IPDK_CHECK (base/check.h). A function returns an error or logs
// it, never both.
//
// Messages are lower case, name the thing, the value given and the values allowed:
//   return Invalid("table '{}': key field {} wants {} bits, got {}", table, field, want, got);

#include <fmt/core.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace ipdk {

// The canonical status codes of gRPC (google.rpc.Code), with its numbers.
enum class Code : uint8_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// "INVALID_ARGUMENT" and so on, as gRPC spells them.
std::string_view CodeName(Code code);

class [[nodiscard]] Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  // "NOT_FOUND: table 'x' ..."
  std::string ToString() const;

  // Puts "context: " before the message, for what only the caller knows.
  Error Within(std::string_view context) && {
    message_ = fmt::format("{}: {}", context, message_);
    return std::move(*this);
  }

 private:
  Code code_;
  std::string message_;
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

template <typename... Args>
std::unexpected<Error> Fail(Code code, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error(code, fmt::format(format, std::forward<Args>(args)...)));
}

#define IPDK_DEFINE_FAIL(Name)                                                      \
  template <typename... Args>                                                       \
  std::unexpected<Error> Name(fmt::format_string<Args...> format, Args&&... args) { \
    return Fail(Code::k##Name, format, std::forward<Args>(args)...);                \
  }
IPDK_DEFINE_FAIL(InvalidArgument)
IPDK_DEFINE_FAIL(NotFound)
IPDK_DEFINE_FAIL(AlreadyExists)
IPDK_DEFINE_FAIL(PermissionDenied)
IPDK_DEFINE_FAIL(ResourceExhausted)
IPDK_DEFINE_FAIL(FailedPrecondition)
IPDK_DEFINE_FAIL(Aborted)
IPDK_DEFINE_FAIL(OutOfRange)
IPDK_DEFINE_FAIL(Unimplemented)
IPDK_DEFINE_FAIL(Internal)
IPDK_DEFINE_FAIL(Unavailable)
IPDK_DEFINE_FAIL(DeadlineExceeded)
#undef IPDK_DEFINE_FAIL

}  // namespace ipdk

#define IPDK_CONCAT_(a, b) a##b
#define IPDK_CONCAT(a, b) IPDK_CONCAT_(a, b)

// IPDK_RETURN_IF_ERROR(Commit());
#define IPDK_RETURN_IF_ERROR(expr)                        \
  do {                                                    \
    if (auto status_ = (expr); !status_.has_value())      \
      return std::unexpected(std::move(status_).error()); \
  } while (false)

// IPDK_ASSIGN(auto table, FindTable(name));
#define IPDK_ASSIGN(lhs, expr) IPDK_ASSIGN_(IPDK_CONCAT(result_, __LINE__), lhs, expr)
#define IPDK_ASSIGN_(result, lhs, expr)                                       \
  auto result = (expr);                                                       \
  if (!result.has_value()) return std::unexpected(std::move(result).error()); \
  lhs = *std::move(result)
