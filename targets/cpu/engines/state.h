#pragma once
// Counters, registers and meters: what generated code writes while packets flow, and the control
// thread reads.
//
// Counters commute, so each worker has a shard of its own and reading sums them. Registers and
// meters are shared by the workers: elements up to 64 bits are read and written whole; wider ones
// under a lock. All grow in place within address space reserved at the start: generated code holds
// their addresses.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/integer.h"
#include "base/result.h"
#include "pipeline/externs/meter.h"
#include "pipeline/schema/schema.h"
#include "targets/cpu/engines/memory.h"

namespace ipdk::cpu {

struct CounterValue {
  uint64_t packets = 0, bytes = 0;
};

class CounterArray {
 public:
  // Direct counters grow with their table; `size` is where they start.
  CounterArray(std::string name, uint64_t size, bool direct);

  const std::string& name() const { return name_; }
  bool direct() const { return direct_; }
  uint64_t size() const { return size_; }
  void Grow(uint64_t size);  // direct ones

  Result<CounterValue> Read(uint64_t index) const;
  // Gives an element a value (others may count meanwhile).
  Status Write(uint64_t index, CounterValue value);
  // Adds to an element; loses nothing that others count meanwhile.
  Status Add(uint64_t index, CounterValue value);

  // The elements of one worker: size() of them, at an address that never changes. Control thread.
  CounterValue* Shard(uint32_t worker);

 private:
  std::string name_;
  uint64_t size_;
  bool direct_;
  uint64_t capacity_;
  std::vector<std::unique_ptr<engines::Reserved>> shards_;
  std::vector<CounterValue> written_;  // added to the sum, modulo 2^64
};

class RegisterArray {
 public:
  RegisterArray(std::string name, std::vector<uint32_t> widths, uint64_t size,
                const Integer& initial);

  const std::string& name() const { return name_; }
  const std::vector<uint32_t>& widths() const { return widths_; }
  uint64_t size() const { return size_; }
  Result<std::vector<Integer>> Read(uint64_t index) const;
  Status Write(uint64_t index, const std::vector<Integer>& values);
  void Reset();

  // Layout of an element, for generated code.
  uint8_t* data() const { return memory_->data(); }
  uint32_t stride() const { return stride_; }
  uint32_t offset(size_t leaf) const { return offsets_[leaf]; }

 private:
  std::string name_;
  std::vector<uint32_t> widths_, offsets_;
  uint64_t size_;
  Integer initial_;
  uint32_t stride_ = 0;
  std::unique_ptr<engines::Reserved> memory_;
};

// Direct meters grow with their table, like direct counters.
class MeterArray {
 public:
  MeterArray(std::string name, uint64_t size, bool direct, bool packets, bool color_aware);

  const std::string& name() const { return name_; }
  bool direct() const { return direct_; }
  uint64_t size() const { return size_; }
  void Grow(uint64_t size);

  Result<externs::MeterConfig> Read(uint64_t index) const;
  // The buckets start full.
  Status Write(uint64_t index, const externs::MeterConfig& config, uint64_t now_ns);

  // Any worker. Beyond the size: green, and nothing is counted.
  uint32_t Execute(uint64_t index, uint64_t now_ns, uint64_t bytes, uint32_t before);

 private:
  struct Element {
    externs::MeterConfig config;
    externs::MeterState state;
    uint32_t lock;
  };
  Element& at(uint64_t index) const { return reinterpret_cast<Element*>(memory_->data())[index]; }

  std::string name_;
  uint64_t size_;
  bool direct_, packets_, color_aware_;
  uint64_t capacity_;
  std::unique_ptr<engines::Reserved> memory_;
};

}  // namespace ipdk::cpu
