// ipdkd: the daemon, in the foreground. SIGTERM and SIGINT end it; hosts, ports and entries are
// found again at the next start.
#include <pthread.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>

#include "apps/ipdkd/modules.h"
#include "apps/ipdkd/options.h"

int main(int argc, char** argv) {
  using namespace ipdk::apps;
  DaemonOptions options;
  if (const auto exit_code = ParseOptions(argc, argv, &options)) return *exit_code;
  spdlog::set_default_logger(spdlog::stderr_color_mt("ipdkd"));
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  // Before any thread is made, so that all of them leave these signals to us.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto daemon = Daemon::Start(options);
  if (!daemon) {
    spdlog::error("{}", daemon.error().message());
    return 1;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("{}: ending", signal == SIGTERM ? "SIGTERM" : "SIGINT");
  daemon->reset();
  return 0;
}
