#include "pipeline/eval/interpreter.h"

#include <algorithm>

#include "pipeline/externs/random.h"
#include "pipeline/externs/selector.h"
#include "pipeline/ir/names.h"
#include "pipeline/schema/match.h"

namespace ipdk::eval {
namespace {

using ir::StmtKind;

std::string Hex(const Integer& value) { return "0x" + value.get_str(16); }

// "{}" by the values in turn, decimal.
std::string Format(const std::string& text, const std::vector<Integer>& values) {
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i + 1 < text.size() && text[i + 1] == '}') {
      if (next < values.size()) out += values[next++].get_str();
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

PacketState::PacketState(const ir::Program& program)
    : vars(program.vars.size()), headers(program.headers.size()) {
  for (size_t i = 0; i < headers.size(); ++i)
    headers[i].fields.resize(
        program.header_types[program.headers[ir::HeaderId(i)].type].fields.size());
}

size_t BitsOf(const ir::HeaderType& type, uint32_t varbit_length) {
  size_t bits = 0;
  for (const ir::HeaderField& field : type.fields)
    bits += field.varbit ? varbit_length : field.width;
  return bits;
}

Integer ReadBits(const std::string& bytes, size_t at, size_t bits) {
  if (bits == 0) return 0;
  const size_t first = at / 8, last = (at + bits - 1) / 8;
  const Integer all = FromBytes(std::string_view(bytes).substr(first, last - first + 1));
  return Truncate(all >> ((last + 1) * 8 - (at + bits)), bits);
}

void Interpreter::Tell(TraceKind kind, std::string object, std::vector<TraceValue> values,
                       ir::SourceId at) const {
  env_->trace->On({kind, std::move(object), std::move(values), at});
}

ir::HeaderId Interpreter::Resolve(const ir::HeaderRef& ref, const PacketState& state) const {
  if (ref.fixed()) return ref.header;
  const Integer index = Eval(ref.index, state);
  const ir::Stack& stack = p_.stacks[ref.stack];
  if (index >= stack.size) return {};
  return ir::HeaderId(stack.first.index + index.get_ui());
}

Interpreter::Step Interpreter::Error(uint32_t error, PacketState& state) {
  const ir::VarId role = p_.role(ir::Role::kParserError);
  if (role.valid()) state.vars[role.index] = error;
  if (telling())
    Tell(TraceKind::kParserError,
         error < p_.errors.size() ? p_.errors[error] : fmt::format("error {}", error));
  return Step::kFailed;
}

// Of the three errors the first in this order is reported: the length is no whole number of bytes,
// the packet is too short, the length is beyond the field's maximum.
Interpreter::Step Interpreter::Extract(const ir::Stmt& stmt, PacketState& state) {
  const ir::HeaderId id = Resolve(stmt.header, state);
  const ir::HeaderId kin =
      id.valid()
          ? id
          : p_.stacks[stmt.header.stack].first;  // of the same type, when there is no such element
  const ir::HeaderType& type = TypeOf(kin);
  Integer length = 0;
  uint32_t maximum = 0;
  if (stmt.kind == StmtKind::kExtractVarbit) {
    length = Eval(stmt.length, state);
    for (const ir::HeaderField& field : type.fields)
      if (field.varbit) maximum = field.width;
    const Integer total = FromU64(BitsOf(type, 0)) + length;
    if (total % 8 != 0) return Error(ir::kErrorParserInvalidArgument, state);
    if (FromU64(state.cursor) + total > FromU64(state.packet.size() * 8))
      return Error(ir::kErrorPacketTooShort, state);
    if (length > maximum) return Error(ir::kErrorHeaderTooShort, state);
  }
  const uint32_t varbit_length = static_cast<uint32_t>(length.get_ui());
  const size_t bits = BitsOf(type, varbit_length);
  if (state.cursor + bits > state.packet.size() * 8) return Error(ir::kErrorPacketTooShort, state);
  size_t at = state.cursor;
  state.cursor += bits;
  if (!id.valid()) return Step::kDone;
  HeaderValue& header = state.headers[id.index];
  header.valid = true;
  header.varbit_length = varbit_length;
  std::vector<TraceValue> values;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const size_t width = type.fields[i].varbit ? varbit_length : type.fields[i].width;
    header.fields[i] = ReadBits(state.packet, at, width);
    at += width;
    if (telling()) values.push_back({type.fields[i].name, Hex(header.fields[i])});
  }
  if (telling()) Tell(TraceKind::kExtracted, p_.headers[id].name, std::move(values), stmt.at);
  return Step::kDone;
}

void Interpreter::Push(const ir::Stmt& stmt, PacketState& state) {
  const ir::Stack& stack = p_.stacks[stmt.stack];
  const uint32_t count = std::min(stmt.count, stack.size);
  const auto first = state.headers.begin() + stack.first.index;
  const auto end = first + stack.size;
  const bool push = stmt.kind == StmtKind::kPushFront;
  if (push)
    std::move_backward(first, end - count, end);
  else
    std::move(first + count, end, first);
  const auto blank = push ? first : end - count;
  for (auto it = blank; it != blank + count; ++it) {
    *it = HeaderValue();
    it->fields.resize(TypeOf(stack.first).fields.size());
  }
  if (!stack.next.valid()) return;
  Integer& next = state.vars[stack.next.index];
  if (push)
    next = next + stmt.count > stack.size ? Integer(stack.size) : Integer(next + stmt.count);
  else
    next = next < stmt.count ? Integer(0) : Integer(next - stmt.count);
}

void Interpreter::Emit(const ir::HeaderRef& ref, PacketState& state) {
  const ir::HeaderId id = Resolve(ref, state);
  if (!id.valid() || !state.headers[id.index].valid) return;
  const HeaderValue& header = state.headers[id.index];
  const ir::HeaderType& type = TypeOf(id);
  state.emitted_headers.push_back({id, state.emitted.bits(), header.varbit_length});
  std::vector<TraceValue> values;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    state.emitted.Append(header.fields[i],
                         type.fields[i].varbit ? header.varbit_length : type.fields[i].width);
    if (telling()) values.push_back({type.fields[i].name, Hex(header.fields[i])});
  }
  if (telling()) Tell(TraceKind::kEmitted, p_.headers[id].name, std::move(values));
}

Interpreter::Step Interpreter::Do(const ir::Stmt& stmt, PacketState& state) {
  switch (stmt.kind) {
    case StmtKind::kAssign:
      state.vars[stmt.var.index] = Eval(stmt.value, state);
      return Step::kDone;
    case StmtKind::kAssignField:
    case StmtKind::kAssignVarbit: {
      const Integer value = Eval(stmt.value, state);
      const ir::HeaderId id = Resolve(stmt.header, state);
      if (!id.valid() || !state.headers[id.index].valid) return Step::kDone;
      HeaderValue& header = state.headers[id.index];
      if (stmt.kind == StmtKind::kAssignField) {
        header.fields[stmt.field] = value;
        return Step::kDone;
      }
      const Integer length = Eval(stmt.length, state);
      if (length > TypeOf(id).fields[stmt.field].width)
        return Step::kDone;  // out of range: nothing
      header.varbit_length = static_cast<uint32_t>(length.get_ui());
      header.fields[stmt.field] = Truncate(value, header.varbit_length);
      return Step::kDone;
    }
    case StmtKind::kSetValid:
    case StmtKind::kSetInvalid: {
      const ir::HeaderId id = Resolve(stmt.header, state);
      if (!id.valid()) return Step::kDone;
      HeaderValue& header = state.headers[id.index];
      if (stmt.kind == StmtKind::kSetValid && !header.valid) {
        for (Integer& field : header.fields) field = 0;
        header.varbit_length = 0;
      }
      header.valid = stmt.kind == StmtKind::kSetValid;
      return Step::kDone;
    }
    case StmtKind::kCopyHeader: {
      const ir::HeaderId to = Resolve(stmt.header, state), from = Resolve(stmt.source, state);
      if (!to.valid()) return Step::kDone;
      if (from.valid()) {
        const HeaderValue copy = state.headers[from.index];
        state.headers[to.index] = copy;
      } else {
        state.headers[to.index].valid = false;
      }
      return Step::kDone;
    }
    case StmtKind::kPushFront:
    case StmtKind::kPopFront:
      Push(stmt, state);
      return Step::kDone;
    case StmtKind::kExtract:
    case StmtKind::kExtractVarbit:
      return Extract(stmt, state);
    case StmtKind::kAdvance: {
      const Integer length = Eval(stmt.length, state);
      if (FromU64(state.cursor) + length > FromU64(state.packet.size() * 8))
        return Error(ir::kErrorPacketTooShort, state);
      state.cursor += ToU64(length);
      return Step::kDone;
    }
    case StmtKind::kLookahead: {
      const uint32_t width = p_.vars[stmt.var].width;
      if (state.cursor + width > state.packet.size() * 8)
        return Error(ir::kErrorPacketTooShort, state);
      state.vars[stmt.var.index] = ReadBits(state.packet, state.cursor, width);
      return Step::kDone;
    }
    case StmtKind::kEmit:
      Emit(stmt.header, state);
      return Step::kDone;
    case StmtKind::kExtern:
      return Extern(stmt, state);
  }
  return Step::kDone;
}

// A varbit field that is an input by itself counts with the bits it has; all else with its width.
externs::BitJoiner Interpreter::JoinInputs(const ir::Stmt& stmt, const PacketState& state) const {
  externs::BitJoiner out;
  for (ir::ExprId in : stmt.ins) {
    const ir::Expr& e = p_.exprs[in];
    uint32_t width = e.width;
    if (e.kind == ir::ExprKind::kField) {
      const ir::HeaderId id = Resolve(e.header, state);
      const ir::HeaderId kin = id.valid() ? id : p_.stacks[e.header.stack].first;
      if (TypeOf(kin).fields[e.field].varbit)
        width =
            id.valid() && state.headers[id.index].valid ? state.headers[id.index].varbit_length : 0;
    }
    out.Append(Eval(in, state), width);
  }
  return out;
}

Interpreter::Step Interpreter::Extern(const ir::Stmt& stmt, PacketState& state) {
  using ir::ExternOp;
  std::vector<Integer> ins, outs(stmt.outs.size());
  for (ir::ExprId in : stmt.ins) ins.push_back(Eval(in, state));
  auto last = [&](schema::TableId table) -> TableEntry* {
    for (LastLookup& lookup : lookups_)
      if (lookup.table == table) return lookup.entry;
    return nullptr;
  };
  // What counts, when it may be said behind `required` inputs.
  auto bytes = [&](size_t required) {
    return ins.size() > required ? ToU64(ins[required]) : env_->packet_bytes;
  };
  auto color = [](const Integer& value) {
    return value > 2 ? externs::kRed : static_cast<externs::Color>(value.get_ui());
  };
  Step step = Step::kDone;
  std::string object;
  switch (stmt.op) {
    case ExternOp::kCounterCount: {
      const schema::CounterId id(stmt.object);
      control_.Count(id, ins[0], bytes(1));
      object = s_.counters[id].preamble.name;
      break;
    }
    case ExternOp::kDirectCounterCount: {
      const schema::CounterId id(stmt.object);
      if (TableEntry* entry = last(s_.counters[id].direct_of))
        control_.CountDirect(id, *entry, bytes(0));
      object = s_.counters[id].preamble.name;
      break;
    }
    case ExternOp::kMeterExecute: {
      const schema::MeterId id(stmt.object);
      outs[0] = control_.Execute(id, ins[0], env_->now_ns, bytes(2), color(ins[1]));
      object = s_.meters[id].preamble.name;
      break;
    }
    case ExternOp::kDirectMeterExecute: {
      const schema::MeterId id(stmt.object);
      if (TableEntry* entry = last(s_.meters[id].direct_of))
        outs[0] = control_.ExecuteDirect(id, *entry, env_->now_ns, bytes(1), color(ins[0]));
      object = s_.meters[id].preamble.name;
      break;
    }
    case ExternOp::kRegisterRead: {
      const schema::RegisterId id(stmt.object);
      for (size_t i = 0; i < outs.size(); ++i) outs[i] = control_.Register(id, ins[0], i);
      object = s_.registers[id].preamble.name;
      break;
    }
    case ExternOp::kRegisterWrite: {
      const schema::RegisterId id(stmt.object);
      for (size_t i = 1; i < ins.size(); ++i) control_.SetRegister(id, ins[0], i - 1, ins[i]);
      object = s_.registers[id].preamble.name;
      break;
    }
    case ExternOp::kHash:
    case ExternOp::kHashPayload: {
      externs::BitJoiner joined = JoinInputs(stmt, state);
      if (stmt.op == ExternOp::kHashPayload) {
        const std::string rest = state.packet.substr((state.cursor + 7) / 8);
        joined.AppendBytes({reinterpret_cast<const uint8_t*>(rest.data()), rest.size()});
      }
      const auto algorithm = static_cast<ir::HashAlgorithm>(stmt.attribute);
      outs[0] = externs::Hash(algorithm, joined);
      object = Name(algorithm);
      break;
    }
    case ExternOp::kRandom:
      outs[0] = externs::Random(ins[0], ins[1], p_.exprs[stmt.ins[0]].width, env_->seed,
                                env_->packet_id, stmt.attribute, state.random_calls++);
      break;
    case ExternOp::kDigest: {
      const schema::DigestId id(stmt.object);
      if (env_->digests != nullptr) env_->digests->push_back({id, ins});
      object = s_.digests[id].preamble.name;
      break;
    }
    case ExternOp::kLogMsg: {
      const std::string text = Format(stmt.text, ins);
      if (env_->log != nullptr) env_->log->push_back(text);
      if (telling()) Tell(TraceKind::kLog, text, {}, stmt.at);
      return Step::kDone;
    }
    case ExternOp::kAssert:
    case ExternOp::kAssume:
      object = stmt.text;
      if (ins[0] == 0) step = Step::kAsserted;
      break;
    case ExternOp::kAddEntry: {
      // The entry is for the key that the packet looked up last, and missed.
      const schema::TableId id(stmt.object);
      object = s_.tables[id].preamble.name;
      for (const LastLookup& lookup : lookups_)
        if (lookup.table == id)
          outs[0] = control_.Learn(id, lookup.keys, stmt.attribute, {ins.begin() + 1, ins.end()},
                                   ToU64(ins[0]), env_->now_ns);
      break;
    }
    case ExternOp::kRestartExpireTimer:
    case ExternOp::kSetExpireTime: {
      const schema::TableId id(stmt.object);
      object = s_.tables[id].preamble.name;
      TableEntry* entry = last(id);
      if (entry == nullptr || !entry->learned || !s_.tables[id].auto_delete) break;
      if (stmt.op == ExternOp::kSetExpireTime)
        Control::SetExpireTime(*entry, ToU64(ins[0]), env_->now_ns);
      else
        Control::RestartTimer(*entry, env_->now_ns);
      break;
    }
    case ExternOp::kAllocateFlowId:
      outs[0] = control_.TakeFlowId();
      break;
    case ExternOp::kIsHostPort:
      outs[0] = env_->host_ports != nullptr &&
                env_->host_ports->contains(static_cast<uint32_t>(ToU64(ins[0])));
      break;
  }
  for (size_t i = 0; i < outs.size(); ++i) {
    outs[i] = Truncate(outs[i], p_.vars[stmt.outs[i]].width);
    state.vars[stmt.outs[i].index] = outs[i];
  }
  if (telling()) {
    std::vector<TraceValue> values;
    for (const Integer& in : ins) values.push_back({"in", Hex(in)});
    for (const Integer& out : outs) values.push_back({"out", Hex(out)});
    Tell(TraceKind::kExtern, std::string(Name(stmt.op)) + (object.empty() ? "" : " " + object),
         std::move(values), stmt.at);
  }
  return step;
}

ir::BlockId Interpreter::Switch(const ir::Terminator& t, const PacketState& state) {
  std::vector<Integer> keys;
  for (ir::ExprId e : t.exprs) keys.push_back(Eval(e, state));
  auto fits = [&](const ir::Pattern& pattern, const Integer& key) {
    switch (pattern.kind) {
      case ir::Pattern::Kind::kAny:
        return true;
      case ir::Pattern::Kind::kValue:
        return key == pattern.value;
      case ir::Pattern::Kind::kMasked:
        return Integer(key & pattern.mask) == Integer(pattern.value & pattern.mask);
      case ir::Pattern::Kind::kRange:
        return pattern.value <= key && key <= pattern.high;
    }
    return false;
  };
  for (const ir::Case& c : t.cases) {
    bool match = true;
    if (c.value_set.valid()) {
      match = control_.IsMember(c.value_set, keys);
    } else {
      for (size_t i = 0; i < keys.size(); ++i) match = match && fits(c.patterns[i], keys[i]);
    }
    if (match) return c.target;
  }
  return t.otherwise;
}

ir::BlockId Interpreter::Lookup(const ir::Terminator& t, PacketState& state) {
  const schema::Table& table = s_.tables[t.table];
  std::vector<Integer> keys;
  for (size_t i = 0; i < table.keys.size(); ++i) keys.push_back(Eval(t.exprs[i], state));
  if (telling()) {
    std::vector<TraceValue> values;
    for (size_t i = 0; i < keys.size(); ++i) values.push_back({table.keys[i].name, Hex(keys[i])});
    Tell(TraceKind::kLookup, table.preamble.name, std::move(values), t.at);
  }
  const Control::Found found = control_.Lookup(t.table, keys);
  const schema::Entry& entry = found.entry->entry;
  uint32_t position = entry.action;
  const std::vector<Integer>* args = &entry.args;
  if (entry.grouped) {
    externs::BitJoiner joined;
    for (size_t i = 0; i < table.selector_widths.size(); ++i)
      joined.Append(Eval(t.exprs[table.keys.size() + i], state), table.selector_widths[i]);
    const auto& choice = Control::Choose(
        *found.entry,
        externs::Hash(externs::kSelectorHash, joined.bytes().data(), joined.bytes().size()));
    position = choice.action;
    args = &choice.args;
  }
  if (telling()) {
    std::vector<TraceValue> values;
    for (size_t i = 0; found.hit && i < keys.size(); ++i)
      values.push_back({table.keys[i].name, schema::ToText(table.keys[i], entry.matches[i])});
    Tell(found.hit ? TraceKind::kHit : TraceKind::kMiss, table.preamble.name, std::move(values));
    const schema::Action& action = s_.actions[table.actions[position].action];
    std::vector<TraceValue> params;
    for (size_t i = 0; i < action.params.size(); ++i)
      params.push_back({action.params[i].name, Hex((*args)[i])});
    Tell(TraceKind::kAction, action.preamble.name, std::move(params));
  }
  if (found.entry->learned && !own_timers_[t.table.index])
    Control::RestartTimer(*found.entry, env_->now_ns);
  std::erase_if(lookups_, [&](const LastLookup& lookup) { return lookup.table == t.table; });
  lookups_.push_back({t.table, std::move(keys), found.entry});
  // v1model counts by itself; in PSA and PNA the action says count().
  if (p_.arch == ir::Arch::kV1Model)
    for (schema::CounterId counter : table.direct_counters)
      control_.CountDirect(counter, *found.entry, env_->packet_bytes);
  if (t.hit.valid()) state.vars[t.hit.index] = found.hit;
  const ir::ActionTarget& target = t.actions[position];
  for (size_t i = 0; i < target.params.size(); ++i) state.vars[target.params[i].index] = (*args)[i];
  return target.block;
}

void Interpreter::Deparse(PacketState& state) {
  externs::BitJoiner out = std::move(state.emitted);
  state.deparsed_bits = out.bits();
  const size_t rest = state.packet.size() * 8 - state.cursor;
  if (state.cursor % 8 == 0) {
    const std::string tail = state.packet.substr(state.cursor / 8);
    out.AppendBytes({reinterpret_cast<const uint8_t*>(tail.data()), tail.size()});
  } else {
    out.Append(ReadBits(state.packet, state.cursor, rest), rest);
  }
  state.packet.assign(out.bytes().begin(), out.bytes().end());
  state.cursor = 0;
  state.emitted = {};
}

Outcome Interpreter::Run(ir::FunctionId function, PacketState& state,
                         const Environment& environment, std::optional<PacketState>* parsed) {
  env_ = &environment;
  lookups_.clear();
  state.emitted = {};
  state.emitted_headers.clear();
  std::vector<ir::BlockId> returns;
  ir::BlockId at = p_.functions[function].entry;
  for (uint32_t steps = 0; steps < p_.step_limit; ++steps) {
    const ir::Block& block = p_.blocks[at];
    if (parsed != nullptr && at == p_.parse_end && !parsed->has_value()) *parsed = state;
    if (telling() && block.kind == ir::Block::Kind::kState) Tell(TraceKind::kState, block.name);
    if (telling() && block.kind == ir::Block::Kind::kControl) Tell(TraceKind::kControl, block.name);
    bool failed = false;
    for (const ir::Stmt& stmt : block.stmts) {
      const Step step = Do(stmt, state);
      if (step == Step::kAsserted) return Outcome::kAssert;
      if (step == Step::kFailed) {
        failed = true;
        break;
      }
    }
    if (failed) {
      at = block.on_error;
      continue;
    }
    const ir::Terminator& t = block.term;
    switch (t.kind) {
      case ir::TermKind::kJump:
        at = t.target;
        break;
      case ir::TermKind::kBranch:
        at = Eval(t.condition, state) != 0 ? t.target : t.otherwise;
        break;
      case ir::TermKind::kSwitch:
        at = Switch(t, state);
        break;
      case ir::TermKind::kLookup:
        at = Lookup(t, state);
        break;
      case ir::TermKind::kCall:
        returns.push_back(t.target);
        at = p_.functions[t.function].entry;
        break;
      case ir::TermKind::kReturn:
        at = returns.back();
        returns.pop_back();
        break;
      case ir::TermKind::kEnd:
        if (p_.functions[function].deparses) Deparse(state);
        return Outcome::kEnd;
    }
  }
  return Outcome::kStepLimit;
}

}  // namespace ipdk::eval
