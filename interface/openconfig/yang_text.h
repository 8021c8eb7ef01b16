#pragma once
// The YANG modules of yang/, compiled in, in an order that needs no look-ahead.

#include <string_view>
#include <vector>

namespace ipdk::openconfig {

struct YangText {
  std::string_view name, text;
};
const std::vector<YangText>& YangModules();

}  // namespace ipdk::openconfig
