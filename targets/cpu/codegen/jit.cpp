#include "targets/cpu/codegen/jit.h"

#include <llvm/Analysis/CGSCCPassManager.h>
#include <llvm/Analysis/LoopAnalysisManager.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <mutex>

#include "targets/cpu/codegen/emit.h"

namespace ipdk::cpu::codegen {
namespace {

std::string Text(llvm::Error error) { return llvm::toString(std::move(error)); }

void InitLlvm() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
}

Result<std::unique_ptr<llvm::TargetMachine>> MakeMachine(bool host) {
  InitLlvm();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder) return Internal("LLVM does not know this machine: {}", Text(builder.takeError()));
  if (!host) {
    builder->setCPU("x86-64-v2");
    builder->getFeatures() = llvm::SubtargetFeatures();
  }
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  // Calls go through the linker's stubs: far functions need no 64-bit immediates.
  builder->setRelocationModel(llvm::Reloc::PIC_);
  builder->setCodeModel(llvm::CodeModel::Small);
  auto machine = builder->createTargetMachine();
  if (!machine) return Internal("LLVM cannot generate code here: {}", Text(machine.takeError()));
  return std::move(*machine);
}

void Optimise(llvm::Module& module, llvm::TargetMachine& machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callgraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions options;
  // The loop over packets has calls, branches and scattered memory: nothing to vectorise or unroll.
  options.LoopVectorization = false;
  options.SLPVectorization = false;
  options.LoopUnrolling = false;
  llvm::PassBuilder builder(&machine, options);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callgraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callgraph, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, modules);
}

struct Built {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
};

Result<Built> Build(const schema::Schema& schema, const ir::Program& program, const Plan& plan,
                    const Objects& objects, RequestSites& requests, bool host) {
  Built built;
  IPDK_ASSIGN(built.machine, MakeMachine(host));
  built.context = std::make_unique<llvm::LLVMContext>();
  built.module = std::make_unique<llvm::Module>(schema.program.empty() ? "program" : schema.program,
                                                *built.context);
  built.module->setDataLayout(built.machine->createDataLayout());
  built.module->setTargetTriple(built.machine->getTargetTriple().str());
  Emitter emitter(*built.module, schema, program, plan, objects, requests);
  emitter.EmitGraph(plan.ingress, "ingress");
  if (plan.parse_only) emitter.EmitGraph(*plan.parse_only, "parse");
  if (plan.egress) emitter.EmitGraph(*plan.egress, "egress");
  std::string problems;
  llvm::raw_string_ostream out(problems);
  if (llvm::verifyModule(*built.module, &out))
    return Internal("the generated code is malformed: {}", problems);
  Optimise(*built.module, *built.machine);
  return built;
}

}  // namespace

struct Jit::State {
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

Jit::Jit() : state_(std::make_unique<State>()) {}
Jit::~Jit() = default;

Result<std::unique_ptr<Jit>> Jit::Compile(const schema::Schema& schema, const ir::Program& program,
                                          const Plan& plan, const Objects& objects,
                                          RequestSites& requests, bool host) {
  IPDK_ASSIGN(Built built, Build(schema, program, plan, objects, requests, host));
  // Straight to an object: one module, compiled once, here.
  llvm::SmallVector<char, 0> code;
  {
    llvm::raw_svector_ostream out(code);
    llvm::legacy::PassManager passes;
    if (built.machine->addPassesToEmitFile(passes, out, nullptr, llvm::CodeGenFileType::ObjectFile))
      return Internal("LLVM cannot write objects for this machine");
    passes.run(*built.module);
  }
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit) return Internal("the generated code cannot be linked: {}", Text(jit.takeError()));
  llvm::orc::SymbolMap symbols;
  size_t count = 0;
  const RuntimeSymbol* runtime = RuntimeSymbols(&count);
  const auto define = [&](const char* name, void* address) {
    symbols[(*jit)->mangleAndIntern(name)] = {
        llvm::orc::ExecutorAddr::fromPtr(address),
        llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
  };
  for (size_t i = 0; i < count; ++i) define(runtime[i].name, runtime[i].address);
  // What LLVM itself calls for copies and the arithmetic of 128 bits.
  define("memcpy", reinterpret_cast<void*>(&memcpy));
  define("memset", reinterpret_cast<void*>(&memset));
  define("memmove", reinterpret_cast<void*>(&memmove));
  if (auto error = (*jit)->getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols))))
    return Internal("the generated code cannot be linked: {}", Text(std::move(error)));
  if (auto generator = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
          (*jit)->getDataLayout().getGlobalPrefix()))
    (*jit)->getMainJITDylib().addGenerator(std::move(*generator));
  auto buffer = std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(code), "pipeline",
                                                                /*RequiresNullTerminator=*/false);
  if (auto error = (*jit)->addObjectFile(std::move(buffer)))
    return Internal("the generated code cannot be linked: {}", Text(std::move(error)));
  std::unique_ptr<Jit> result(new Jit);
  result->state_->jit = std::move(*jit);
  return result;
}

Result<std::string> Jit::Print(const schema::Schema& schema, const ir::Program& program,
                               const Plan& plan, const Objects& objects, RequestSites& requests,
                               bool host, bool assembly) {
  IPDK_ASSIGN(Built built, Build(schema, program, plan, objects, requests, host));
  std::string text;
  if (!assembly) {
    llvm::raw_string_ostream out(text);
    built.module->print(out, nullptr);
    return text;
  }
  llvm::SmallVector<char, 0> code;
  llvm::raw_svector_ostream out(code);
  llvm::legacy::PassManager passes;
  if (built.machine->addPassesToEmitFile(passes, out, nullptr, llvm::CodeGenFileType::AssemblyFile))
    return Internal("LLVM cannot write assembly for this machine");
  passes.run(*built.module);
  return std::string(code.begin(), code.end());
}

Result<Stages> Jit::Find(const Graph& graph, const std::string& prefix) {
  Stages stages;
  const auto find = [&](const std::string& name) -> Result<StageFunction> {
    auto address = state_->jit->lookup(name);
    if (!address)
      return Internal("the generated code has no '{}': {}", name, Text(address.takeError()));
    return address->toPtr<StageFunction>();
  };
  IPDK_ASSIGN(stages.entry, find(prefix + "_entry"));
  for (size_t i = 0; i < graph.sites.size(); ++i) {
    IPDK_ASSIGN(StageFunction site, find(prefix + "_site" + std::to_string(i)));
    stages.sites.push_back(site);
  }
  return stages;
}

}  // namespace ipdk::cpu::codegen
