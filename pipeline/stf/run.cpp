#include "pipeline/stf/run.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "packet/dissect.h"
#include "pipeline/stf/parse.h"
#include "pipeline/stf/resolve.h"

namespace ipdk::stf {
namespace {

using Kind = Statement::Kind;

constexpr uint64_t kMaxArrayWrites = 1u << 20;  // elements that meter_array_set_rates sets

struct Received {
  Output output;
  uint32_t packet_line = 0;  // of the packet that caused it
};

// "00 1122 ..." with the nibbles of the expectation or the bytes received, in groups of four bytes.
std::string Grouped(std::string_view nibbles) {
  std::string out;
  for (size_t i = 0; i < nibbles.size(); ++i) {
    if (i != 0 && i % 8 == 0) out += ' ';
    out += nibbles[i];
  }
  return out.empty() ? "(no byte)" : out;
}

std::string FieldAt(const Output& output, size_t bit) {
  size_t end = 0;
  for (const Field& field : output.fields) {
    if (bit >= field.offset && bit < field.offset + field.width) return field.name;
    end = std::max(end, field.offset + field.width);
  }
  if (bit >= output.bytes.size() * 8) return "beyond the end";
  if (!output.fields.empty()) return fmt::format("payload byte {}", (bit - std::min(bit, end)) / 8);
  return packet::FieldAt(output.bytes, bit);
}

class Runner {
 public:
  explicit Runner(Target& target) : target_(target) {}

  Verdict Run(const File& file) {
    for (const Statement& s : file.statements) {
      if (s.kind == Kind::kPacket || s.kind == Kind::kExpect) open_.insert(s.port);
      if (s.kind == Kind::kExpect) expected_[s.port].push_back(&s);
      if (s.kind == Kind::kNoPacket) no_packet_line_ = s.line;
      verdict_.expected += s.kind == Kind::kExpect;
    }
    for (const Statement& s : file.statements) {
      if (auto status = Do(s); !status) {
        verdict_.kind = Verdict::Kind::kBadFile;
        verdict_.text = fmt::format("line {}: {}\n", s.line, status.error().message());
        return std::move(verdict_);
      }
    }
    Compare();
    return std::move(verdict_);
  }

 private:
  template <typename... Args>
  void Complain(fmt::format_string<Args...> format, Args&&... args) {
    verdict_.kind = Verdict::Kind::kMismatch;
    verdict_.text += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }

  static Result<uint32_t> Small(const Integer& value, const char* what) {
    if (value > UINT32_MAX)
      return InvalidArgument("{} {} is larger than 32 bits", what, value.get_str());
    return static_cast<uint32_t>(value.get_ui());
  }
  static uint64_t Large(const Integer& value) { return FitsU64(value) ? ToU64(value) : UINT64_MAX; }

  Status Do(const Statement& s) {
    const schema::Schema& schema = target_.schema();
    switch (s.kind) {
      case Kind::kAdd: {
        IPDK_ASSIGN(const auto table, FindTable(schema, s.object));
        IPDK_ASSIGN(const auto entry, ToEntry(schema, table, s));
        IPDK_RETURN_IF_ERROR(target_.Add(table, entry));
        if (!s.label.empty()) labels_[s.label] = {table, entry};
        return {};
      }
      case Kind::kSetDefault: {
        IPDK_ASSIGN(const auto table, FindTable(schema, s.object));
        IPDK_ASSIGN(const auto entry, ToEntry(schema, table, s));
        return target_.SetDefault(table, entry);
      }
      case Kind::kRemove:
        return target_.RemoveAll();
      case Kind::kPacket:
        return Send(s);
      case Kind::kExpect:
      case Kind::kNoPacket:
      case Kind::kWait:
      case Kind::kMirroringGet:
        return {};
      case Kind::kCheckCounter:
        return CheckCounter(s);
      case Kind::kMirroringAdd:
      case Kind::kMirroringAddMc: {
        IPDK_ASSIGN(const uint32_t session, Small(s.numbers[0], "session"));
        IPDK_ASSIGN(const uint32_t to, Small(s.numbers[1], "port or group"));
        Session& value = sessions_[session];
        if (s.kind == Kind::kMirroringAdd)
          value.ports = {to};
        else
          value.group = to;
        return target_.SetSession(session, value);
      }
      case Kind::kMirroringDelete: {
        IPDK_ASSIGN(const uint32_t session, Small(s.numbers[0], "session"));
        sessions_.erase(session);
        return target_.DeleteSession(session);
      }
      case Kind::kGroupCreate: {
        IPDK_ASSIGN(const uint32_t group, Small(s.numbers[0], "group"));
        groups_[group].clear();
        return Publish(group);
      }
      case Kind::kNodeCreate: {
        Node node;
        IPDK_ASSIGN(node.instance, Small(s.numbers[0], "replication id"));
        IPDK_RETURN_IF_ERROR(TakePorts(s, node));
        nodes_.push_back(std::move(node));
        return {};
      }
      case Kind::kNodeUpdate: {
        IPDK_ASSIGN(const uint32_t handle, Handle(s.numbers[0]));
        IPDK_RETURN_IF_ERROR(TakePorts(s, nodes_[handle]));
        for (const auto& [group, handles] : groups_)
          if (std::find(handles.begin(), handles.end(), handle) != handles.end())
            IPDK_RETURN_IF_ERROR(Publish(group));
        return {};
      }
      case Kind::kNodeAssociate: {
        IPDK_ASSIGN(const uint32_t group, Small(s.numbers[0], "group"));
        IPDK_ASSIGN(const uint32_t handle, Handle(s.numbers[1]));
        if (!groups_.contains(group))
          return NotFound("group {} was not created by mc_mgrp_create", group);
        groups_[group].push_back(handle);
        return Publish(group);
      }
      case Kind::kRegisterRead: {
        IPDK_ASSIGN(const auto id, FindRegister(schema, s.object));
        IPDK_RETURN_IF_ERROR(target_.ReadRegister(id, Large(s.numbers[0])));
        return {};
      }
      case Kind::kRegisterWrite: {
        IPDK_ASSIGN(const auto id, FindRegister(schema, s.object));
        return target_.WriteRegister(id, Large(s.numbers[0]),
                                     std::vector<Integer>(s.numbers.begin() + 1, s.numbers.end()));
      }
      case Kind::kRegisterReset: {
        IPDK_ASSIGN(const auto id, FindRegister(schema, s.object));
        return target_.ResetRegister(id);
      }
      case Kind::kCounterRead: {
        IPDK_ASSIGN(const auto id, FindCounter(schema, s.object));
        IPDK_RETURN_IF_ERROR(target_.ReadCounter(id, Large(s.numbers[0])));
        return {};
      }
      case Kind::kCounterWrite: {
        IPDK_ASSIGN(const auto id, FindCounter(schema, s.object));
        return target_.WriteCounter(id, Large(s.numbers[0]),
                                    {Large(s.numbers[1]), Large(s.numbers[2])});
      }
      case Kind::kMeterGetRates: {
        IPDK_ASSIGN(const auto id, FindMeter(schema, s.object));
        IPDK_RETURN_IF_ERROR(target_.ReadMeter(id, Large(s.numbers[0])));
        return {};
      }
      case Kind::kMeterSetRates:
      case Kind::kMeterArraySetRates:
        return SetMeter(s);
    }
    return {};
  }

  Status Send(const Statement& s) {
    ++verdict_.packets;
    IPDK_ASSIGN(auto outputs, target_.Send(s.port, *FromHex(s.nibbles)));
    for (Output& output : outputs) {
      ++total_;
      if (open_.contains(output.port))
        received_[output.port].push_back({std::move(output), s.line});
    }
    return {};
  }

  Status SetMeter(const Statement& s) {
    IPDK_ASSIGN(const auto id, FindMeter(target_.schema(), s.object));
    externs::MeterConfig config;
    config.configured = true;
    config.cir = s.rates[0].per_second;
    config.cburst = s.rates[0].burst;
    config.pir = s.rates.back().per_second;
    config.pburst = s.rates.back().burst;
    if (s.kind == Kind::kMeterSetRates) return target_.WriteMeter(id, Large(s.numbers[0]), config);
    const uint64_t size = target_.schema().meters[id].size;
    if (size > kMaxArrayWrites)
      return InvalidArgument("meter_array_set_rates sets at most {} elements, '{}' has {}",
                             kMaxArrayWrites, s.object, size);
    for (uint64_t i = 0; i < size; ++i) IPDK_RETURN_IF_ERROR(target_.WriteMeter(id, i, config));
    return {};
  }

  Status CheckCounter(const Statement& s) {
    const schema::Schema& schema = target_.schema();
    Counts counts;
    std::string where;
    if (s.label.empty()) {
      IPDK_ASSIGN(const auto id, FindCounter(schema, s.object));
      const uint64_t index = Large(s.numbers[0]);
      IPDK_ASSIGN(counts, target_.ReadCounter(id, index));
      where = fmt::format("{}({})", s.object, index);
    } else {
      const auto label = labels_.find(s.label);
      if (label == labels_.end()) return NotFound("no entry was labelled '= {}'", s.label);
      const auto& [table, entry] = label->second;
      // The direct counter's name, or that of its table.
      auto counter = FindCounter(schema, s.object);
      if (!counter || schema.counters[*counter].direct_of != table) {
        const auto named = FindTable(schema, s.object);
        if (!named || *named != table || schema.tables[table].direct_counters.empty())
          return NotFound("'{}' is no direct counter of table '{}'", s.object,
                          schema.tables[table].preamble.name);
        counter = schema.tables[table].direct_counters[0];
      }
      IPDK_ASSIGN(counts, target_.ReadDirectCounter(*counter, entry));
      where = fmt::format("{}(${})", s.object, s.label);
    }
    if (!s.checks) return {};
    const Integer have = FromU64(s.bytes ? counts.bytes : counts.packets);
    const Integer& want = s.numbers.back();
    bool holds = false;
    switch (s.relation) {
      case Relation::kEqual:
        holds = have == want;
        break;
      case Relation::kUnequal:
        holds = have != want;
        break;
      case Relation::kLess:
        holds = have < want;
        break;
      case Relation::kLessEqual:
        holds = have <= want;
        break;
      case Relation::kGreater:
        holds = have > want;
        break;
      case Relation::kGreaterEqual:
        holds = have >= want;
        break;
    }
    static constexpr const char* kTexts[] = {"==", "!=", "<", "<=", ">", ">="};
    if (!holds)
      Complain("line {}: counter {} {}: expected {} {}, has {}", s.line, where,
               s.bytes ? "bytes" : "packets", kTexts[static_cast<int>(s.relation)], want.get_str(),
               have.get_str());
    return {};
  }

  struct Node {
    uint32_t instance = 0;
    std::set<uint32_t> ports;
  };

  static Status TakePorts(const Statement& s, Node& node) {
    node.ports.clear();
    for (size_t i = 1; i < s.numbers.size(); ++i) {
      IPDK_ASSIGN(const uint32_t port, Small(s.numbers[i], "port"));
      node.ports.insert(port);
    }
    return {};
  }

  Result<uint32_t> Handle(const Integer& number) const {
    if (number >= FromU64(nodes_.size()))
      return NotFound("node {} does not exist: {} were created by mc_node_create, counted from 0",
                      number.get_str(), nodes_.size());
    return static_cast<uint32_t>(number.get_ui());
  }

  Status Publish(uint32_t group) {
    std::vector<Replica> replicas;
    for (uint32_t handle : groups_[group])
      for (uint32_t port : nodes_[handle].ports)
        replicas.push_back({port, nodes_[handle].instance});
    return target_.SetGroup(group, replicas);
  }

  // ---- the comparison

  void Compare() {
    if (no_packet_line_ != 0 && total_ != 0)
      Complain("line {}: expected no packet at any port, got {}", no_packet_line_, total_);
    for (uint32_t port : open_) {
      const auto& want = expected_[port];
      const auto& have = received_[port];
      for (size_t i = 0; i < std::max(want.size(), have.size()); ++i) {
        if (i >= have.size()) {
          Complain(
              "line {}: port {}: expected packet {} of {}, but only {} came out\n  expected {}",
              want[i]->line, port, i + 1, want.size(), have.size(),
              want[i]->any ? std::string("any packet") : Grouped(want[i]->nibbles));
        } else if (i >= want.size()) {
          Complain(
              "line {}: port {}: this packet came out as number {}, expected are {}\n  received {}",
              have[i].packet_line, port, i + 1, want.size(), Grouped(ToHex(have[i].output.bytes)));
        } else {
          CompareOne(*want[i], have[i]);
        }
      }
    }
  }

  void CompareOne(const Statement& want, const Received& have) {
    if (want.any) return;
    const std::string nibbles = ToHex(have.output.bytes);
    size_t at = 0;
    while (at < want.nibbles.size() && at < nibbles.size() &&
           (want.nibbles[at] == '*' || want.nibbles[at] == nibbles[at]))
      ++at;
    std::string why;
    if (at < want.nibbles.size() && at < nibbles.size()) {
      const size_t byte = at / 2;
      why = fmt::format("byte {} differs: expected {}, received {}, in {}", byte,
                        want.nibbles.substr(byte * 2, 2), nibbles.substr(byte * 2, 2),
                        FieldAt(have.output, at * 4));
    } else if (at < want.nibbles.size()) {
      why = fmt::format("too short: expected {} bytes, received {}", want.nibbles.size() / 2,
                        nibbles.size() / 2);
    } else if (want.exact && nibbles.size() > want.nibbles.size()) {
      why = fmt::format("too long: expected {} bytes, received {}; the first too many is in {}",
                        want.nibbles.size() / 2, nibbles.size() / 2, FieldAt(have.output, at * 4));
    } else {
      return;
    }
    Complain("line {}: port {}: {} (sent by the packet of line {})\n  expected {}{}\n  received {}",
             want.line, want.port, why, have.packet_line, Grouped(want.nibbles),
             want.exact ? " $" : "", Grouped(nibbles));
  }

  Target& target_;
  Verdict verdict_;
  std::set<uint32_t> open_;
  std::map<uint32_t, std::vector<const Statement*>> expected_;
  std::map<uint32_t, std::vector<Received>> received_;
  uint64_t total_ = 0;
  uint32_t no_packet_line_ = 0;
  std::unordered_map<std::string, std::pair<schema::TableId, schema::Entry>> labels_;
  std::vector<Node> nodes_;
  std::map<uint32_t, std::vector<uint32_t>> groups_;  // node handles
  std::map<uint32_t, Session> sessions_;
};

}  // namespace

Verdict Run(const File& file, Target& target) { return Runner(target).Run(file); }

Verdict Run(std::string_view text, Target& target) {
  auto file = Parse(text);
  if (file) return Run(*file, target);
  Verdict out;
  out.kind = Verdict::Kind::kBadFile;
  out.text = file.error().message() + "\n";
  return out;
}

}  // namespace ipdk::stf
