#pragma once
// A packet test as a value: the statements of an STF file, with names and numbers as written. What
// a name means depends on the program and is found later (resolve.h).

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/integer.h"

namespace ipdk::stf {

// A number as written: `*` is a digit that does not matter.
struct Number {
  enum class Base : uint8_t { kDecimal, kHex, kBinary } base = Base::kDecimal;
  std::string digits;  // without the prefix

  bool has_stars() const { return digits.find('*') != std::string::npos; }
  Integer value() const;  // stars as 0
  std::string text() const;
};

// One key of an entry: value, value/length, value &&& mask, or low..high.
struct MatchText {
  enum class Form : uint8_t { kValue, kPrefix, kMask, kRange } form = Form::kValue;
  std::string key;
  Number value, other;
};

struct ActionText {
  std::string name;
  std::vector<std::pair<std::string, Number>> args;
};

// A rate in units per microsecond, which may be a fraction, and a burst in units.
struct RateText {
  uint64_t per_second = 0;
  uint64_t burst = 0;
};

enum class Relation : uint8_t { kEqual, kUnequal, kLess, kLessEqual, kGreater, kGreaterEqual };

struct Statement {
  enum class Kind : uint8_t {
#define IPDK_STF(name, text) k##name,
#include "pipeline/stf/statements.def"
#undef IPDK_STF
  } kind = Kind::kWait;
  uint32_t line = 0;

  // add, setdefault
  std::string object;  // table, counter, register or meter
  std::optional<uint64_t> priority;
  std::vector<MatchText> matches;
  ActionText action;
  std::string label;  // "= A", and the entry that check_counter names by $A

  // packet, expect
  uint32_t port = 0;
  std::string nibbles;  // lower-case hex digits; of an expectation also '*'
  bool any = false;     // expect without data
  bool exact = false;   // a trailing $

  // the others: numbers in the order of the line (session, group, handle, index, ports ...)
  std::vector<Integer> numbers;
  std::vector<RateText> rates;

  // check_counter
  bool checks = false;
  bool bytes = false;
  Relation relation = Relation::kEqual;
};

struct File {
  std::vector<Statement> statements;
};

}  // namespace ipdk::stf
