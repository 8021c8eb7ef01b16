#pragma once
// What the verbs need of the compiler and the targets, as functions: this folder knows neither.
// apps/ipdk/modules.cpp fills them in. A function that is empty makes its verb say that this build
// has no such part.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ipdk::cli {

struct Source {
  std::string program;  // path of the .p4 file
  std::vector<std::string> include_dirs;
  std::vector<std::string> defines;   // NAME or NAME=VALUE
  std::string arch;                   // "" = by its declarations
  std::vector<std::string> warnings;  // "no-unused", "error=overflow": what stands behind -W
};

struct Compiled {
  bool ok = false;
  bool unreadable = false;  // the file could not be read: bad usage, not a bad program
  std::string messages;     // diagnostics, as a person reads them
  std::map<std::string, std::string> outputs;  // by what was asked for: "package", "p4info" ...
};

struct StfReport {
  enum class Outcome { kPass, kMismatch, kBad } outcome = Outcome::kBad;
  std::string text;
};

struct Story {
  struct Step {
    std::string event, text;
    uint32_t depth = 0;
  };
  std::vector<Step> steps;
  std::vector<std::pair<uint32_t, std::string>> outputs;  // port, bytes
};

struct Tools {
  std::vector<std::string> emits;        // what compile can print: package, p4info ...
  std::vector<std::string> stf_targets;  // eval, cpu
  std::string version = "0.1.0";

  std::function<Compiled(const Source&, const std::vector<std::string>& emit)> compile;
  std::function<Compiled(const Source&)> check;
  std::function<StfReport(const Source&, const std::string& target, const std::string& stf_file)>
      stf;
  // P4Info (text) of a package.
  std::function<Result<std::string>(std::string_view package)> p4info_of;
  // One packet through a program without entries but its own.
  std::function<Result<Story>(const Source&, uint32_t port, std::string_view packet)> trace;
  // The packets of a pcap file.
  std::function<Result<std::vector<std::string>>(const std::string& path)> read_pcap;
};

}  // namespace ipdk::cli
