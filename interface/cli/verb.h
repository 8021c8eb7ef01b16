#pragma once
// How a verb is written: a folder with help.txt (first line: what it does; examples in it) and one
// function, listed in verbs.cpp.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "interface/cli/tools.h"

namespace ipdk::wire {
class GnmiClient;
class P4RuntimeClient;
}  // namespace ipdk::wire

namespace ipdk::cli {

inline constexpr int kOk = 0, kFailed = 1, kBadUsage = 2;

// What a verb was called with. Options are those that its Verb lists; anything else with a dash is
// refused.
struct Arguments {
  std::vector<std::string> words;
  std::map<std::string, std::vector<std::string>>
      options;  // by name without dashes; flags have one empty value

  bool Has(const std::string& name) const { return options.contains(name); }
  std::string Value(const std::string& name, std::string otherwise = "") const;
  std::vector<std::string> Values(const std::string& name) const;
};

class P4Names;

// What all verbs share in one run: output, connections to the daemon, the running program's names.
class Context {
 public:
  explicit Context(const Tools& tools);
  ~Context();

  const Tools& tools;
  bool json = false;
  std::string p4runtime_address, gnmi_address;
  uint64_t election_high = 0, election_low = 1;
  std::string role;
  std::string out, err;  // flushed by the caller

  void Print(std::string_view text) { out.append(text).append("\n"); }
  int Fail(const Error& error);
  int BadUsage(std::string_view text);

  Result<wire::P4RuntimeClient*> P4Runtime();
  // Primary, so that it can write.
  Result<wire::P4RuntimeClient*> Primary();
  Result<wire::GnmiClient*> Gnmi();
  // The running program's objects by name.
  Result<const P4Names*> Names();
  void ForgetNames();

 private:
  std::unique_ptr<wire::P4RuntimeClient> p4runtime_;
  std::unique_ptr<wire::GnmiClient> gnmi_;
  std::unique_ptr<P4Names> names_;
  bool primary_ = false;
};

struct Verb {
  std::string_view name;
  std::string_view help;                 // the text of help.txt
  std::vector<std::string_view> flags;   // "--force"
  std::vector<std::string_view> values;  // "-I", "--target": take a value
  int (*run)(Context&, const Arguments&);
};
const std::vector<Verb>& Verbs();
const Verb* FindVerb(std::string_view name);

// One line of words.
Result<std::vector<std::string>> SplitLine(std::string_view line);
int RunCommand(Context& context, const std::vector<std::string>& words);

// Source options that several verbs share.
Source SourceOf(const Arguments& arguments, const std::string& program);
Result<std::string> ReadFile(const std::string& path);
Status WriteFile(const std::string& path, std::string_view bytes);

// A human table: columns as wide as needed; those named by Right are aligned right.
class Grid {
 public:
  explicit Grid(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void Right(size_t column) { right_.push_back(column); }
  std::string Text() const;
  bool empty() const { return rows_.size() == 1; }

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> right_;
};

// The verbs, one per folder.
int RunCompile(Context&, const Arguments&);
int RunCheck(Context&, const Arguments&);
int RunStf(Context&, const Arguments&);
int RunLoad(Context&, const Arguments&);
int RunCreate(Context&, const Arguments&);
int RunDelete(Context&, const Arguments&);
int RunList(Context&, const Arguments&);
int RunShow(Context&, const Arguments&);
int RunTable(Context&, const Arguments&);
int RunCounter(Context&, const Arguments&);
int RunMeter(Context&, const Arguments&);
int RunMember(Context&, const Arguments&);
int RunGroup(Context&, const Arguments&);
int RunTrace(Context&, const Arguments&);

}  // namespace ipdk::cli
