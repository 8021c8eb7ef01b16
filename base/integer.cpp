#include "base/integer.h"

#include <algorithm>

namespace ipdk {

Integer Mask(size_t width) { return (Integer(1) << width) - 1; }

Integer Truncate(const Integer& value, size_t width) {
  Integer out;
  mpz_fdiv_r_2exp(out.get_mpz_t(), value.get_mpz_t(), width);
  return out;
}

Integer AsSigned(const Integer& value, size_t width) {
  Integer low = Truncate(value, width);
  if (width > 0 && mpz_tstbit(low.get_mpz_t(), width - 1)) low -= Integer(1) << width;
  return low;
}

size_t BitLength(const Integer& value) {
  return value == 0 ? 0 : mpz_sizeinbase(value.get_mpz_t(), 2);
}

std::string ToBytes(const Integer& value, size_t bytes) {
  std::string out(bytes, '\0');
  const Integer low = Truncate(value, bytes * 8);
  const size_t used = BytesFor(BitLength(low));
  if (used > 0) mpz_export(out.data() + (bytes - used), nullptr, 1, 1, 1, 0, low.get_mpz_t());
  return out;
}

Integer FromBytes(std::span<const uint8_t> big_endian) {
  Integer out;
  if (!big_endian.empty())
    mpz_import(out.get_mpz_t(), big_endian.size(), 1, 1, 1, 0, big_endian.data());
  return out;
}

Integer FromBytes(std::string_view big_endian) {
  return FromBytes(
      std::span(reinterpret_cast<const uint8_t*>(big_endian.data()), big_endian.size()));
}

Integer FromU64(uint64_t value) {
  Integer out;
  mpz_import(out.get_mpz_t(), 1, 1, sizeof(value), 0, 0, &value);
  return out;
}

uint64_t ToU64(const Integer& value) {
  const Integer low = Truncate(value, 64);
  uint64_t out = 0;
  mpz_export(&out, nullptr, -1, sizeof(out), 0, 0, low.get_mpz_t());
  return out;
}

bool FitsU64(const Integer& value) { return value >= 0 && BitLength(value) <= 64; }

std::optional<Integer> ParseInteger(std::string_view text) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0') {
    const char kind = static_cast<char>(text[1] | 0x20);
    base = kind == 'x' ? 16 : kind == 'b' ? 2 : kind == 'o' ? 8 : 10;
    if (base != 10) text.remove_prefix(2);
  }
  std::string digits;
  for (char c : text) {
    if (c == '_' && !digits.empty()) continue;
    const char lower = static_cast<char>(c | 0x20);
    const int value = c >= '0' && c <= '9'           ? c - '0'
                      : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                     : 99;
    if (value >= base) return std::nullopt;
    digits.push_back(c);
  }
  if (digits.empty()) return std::nullopt;
  return Integer(digits, base);
}

std::string ToHex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char c : bytes) {
    out.push_back(kDigits[c >> 4]);
    out.push_back(kDigits[c & 15]);
  }
  return out;
}

std::optional<std::string> FromHex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(digits.size() / 2);
  auto value = [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = value(digits[i]), low = value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

}  // namespace ipdk
