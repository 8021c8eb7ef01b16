// The list of verbs, reading of command lines, and the prompt.
#include <interface/cli/help.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "interface/cli/cli.h"
#include "interface/cli/verb.h"

namespace ipdk::cli {

const std::vector<Verb>& Verbs() {
  static const std::vector<Verb> verbs = {
      {"compile",
       kHelpCompile,
       {},
       {"-I", "-D", "-W", "--arch", "--emit", "--format", "-o"},
       RunCompile},
      {"check", kHelpCheck, {}, {"-I", "-D", "-W", "--arch"}, RunCheck},
      {"stf", kHelpStf, {}, {"--target", "-I", "-D", "--arch"}, RunStf},
      {"load", kHelpLoad, {"--replace", "--verify"}, {"-I", "-D", "--arch"}, RunLoad},
      {"create", kHelpCreate, {}, {}, RunCreate},
      {"delete", kHelpDelete, {"--with-ports"}, {}, RunDelete},
      {"list", kHelpList, {}, {}, RunList},
      {"show", kHelpShow, {}, {}, RunShow},
      {"table", kHelpTable, {}, {}, RunTable},
      {"member", kHelpMember, {}, {}, RunMember},
      {"group", kHelpGroup, {}, {}, RunGroup},
      {"counter", kHelpCounter, {}, {}, RunCounter},
      {"meter", kHelpMeter, {}, {}, RunMeter},
      {"trace", kHelpTrace, {}, {"--port", "-I", "-D", "--arch"}, RunTrace},
  };
  return verbs;
}

const Verb* FindVerb(std::string_view name) {
  for (const Verb& verb : Verbs()) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

namespace {

std::string_view FirstLine(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string Overview() {
  std::string out =
      "ipdk: program the infrastructure of hosts in P4\n\nusage: ipdk VERB ...      ipdk VERB "
      "--help      ipdk (a prompt)\n\n";
  for (const Verb& verb : Verbs())
    out += fmt::format("  {:<9}{}\n", verb.name, FirstLine(verb.help));
  out +=
      "\nwith every verb:\n"
      "  --json                 output for programs\n"
      "  --p4runtime ADDRESS    of the daemon (default $IPDK_P4RUNTIME or 127.0.0.1:9559)\n"
      "  --gnmi ADDRESS         of the daemon (default $IPDK_GNMI or 127.0.0.1:9339)\n"
      "  --election-id N        when another controller is primary (default 1)\n"
      "  --role NAME            to work beside another controller\n"
      "\nexit codes: 0 done, 1 failed, 2 bad usage\n";
  return out;
}

// Options of all verbs.
constexpr std::string_view kCommonFlags[] = {"--json", "--help", "-h"};
constexpr std::string_view kCommonValues[] = {"--p4runtime", "--gnmi", "--election-id", "--role"};

std::string Dashless(std::string_view option) {
  while (option.starts_with('-')) option.remove_prefix(1);
  return std::string(option);
}

Result<Arguments> Parse(const Verb& verb, const std::vector<std::string>& words) {
  Arguments arguments;
  const auto is = [](const auto& list, std::string_view name) {
    return std::ranges::find(list, name) != std::end(list);
  };
  bool only_words = false;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (only_words || word.size() < 2 || word[0] != '-') {
      arguments.words.push_back(word);
      continue;
    }
    if (word == "--") {
      only_words = true;
      continue;
    }
    std::string name = word;
    std::optional<std::string> attached;
    if (word.starts_with("--")) {
      if (const size_t equal = word.find('='); equal != std::string::npos) {
        name = word.substr(0, equal);
        attached = word.substr(equal + 1);
      }
    } else if (word.size() > 2) {
      name = word.substr(0, 2);
      attached = word.substr(2);
    }
    if (is(verb.flags, name) || is(kCommonFlags, name)) {
      if (attached) return InvalidArgument("option {} takes no value", name);
      arguments.options[Dashless(name)].emplace_back();
    } else if (is(verb.values, name) || is(kCommonValues, name)) {
      if (!attached) {
        if (i + 1 == words.size()) return InvalidArgument("option {} wants a value", name);
        attached = words[++i];
      }
      arguments.options[Dashless(name)].push_back(*attached);
    } else {
      return InvalidArgument("ipdk {} has no option '{}'; see: ipdk {} --help", verb.name, name,
                             verb.name);
    }
  }
  return arguments;
}

Status Common(Context& context, const Arguments& arguments) {
  context.json = arguments.Has("json");
  if (arguments.Has("p4runtime")) context.p4runtime_address = arguments.Value("p4runtime");
  if (arguments.Has("gnmi")) context.gnmi_address = arguments.Value("gnmi");
  if (arguments.Has("role")) context.role = arguments.Value("role");
  if (arguments.Has("election-id")) {
    const std::string text = arguments.Value("election-id");
    char* end = nullptr;
    const size_t colon = text.find(':');
    const std::string low = colon == std::string::npos ? text : text.substr(colon + 1);
    context.election_high =
        colon == std::string::npos ? 0 : std::strtoull(text.c_str(), nullptr, 10);
    context.election_low = std::strtoull(low.c_str(), &end, 10);
    if (low.empty() || *end != '\0')
      return InvalidArgument("--election-id '{}': expected a number, or HIGH:LOW", text);
  }
  return {};
}

void Flush(Context& context) {
  std::fwrite(context.out.data(), 1, context.out.size(), stdout);
  std::fflush(stdout);
  std::fwrite(context.err.data(), 1, context.err.size(), stderr);
  context.out.clear();
  context.err.clear();
}

int Prompt(Context& context) {
  const bool tty = isatty(STDIN_FILENO) == 1;
  if (tty) std::fputs("ipdk: a verb and what it wants; `help` lists them; `exit` ends\n", stdout);
  std::string line;
  int code = kOk;
  for (size_t number = 1;; ++number) {
    if (tty) {
      std::fputs("> ", stdout);
      std::fflush(stdout);
    }
    if (!std::getline(std::cin, line)) break;
    auto words = SplitLine(line);
    if (!words) {
      std::fprintf(stderr, "error: %s\n", words.error().message().c_str());
      code = kBadUsage;
    } else if (words->empty()) {
      continue;
    } else if ((*words)[0] == "exit" || (*words)[0] == "quit") {
      break;
    } else {
      code = RunCommand(context, *words);
      Flush(context);
    }
    if (code != kOk && !tty) {
      std::fprintf(stderr, "ipdk: line %zu failed: %s\n", number, line.c_str());
      return code;
    }
  }
  return tty ? kOk : code;
}

}  // namespace

Result<std::vector<std::string>> SplitLine(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      inside = true;
    } else if (c == '#' && !inside) {
      break;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
    } else {
      if (c == '\\' && i + 1 < line.size()) ++i;
      word += line[i];
      inside = true;
    }
  }
  if (quote != 0) return InvalidArgument("a {} is not closed", quote);
  if (inside) words.push_back(word);
  return words;
}

int RunCommand(Context& context, const std::vector<std::string>& given) {
  std::vector<std::string> words = given;
  // Common options may stand before the verb.
  std::vector<std::string> before;
  while (!words.empty() && words[0].size() > 1 && words[0][0] == '-') {
    const bool value = std::ranges::find(kCommonValues, words[0]) != std::end(kCommonValues);
    if (words[0] == "--help" || words[0] == "-h") {
      context.out += Overview();
      return kOk;
    }
    if (words[0] == "--version") {
      context.Print("ipdk " + context.tools.version);
      return kOk;
    }
    before.push_back(words[0]);
    words.erase(words.begin());
    if (value && !words.empty()) {
      before.push_back(words[0]);
      words.erase(words.begin());
    }
  }
  if (words.empty()) return context.BadUsage("a verb is wanted; see: ipdk --help");
  if (words[0] == "help") {
    if (words.size() == 1) {
      context.out += Overview();
      return kOk;
    }
    words = {words[1], "--help"};
  }
  if (words[0] == "version") {
    context.Print("ipdk " + context.tools.version);
    return kOk;
  }
  const Verb* verb = FindVerb(words[0]);
  if (verb == nullptr) {
    std::string names;
    for (const Verb& one : Verbs()) names += fmt::format(" {}", one.name);
    return context.BadUsage(fmt::format("no verb '{}'; there are:{}", words[0], names));
  }
  words.insert(words.begin() + 1, before.begin(), before.end());
  auto arguments = Parse(*verb, words);
  if (!arguments) return context.BadUsage(arguments.error().message());
  if (arguments->Has("help") || arguments->Has("h")) {
    context.out += verb->help;
    return kOk;
  }
  if (auto status = Common(context, *arguments); !status)
    return context.BadUsage(status.error().message());
  return verb->run(context, *arguments);
}

int Main(int argc, char** argv, const Tools& tools) {
  Context context(tools);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool only_options = std::ranges::all_of(words, [](const std::string& word) {
    return std::ranges::find(kCommonFlags, word) != std::end(kCommonFlags) && word != "--help" &&
           word != "-h";
  });
  if (words.empty() || only_options) return Prompt(context);
  const int code = RunCommand(context, words);
  Flush(context);
  return code;
}

Ran RunOnce(const std::vector<std::string>& arguments, const Tools& tools) {
  Context context(tools);
  Ran ran;
  ran.code = RunCommand(context, arguments);
  ran.out = std::move(context.out);
  ran.err = std::move(context.err);
  return ran;
}

}  // namespace ipdk::cli
