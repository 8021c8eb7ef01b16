#pragma once
// Integers without a ceiling (GMP), and the few bit-string conversions that every layer needs.
// A P4 value of any width, a table key and a constant of infinite precision are all an Integer.

#include <gmpxx.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ipdk {

using Integer = mpz_class;

// 2^width - 1.
Integer Mask(size_t width);
// The value modulo 2^width, in 0 .. 2^width-1 (two's complement for negative values).
Integer Truncate(const Integer& value, size_t width);
// Reads the low `width` bits as two's complement.
Integer AsSigned(const Integer& value, size_t width);
// Bits needed to write a non-negative value; 0 needs 0.
size_t BitLength(const Integer& value);

// Big-endian bytes, exactly `bytes` long; higher bits of the value are dropped. REQUIRES: value >=
// 0.
std::string ToBytes(const Integer& value, size_t bytes);
Integer FromBytes(std::span<const uint8_t> big_endian);
Integer FromBytes(std::string_view big_endian);

inline size_t BytesFor(size_t width) { return (width + 7) / 8; }

Integer FromU64(uint64_t value);
// The low 64 bits. REQUIRES: value >= 0.
uint64_t ToU64(const Integer& value);
bool FitsU64(const Integer& value);

// Decimal, 0x, 0o, 0b; underscores are allowed between digits. Nothing else.
std::optional<Integer> ParseInteger(std::string_view text);

// "0a000001" <-> bytes. Digits only, an even number of them.
std::string ToHex(std::string_view bytes);
std::optional<std::string> FromHex(std::string_view digits);

}  // namespace ipdk
