#pragma once
// A warning for each local variable that is read on some path before it was given a value. Looks at
// one function, action, apply block or parser state at a time, and only at what cannot be seen from
// elsewhere: variables of its own without an initializer, and `out` parameters of functions and
// actions. A struct counts as given a value once a part of it was; headers and stacks have a
// meaning of their own when they are not yet valid, and are left out.

#include "p4/check/checked.h"
#include "p4/source/diagnostics.h"

namespace ipdk::p4 {

// REQUIRES: `program` was checked without errors.
void WarnUninitialized(const CheckedProgram& program, Diagnostics& diagnostics);

}  // namespace ipdk::p4
