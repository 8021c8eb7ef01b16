#pragma once
// From the tokens of a program to its syntax tree.
//
// Hand-written recursive descent over the whole grammar of P4-16 1.2.5, and the parts of it that
// current programs use before their release (for statements, `+:` slices, compound assignment).
// After an error the parser skips to the end of the statement or declaration and goes on, so that
// one run reports many errors. Nesting is bounded; chains of binary operators are not, and are
// parsed without recursion.

#include <optional>
#include <string>
#include <vector>

#include "p4/lex/token.h"
#include "p4/preprocess/preprocess.h"
#include "p4/source/diagnostics.h"
#include "p4/syntax/tree.h"

namespace ipdk::p4 {

// Nothing if there was a syntax error; it is in `diagnostics` then. REQUIRES: tokens end in kEnd;
// `diagnostics` was made with `sources`, which outlives the tree.
std::optional<SyntaxTree> ParseTokens(const std::vector<Token>& tokens, SourceMap& sources,
                                      Diagnostics& diagnostics);

// Preprocess, then ParseTokens. Nothing if `diagnostics` holds an error.
std::optional<SyntaxTree> Parse(const PreprocessOptions& options, const std::string& path,
                                SourceMap& sources, Diagnostics& diagnostics);

}  // namespace ipdk::p4
