#pragma once
// A compiled program on this CPU: native code for the entry functions of an ir::Program, and the
// state it works on (tables, counters, registers, meters). The run loop gives it bursts, the
// control thread changes its tables; neither sees LLVM, and the pipeline sees neither ports nor
// DPDK.
//
// A burst's result is that of its packets one by one, in the order given. For v1model:
//
//   Ingress(burst)  >  traffic manager reads `out` roles, sets `in` roles, copies  >  Egress(burst)
//   >  transmit
//
// Threads: code and layout are immutable and shared. A Worker belongs to one thread. Tables,
// counters, registers and meters have one writer, the control thread; they outlive the pipeline if
// a successor adopts them (CompileOptions). A thread that runs bursts reports to the Epoch between
// two bursts, and goes offline before it sleeps or ends.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "pipeline/ir/ir.h"
#include "pipeline/schema/schema.h"
#include "targets/cpu/packet.h"

namespace ipdk::cpu {

namespace engines {
class Epoch;
}
class Table;         // targets/cpu/engines/table.h
class CounterArray;  // targets/cpu/engines/state.h
class RegisterArray;
class MeterArray;
class CompiledCode;  // targets/cpu/codegen: the linked object and how its stages hang together
struct Queues;

constexpr uint32_t kMaxBurst = 64;

// What a program asked of the outside while it ran, in the order of the packets of the burst.
struct Request {
  uint32_t site = 0;     // index in Pipeline::request_sites()
  uint32_t arrival = 0;  // position of the packet in the burst
  uint64_t packet_id = 0;
  uint32_t offset = 0, size = 0;  // in Worker::request_bytes: each leaf big-endian in whole bytes
};

struct RequestSite {
  enum class Kind : uint8_t { kDigest, kLog } kind = Kind::kDigest;
  schema::DigestId digest;       // kDigest
  std::string text;              // kLog: the format, with {}
  std::vector<uint32_t> widths;  // of the leaves, bits
  ir::SourceId at;
};

// Everything that one thread needs to run bursts of one pipeline. Make it by Pipeline::MakeWorker;
// drain the requests after each burst (clear both vectors, keeping their capacity).
struct Worker {
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  uint32_t index = 0;  // counters have one shard per index
  std::vector<Request> requests;
  std::vector<uint8_t> request_bytes;
  uint64_t requests_lost = 0;      // beyond the capacity of one burst
  std::unique_ptr<Queues> queues;  // of the scheduler
  // Ports that lead to the host; null: none. The traffic manager's, while a burst runs.
  const std::unordered_set<uint32_t>* host_ports = nullptr;
};

enum class Keep : uint8_t {
  kAll,        // replication: Vars and headers go on
  kFieldList,  // clone after egress: headers go on, Vars are 0 but for the field list
};

struct CompileOptions {
  // Use what this machine's processor offers; otherwise x86-64-v2. Results are the same.
  bool host_cpu = true;
  // At most so many workers will run at once: sizes the counter shards; 1 compiles locks out.
  uint32_t workers = 1;
  uint64_t seed = 0;  // of random()
  // State whose full name and signature are the same is taken over from here, contents and all.
  const class Pipeline* adopt = nullptr;
  // False: tables are not adopted but start anew (a device fills them with the rows that it keeps);
  // counters that are not direct, registers and meters are adopted all the same.
  bool adopt_tables = true;
  // Retired memory waits here for the workers; null: the pipeline has its own (Pipeline::epoch()).
  std::shared_ptr<engines::Epoch> epoch;
};

class Pipeline {
 public:
  // Lowers a verified program. Takes from milliseconds to seconds: not on the control thread.
  // The tables hold the program's own entries (const and initial) when this returns.
  static Result<std::unique_ptr<Pipeline>> Compile(const schema::Schema& schema,
                                                   const ir::Program& program,
                                                   const CompileOptions& options);
  // The LLVM IR after optimisation, or the assembly, as text.
  enum class Emit : uint8_t { kLlvm, kAsm };
  static Result<std::string> Print(const schema::Schema& schema, const ir::Program& program,
                                   Emit what, const CompileOptions& options);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  const schema::Schema& schema() const { return schema_; }
  const ir::Program& program() const { return program_; }

  // --- the packet path
  std::unique_ptr<Worker> MakeWorker(uint32_t index) const;

  // Runs up to any number of packets through the entry function. Each needs data, length,
  // total_length, received_length, headroom, frame, id, receive_ns, and the `in` roles that it
  // uses. Afterwards `verdict` and the `out` roles stand.
  void Ingress(Worker& worker, Packet* const* packets, uint32_t n) const;
  // Ingress, and then egress for each packet that asks for nothing but one port: verdict kSent, and
  // what Egress says of the packet stands. kDropped: its egress_spec was `drop_port` after ingress
  // or after egress (then it is deparsed too). kNone: the packet stands as after Ingress. v1model
  // with egress only.
  void Through(Worker& worker, Packet* const* packets, uint32_t n, uint32_t drop_port) const;
  // Runs the egress function; if it deparses, data, length, total_length, headroom, parsed and
  // offload.checksum_start are those of the new packet, unless verdict says otherwise. REQUIRES:
  // has_egress().
  void Egress(Worker& worker, Packet* const* packets, uint32_t n) const;

  bool has_egress() const { return program_.egress.valid(); }
  bool ingress_deparses() const;
  // A stateful object is touched by both functions: run packets one at a time through both to keep
  // their order.
  bool couples_ingress_and_egress() const { return couples_; }

  uint32_t frame_bytes() const { return frame_bytes_; }
  // How many leading bytes the parser may look at (UINT32_MAX: no bound, e.g. a loop).
  uint32_t parse_bytes() const { return parse_bytes_; }
  // How many bytes a packet may grow at its head.
  uint32_t growth_bytes() const { return growth_bytes_; }
  // The program can clone or resubmit the packet as it came: Ingress leaves the packet's bytes
  // alone until deparsing.
  bool keeps_original() const { return keeps_original_; }
  // May the program read or change this byte of the packet (an L4 checksum: then complete it
  // first)?
  bool MayTouchByte(uint32_t offset) const;

  bool uses(ir::Role role) const { return program_.role(role).valid(); }
  // A role's value, 0 if the program does not have it.
  uint64_t role(const Packet& packet, ir::Role role) const {
    return uses(role) ? packet.intrinsics()[role] : 0;
  }
  void set_role(Packet& packet, ir::Role role, uint64_t value) const {
    if (uses(role)) packet.intrinsics()[role] = value;
  }

  // Between Ingress and Egress, or after Egress: gives `to` the per-packet state of `from`.
  // REQUIRES: to.data has the bytes of `from` (up to from.parsed at least), both have frames. Sets
  // to.parsed and to.received_length too.
  void CopyFrame(const Packet& from, Packet& to, Keep keep, uint32_t field_list) const;
  // v1model's ingress clone, after Ingress of `from`: gives `to`, which has the bytes as received,
  // the Vars and Headers that `from` had when its parsing was over, then the Vars of the field list
  // as `from` has them now. REQUIRES: keeps_original(), to.data and the like are set, `to` has a
  // frame. Sets to.parsed, to.received_length, to.verdict.
  void CloneAsReceived(Worker& worker, const Packet& from, Packet& to, uint32_t field_list) const;
  // Before another pass (resubmit, recirculate): keeps the Vars of a field list in to's frame for
  // its start, the others start at 0; sets to.preserved. An index that the program has no list for
  // keeps none. `from` may be `to`.
  void PreserveFields(const Packet& from, Packet& to, uint32_t field_list) const;

  const std::vector<RequestSite>& request_sites() const { return request_sites_; }

  // --- state, for the control thread
  Table& table(schema::TableId id) const { return *tables_[id.index]; }
  Table& value_set(schema::ValueSetId id) const { return *value_sets_[id.index]; }
  CounterArray& counter(schema::CounterId id) const { return *counters_[id.index]; }
  RegisterArray& reg(schema::RegisterId id) const { return *registers_[id.index]; }
  MeterArray& meter(schema::MeterId id) const { return *meters_[id.index]; }
  // Shared ownership, for readers that outlive a swap.
  std::shared_ptr<Table> shared_table(schema::TableId id) const { return tables_[id.index]; }

  engines::Epoch& epoch() const { return *epoch_; }

 private:
  friend class Compiler;
  Pipeline();

  schema::Schema schema_;
  ir::Program program_;
  std::shared_ptr<engines::Epoch> epoch_;
  std::vector<std::shared_ptr<Table>> tables_, value_sets_;
  std::vector<std::shared_ptr<CounterArray>> counters_;
  std::vector<std::shared_ptr<RegisterArray>> registers_;
  std::vector<std::shared_ptr<MeterArray>> meters_;
  std::vector<RequestSite> request_sites_;
  std::shared_ptr<uint32_t> flow_ids_;  // the last id that allocate_flow_id gave
  std::unique_ptr<CompiledCode> code_;
  uint32_t frame_bytes_ = 0, parse_bytes_ = 0, growth_bytes_ = 0;
  bool keeps_original_ = false, couples_ = false;
};

}  // namespace ipdk::cpu
