// ipdk: the command line.
#include "apps/ipdk/modules.h"
#include "interface/cli/cli.h"

int main(int argc, char** argv) { return ipdk::cli::Main(argc, argv, ipdk::apps::MakeTools()); }
