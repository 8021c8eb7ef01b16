#pragma once
// The control schema of a compiled program: what a controller may see and change. It is one half of
// a package (the other is ir::Program) and is printed as P4Info (p4.config.v1) and as tdi.json.
//
// It is a plain value: vectors of records that refer to each other by typed index. The index of a
// table, action, counter ... here is also how the IR names it, so the two halves cannot disagree
// about an id. `id` fields are P4Runtime object ids (1.5, section 6.3: the object kind in the top
// byte), `name` is the fully qualified control-plane name. Objects marked `hidden` (@hidden, or
// made by the compiler) exist for the data path only: no service shows them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/integer.h"

namespace ipdk::schema {

using TableId = Id<struct TableTag>;
using ActionId = Id<struct ActionTag>;
using ActionProfileId = Id<struct ActionProfileTag>;
using CounterId = Id<struct CounterTag>;
using MeterId = Id<struct MeterTag>;
using RegisterId = Id<struct RegisterTag>;
using DigestId = Id<struct DigestTag>;
using ValueSetId = Id<struct ValueSetTag>;

// P4-16's core kinds and v1model's. A selector key is not a match field: see
// Table::selector_widths.
enum class MatchKind : uint8_t { kExact, kLpm, kTernary, kRange, kOptional };
std::string_view MatchKindName(MatchKind kind);  // "exact" ...

struct Doc {
  std::string brief, description;
  bool empty() const { return brief.empty() && description.empty(); }
};

// One annotation, kept for P4Info. Unstructured: `body` is the text between the parentheses ("" for
// none).
struct Annotation {
  std::string name;
  std::string body;
  enum class Form : uint8_t { kPlain, kBody, kExpressions, kKeyValues } form = Form::kPlain;
  struct Value {
    std::string key;  // kKeyValues only
    enum class Type : uint8_t { kString, kInteger, kBool } type = Type::kString;
    std::string text;  // kString
    Integer number;    // kInteger, kBool (0 or 1)
  };
  std::vector<Value> values;
  std::string file;  // where it stands, for P4Info's annotation_locations; "" when unknown
  uint32_t line = 0, column = 0;
};

// What every named object carries (P4Info's Preamble).
struct Preamble {
  uint32_t id = 0;
  std::string name;   // "ingress.ipv4_lpm"
  std::string alias;  // the shortest suffix that is unique among objects of its kind: "ipv4_lpm"
  std::vector<Annotation> annotations;
  Doc doc;
  bool hidden = false;
};

struct MatchField {
  uint32_t id = 0;  // from 1, in order, unless @id says otherwise
  std::string name;
  uint32_t width = 0;  // bits, at least 1
  MatchKind kind = MatchKind::kExact;
  std::string type_name;           // of the P4 `type` with @p4runtime_translation, "" for none
  bool translated_string = false;  // the controller speaks strings for this field (sdn_string)
  std::vector<Annotation> annotations;
  Doc doc;
};

struct ActionParam {
  uint32_t id = 0;
  std::string name;
  uint32_t width = 0;
  std::string type_name;
  bool translated_string = false;
  std::vector<Annotation> annotations;
  Doc doc;
};

// Only directionless parameters: those that the control plane gives. The others are bound in the
// IR.
struct Action {
  Preamble preamble;
  std::vector<ActionParam> params;
};

enum class ActionScope : uint8_t { kTableAndDefault, kTableOnly, kDefaultOnly };

struct ActionRef {
  ActionId action;
  ActionScope scope = ActionScope::kTableAndDefault;
  std::vector<Annotation> annotations;
};

// One key field's value in an entry. Which members count depends on the field's kind:
//   exact: value.  lpm: value, prefix_length.  ternary: value, mask.  range: value..high. optional:
//   value unless wildcard.
// Canonical form: bits of `value` outside the mask or prefix are zero.
struct Match {
  Integer value;
  Integer mask;
  Integer high;
  uint32_t prefix_length = 0;
  bool wildcard = false;
};

// An entry as the program or a user wrote it. `order` decides between ternary, range and optional
// entries that match the same packet: the larger wins; equal orders: the earlier entry wins.
struct Entry {
  std::vector<Match> matches;  // one per MatchField, in order; empty for a default entry
  uint64_t order = 0;
  uint32_t action = 0;  // position in Table::actions
  std::vector<Integer> args;
  bool is_const = false;
  // An entry that names a group of an action selector: one of the choices, by the packet's selector
  // keys, and not `action`. Without choices it is as if the entry were not there. Never of a
  // program's own entries.
  struct Choice {
    uint64_t identity = 0;  // what the member is known by
    uint32_t weight = 1;
    uint32_t action = 0;  // position in Table::actions
    std::vector<Integer> args;
  };
  bool grouped = false;
  std::vector<Choice> choices;
};

enum class CounterUnit : uint8_t { kPackets, kBytes, kBoth };
enum class MeterUnit : uint8_t { kPackets, kBytes };

struct Table {
  Preamble preamble;
  std::vector<MatchField> keys;
  std::vector<uint32_t>
      selector_widths;  // widths of the `selector` keys, hashed to choose a member
  std::vector<ActionRef> actions;
  Entry default_entry;             // what a miss runs until a controller says otherwise
  bool const_default = false;      // ... and it may not
  ActionProfileId implementation;  // none: actions are in the entries
  std::vector<CounterId> direct_counters;
  std::vector<MeterId> direct_meters;
  uint64_t size = 0;           // requested; 0 = not said
  bool idle_timeout = false;   // entries may carry a time-out
  bool const_entries = false;  // `const entries`: read only
  std::vector<Entry> entries;  // const or initial entries
  bool add_on_miss = false;    // the program itself adds entries (PNA)
  bool auto_delete = false;    // idle entries that the program added are deleted (PNA)
};

struct ActionProfile {
  Preamble preamble;
  std::vector<TableId> tables;
  bool with_selector = false;
  uint64_t size = 0;
  uint32_t max_group_size = 0;
};

struct Counter {
  Preamble preamble;
  CounterUnit unit = CounterUnit::kBoth;
  uint64_t size = 0;  // indirect only
  TableId direct_of;  // valid: one counter per entry of that table
  uint32_t index_width = 32;
  std::string index_type_name;
};

struct Meter {
  Preamble preamble;
  MeterUnit unit = MeterUnit::kPackets;
  uint64_t size = 0;
  TableId direct_of;
  uint32_t index_width = 32;
  std::string index_type_name;
  bool color_aware = false;
};

struct Register {
  Preamble preamble;
  std::vector<uint32_t>
      widths;  // one per leaf of the element type, in order; a plain bit<W> has one
  uint64_t size = 0;
  Integer initial;
  uint32_t type = 0;  // index in Schema::types
  uint32_t index_width = 32;
  std::string index_type_name;
};

struct Digest {
  Preamble preamble;
  uint32_t type = 0;             // index in Schema::types
  std::vector<uint32_t> widths;  // one per leaf, in order
};

struct ValueSet {
  Preamble preamble;
  std::vector<MatchField> keys;
  uint64_t size = 0;
};

// A header with @controller_header("packet_in" | "packet_out").
struct ControllerHeader {
  Preamble preamble;  // name: "packet_in"
  struct Field {
    uint32_t id = 0;
    std::string name;
    uint32_t width = 0;
    std::string type_name;
    bool padding = false;  // @padding: on the wire, but not shown to the controller
    std::vector<Annotation> annotations;
  };
  std::vector<Field> fields;
};

// P4DataTypeSpec: how structured digests, registers and translated fields look to a controller.
struct DataType {
  enum class Kind : uint8_t {
    kBits,
    kSigned,
    kVarbits,
    kBool,
    kError,
    kTuple,
    kStruct,
    kHeader,
    kHeaderUnion,
    kHeaderStack,
    kHeaderUnionStack,
    kEnum,
    kSerializableEnum,
    kNewType
  } kind = Kind::kBits;
  uint32_t width = 0;             // bits: width; stacks: size
  std::string name;               // named kinds
  std::vector<uint32_t> members;  // tuple: indices in Schema::types
};

// Named types that P4Info's type_info lists.
struct NamedType {
  DataType::Kind kind = DataType::Kind::kStruct;
  std::string name;
  struct Member {
    std::string name;
    uint32_t type = 0;  // index in Schema::types
    Integer value;      // serialisable enums
    std::vector<Annotation> annotations;
  };
  std::vector<Member> members;  // struct, header, union fields; enum members; errors
  uint32_t underlying = 0;      // new type, serialisable enum: index in Schema::types
  bool translated = false;      // @p4runtime_translation
  std::string translation_uri;
  uint32_t translation_width = 0;  // sdn_bitwidth; 0 with `translated`: sdn_string
  std::vector<Annotation> annotations;
};

// The part of the device that a block of the program is for: TDI puts its name before those of the
// block's objects ("ep" before "cEgress.t"). Objects of no such block are in "pipe".
struct BlockPipe {
  std::string block, pipe;
};

struct Schema {
  std::string program;       // base name of the source file
  std::string architecture;  // "v1model", "psa", "pna", "" for none
  std::vector<Annotation> package_annotations;
  Doc package_doc;

  IdVector<TableId, Table> tables;
  IdVector<ActionId, Action> actions;
  IdVector<ActionProfileId, ActionProfile> action_profiles;
  IdVector<CounterId, Counter> counters;  // direct ones too
  IdVector<MeterId, Meter> meters;        // direct ones too
  IdVector<RegisterId, Register> registers;
  IdVector<DigestId, Digest> digests;
  IdVector<ValueSetId, ValueSet> value_sets;
  std::vector<ControllerHeader> controller_headers;
  std::vector<DataType> types;
  std::vector<NamedType> named_types;
  std::vector<BlockPipe> pipes;
};

// P4Runtime id prefixes (p4.config.v1.P4Ids.Prefix), shifted to the top byte.
enum : uint32_t {
  kActionPrefix = 0x01000000,
  kTablePrefix = 0x02000000,
  kValueSetPrefix = 0x03000000,
  kControllerHeaderPrefix = 0x04000000,
  kActionProfilePrefix = 0x11000000,
  kCounterPrefix = 0x12000000,
  kDirectCounterPrefix = 0x13000000,
  kMeterPrefix = 0x14000000,
  kDirectMeterPrefix = 0x15000000,
  kRegisterPrefix = 0x16000000,
  kDigestPrefix = 0x17000000,
};

}  // namespace ipdk::schema
