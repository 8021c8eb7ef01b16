#pragma once
// The random schema of a random program: private to it.

#include "pipeline/random/random.h"

namespace ipdk::random {

void MakeSchema(const ProgramOptions& options, Source& source, schema::Schema& out);

}  // namespace ipdk::random
