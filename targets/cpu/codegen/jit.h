#pragma once
// The compiled object: LLVM IR of a plan's stages, optimised, linked into this process, and found
// by name.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "targets/cpu/codegen/abi.h"
#include "targets/cpu/codegen/plan.h"

namespace ipdk::cpu::codegen {

struct Objects;
struct RequestSites;

struct Stages {
  StageFunction entry = nullptr;
  std::vector<StageFunction> sites;
};

class Jit {
 public:
  // What is printed or run. `host`: for this machine's processor, else x86-64-v2.
  static Result<std::unique_ptr<Jit>> Compile(const schema::Schema& schema,
                                              const ir::Program& program, const Plan& plan,
                                              const Objects& objects, RequestSites& requests,
                                              bool host);
  static Result<std::string> Print(const schema::Schema& schema, const ir::Program& program,
                                   const Plan& plan, const Objects& objects, RequestSites& requests,
                                   bool host, bool assembly);
  ~Jit();
  Jit(const Jit&) = delete;
  Jit& operator=(const Jit&) = delete;

  Result<Stages> Find(const Graph& graph, const std::string& prefix);

 private:
  Jit();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ipdk::cpu::codegen
