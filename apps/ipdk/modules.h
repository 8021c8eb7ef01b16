#pragma once
// What `ipdk` is made of: the compiler, the interpreter and the targets that packet tests can run
// on, as functions for the verbs.

#include "interface/cli/tools.h"

namespace ipdk::apps {

cli::Tools MakeTools();

}  // namespace ipdk::apps
