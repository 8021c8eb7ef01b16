#pragma once
// IPDK_CHECK: a fault that can only be ours. Always on; prints the condition and ends the process.
// Bytes from a guest, a socket, a file or a program text must never reach one.

namespace ipdk {
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);
}

#define IPDK_CHECK(condition)                              \
  do {                                                     \
    if (!(condition)) [[unlikely]]                         \
      ::ipdk::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)
