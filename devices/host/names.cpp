#include "devices/host/host_kind.h"

namespace ipdk::devices {
namespace {

// FNV-1a, 64 bits: names on disk and in kernels depend on it, so it never changes.
uint64_t Hash(std::string_view owner, std::string_view host, std::string_view port) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : {owner, host, port}) {
    for (const unsigned char c : part) hash = (hash ^ c) * 0x100000001b3;
    hash = (hash ^ 0xff) * 0x100000001b3;
  }
  return hash ^ hash >> 29;
}

}  // namespace

std::string Quoted(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "'" : ", '") + name + "'";
  return out.empty() ? "none" : out;
}

std::string EndName(std::string_view owner, std::string_view host, std::string_view port) {
  return fmt::format("ipdk{:010x}", Hash(owner, host, port) & 0xffffffffff);
}

std::string AliasPrefix(std::string_view owner) { return fmt::format("ipdk:{}:", owner); }

std::string EndAlias(std::string_view owner, std::string_view host, std::string_view port) {
  return fmt::format("{}{}/{}", AliasPrefix(owner), host, port);
}

uint64_t MacFor(std::string_view owner, std::string_view host, std::string_view port) {
  return (Hash(owner, host, port) & 0x00ffffffffff) | 0x020000000000;
}

}  // namespace ipdk::devices
