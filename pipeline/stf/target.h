#pragma once
// What a packet test needs of a switch. The interpreter implements it (pipeline/eval/stf_target.h),
// so does each target: the same file runs on all of them.

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/externs/meter.h"
#include "pipeline/schema/schema.h"

namespace ipdk::stf {

// A field of an output, in bits from its first byte.
struct Field {
  size_t offset = 0, width = 0;
  std::string name;
};

struct Output {
  uint32_t port = 0;
  std::string bytes;
  std::vector<Field> fields;  // as the program emitted them; empty if the target cannot say
};

struct Counts {
  uint64_t packets = 0, bytes = 0;
};

struct Replica {
  uint32_t port = 0, instance = 0;
};

struct Session {
  std::vector<uint32_t> ports;
  uint32_t group = 0;  // 0: none
};

class Target {
 public:
  virtual ~Target() = default;

  virtual const schema::Schema& schema() const = 0;

  // Entries have passed schema::CheckEntry.
  virtual Status Add(schema::TableId table, const schema::Entry& entry) = 0;
  virtual Status SetDefault(schema::TableId table, const schema::Entry& entry) = 0;
  // All entries that were added, and default actions as the program has them.
  virtual Status RemoveAll() = 0;

  // Runs the packet to completion: what came out at any port, in order.
  virtual Result<std::vector<Output>> Send(uint32_t port, const std::string& bytes) = 0;

  virtual Result<Counts> ReadCounter(schema::CounterId counter, uint64_t index) = 0;
  virtual Status WriteCounter(schema::CounterId counter, uint64_t index, Counts counts) = 0;
  // Of the entry with this key.
  virtual Result<Counts> ReadDirectCounter(schema::CounterId counter,
                                           const schema::Entry& entry) = 0;

  virtual Result<std::vector<Integer>> ReadRegister(schema::RegisterId id, uint64_t index) = 0;
  virtual Status WriteRegister(schema::RegisterId id, uint64_t index,
                               const std::vector<Integer>& leaves) = 0;
  virtual Status ResetRegister(schema::RegisterId id) = 0;

  virtual Result<externs::MeterConfig> ReadMeter(schema::MeterId meter, uint64_t index) = 0;
  virtual Status WriteMeter(schema::MeterId meter, uint64_t index,
                            const externs::MeterConfig& config) = 0;

  // Replaces the group or session.
  virtual Status SetGroup(uint32_t group, std::span<const Replica> replicas) = 0;
  virtual Status SetSession(uint32_t session, const Session& value) = 0;
  virtual Status DeleteSession(uint32_t session) = 0;
};

}  // namespace ipdk::stf
