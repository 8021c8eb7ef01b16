#include "tdi/table.h"

namespace ipdk::tdi {

Result<std::string> TableBackend::ReadState(const Row&) {
  if (schema().state.empty()) return std::string();
  return Unimplemented("table '{}': its state cannot be read on this target", schema().name);
}

Status TableBackend::WriteState(const Row&, std::string_view) {
  return Unimplemented("table '{}': its state cannot be written on this target", schema().name);
}

Result<std::string> TableBackend::ReadLive(std::string_view) {
  return Unimplemented("table '{}': its rows cannot be read on this target", schema().name);
}

Status TableBackend::WriteLive(std::string_view, std::string_view) {
  return Unimplemented("table '{}': its rows cannot be written on this target", schema().name);
}

Result<uint64_t> TableBackend::ScanLearned(uint64_t, size_t,
                                           const std::function<void(const Row&)>&) {
  return uint64_t{0};
}

}  // namespace ipdk::tdi
