#include "targets/cpu/pipeline.h"

#include <algorithm>
#include <cstring>

#include "pipeline/schema/match.h"
#include "targets/cpu/codegen/code.h"
#include "targets/cpu/codegen/emit_objects.h"
#include "targets/cpu/engines/epoch.h"
#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"

namespace ipdk::cpu {

using codegen::Cell;
using codegen::CellKind;

namespace {

// Requests of one burst: more are lost and counted. Space is taken once.
constexpr size_t kRequests = 4096;
constexpr size_t kRequestBytes = 256 * 1024;

bool SameKeys(const std::vector<schema::MatchField>& a, const std::vector<schema::MatchField>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.width == y.width && x.kind == y.kind;
  });
}

// Full name, key signature and action signatures are equal, so records and keys mean the same.
bool SameTable(const schema::Schema& sa, const schema::Table& a, const schema::Schema& sb,
               const schema::Table& b) {
  if (a.preamble.name != b.preamble.name || !SameKeys(a.keys, b.keys) ||
      a.add_on_miss != b.add_on_miss || a.auto_delete != b.auto_delete ||
      a.actions.size() != b.actions.size() ||
      a.direct_counters.size() != b.direct_counters.size() ||
      a.direct_meters.size() != b.direct_meters.size())
    return false;
  for (size_t i = 0; i < a.actions.size(); ++i) {
    const schema::Action& x = sa.actions[a.actions[i].action];
    const schema::Action& y = sb.actions[b.actions[i].action];
    if (x.preamble.name != y.preamble.name ||
        !std::equal(
            x.params.begin(), x.params.end(), y.params.begin(), y.params.end(),
            [](const auto& p, const auto& q) { return p.name == q.name && p.width == q.width; }))
      return false;
  }
  return true;
}

}  // namespace

Worker::Worker() = default;
Worker::~Worker() = default;

Pipeline::Pipeline() = default;
Pipeline::~Pipeline() = default;

// Puts a Pipeline together; a friend of it.
class Compiler {
 public:
  Compiler(const schema::Schema& schema, const ir::Program& program, const CompileOptions& options)
      : options_(options), p_(new Pipeline) {
    p_->schema_ = schema;
    p_->program_ = program;
  }

  Result<std::unique_ptr<Pipeline>> Run() {
    IPDK_RETURN_IF_ERROR(Prepare());
    CompiledCode& code = *p_->code_;
    IPDK_ASSIGN(code.jit, codegen::Jit::Compile(p_->schema_, p_->program_, code.plan, objects_,
                                                requests_, options_.host_cpu));
    p_->request_sites_ = std::move(requests_.sites);
    IPDK_RETURN_IF_ERROR(Fill(code.ingress, code.plan.ingress, "ingress"));
    if (code.plan.parse_only)
      IPDK_RETURN_IF_ERROR(Fill(code.parse_only, *code.plan.parse_only, "parse"));
    if (code.plan.egress) IPDK_RETURN_IF_ERROR(Fill(code.egress, *code.plan.egress, "egress"));
    return std::move(p_);
  }

  Result<std::string> Print(bool assembly) {
    IPDK_RETURN_IF_ERROR(Prepare());
    return codegen::Jit::Print(p_->schema_, p_->program_, p_->code_->plan, objects_, requests_,
                               options_.host_cpu, assembly);
  }

 private:
  Status Prepare() {
    p_->code_ = std::make_unique<CompiledCode>();
    CompiledCode& code = *p_->code_;
    IPDK_ASSIGN(code.plan, codegen::MakePlan(p_->schema_, p_->program_));
    p_->frame_bytes_ = code.plan.frame_bytes;
    p_->parse_bytes_ = code.plan.parse_bytes;
    p_->growth_bytes_ = code.plan.growth_bytes;
    p_->keeps_original_ = code.plan.copy_headers;
    p_->couples_ = code.plan.couples;
    p_->epoch_ = options_.epoch != nullptr   ? options_.epoch
                 : options_.adopt != nullptr ? options_.adopt->epoch_
                                             : std::make_shared<engines::Epoch>();
    IPDK_RETURN_IF_ERROR(MakeTables());
    MakeState();
    // Reading a register beyond its size reads these zeros too.
    uint32_t zeros = code.plan.zeros_bytes;
    for (const auto& reg : p_->registers_) zeros = std::max(zeros, reg->stride());
    code.zeros = std::make_unique<engines::Reserved>(zeros + 64);
    objects_.zeros = code.zeros->data();
    objects_.seed = options_.seed;
    p_->flow_ids_ = old() != nullptr && old()->flow_ids_ != nullptr ? old()->flow_ids_
                                                                    : std::make_shared<uint32_t>(0);
    objects_.flow_ids = p_->flow_ids_.get();
    for (const auto& table : p_->tables_) objects_.learned.push_back(table->learned());
    for (const auto& reg : p_->registers_) objects_.registers.push_back(reg.get());
    for (const auto& meter : p_->meters_) objects_.meters.push_back(meter.get());
    for (const auto& table : p_->tables_) objects_.tables.push_back(table->in_place());
    for (const auto& set : p_->value_sets_) objects_.value_sets.push_back(set.get());
    return {};
  }

  // What the predecessor calls by the same name, if it is the same thing.
  const Pipeline* old() const { return options_.adopt; }

  Status MakeTables() {
    const schema::Schema& s = p_->schema_;
    for (const schema::Table& table : s.tables) {
      std::shared_ptr<Table> taken, former;
      const size_t id = p_->tables_.size();
      const codegen::Plan& plan = p_->code_->plan;
      if (old() != nullptr && old()->epoch_ == p_->epoch_) {
        for (uint32_t i = 0; i < old()->schema_.tables.size(); ++i)
          if (SameTable(s, table, old()->schema_, old()->schema_.tables[schema::TableId(i)]))
            former = old()->tables_[i];
        const engines::Learned* learned = former != nullptr ? former->learned() : nullptr;
        const bool same_learning =
            plan.learns[id] == (learned != nullptr) &&
            (learned == nullptr || learned->options().own_timers == plan.own_timers[id]);
        if (options_.adopt_tables && same_learning) taken = former;
      }
      if (taken == nullptr) {
        taken = std::make_shared<Table>(s, table, p_->epoch_);
        for (const schema::Entry& entry : table.entries)
          if (auto status = taken->Insert(entry);
              !status && status.error().code() != Code::kAlreadyExists)
            return status;
        taken->Publish();
        if (plan.learns[id]) taken->Learn(table, plan.own_timers[id], former.get());
      }
      p_->tables_.push_back(std::move(taken));
    }
    for (const schema::ValueSet& set : s.value_sets) {
      std::shared_ptr<Table> taken;
      if (options_.adopt_tables && old() != nullptr && old()->epoch_ == p_->epoch_) {
        for (uint32_t i = 0; i < old()->schema_.value_sets.size(); ++i) {
          const schema::ValueSet& other = old()->schema_.value_sets[schema::ValueSetId(i)];
          if (other.preamble.name == set.preamble.name && SameKeys(other.keys, set.keys))
            taken = old()->value_sets_[i];
        }
      }
      if (taken == nullptr) taken = std::make_shared<Table>(set, p_->epoch_);
      p_->value_sets_.push_back(std::move(taken));
    }
    return {};
  }

  template <typename T, typename IdType, typename S, typename F>
  static std::shared_ptr<T> Same(const std::vector<std::shared_ptr<T>>& objects,
                                 const IdVector<IdType, S>& schemas, F same) {
    for (uint32_t i = 0; i < schemas.size(); ++i)
      if (same(schemas[IdType(i)])) return objects[i];
    return nullptr;
  }

  // A direct object is the same only if its table was taken over too: its indices are the table's.
  bool SameOwner(schema::TableId mine, const Pipeline& other, schema::TableId theirs) const {
    if (mine.valid() != theirs.valid()) return false;
    return !mine.valid() || p_->tables_[mine.index] == other.tables_[theirs.index];
  }

  void MakeState() {
    const schema::Schema& s = p_->schema_;
    for (const schema::Counter& counter : s.counters) {
      std::shared_ptr<CounterArray> taken;
      if (old() != nullptr)
        taken = Same(old()->counters_, old()->schema_.counters, [&](const schema::Counter& other) {
          return other.preamble.name == counter.preamble.name && other.size == counter.size &&
                 SameOwner(counter.direct_of, *old(), other.direct_of);
        });
      if (taken == nullptr) {
        taken = std::make_shared<CounterArray>(counter.preamble.name,
                                               counter.direct_of.valid() ? 1 : counter.size,
                                               counter.direct_of.valid());
        if (counter.direct_of.valid())
          p_->tables_[counter.direct_of.index]->OnNewDirectIndex([taken](uint32_t index) {
            taken->Grow(uint64_t{index} + 1);
            (void)taken->Write(index, {});
          });
      }
      p_->counters_.push_back(std::move(taken));
    }
    for (const schema::Meter& meter : s.meters) {
      std::shared_ptr<MeterArray> taken;
      if (old() != nullptr)
        taken = Same(old()->meters_, old()->schema_.meters, [&](const schema::Meter& other) {
          return other.preamble.name == meter.preamble.name && other.size == meter.size &&
                 other.unit == meter.unit && other.color_aware == meter.color_aware &&
                 SameOwner(meter.direct_of, *old(), other.direct_of);
        });
      if (taken == nullptr) {
        const bool direct = meter.direct_of.valid();
        taken = std::make_shared<MeterArray>(meter.preamble.name, direct ? 1 : meter.size, direct,
                                             meter.unit == schema::MeterUnit::kPackets,
                                             meter.color_aware);
        if (direct)
          p_->tables_[meter.direct_of.index]->OnNewDirectIndex([taken](uint32_t index) {
            taken->Grow(uint64_t{index} + 1);
            (void)taken->Write(index, {}, 0);
          });
      }
      p_->meters_.push_back(std::move(taken));
    }
    for (const schema::Register& reg : s.registers) {
      std::shared_ptr<RegisterArray> taken;
      if (old() != nullptr)
        taken =
            Same(old()->registers_, old()->schema_.registers, [&](const schema::Register& other) {
              return other.preamble.name == reg.preamble.name && other.size == reg.size &&
                     other.widths == reg.widths;
            });
      if (taken == nullptr)
        taken =
            std::make_shared<RegisterArray>(reg.preamble.name, reg.widths, reg.size, reg.initial);
      p_->registers_.push_back(std::move(taken));
    }
  }

  Status Fill(Schedule& schedule, const codegen::Graph& graph, const std::string& prefix) {
    IPDK_ASSIGN(const codegen::Stages stages, p_->code_->jit->Find(graph, prefix));
    schedule.entry = stages.entry;
    schedule.serial_from_start =
        graph.serial_from_start &&
        std::any_of(graph.sites.begin(), graph.sites.end(), [](const auto& s) { return s.serial; });
    schedule.serial_site = graph.serial_site;
    for (size_t i = 0; i < graph.sites.size(); ++i) {
      const codegen::Site& site = graph.sites[i];
      schedule.sites.push_back(
          {stages.sites[i], site.table.valid() ? p_->tables_[site.table.index].get() : nullptr,
           site.key_bytes, site.table.valid() ? site.table.index : 0, site.serial, site.learns});
      if (site.table.valid())
        schedule.sites.back().selects = p_->tables_[site.table.index]->layout().selects;
      if (site.table.valid() && !p_->schema_.tables[site.table].direct_counters.empty())
        schedule.sites.back().counter = p_->schema_.tables[site.table].direct_counters[0].index;
    }
    return {};
  }

  const CompileOptions& options_;
  std::unique_ptr<Pipeline> p_;
  codegen::Objects objects_;
  codegen::RequestSites requests_;
};

Result<std::unique_ptr<Pipeline>> Pipeline::Compile(const schema::Schema& schema,
                                                    const ir::Program& program,
                                                    const CompileOptions& options) {
  return Compiler(schema, program, options).Run();
}

Result<std::string> Pipeline::Print(const schema::Schema& schema, const ir::Program& program,
                                    Emit what, const CompileOptions& options) {
  return Compiler(schema, program, options).Print(what == Emit::kAsm);
}

// --- the packet path

std::unique_ptr<Worker> Pipeline::MakeWorker(uint32_t index) const {
  auto worker = std::make_unique<Worker>();
  worker->index = index;
  worker->requests.reserve(request_sites_.empty() ? 0 : kRequests);
  worker->request_bytes.reserve(request_sites_.empty() ? 0 : kRequestBytes);
  worker->queues = std::make_unique<Queues>();
  Queues& queues = *worker->queues;
  for (const auto& counter : counters_) queues.counters.push_back(counter->Shard(index));
  uint32_t longest = 0;
  queues.learn.resize(tables_.size());
  for (const auto& table : tables_)
    if (table->learned() != nullptr) longest = std::max(longest, table->layout().key_bytes);
  queues.learn_keys.resize(size_t{longest} / 8 * tables_.size());
  queues.waiting.resize(size_t{longest} / 8 * kMaxBurst);
  for (size_t i = 0; i < tables_.size() && longest != 0; ++i)
    queues.learn[i].key = reinterpret_cast<uint8_t*>(&queues.learn_keys[i * longest / 8]);
  queues.deparse.resize(codegen::kDeparseBytes);
  size_t bytes = 0;
  const std::pair<Queues::Set*, const Schedule*> sets[] = {{&queues.ingress, &code_->ingress},
                                                           {&queues.parse_only, &code_->parse_only},
                                                           {&queues.egress, &code_->egress}};
  for (const auto& [set, schedule] : sets)
    for (const Schedule::Site& site : schedule->sites)
      bytes += (size_t{site.key_bytes} * kMaxBurst + 63) / 64 * 64;
  queues.keys = std::make_unique<engines::Reserved>(bytes);
  uint8_t* at = queues.keys->data();
  for (const auto& [set, schedule] : sets) {
    set->sites.resize(schedule->sites.size());
    for (size_t i = 0; i < set->sites.size(); ++i) {
      set->sites[i].keys = at;
      at += (size_t{schedule->sites[i].key_bytes} * kMaxBurst + 63) / 64 * 64;
    }
    set->context.sites = set->sites.data();
    set->context.counters = queues.counters.data();
    set->context.learn = queues.learn.data();
    set->context.worker = worker.get();
    set->context.deparse = queues.deparse.data();
  }
  return worker;
}

namespace {

// Requests in the order of the packets that made them; within a packet as it made them.
void SortRequests(Worker& worker) {
  // Their bytes were taken in the order of making.
  const auto before = [](const Request& a, const Request& b) {
    return a.arrival != b.arrival ? a.arrival < b.arrival : a.offset < b.offset;
  };
  if (!std::is_sorted(worker.requests.begin(), worker.requests.end(), before))
    std::sort(worker.requests.begin(), worker.requests.end(), before);
}

}  // namespace

void Pipeline::Ingress(Worker& worker, Packet* const* packets, uint32_t n) const {
  RunBurst(code_->ingress, worker.queues->ingress, packets, n);
  SortRequests(worker);
}

void Pipeline::Through(Worker& worker, Packet* const* packets, uint32_t n,
                       uint32_t drop_port) const {
  codegen::Context& context = worker.queues->ingress.context;
  context.through = 1;
  context.drop_port = drop_port;
  RunBurst(code_->ingress, worker.queues->ingress, packets, n);
  context.through = 0;
  SortRequests(worker);
}

void Pipeline::Egress(Worker& worker, Packet* const* packets, uint32_t n) const {
  RunBurst(code_->egress, worker.queues->egress, packets, n);
  SortRequests(worker);
}

bool Pipeline::ingress_deparses() const { return program_.functions[program_.ingress].deparses; }

bool Pipeline::MayTouchByte(uint32_t offset) const {
  const codegen::Plan& plan = code_->plan;
  return plan.touch_unknown || (offset < plan.touched.size() && plan.touched[offset]);
}

namespace {

void CopyVar(const Cell& cell, const uint8_t* from, uint8_t* to) {
  if (cell.home == 0 && !cell.role) return;
  std::memcpy(to + cell.home, from + cell.home, cell.role ? 8 : layout::ScalarBytes(cell.width));
}

}  // namespace

void Pipeline::CopyFrame(const Packet& from, Packet& to, Keep keep, uint32_t field_list) const {
  const codegen::Plan& plan = code_->plan;
  std::memcpy(to.frame, from.frame, plan.frame_bytes);
  to.parsed = from.parsed;
  to.parsed_bits = from.parsed_bits;
  to.received_length = from.received_length;
  to.preserved = from.preserved;
  to.verdict = from.verdict;
  for (const codegen::HeaderPlan& header : plan.headers) {
    const Cell& cell = plan.cells[header.base];
    if (cell.home == 0) continue;
    // A header lives in the frame, in the packet, or nowhere (zeros); an address of a dead value
    // may be anything.
    uintptr_t base;
    std::memcpy(&base, from.frame + cell.home, sizeof base);
    const auto frame = reinterpret_cast<uintptr_t>(from.frame),
               data = reinterpret_cast<uintptr_t>(from.data);
    if (base >= frame && base < frame + plan.frame_bytes) {
      base = base - frame + reinterpret_cast<uintptr_t>(to.frame);
    } else if (base >= data && base <= data + from.length) {
      base = base - data + reinterpret_cast<uintptr_t>(to.data);
    } else {
      continue;
    }
    std::memcpy(to.frame + cell.home, &base, sizeof base);
  }
  if (keep == Keep::kAll) return;
  std::memset(to.frame + plan.vars_offset, 0, plan.vars_bytes);
  for (const Cell& cell : plan.cells)
    if (cell.role) std::memset(to.frame + cell.home, 0, 8);
  for (const ir::FieldList& list : program_.field_lists) {
    if (list.index != field_list) continue;
    for (ir::VarId var : list.vars)
      CopyVar(plan.cells[plan.var_cell[var.index]], from.frame, to.frame);
  }
}

void Pipeline::CloneAsReceived(Worker& worker, const Packet& from, Packet& to,
                               uint32_t field_list) const {
  const codegen::Plan& plan = code_->plan;
  // The kept Vars of this pass and the target's roles are what the parser started from.
  std::memcpy(to.frame, from.frame, plan.frame_bytes);
  to.preserved = from.preserved;
  to.received_length = from.received_length;
  Packet* packet = &to;
  if (code_->plan.parse_only) RunBurst(code_->parse_only, worker.queues->parse_only, &packet, 1);
  for (const ir::FieldList& list : program_.field_lists) {
    if (list.index != field_list) continue;
    for (ir::VarId var : list.vars)
      CopyVar(plan.cells[plan.var_cell[var.index]], from.frame, to.frame);
  }
}

void Pipeline::PreserveFields(const Packet& from, Packet& to, uint32_t field_list) const {
  const codegen::Plan& plan = code_->plan;
  // From the homes of one frame to the kept copies of the other: no two of these overlap.
  for (const Cell& cell : plan.cells)
    if (cell.preserved != 0)
      std::memset(to.frame + cell.preserved, 0, layout::ScalarBytes(cell.width));
  for (const ir::FieldList& list : program_.field_lists) {
    if (list.index != field_list) continue;
    for (ir::VarId var : list.vars) {
      const Cell& cell = plan.cells[plan.var_cell[var.index]];
      std::memcpy(to.frame + cell.preserved, from.frame + cell.home,
                  layout::ScalarBytes(cell.width));
    }
  }
  to.preserved = true;
}

}  // namespace ipdk::cpu
