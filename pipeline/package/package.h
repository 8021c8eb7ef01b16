#pragma once
// The package file: a compiled program as bytes. `ipdk compile` writes it, P4Runtime's
// SetForwardingPipelineConfig carries it, a target loads it. All of schema::Schema and ir::Program
// comes back exactly as it was written, and the same program gives the same bytes.
//
// A package is read by the build that wrote it or by one with the same schema and IR: its numbers
// are positions in our structs and enums, so the file carries a fingerprint of them
// (pipeline/package/fields.h). Any other package is refused with "recompile with ipdk compile",
// never misread.
//
// Untrusted: the reader believes nothing. What Read returns has passed schema::Verify and
// ir::Verify. The checksums are against damage, not against malice.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/ir/compiled.h"

namespace ipdk::package {

// What a package says about itself.
struct Summary {
  std::string program;            // base name of the source file
  std::string architecture;       // "v1model" ...
  std::string compiler;           // version of the compiler that wrote it: "0.1.0"
  uint16_t major = 0, minor = 0;  // of the format
  uint64_t hash = 0;              // over the whole package: equal for equal packages
};

// This build's version, as Write puts it into packages.
std::string_view CompilerVersion();

std::string Write(const ir::Compiled& compiled);

// Errors: FAILED_PRECONDITION for a package of another format or build, RESOURCE_EXHAUSTED for one
// beyond the limits of pipeline/package/container.h and decode.h, else INVALID_ARGUMENT.
Result<ir::Compiled> Read(std::string_view bytes);

// Checks the package for damage but does not decode the program. It also reads the packages of
// another build, as long as they have this format's major version.
Result<Summary> Peek(std::string_view bytes);

}  // namespace ipdk::package
