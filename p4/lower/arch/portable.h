#pragma once
// What PSA and PNA share: extern objects whose type arguments give widths, whose methods return
// values, and whose table properties carry the architecture's prefix (psa_implementation,
// pna_direct_counter ...). An architecture holds one and hands it what it does not know itself.
//
// Objects by their declaration's name: Counter, DirectCounter, Meter, DirectMeter, Register,
// Random, Hash, Checksum, InternetChecksum, ActionProfile, ActionSelector, Digest. Enumerations are
// read by their members' names, so the two architectures' own types will do.
//
// A Checksum's or InternetChecksum's state is a Var of the packet, 0 when it is clear. A checksum
// goes on from its state by the operation that computes it whole: a CRC by putting its register
// into the first bytes of what follows, a ones' complement sum by taking the sum so far as a first
// word.

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "p4/lower/lowerer.h"

namespace ipdk::p4 {

class PortableExterns {
 public:
  // `prefix` of table properties: "psa" or "pna".
  explicit PortableExterns(std::string_view prefix) : prefix_(prefix) {}

  // As in Architecture. False, nullopt: not one of these; nothing was done.
  bool MakeExtern(Lowerer& l, Instance* object, Span at);
  std::optional<Operand> CallMethod(Lowerer& l, Instance& object, const CallExpr* e,
                                    const CallFacts& call);
  // assert and assume.
  std::optional<Operand> CallFunction(Lowerer& l, const CallExpr* e, const CallFacts& call);
  bool TableProperty(Lowerer& l, TableInstance* instance, schema::Table* table,
                     const p4::TableProperty& property);
  // A parser or control starts to run: its checksums are clear.
  void Enter(Lowerer& l, Instance& instance);

 private:
  enum class Extern : uint32_t;

  Extern KindOf(const Instance& object) const;
  void CheckOwner(Lowerer& l, const Instance& object, schema::TableId owner, Span at);
  Operand CallCounter(Lowerer& l, Instance& object, const CallExpr* e,
                      const std::vector<CallArgument>& arguments);
  Operand CallMeter(Lowerer& l, Instance& object, const CallExpr* e,
                    const std::vector<CallArgument>& arguments);
  std::optional<Operand> CallRegister(Lowerer& l, Instance& object, const CallExpr* e,
                                      std::string_view method,
                                      const std::vector<CallArgument>& arguments);
  Operand CallHash(Lowerer& l, Instance& object, const CallExpr* e,
                   const std::vector<CallArgument>& arguments);
  std::optional<Operand> CallChecksum(Lowerer& l, Instance& object, const CallExpr* e,
                                      std::string_view method,
                                      const std::vector<CallArgument>& arguments);
  std::optional<Operand> CallInternetChecksum(Lowerer& l, Instance& object, const CallExpr* e,
                                              std::string_view method,
                                              const std::vector<CallArgument>& arguments);
  bool Attach(Lowerer& l, TableInstance* instance, schema::Table* table,
              const p4::TableProperty& property, const Expression* value);
  ir::VarId StateOf(Lowerer& l, const Instance& object);

  std::string_view prefix_;
  std::unordered_map<const Instance*, ir::VarId> states_;  // of checksums
  uint32_t random_sites_ = 0;
};

// A call's result that is none.
Operand NoResult(Lowerer& l);
// A field of a struct's value by its name; poison when it has none.
Operand FieldOf(Lowerer& l, const Operand& value, std::string_view name);

}  // namespace ipdk::p4
