#pragma once
// The P4-16 type checker: from a syntax tree to a program whose every name, type, call and value is
// known. It goes through the program once, in the order of the text, since P4 wants declarations
// before uses; errors go to the sink and the check goes on, with a poison type where one could not
// be told. Any tree is accepted: the checker neither crashes nor takes long on a bad one.

#include "p4/check/checked.h"
#include "p4/source/diagnostics.h"

namespace ipdk::p4 {

struct CheckOptions {
  bool warn_uninitialized = true;  // variables that may be read before they have a value
};

// The result points into `tree`. Whether the program is good is asked of the sink.
CheckedProgram Check(const SyntaxTree& tree, const CheckOptions& options, Diagnostics& diagnostics);

}  // namespace ipdk::p4
