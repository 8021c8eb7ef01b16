#include "apps/ipdkd/options.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace ipdk::apps {
namespace {

constexpr std::string_view kHelp =
    R"(usage: ipdkd [options]

Carries packets between hosts by a P4 program, and serves P4Runtime and gNMI. Runs in the foreground and logs to standard error.

  --state-dir DIR      what was asked for, kept over restarts (default /var/lib/ipdk)
  --p4runtime ADDRESS  to listen on (default 127.0.0.1:9559)
  --gnmi ADDRESS       to listen on (default 127.0.0.1:9339)
  --workers N          threads that move packets (default 1)
  --memory MB          for packet buffers (default 512); 0: without DPDK
  --cpu-port N         the port of packets from and to the controller (default 510)
  --timeout SECONDS    how long a change of hosts and ports may take (default 10)

example:
  ipdkd --workers 2 --state-dir /tmp/ipdk
)";

std::optional<uint32_t> Number(const char* text, uint32_t low, uint32_t high) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || value < low || value > high)
    return std::nullopt;
  return static_cast<uint32_t>(value);
}

}  // namespace

std::optional<int> ParseOptions(int argc, char** argv, DaemonOptions* options) {
  struct NumberOption {
    std::string_view name;
    uint32_t* value;
    uint32_t low, high;
  };
  struct TextOption {
    std::string_view name;
    std::string* value;
  };
  const NumberOption numbers[] = {{"--workers", &options->workers, 1, 128},
                                  {"--memory", &options->memory_mb, 0, 1 << 20},
                                  {"--cpu-port", &options->cpu_port, 0, 0xFFFFFFF0},
                                  {"--timeout", &options->timeout_s, 1, 3600}};
  const TextOption texts[] = {{"--state-dir", &options->state_dir},
                              {"--p4runtime", &options->p4runtime},
                              {"--gnmi", &options->gnmi}};
  for (int i = 1; i < argc; ++i) {
    std::string_view name = argv[i];
    if (name == "--help" || name == "-h") {
      std::fwrite(kHelp.data(), 1, kHelp.size(), stdout);
      return 0;
    }
    const char* value = nullptr;
    if (const size_t equal = name.find('='); equal != std::string_view::npos) {
      value = argv[i] + equal + 1;
      name = name.substr(0, equal);
    } else if (i + 1 < argc) {
      value = argv[i + 1];
    }
    bool known = false;
    for (const NumberOption& option : numbers) {
      if (option.name != name) continue;
      known = true;
      const auto number = value == nullptr ? std::nullopt : Number(value, option.low, option.high);
      if (!number) {
        std::fprintf(stderr, "ipdkd: %s wants a number from %u to %u\n", std::string(name).c_str(),
                     option.low, option.high);
        return 2;
      }
      *option.value = *number;
    }
    for (const TextOption& option : texts) {
      if (option.name != name) continue;
      known = true;
      if (value == nullptr || *value == '\0') {
        std::fprintf(stderr, "ipdkd: %s wants a value\n", std::string(name).c_str());
        return 2;
      }
      *option.value = value;
    }
    if (!known) {
      std::fprintf(stderr, "ipdkd: no option '%s'; see: ipdkd --help\n", argv[i]);
      return 2;
    }
    if (std::string_view(argv[i]).find('=') == std::string_view::npos) ++i;
  }
  return std::nullopt;
}

}  // namespace ipdk::apps
