#pragma once
// The tables of a program that are not matched by packets' keys: meters, value sets and digests.
// Control thread only.

#include <cstdint>
#include <functional>
#include <memory>

#include "targets/cpu/pipeline.h"
#include "tdi/table.h"

namespace ipdk::cpu {

// `now`: the clock that meters run by.
std::unique_ptr<tdi::TableBackend> MakeMeterBackend(tdi::TableSchema schema, MeterArray& meter,
                                                    std::function<uint64_t()> now);
std::unique_ptr<tdi::TableBackend> MakeValueSetBackend(tdi::TableSchema schema, Table& set);
std::unique_ptr<tdi::TableBackend> MakeDigestBackend(tdi::TableSchema schema);

}  // namespace ipdk::cpu
