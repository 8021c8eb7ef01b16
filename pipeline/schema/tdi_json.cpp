#include "pipeline/schema/tdi_json.h"

#include <nlohmann/json.hpp>

#include "pipeline/schema/match.h"
#include "pipeline/schema/p4info.h"

namespace ipdk::schema {
namespace {

using Json = nlohmann::ordered_json;

// Fields that are not of the program, with the ids that TDI tools know.
enum : uint32_t {
  kMatchPriority = 65537,
  kActionMemberId = 65539,
  kSelectorGroupId = 65540,
  kEntryTtl = 65543,
  kEntryHitState = 65544,
  kMeterFirst = 65545,  // CIR, PIR, CBS, PBS in kilobits; the same four in packets follow
  kCounterBytes = 65553,
  kCounterPackets = 65554,
  kMeterIndex = 65555,
  kCounterIndex = 65556,
  kRegisterIndex = 65557,
  kMemberIds = 65559,
  kGroupKey = 65560,
  kMemberStatus = 65561,
  kMaxGroupSize = 65562,
  kHashValue = 65563,
};
constexpr uint32_t kSelectorBit = 0x6f000000;  // added to a profile's id
constexpr uint32_t kGetMemberBit = 0x70000000;
constexpr uint32_t kUsualMaxGroupSize = 120;

Json Type(const char* name) { return {{"type", name}}; }
Json Bytes(uint32_t width) { return {{"type", "bytes"}, {"width", width}}; }
Json Number(const char* name, uint64_t initial) {
  return {{"type", name}, {"default_value", initial}};
}

Json Field(uint32_t id, const std::string& name, Json type, bool repeated = false) {
  return {{"id", id},
          {"name", name},
          {"repeated", repeated},
          {"annotations", Json::array()},
          {"type", std::move(type)}};
}

Json Key(uint32_t id, const std::string& name, const char* match, Json type, bool mandatory) {
  return {{"id", id},
          {"name", name},
          {"repeated", false},
          {"annotations", Json::array()},
          {"mandatory", mandatory},
          {"match_type", match},
          {"type", std::move(type)}};
}

Json Singleton(Json field, bool mandatory = false) {
  return {{"mandatory", mandatory}, {"read_only", false}, {"singleton", std::move(field)}};
}

Json AnnotationNames(const std::vector<Annotation>& annotations) {
  Json out = Json::array();
  for (const Annotation& annotation : annotations) {
    Json one = {{"name", "@" + annotation.name}};
    if (!annotation.body.empty()) one["value"] = annotation.body;
    out.push_back(std::move(one));
  }
  return out;
}

// TDI's way to write what P4Info calls hdr.vlan[0].id, hdr.ipv4.$valid$ and 8w0x48.
std::string KeyName(const std::string& name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    size_t end = i + 1;
    while (end < name.size() && name[end] >= '0' && name[end] <= '9') ++end;
    if (name[i] == '[' && end > i + 1 && end < name.size() && name[end] == ']') {
      out += "$" + name.substr(i + 1, end - i - 1);
      i = end;
    } else {
      out += name[i];
    }
  }
  if (out.ends_with(".$valid$")) out.pop_back();
  const size_t digits = out.find_first_not_of("0123456789");
  if (digits != std::string::npos && digits != 0 && (out[digits] == 'w' || out[digits] == 's'))
    out.erase(0, digits + 1);
  return out;
}

class Printer {
 public:
  explicit Printer(const Schema& schema) : s_(schema) {}

  std::string Run() {
    Json tables = Json::array();
    for (const Table& table : s_.tables)
      if (!table.preamble.hidden) tables.push_back(MatchTable(table));
    for (const ActionProfile& profile : s_.action_profiles) {
      if (profile.preamble.hidden) continue;
      tables.push_back(ActionTable(profile));
      if (!profile.with_selector) continue;
      tables.push_back(SelectorTable(profile));
      tables.push_back(GetMemberTable(profile));
    }
    for (const Counter& counter : s_.counters)
      if (!counter.preamble.hidden && !counter.direct_of.valid())
        tables.push_back(CounterTable(counter));
    for (const Meter& meter : s_.meters)
      if (!meter.preamble.hidden && !meter.direct_of.valid()) tables.push_back(MeterTable(meter));
    for (const Register& reg : s_.registers)
      if (!reg.preamble.hidden) tables.push_back(RegisterTable(reg));
    Json learn = Json::array();
    for (const Digest& digest : s_.digests)
      if (!digest.preamble.hidden) learn.push_back(LearnFilter(digest));
    const Json all = {{"schema_version", "1.0.0"},
                      {"tables", std::move(tables)},
                      {"learn_filters", std::move(learn)}};
    return all.dump(2) + "\n";
  }

 private:
  std::string FullName(const Preamble& preamble) const {
    const std::string& name = preamble.name;
    for (const BlockPipe& of : s_.pipes)
      if (name.starts_with(of.block) &&
          (name.size() == of.block.size() || name[of.block.size()] == '.'))
        return of.pipe + "." + name;
    return "pipe." + name;
  }

  Json Head(const Preamble& preamble, const char* type, uint64_t size) const {
    return {{"name", FullName(preamble)},   {"id", preamble.id},
            {"table_type", type},           {"size", size},
            {"annotations", Json::array()}, {"depends_on", Json::array()}};
  }

  static void AddCounter(const Counter& counter, Json& data) {
    if (counter.unit != CounterUnit::kPackets)
      data.push_back(Singleton(Field(kCounterBytes, "$COUNTER_SPEC_BYTES", Number("uint64", 0))));
    if (counter.unit != CounterUnit::kBytes)
      data.push_back(Singleton(Field(kCounterPackets, "$COUNTER_SPEC_PKTS", Number("uint64", 0))));
  }

  static void AddMeter(const Meter& meter, Json& data) {
    static constexpr const char* kBits[] = {"$METER_SPEC_CIR_KBPS", "$METER_SPEC_PIR_KBPS",
                                            "$METER_SPEC_CBS_KBITS", "$METER_SPEC_PBS_KBITS"};
    static constexpr const char* kPackets[] = {"$METER_SPEC_CIR_PPS", "$METER_SPEC_PIR_PPS",
                                               "$METER_SPEC_CBS_PKTS", "$METER_SPEC_PBS_PKTS"};
    const bool packets = meter.unit == MeterUnit::kPackets;
    for (uint32_t i = 0; i < 4; ++i)
      data.push_back(
          Singleton(Field(kMeterFirst + i + (packets ? 4 : 0), packets ? kPackets[i] : kBits[i],
                          Number("uint64", UINT64_MAX))));
  }

  Json ActionSpecs(const Table& table) const {
    static constexpr const char* kScopes[] = {"TableAndDefault", "TableOnly", "DefaultOnly"};
    Json out = Json::array();
    for (const ActionRef& ref : table.actions) {
      const Action& action = s_.actions[ref.action];
      Json data = Json::array();
      for (const ActionParam& param : action.params)
        data.push_back({{"id", param.id},
                        {"name", param.name},
                        {"repeated", false},
                        {"mandatory", true},
                        {"read_only", false},
                        {"annotations", Json::array()},
                        {"type", Bytes(param.width)}});
      out.push_back({{"id", action.preamble.id},
                     {"name", action.preamble.name},
                     {"action_scope", kScopes[static_cast<int>(ref.scope)]},
                     {"annotations", AnnotationNames(ref.annotations)},
                     {"data", std::move(data)}});
    }
    return out;
  }

  Json MatchTable(const Table& table) const {
    const ActionProfile* profile =
        table.implementation.valid() ? &s_.action_profiles[table.implementation] : nullptr;
    Json out = Head(table.preamble,
                    profile == nullptr       ? "MatchAction_Direct"
                    : profile->with_selector ? "MatchAction_Indirect_Selector"
                                             : "MatchAction_Indirect",
                    table.size != 0 ? table.size : kDefaultTableSize);
    if (profile != nullptr) {
      out["depends_on"].push_back(profile->preamble.id);
      if (profile->with_selector)
        out["depends_on"].push_back(uint64_t{profile->preamble.id} + kSelectorBit);
    }
    out["has_const_default_action"] = table.const_default;
    Json keys = Json::array();
    // TDI tools know three kinds: a range or an optional key is given by value and mask.
    static constexpr const char* kKinds[] = {"Exact", "LPM", "Ternary", "Ternary", "Ternary"};
    for (const MatchField& key : table.keys)
      keys.push_back(Key(key.id, KeyName(key.name), kKinds[static_cast<int>(key.kind)],
                         Bytes(key.width), false));
    if (NeedsOrder(table.keys))
      keys.push_back(Key(kMatchPriority, "$MATCH_PRIORITY", "Exact", Type("uint32"), false));
    out["key"] = std::move(keys);
    Json data = Json::array();
    if (profile == nullptr) {
      out["action_specs"] = ActionSpecs(table);
    } else if (profile->with_selector) {
      Json one = {{"mandatory", true}, {"read_only", false}};
      one["oneof"] = Json::array({Field(kActionMemberId, "$ACTION_MEMBER_ID", Type("uint32")),
                                  Field(kSelectorGroupId, "$SELECTOR_GROUP_ID", Type("uint32"))});
      data.push_back(std::move(one));
    } else {
      data.push_back(Singleton(Field(kActionMemberId, "$ACTION_MEMBER_ID", Type("uint32")), true));
    }
    Json operations = Json::array(), attributes = Json::array();
    for (CounterId counter : table.direct_counters) AddCounter(s_.counters[counter], data);
    if (!table.direct_counters.empty()) operations.push_back("SyncCounters");
    for (MeterId meter : table.direct_meters) AddMeter(s_.meters[meter], data);
    if (!table.direct_meters.empty()) attributes.push_back("MeterByteCountAdjust");
    attributes.push_back("EntryScope");
    if (table.idle_timeout) {
      Json state = Type("string");
      state["choices"] = {"ENTRY_IDLE", "ENTRY_ACTIVE"};
      data.push_back(Singleton(Field(kEntryHitState, "$ENTRY_HIT_STATE", std::move(state))));
      data.push_back(Singleton(Field(kEntryTtl, "$ENTRY_TTL", Number("uint32", 0))));
      operations.push_back("UpdateHitState");
      attributes.push_back("IdleTimeout");
    }
    out["data"] = std::move(data);
    out["supported_operations"] = std::move(operations);
    out["attributes"] = std::move(attributes);
    return out;
  }

  static void Finish(Json& table, Json data, Json operations = Json::array(),
                     Json attributes = Json::array()) {
    table["data"] = std::move(data);
    table["supported_operations"] = std::move(operations);
    table["attributes"] = std::move(attributes);
  }

  Json ActionTable(const ActionProfile& profile) const {
    Json out = Head(profile.preamble, "Action", profile.size);
    out["key"] =
        Json::array({Key(kActionMemberId, "$ACTION_MEMBER_ID", "Exact", Type("uint32"), true)});
    out["action_specs"] =
        profile.tables.empty() ? Json::array() : ActionSpecs(s_.tables[profile.tables.front()]);
    Finish(out, Json::array());
    return out;
  }

  Json SelectorTable(const ActionProfile& profile) const {
    Json out = Head(profile.preamble, "Selector", profile.size);
    out["name"] = FullName(profile.preamble) + "_sel";
    out["id"] = uint64_t{profile.preamble.id} + kSelectorBit;
    out["depends_on"].push_back(profile.preamble.id);
    out["key"] = Json::array({Key(kGroupKey, "$SELECTOR_GROUP_ID", "Exact", Type("uint32"), true)});
    const uint32_t most = profile.max_group_size != 0 ? profile.max_group_size : kUsualMaxGroupSize;
    Finish(out, Json::array(
                    {Singleton(Field(kMemberIds, "$ACTION_MEMBER_ID", Type("uint32"), true)),
                     Singleton(Field(kMemberStatus, "$ACTION_MEMBER_STATUS", Type("bool"), true)),
                     Singleton(Field(kMaxGroupSize, "$MAX_GROUP_SIZE", Number("uint32", most)))}));
    return out;
  }

  Json GetMemberTable(const ActionProfile& profile) const {
    Json out = Head(profile.preamble, "SelectorGetMember", 1);
    out["name"] = FullName(profile.preamble) + "_sel_get_member";
    out["id"] = uint64_t{profile.preamble.id} + kGetMemberBit;
    out["depends_on"].push_back(uint64_t{profile.preamble.id} + kSelectorBit);
    out["key"] = Json::array({Key(kGroupKey, "$SELECTOR_GROUP_ID", "Exact", Type("uint64"), true),
                              Key(kHashValue, "hash_value", "Exact", Type("uint64"), true)});
    Finish(out, Json::array({Singleton(Field(kMemberIds, "$ACTION_MEMBER_ID", Type("uint64")))}));
    return out;
  }

  Json CounterTable(const Counter& counter) const {
    Json out = Head(counter.preamble, "Counter", counter.size);
    out["key"] = Json::array({Key(kCounterIndex, "$COUNTER_INDEX", "Exact", Type("uint32"), true)});
    Json data = Json::array();
    AddCounter(counter, data);
    Finish(out, std::move(data), Json::array({"Sync"}));
    return out;
  }

  Json MeterTable(const Meter& meter) const {
    Json out = Head(meter.preamble, "Meter", meter.size);
    out.erase("annotations");
    out["key"] = Json::array({Key(kMeterIndex, "$METER_INDEX", "Exact", Type("uint32"), true)});
    Json data = Json::array();
    AddMeter(meter, data);
    Finish(out, std::move(data), Json::array(), Json::array({"MeterByteCountAdjust"}));
    return out;
  }

  Json RegisterTable(const Register& reg) const {
    Json out = Head(reg.preamble, "Register", reg.size);
    out["key"] =
        Json::array({Key(kRegisterIndex, "$REGISTER_INDEX", "Exact", Type("uint32"), true)});
    Json data = Json::array();
    // A plain register's value carries the name of its index, as tools expect; leaves of a struct
    // are numbered after it.
    for (size_t i = 0; i < reg.widths.size(); ++i)
      data.push_back(Singleton(Field(i == 0 ? kRegisterIndex : static_cast<uint32_t>(i),
                                     i == 0 ? "$REGISTER_INDEX" : "f" + std::to_string(i),
                                     Bytes(reg.widths[i]))));
    Finish(out, std::move(data), Json::array({"Sync"}));
    return out;
  }

  Json LearnFilter(const Digest& digest) const {
    Json fields = Json::array();
    const DataType* type = digest.type < s_.types.size() ? &s_.types[digest.type] : nullptr;
    const NamedType* named = nullptr;
    for (const NamedType& candidate : s_.named_types)
      if (type != nullptr && candidate.kind == type->kind && candidate.name == type->name)
        named = &candidate;
    for (size_t i = 0; i < digest.widths.size(); ++i) {
      const bool known = named != nullptr && named->members.size() == digest.widths.size();
      fields.push_back(Field(static_cast<uint32_t>(i + 1),
                             known ? named->members[i].name : "f" + std::to_string(i + 1),
                             Bytes(digest.widths[i])));
    }
    return {{"name", FullName(digest.preamble)},
            {"id", digest.preamble.id},
            {"annotations", Json::array()},
            {"fields", std::move(fields)}};
  }

  const Schema& s_;
};

}  // namespace

std::string PrintTdiJson(const Schema& schema) { return Printer(schema).Run(); }

}  // namespace ipdk::schema
