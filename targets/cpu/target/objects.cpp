#include "targets/cpu/target/objects.h"

#include "targets/cpu/engines/state.h"
#include "targets/cpu/engines/table.h"
#include "targets/cpu/target/tables.h"
#include "tdi/row.h"

namespace ipdk::cpu {
namespace {

uint32_t NumberOf(std::string_view key) {
  tdi::FieldReader reader(key);
  return static_cast<uint32_t>(reader.Bits(32));
}

class Backend : public tdi::TableBackend {
 public:
  explicit Backend(tdi::TableSchema schema) : schema_(std::move(schema)) {}
  const tdi::TableSchema& schema() const override { return schema_; }

 protected:
  const tdi::TableSchema schema_;
};

class MeterBackend final : public Backend {
 public:
  MeterBackend(tdi::TableSchema schema, MeterArray& meter, std::function<uint64_t()> now)
      : Backend(std::move(schema)), meter_(meter), now_(std::move(now)) {}

  Status Apply(const tdi::Change& change) override {
    const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
    externs::MeterConfig config;
    if (change.after != nullptr) {
      tdi::FieldReader reader(row.data);
      config.configured = true;
      config.cir = reader.Bits(64);
      config.cburst = reader.Bits(64);
      config.pir = reader.Bits(64);
      config.pburst = reader.Bits(64);
    }
    const uint32_t index = NumberOf(row.key);
    IPDK_ASSIGN(const externs::MeterConfig present, meter_.Read(index));
    // A meter that a new program has taken over goes on with its buckets as they are.
    return present == config ? Status() : meter_.Write(index, config, now_());
  }

 private:
  MeterArray& meter_;
  const std::function<uint64_t()> now_;
};

class ValueSetBackend final : public Backend {
 public:
  ValueSetBackend(tdi::TableSchema schema, Table& set) : Backend(std::move(schema)), set_(set) {}

  Status Apply(const tdi::Change& change) override {
    if (change.before != nullptr && change.after != nullptr) return {};  // a member has no data
    const tdi::Row& row = change.after != nullptr ? *change.after : *change.before;
    IPDK_ASSIGN(const schema::Entry member, KeyEntry(schema_, row, false));
    return change.after != nullptr ? set_.Insert(member) : set_.Erase(member);
  }
  void Publish() override { set_.Publish(); }

 private:
  Table& set_;
};

// Nothing of a digest's settings concerns the data path.
class DigestBackend final : public Backend {
 public:
  using Backend::Backend;
  Status Apply(const tdi::Change&) override { return {}; }
};

}  // namespace

std::unique_ptr<tdi::TableBackend> MakeMeterBackend(tdi::TableSchema schema, MeterArray& meter,
                                                    std::function<uint64_t()> now) {
  return std::make_unique<MeterBackend>(std::move(schema), meter, std::move(now));
}
std::unique_ptr<tdi::TableBackend> MakeValueSetBackend(tdi::TableSchema schema, Table& set) {
  return std::make_unique<ValueSetBackend>(std::move(schema), set);
}
std::unique_ptr<tdi::TableBackend> MakeDigestBackend(tdi::TableSchema schema) {
  return std::make_unique<DigestBackend>(std::move(schema));
}

}  // namespace ipdk::cpu
