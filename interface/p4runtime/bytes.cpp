#include "interface/p4runtime/bytes.h"

namespace ipdk::p4runtime {
namespace {

// Long garbage is not echoed whole.
std::string Shown(std::string_view bytes) {
  constexpr size_t kMost = 40;
  return bytes.size() <= kMost ? "0x" + ToHex(bytes) : "0x" + ToHex(bytes.substr(0, kMost)) + "...";
}

}  // namespace

Result<Integer> DecodeBytes(std::string_view bytes, uint32_t width, std::string_view what) {
  if (bytes.empty())
    return OutOfRange("{}: value is an empty byte string; bit<{}> wants at least one byte", what,
                      width);
  const size_t first = bytes.find_first_not_of('\0');
  if (first == std::string_view::npos) return Integer(0);
  const std::string_view digits = bytes.substr(first);
  if (digits.size() > BytesFor(width))
    return OutOfRange("{}: value {} does not fit bit<{}>", what, Shown(bytes), width);
  Integer value = FromBytes(digits);
  if (BitLength(value) > width)
    return OutOfRange("{}: value {} does not fit bit<{}>", what, Shown(bytes), width);
  return value;
}

Result<Integer> DecodeSignedBytes(std::string_view bytes, uint32_t width, std::string_view what) {
  if (bytes.empty())
    return OutOfRange("{}: value is an empty byte string; int<{}> wants at least one byte", what,
                      width);
  const bool negative = (static_cast<uint8_t>(bytes[0]) & 0x80) != 0;
  const char fill = negative ? '\xff' : '\0';
  std::string_view digits = bytes;
  while (digits.size() > 1 && digits[0] == fill &&
         ((static_cast<uint8_t>(digits[1]) & 0x80) != 0) == negative)
    digits.remove_prefix(1);
  if (digits.size() > BytesFor(width))
    return OutOfRange("{}: value {} does not fit int<{}>", what, Shown(bytes), width);
  Integer value = FromBytes(digits);
  if (negative) value -= Integer(1) << (digits.size() * 8);
  const Integer limit = Integer(1) << (width - 1);
  if (value >= limit || value < -limit)
    return OutOfRange("{}: value {} does not fit int<{}>", what, Shown(bytes), width);
  return value;
}

std::string EncodeBytes(const Integer& value) {
  const size_t bits = BitLength(value);
  return ToBytes(value, bits == 0 ? 1 : BytesFor(bits));
}

}  // namespace ipdk::p4runtime
