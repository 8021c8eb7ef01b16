#pragma once
// The text form of a compiled program: for people, for golden files and for tests that have no
// front end. It is read back by pipeline/ir/parse_text.h, and Print(ParseText(Print(p))) is
// Print(p). What it leaves out of the schema is what only a controller sees (annotations,
// documentation, P4 type names, controller headers); what it leaves out of the program is the
// numbering of expressions. A program need not be valid to be printed.
//
// One thing per line. A line that starts in column 0 opens a declaration; indented lines belong to
// it. Expressions are written in place; one that several places share is written once as `let %n =
// ...`.
//
//   var 8 meta.class
//   header ipv4_t hdr.ipv4
//   block state parser.ipv4 in ingress on_error b3:
//     extract hdr.ipv4
//     set meta.class = slice(hdr.ipv4.diffserv, 7, 2)
//     jump ingress.start

#include <string>

#include "pipeline/ir/compiled.h"

namespace ipdk::ir {

struct PrintOptions {
  bool schema = true;    // the schema before the program
  bool sources = false;  // the source table, and "@n" behind what has a position
};

std::string Print(const Compiled& compiled, const PrintOptions& options = {});

}  // namespace ipdk::ir
