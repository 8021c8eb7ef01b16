#pragma once
// Runs a packet test on a target. Statements run in file order, each packet to completion; outputs
// are compared per port at the end, since an expectation may stand before its packet.

#include <string>
#include <string_view>

#include "pipeline/stf/statement.h"
#include "pipeline/stf/target.h"

namespace ipdk::stf {

struct Verdict {
  enum class Kind : uint8_t {
    kPass,
    kMismatch,  // the program did something else than the test expects
    kBadFile,   // the test cannot be run: wrong syntax, a name that the program does not have, a
                // value that does not fit
  } kind = Kind::kPass;
  std::string text;      // what is wrong: one complaint per paragraph
  uint32_t packets = 0;  // sent
  uint32_t expected = 0;
};

Verdict Run(std::string_view text, Target& target);
Verdict Run(const File& file, Target& target);

}  // namespace ipdk::stf
