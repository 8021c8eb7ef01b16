#pragma once
// The control schema as P4Info (p4.config.v1.P4Info of P4Runtime 1.5) in protobuf's text format.
// Written by hand, because nothing of the pipeline needs the protobuf library; whoever has it
// parses this text. Hidden objects are left out.

#include <string>

#include "pipeline/schema/schema.h"

namespace ipdk::schema {

// What `size` a table has for a controller when the program does not say.
constexpr uint64_t kDefaultTableSize = 1024;

std::string PrintP4Info(const Schema& schema);

}  // namespace ipdk::schema
