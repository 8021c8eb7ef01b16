#include "targets/cpu/traffic/manager.h"

#include "targets/cpu/pipeline.h"
#include "targets/cpu/traffic/pna.h"
#include "targets/cpu/traffic/psa.h"
#include "targets/cpu/traffic/v1model.h"

namespace ipdk::cpu {

Result<std::unique_ptr<Traffic>> CreateTraffic(const Pipeline& pipeline, Buffers& buffers,
                                               const TrafficOptions& options) {
  switch (pipeline.program().arch) {
    case ir::Arch::kV1Model:
      return CreateV1ModelTraffic(pipeline, buffers, options);
    case ir::Arch::kNone:
      return Unimplemented(
          "the program has no architecture, so nothing says where its packets go; use v1model");
    case ir::Arch::kPsa:
      return CreatePsaTraffic(pipeline, buffers, options);
    case ir::Arch::kPna:
      return CreatePnaTraffic(pipeline, buffers, options);
  }
  return Unimplemented("unknown architecture {}", static_cast<int>(pipeline.program().arch));
}

}  // namespace ipdk::cpu
