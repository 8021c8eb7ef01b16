#pragma once
// Trees as text. Two uses: what a user wrote, in one spelling (a table key's name, a type in a
// message), and a whole tree for golden tests, with every binary operation in parentheses so that
// the tree's shape is seen.

#include <string>

#include "p4/syntax/tree.h"

namespace ipdk::p4 {

// As written, with single spaces: "hdr.ipv4.dst_addr", "(a + b) * 2", "bit<8>".
std::string PrintExpression(const Expression* expression);
std::string PrintTypeRef(const TypeRef* type);

// The whole program, one statement a line, fully parenthesized.
std::string PrintTree(const SyntaxTree& tree);

}  // namespace ipdk::p4
