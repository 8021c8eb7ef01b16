#pragma once
// What the compiler tells the user. Every phase reports into one sink and goes on; whether the
// program is good is asked at the end. The kinds are a closed set, one per rule (diagnostics.def),
// so that tests and users can name them.
//
//   diagnostics.Report(DiagnosticKind::kSyntax, token.span, "expected ';', found {}", what)
//       .Note(open.span, "to match this '('");
//
// prints
//
//   router.p4:12:7: error: expected ';', found '}' [syntax]
//      12 |   a = b }
//         |         ^
//   router.p4:10:3: note: ...

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "p4/source/source.h"

namespace ipdk::p4 {

enum class DiagnosticKind : uint16_t {
#define IPDK_DIAGNOSTIC(phase, Name, text, severity, ...) k##Name,
#include "p4/source/diagnostics.def"
#undef IPDK_DIAGNOSTIC
};

enum class Severity : uint8_t { kOff, kWarning, kError };

// "syntax", "include-not-found".
std::string_view DiagnosticName(DiagnosticKind kind);
// The phase of a kind: "parse".
std::string_view DiagnosticPhase(DiagnosticKind kind);
// Before any -W option.
Severity DiagnosticSeverity(DiagnosticKind kind);
// What to do about it: one sentence.
std::string_view DiagnosticRemedy(DiagnosticKind kind);
// Whether `name` names the kind: its own name, or the first words of it ("unused" names
// "unused-table"). An underscore counts as a dash, since @noWarn is written with either.
bool DiagnosticIsNamed(DiagnosticKind kind, std::string_view name);
// All kinds, in the order of the file.
std::vector<DiagnosticKind> AllDiagnosticKinds();

struct Diagnostic {
  struct Remark {
    Span span;
    std::string message;
  };
  DiagnosticKind kind;
  Severity severity;
  Span span;
  std::string message;
  std::vector<Remark> notes;
};

class Diagnostics {
 public:
  // More errors than this are counted, not kept.
  static constexpr size_t kMaxErrors = 100;
  static constexpr size_t kMaxWarnings = 100;

  // REQUIRES: the map outlives this.
  explicit Diagnostics(const SourceMap& sources);
  Diagnostics(const Diagnostics&) = delete;
  Diagnostics& operator=(const Diagnostics&) = delete;

  // One option as a user writes it, with its "-W": "-Wno-unused", "-Werror", "-Werror=overflow",
  // "-Wall". One that names no warning is itself warned about. Later options overrule earlier ones.
  void SetWarning(std::string_view option);
  // No warning of this name (as for DiagnosticIsNamed) within the span: @noWarn("name").
  void Suppress(Span span, std::string_view name);
  // Whether a diagnostic of this kind would be kept somewhere; work for it may be left out if not.
  bool Wanted(DiagnosticKind kind) const {
    return severities_[static_cast<size_t>(kind)] != Severity::kOff;
  }

  template <typename... Args>
  Diagnostics& Report(DiagnosticKind kind, Span span, fmt::format_string<Args...> format,
                      Args&&... args) {
    Add(kind, span, fmt::format(format, std::forward<Args>(args)...));
    return *this;
  }
  // Adds to the diagnostic reported last.
  template <typename... Args>
  Diagnostics& Note(Span span, fmt::format_string<Args...> format, Args&&... args) {
    AddNote(span, fmt::format(format, std::forward<Args>(args)...));
    return *this;
  }

  size_t errors() const { return errors_; }
  size_t warnings() const { return warnings_; }
  bool failed() const { return errors_ != 0; }
  // No further error would be kept; a phase may stop.
  bool full() const { return errors_ >= kMaxErrors; }

  const std::vector<Diagnostic>& all() const { return all_; }
  const SourceMap& sources() const { return sources_; }

  // Everything reported, as text for a terminal, ending in a newline; "" if there is nothing to
  // say.
  std::string Print() const;

 private:
  void Add(DiagnosticKind kind, Span span, std::string message);
  void AddNote(Span span, std::string message);

  struct Quiet {
    Span span;
    std::string name;
  };

  const SourceMap& sources_;
  std::vector<Severity> severities_;  // by kind
  std::vector<Quiet> quiet_;
  std::vector<Diagnostic> all_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
  bool last_kept_ = false;
};

}  // namespace ipdk::p4
