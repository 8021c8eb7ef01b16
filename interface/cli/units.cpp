#include "interface/cli/units.h"

#include <cctype>

namespace ipdk::cli {
namespace {

struct Unit {
  std::string_view name;  // lower case
  uint64_t factor;
};

// An exact decimal number times a unit; no floating point, so that 2.5Gbps is what it says.
Result<uint64_t> Parse(std::string_view text, const Unit* units, size_t count,
                       std::string_view wanted) {
  const auto bad = [&] { return InvalidArgument("'{}' is not {}", text, wanted); };
  size_t at = 0;
  uint64_t whole = 0, fraction = 0, scale = 1;
  bool digits = false, dot = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !dot) {
      dot = true;
    } else if (c >= '0' && c <= '9') {
      digits = true;
      const auto digit = static_cast<uint64_t>(c - '0');
      if (!dot) {
        if (__builtin_mul_overflow(whole, 10u, &whole) ||
            __builtin_add_overflow(whole, digit, &whole))
          return bad();
      } else {
        if (scale >= 1'000'000'000'000u) return bad();
        fraction = fraction * 10 + digit;
        scale *= 10;
      }
    } else {
      break;
    }
  }
  if (!digits) return bad();
  while (at < text.size() && text[at] == ' ') ++at;
  std::string unit;
  for (; at < text.size(); ++at)
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(text[at])));
  for (size_t i = 0; i < count; ++i) {
    if (unit != units[i].name) continue;
    unsigned __int128 value = static_cast<unsigned __int128>(whole) * units[i].factor;
    const unsigned __int128 part = static_cast<unsigned __int128>(fraction) * units[i].factor;
    if (part % scale != 0) return bad();
    value += part / scale;
    if (value > UINT64_MAX) return InvalidArgument("'{}' is too large", text);
    return static_cast<uint64_t>(value);
  }
  return bad();
}

constexpr uint64_t kK = 1000, kM = kK * 1000, kG = kM * 1000, kT = kG * 1000;
constexpr Unit kBits[] = {{"bps", 1},     {"", 1},        {"kbps", kK},   {"mbps", kM},
                          {"gbps", kG},   {"tbps", kT},   {"bit/s", 1},   {"kbit/s", kK},
                          {"mbit/s", kM}, {"gbit/s", kG}, {"tbit/s", kT}, {"k", kK},
                          {"m", kM},      {"g", kG},      {"t", kT}};
constexpr Unit kRequests[] = {{"iops", 1},   {"", 1},   {"kiops", kK},
                              {"miops", kM}, {"k", kK}, {"m", kM}};
constexpr Unit kBytes[] = {
    {"", 1},          {"b", 1},         {"kb", kK},          {"mb", kM},       {"gb", kG},
    {"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30},    {"k", 1 << 10},   {"m", 1 << 20},
    {"g", 1 << 30},   {"tb", kT},       {"tib", 1ull << 40}, {"t", 1ull << 40}};

}  // namespace

Result<uint64_t> ParseBitRate(std::string_view text) {
  if (text == "unlimited" || text == "none") return 0;
  return Parse(text, kBits, std::size(kBits), "a rate such as 10Gbps, 500Mbps or unlimited");
}

std::string PrintBitRate(uint64_t rate) {
  if (rate == 0) return "unlimited";
  const std::pair<uint64_t, const char*> units[] = {
      {kT, "Tbps"}, {kG, "Gbps"}, {kM, "Mbps"}, {kK, "kbps"}};
  for (const auto& [factor, name] : units) {
    if (rate >= factor && rate % (factor / 1000) == 0) {
      std::string text = fmt::format("{}", rate / factor);
      if (const uint64_t rest = rate % factor / (factor / 1000); rest != 0) {
        text += fmt::format(".{:03}", rest);
        while (text.back() == '0') text.pop_back();
      }
      return text + name;
    }
  }
  return fmt::format("{}bps", rate);
}

Result<uint64_t> ParseRequestRate(std::string_view text) {
  if (text == "unlimited" || text == "none") return 0;
  return Parse(text, kRequests, std::size(kRequests),
               "a rate such as 100KIOPS, 500IOPS or unlimited");
}

Result<uint64_t> ParseBytes(std::string_view text) {
  return Parse(text, kBytes, std::size(kBytes), "a size such as 1500, 64KB or 64KiB");
}

}  // namespace ipdk::cli
