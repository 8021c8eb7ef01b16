// Sets that leave nothing to later ones: cases of a select and entries of a table that no value can
// reach, entries that stand twice, and the priorities of entries. Only what is surely so is said: a
// set whose value is not known here covers nothing.

#include "p4/check/checker.h"

namespace ipdk::p4 {

namespace {

// One key's set. A mask of all ones is a value, one of all zeros is everything.
struct KeySet {
  enum class Kind : uint8_t { kOther, kAny, kValue, kText, kMask, kRange };
  Kind kind = Kind::kOther;
  Integer low, high;  // kValue: low; kMask: low, already masked, and the mask; kRange
  std::string text;   // kText: a value that is no number
};

using KeySets = std::vector<KeySet>;

bool IsNumber(const ValuePtr& value) {
  return value != nullptr && value->kind == Value::Kind::kInteger;
}

KeySet Describe(const CheckedProgram& program, const Expression* e) {
  while (const auto* list = As<ListExpr>(e)) {
    if (!list->is_tuple_keyset || list->elements.size() != 1) break;
    e = list->elements[0];
  }
  KeySet set;
  if (e->kind == ExpressionKind::kDefault) {
    set.kind = KeySet::Kind::kAny;
    return set;
  }
  if (const auto* binary = As<BinaryExpr>(e);
      binary != nullptr && (binary->op == BinaryOp::kMask || binary->op == BinaryOp::kRange)) {
    const ValuePtr &left = program[binary->left].value, &right = program[binary->right].value;
    if (!IsNumber(left) || !IsNumber(right)) return set;
    set.high = right->integer;
    if (binary->op == BinaryOp::kRange) {
      set.kind = KeySet::Kind::kRange;
      set.low = left->integer;
      return set;
    }
    if (left->integer < 0 || right->integer < 0) return set;
    set.kind = right->integer == 0 ? KeySet::Kind::kAny : KeySet::Kind::kMask;
    set.low = left->integer & right->integer;
    return set;
  }
  const ValuePtr& value = program[e].value;
  if (value == nullptr || value->kind == Value::Kind::kSequence) return set;
  if (IsNumber(value)) {
    set.kind = KeySet::Kind::kValue;
    set.low = value->integer;
  } else {
    set.kind = KeySet::Kind::kText;
    set.text = PrintValue(*value);
  }
  return set;
}

// Whether whatever matches `b` matches `a` as well.
bool Covers(const KeySet& a, const KeySet& b) {
  using Kind = KeySet::Kind;
  switch (a.kind) {
    case Kind::kOther:
      return false;
    case Kind::kAny:
      return true;
    case Kind::kText:
      return b.kind == Kind::kText && a.text == b.text;
    case Kind::kValue:
      return b.kind == Kind::kValue && a.low == b.low;
    case Kind::kMask:
      if (b.kind == Kind::kValue) return b.low >= 0 && Integer(b.low & a.high) == a.low;
      return b.kind == Kind::kMask && Integer(a.high & b.high) == a.high &&
             Integer(b.low & a.high) == a.low;
    case Kind::kRange:
      if (b.kind == Kind::kValue) return a.low <= b.low && b.low <= a.high;
      return b.kind == Kind::kRange && a.low <= b.low && b.high <= a.high;
  }
  return false;
}

bool Covers(const KeySets& a, const KeySets& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!Covers(a[i], b[i])) return false;
  return true;
}

// Each pair is compared, so only this many are.
constexpr size_t kMostCompared = 1000;

// "" unless every key is one known value; equal texts are equal entries.
std::string ExactText(const KeySets& sets) {
  std::string text;
  for (const KeySet& set : sets) {
    if (set.kind == KeySet::Kind::kValue) {
      text += set.low.get_str(62);
    } else if (set.kind == KeySet::Kind::kText) {
      text += "'" + set.text;
    } else {
      return "";
    }
    text += ',';
  }
  return text;
}

}  // namespace

void Checker::CheckSelectCoverage(const StateDecl* d) {
  std::vector<KeySets> before;
  for (const SelectCase& one : d->cases) {
    if (before.size() >= kMostCompared || IsAnyKeyset(one.keyset)) break;
    KeySets sets;
    const auto* list = As<ListExpr>(one.keyset);
    if (list != nullptr && list->is_tuple_keyset && d->select.size() > 1) {
      for (const Expression* part : list->elements) sets.push_back(p4::Describe(program_, part));
    } else if (d->select.size() == 1) {
      sets.push_back(p4::Describe(program_, one.keyset));
    }
    for (size_t i = 0; !sets.empty() && i < before.size(); ++i) {
      if (!Covers(before[i], sets)) continue;
      Report(Kind::kUnreachableCase, one.span,
             "this case is never reached: an earlier one matches all its values")
          .Note(d->cases[i].span, "the earlier case");
      break;
    }
    before.push_back(std::move(sets));
  }
}

void Checker::CheckEntryCoverage(const TableProperty& property, const TableDecl* d,
                                 const TableFacts& facts) {
  bool all_exact = true, has_lpm = false, has_priority = false;
  for (const TableKeyFacts& key : facts.keys) {
    all_exact = all_exact && key.match_kind == "exact";
    has_lpm = has_lpm || (key.match_kind != "exact" && key.match_kind != "ternary" &&
                          key.match_kind != "range" && key.match_kind != "optional");
  }
  std::vector<KeySets> before;
  std::unordered_map<std::string, const TableEntry*> exact;
  for (const TableEntryFacts& entry : facts.entries) {
    has_priority = has_priority || entry.priority != nullptr ||
                   FindAnnotation(entry.entry->annotations, "priority") != nullptr;
    if (entry.keys.size() != facts.keys.size() || has_lpm || has_priority) return;
    KeySets sets;
    for (const Expression* key : entry.keys) sets.push_back(p4::Describe(program_, key));
    if (all_exact) {
      std::string text = ExactText(sets);
      if (text.empty()) continue;
      auto [it, fresh] = exact.emplace(std::move(text), entry.entry);
      if (!fresh) {
        Report(Kind::kDuplicateEntry, entry.entry->span,
               "table '{}' has this key twice; an exact key has one entry", d->name.text)
            .Note(it->second->span, "first here");
      }
      continue;
    }
    if (before.size() >= kMostCompared) return;
    for (size_t i = 0; i < before.size(); ++i) {
      if (!Covers(before[i], sets)) continue;
      Report(Kind::kUnreachableEntry, entry.entry->span,
             "this entry is never hit: an earlier one matches all its keys")
          .Note(facts.entries[i].entry->span, "the earlier entry");
      break;
    }
    before.push_back(std::move(sets));
  }
}

// P4-16 14.2.1.4.1: the priorities that entries are loaded with.
void Checker::CheckEntryPriorities(const TableProperty& property, const TableDecl* d,
                                   const TableFacts& facts) {
  bool any = false;
  for (const TableEntryFacts& entry : facts.entries) any = any || entry.priority != nullptr;
  if (!any) return;
  bool largest_wins = true;
  Integer delta = 1;
  if (const TableProperty* wins = d->Find("largest_priority_wins");
      wins != nullptr && wins->value != nullptr) {
    Infer(wins->value);
    const ValuePtr& value = Facts(wins->value).value;
    if (value != nullptr && value->kind == Value::Kind::kBool) largest_wins = value->boolean;
  }
  if (const TableProperty* step = d->Find("priority_delta");
      step != nullptr && step->value != nullptr) {
    Infer(step->value);
    if (IsNumber(Facts(step->value).value)) delta = Facts(step->value).value->integer;
  }
  Integer priority =
      largest_wins ? Integer((static_cast<unsigned long>(facts.entries.size()) - 1) * delta + 1)
                   : Integer(1);
  std::unordered_map<std::string, const TableEntry*> seen;
  const TableEntry* last = nullptr;
  Integer last_priority;
  for (const TableEntryFacts& entry : facts.entries) {
    if (entry.priority != nullptr) {
      priority = entry.priority->integer;
    } else if (last != nullptr) {
      priority = largest_wins ? Integer(last_priority - delta) : Integer(last_priority + delta);
      if (priority < 0) {
        Report(Kind::kBadEntry, entry.entry->span,
               "the priority of this entry would be {}, it may not be negative",
               priority.get_str());
        return;
      }
    }
    auto [it, fresh] = seen.emplace(priority.get_str(62), entry.entry);
    if (!fresh) {
      Report(Kind::kDuplicatePriorities, entry.entry->span,
             "two entries of table '{}' have the priority {}", d->name.text, priority.get_str())
          .Note(it->second->span, "the other one");
    }
    if (last != nullptr && priority != last_priority &&
        (priority > last_priority) == largest_wins) {
      Report(Kind::kEntriesOutOfPriorityOrder, entry.entry->span,
             "this entry wins over the one before it: its priority is {}, that one's {}",
             priority.get_str(), last_priority.get_str())
          .Note(last->span, "the one before it");
    }
    last = entry.entry;
    last_priority = priority;
  }
}

}  // namespace ipdk::p4
