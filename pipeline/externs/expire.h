#pragma once
// How long entries that packets add to a table (PNA: add_entry) live without being used, by their
// expire time profile, and how many there may be: the same for the interpreter and all targets.
//
// PNA leaves the times to the control plane; these are what DPDK programs are used to. A table
// whose size the program does not say takes 65,536.
//
// PNA 0.7: an entry's timer is restarted by restart_expire_timer and set_entry_expire_time. A
// table none of whose actions calls either restarts it by every match, as PSA does.

#include <cstdint>
#include <vector>

#include "pipeline/ir/compiled.h"

namespace ipdk::externs {

inline uint64_t ExpireNs(uint64_t profile) {
  constexpr uint64_t kSeconds[] = {10, 30, 60, 120, 300, 43'200, 120, 120};
  return kSeconds[profile < 8 ? profile : 7] * 1'000'000'000;
}

inline uint64_t LearnedCapacity(uint64_t table_size) {
  constexpr uint64_t kUnsaid = uint64_t{1} << 16;
  return table_size == 0 || table_size > (uint64_t{1} << 26) ? kUnsaid : table_size;
}

// By table: whether some code says when its entries' timers restart.
inline std::vector<bool> TablesWithOwnTimers(const ir::Compiled& compiled) {
  std::vector<bool> own(compiled.schema.tables.size());
  for (const ir::Block& block : compiled.program.blocks)
    for (const ir::Stmt& stmt : block.stmts)
      if (stmt.kind == ir::StmtKind::kExtern &&
          (stmt.op == ir::ExternOp::kSetExpireTime ||
           stmt.op == ir::ExternOp::kRestartExpireTimer))
        own[stmt.object] = true;
  return own;
}

}  // namespace ipdk::externs
