#include "p4/source/diagnostics.h"

#include <algorithm>
#include <array>

namespace ipdk::p4 {
namespace {

struct Entry {
  std::string_view phase;
  std::string_view name;
  Severity severity;
  std::string_view remedy;
};

constexpr auto kEntries = std::to_array<Entry>({
#define IPDK_DIAGNOSTIC(phase, Name, text, severity, ...) \
  {#phase, text, Severity::severity, "" __VA_ARGS__},
#include "p4/source/diagnostics.def"
#undef IPDK_DIAGNOSTIC
});

const Entry& Get(DiagnosticKind kind) { return kEntries[static_cast<size_t>(kind)]; }

// The longest part of a source line that is shown.
constexpr size_t kMaxShown = 160;

void AppendPlace(const SourceMap& sources, Span span, std::string_view severity,
                 std::string_view message, std::string_view kind, std::string& out) {
  if (!span.valid()) {
    out += fmt::format("{}: {}", severity, message);
    if (!kind.empty()) out += fmt::format(" [{}]", kind);
    out += '\n';
    return;
  }
  Position at = sources.Resolve(span.begin);
  out += fmt::format("{}:{}:{}: {}: {}", at.file, at.line, at.column, severity, message);
  if (!kind.empty()) out += fmt::format(" [{}]", kind);
  out += '\n';

  size_t column = at.column - 1;
  size_t from = column > kMaxShown / 2 && at.text.size() > kMaxShown ? column - kMaxShown / 2 : 0;
  std::string_view text = at.text.substr(std::min(from, at.text.size()), kMaxShown);
  size_t caret = std::min(column - from, text.size());
  size_t length = span.end > span.begin ? span.end - span.begin : 1;
  length = std::max<size_t>(1, std::min(length, text.size() - caret));

  out += fmt::format("{:>5} | ", at.line);
  for (char c : text)
    out += (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f ? ' ' : c;
  out += "\n      | ";
  for (size_t i = 0; i < caret; ++i) out += text[i] == '\t' ? '\t' : ' ';
  out += '^';
  out.append(length - 1, '~');
  out += '\n';
}

// The chain of includes that leads to a place, innermost first.
void AppendIncludes(const SourceMap& sources, Span span, std::string& out) {
  if (!span.valid()) return;
  constexpr int kMaxChain = 8;
  Span from = sources.IncludedFrom(sources.FileAt(span.begin));
  for (int i = 0; i < kMaxChain && from.valid(); ++i) {
    Position at = sources.Resolve(from.begin);
    out += fmt::format("{}:{}:{}: note: included from here\n", at.file, at.line, at.column);
    from = sources.IncludedFrom(sources.FileAt(from.begin));
  }
}

}  // namespace

std::string_view DiagnosticName(DiagnosticKind kind) { return Get(kind).name; }
std::string_view DiagnosticPhase(DiagnosticKind kind) { return Get(kind).phase; }
Severity DiagnosticSeverity(DiagnosticKind kind) { return Get(kind).severity; }

std::string_view DiagnosticRemedy(DiagnosticKind kind) { return Get(kind).remedy; }

bool DiagnosticIsNamed(DiagnosticKind kind, std::string_view name) {
  std::string_view own = Get(kind).name;
  if (name.empty() || name.size() > own.size()) return false;
  for (size_t i = 0; i < name.size(); ++i)
    if ((name[i] == '_' ? '-' : name[i]) != own[i]) return false;
  return name.size() == own.size() || own[name.size()] == '-';
}

std::vector<DiagnosticKind> AllDiagnosticKinds() {
  std::vector<DiagnosticKind> kinds;
  for (size_t i = 0; i < kEntries.size(); ++i) kinds.push_back(static_cast<DiagnosticKind>(i));
  return kinds;
}

Diagnostics::Diagnostics(const SourceMap& sources) : sources_(sources) {
  for (const Entry& entry : kEntries) severities_.push_back(entry.severity);
}

void Diagnostics::SetWarning(std::string_view option) {
  std::string_view name = option;
  if (name.starts_with("-W")) name.remove_prefix(2);
  Severity to = Severity::kWarning;
  const bool all_errors = name == "error";
  bool only_raised = false;  // -Wno-error: what was made an error is a warning again
  if (name == "error" || name == "no-error") {
    only_raised = name == "no-error";
    to = only_raised ? Severity::kWarning : Severity::kError;
    name = "all";
  } else if (name.starts_with("error=")) {
    to = Severity::kError;
    name.remove_prefix(6);
  } else if (name.starts_with("no-error=")) {
    only_raised = true;
    name.remove_prefix(9);
  } else if (name.starts_with("no-")) {
    to = Severity::kOff;
    name.remove_prefix(3);
  }
  bool found = false;
  for (size_t i = 0; i < kEntries.size(); ++i) {
    auto kind = static_cast<DiagnosticKind>(i);
    if (kEntries[i].severity == Severity::kError) continue;
    if (name != "all" && !DiagnosticIsNamed(kind, name)) continue;
    found = true;
    Severity& now = severities_[i];
    if (only_raised && now != Severity::kError) continue;
    if (all_errors && now == Severity::kOff) continue;
    now = to;
  }
  if (!found) Report(DiagnosticKind::kUnknownWarning, {}, "there is no warning '{}'", name);
}

void Diagnostics::Suppress(Span span, std::string_view name) {
  if (span.valid()) quiet_.push_back({span, std::string(name)});
}

void Diagnostics::Add(DiagnosticKind kind, Span span, std::string message) {
  Severity severity = severities_[static_cast<size_t>(kind)];
  last_kept_ = false;
  if (severity == Severity::kOff) return;
  if (DiagnosticSeverity(kind) != Severity::kError &&
      warnings_ + errors_ < kMaxWarnings + kMaxErrors) {
    for (const Quiet& quiet : quiet_) {
      if (quiet.span.begin <= span.begin && span.begin < quiet.span.end &&
          DiagnosticIsNamed(kind, quiet.name)) {
        return;
      }
    }
  }
  size_t& count = severity == Severity::kError ? errors_ : warnings_;
  size_t limit = severity == Severity::kError ? kMaxErrors : kMaxWarnings;
  last_kept_ = count++ < limit;
  if (last_kept_) all_.push_back({kind, severity, span, std::move(message), {}});
}

void Diagnostics::AddNote(Span span, std::string message) {
  if (last_kept_) all_.back().notes.push_back({span, std::move(message)});
}

std::string Diagnostics::Print() const {
  std::string out;
  for (const Diagnostic& one : all_) {
    AppendPlace(sources_, one.span, one.severity == Severity::kError ? "error" : "warning",
                one.message, DiagnosticName(one.kind), out);
    AppendIncludes(sources_, one.span, out);
    for (const Diagnostic::Remark& note : one.notes)
      AppendPlace(sources_, note.span, "note", note.message, "", out);
  }
  if (errors_ > kMaxErrors)
    out += fmt::format("{} more errors are not shown\n", errors_ - kMaxErrors);
  if (warnings_ > kMaxWarnings)
    out += fmt::format("{} more warnings are not shown\n", warnings_ - kMaxWarnings);
  return out;
}

}  // namespace ipdk::p4
