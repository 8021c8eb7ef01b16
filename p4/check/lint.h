#pragma once
// Warnings about what is legal P4 but surely not meant: names that nothing uses, code that is never
// reached, comparisons that are decided by the types, and the like. They are looked for in a
// program without errors. What could be meant is left alone: a wrong warning costs more than a
// missed one.

#include "p4/check/checked.h"
#include "p4/source/diagnostics.h"

namespace ipdk::p4 {

// Notes what `@noWarn("...")` silences, so that no warning of the whole compilation is given there.
// REQUIRES: comes before the warnings.
void SilenceAnnotated(const SyntaxTree& tree, Diagnostics& diagnostics);

void WarnAboutCode(const CheckedProgram& program, Diagnostics& diagnostics);

// Fields of headers that are not valid where they are used: follows validity through the states of
// parsers, and through the statements and isValid() tests of bodies.
void WarnAboutValidity(const CheckedProgram& program, Diagnostics& diagnostics);

}  // namespace ipdk::p4
