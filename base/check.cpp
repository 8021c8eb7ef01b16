#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace ipdk {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: internal fault: %s does not hold; please report this\n", file, line,
               condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace ipdk
