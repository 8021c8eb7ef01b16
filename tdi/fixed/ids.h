#pragma once
// The numbers of the fixed tables. A number is never given to another table, since stored records
// and remote clients know tables by it.

#include "tdi/schema.h"

namespace ipdk::tdi::fixed {

inline constexpr uint32_t kHostTable = kFixedTablePrefix | 1;
inline constexpr uint32_t kPortTable = kFixedTablePrefix | 2;
inline constexpr uint32_t kPortNumberTable = kFixedTablePrefix | 3;
inline constexpr uint32_t kMulticastGroupTable = kFixedTablePrefix | 4;
inline constexpr uint32_t kMulticastReplicaTable = kFixedTablePrefix | 5;
inline constexpr uint32_t kCloneSessionTable = kFixedTablePrefix | 6;
inline constexpr uint32_t kCloneReplicaTable = kFixedTablePrefix | 7;

}  // namespace ipdk::tdi::fixed
