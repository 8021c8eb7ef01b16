before __FILE__ __LINE__
#include "one.p4"
#define NAME "two.p4"
#include NAME
#include <core.p4>
#include <core.p4>
#include "once.p4"
#include "once.p4"
after __FILE__ __LINE__
#line 100 "other.p4"
renamed __FILE__ __LINE__
# 7
again __FILE__ __LINE__
__COUNTER__ __COUNTER__
// --- one.p4
one __FILE__ __LINE__
// --- two.p4
#include "one.p4"
two
// --- once.p4
#pragma once
once

// CHECK:OUT: before "includes.p4" 1
// CHECK:OUT: one "one.p4" 1
// CHECK:OUT: one "one.p4" 1
// CHECK:OUT: two
// CHECK:OUT: error {
// CHECK:OUT: NoError,
// CHECK:OUT: PacketTooShort,
// CHECK:OUT: NoMatch,
// CHECK:OUT: StackOutOfBounds,
// CHECK:OUT: HeaderTooShort,
// CHECK:OUT: ParserTimeout,
// CHECK:OUT: ParserInvalidArgument
// CHECK:OUT: }
// CHECK:OUT: extern packet_in {
// CHECK:OUT: void extract<T>(out T hdr);
// CHECK:OUT: void extract<T>(out T variableSizeHeader, in bit<32> variableFieldSizeInBits);
// CHECK:OUT: T lookahead<T>();
// CHECK:OUT: void advance(in bit<32> sizeInBits);
// CHECK:OUT: bit<32> length();
// CHECK:OUT: }
// CHECK:OUT: extern packet_out {
// CHECK:OUT: void emit<T>(in T hdr);
// CHECK:OUT: }
// CHECK:OUT: extern void verify(in bool check, in error toSignal);
// CHECK:OUT: @noWarn("unused")
// CHECK:OUT: action NoAction() {}
// CHECK:OUT: match_kind {
// CHECK:OUT: exact,
// CHECK:OUT: ternary,
// CHECK:OUT: lpm
// CHECK:OUT: }
// CHECK:OUT: extern bool static_assert(bool check, string message);
// CHECK:OUT: extern bool static_assert(bool check);
// CHECK:OUT: once
// CHECK:OUT: after "includes.p4" 9
// CHECK:OUT: renamed "other.p4" 100
// CHECK:OUT: again "other.p4" 7
// CHECK:OUT: 0 1
