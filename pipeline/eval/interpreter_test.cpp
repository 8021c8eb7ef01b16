#include "pipeline/eval/interpreter.h"

#include <gtest/gtest.h>

#include "pipeline/ir/parse_text.h"
#include "pipeline/ir/verify.h"

namespace ipdk::eval {
namespace {

constexpr const char* kHead = R"(
program none
  ingress f
  errors NoError PacketTooShort NoMatch StackOutOfBounds HeaderTooShort ParserTimeout ParserInvalidArgument
  role ParserError error
header_type a_t
  bit 4 x
  bit 4 y
header_type v_t
  bit 8 kind
  varbit 16 data
header a_t a
header a_t s[0] in s
header a_t s[1] in s
header a_t s[2] in s
header v_t v
header v_t w
var 16 error
var 32 s.next
var 16 r16
var 32 r32
var 300 wide
stack s first s[0] size 3 next s.next
function f entry start deparses
)";

struct Ran {
  Outcome outcome;
  std::string bytes;
  std::vector<std::string> vars;  // error, s.next, r16, r32, wide
};

// Runs the body (of block `start`, then `out`, which emits everything) on a packet in hex.
Ran RunHex(const std::string& body, const std::string& hex, const std::string& more = "") {
  const std::string text = std::string(kHead) + "block state start in f on_error out\n" + body +
                           "block plain out in f\n  emit a\n  emit s[0]\n  emit s[1]\n  emit s[2]\n"
                           "  emit v\n  emit w\n  end\n" +
                           more;
  auto c = ir::ParseText(text);
  if (!c) {
    ADD_FAILURE() << c.error().ToString();
    return {};
  }
  auto verified = ir::Verify(*c);
  if (!verified) {
    ADD_FAILURE() << verified.error().ToString();
    return {};
  }
  Control control(*c);
  Interpreter interpreter(*c, control);
  PacketState state(c->program);
  state.packet = *FromHex(hex);
  Ran out;
  out.outcome = interpreter.Run(ir::FunctionId(0), state, {});
  out.bytes = ToHex(state.packet);
  for (const Integer& var : state.vars) out.vars.push_back(var.get_str(16));
  return out;
}

TEST(Interpreter, ExtractsAndDeparses) {
  const Ran ran = RunHex("  extract a\n  set a.y = add(a.x, 4w1)\n  jump out\n", "12ff");
  EXPECT_EQ(ran.bytes, "12ff");
  EXPECT_EQ(ran.outcome, Outcome::kEnd);
  EXPECT_EQ(RunHex("  extract a\n  set a.x = 4w9\n  jump out\n", "12ff").bytes, "92ff");
}

TEST(Interpreter, TooShortLeavesHeaderAndGoesToOnError) {
  const Ran ran =
      RunHex("  extract a\n  set r16 = 16w1\n  extract a\n  set r16 = 16w2\n  jump out\n", "12");
  EXPECT_EQ(ran.bytes, "12");
  EXPECT_EQ(ran.vars[0], "1");
  EXPECT_EQ(ran.vars[2], "1");
}

TEST(Interpreter, InvalidHeadersReadAsZeroAndIgnoreWrites) {
  const Ran ran = RunHex(
      "  set a.x = 4w9\n  set r16 = zext(a.x, 16)\n  setvalid a\n  set a.y = 4w3\n"
      "  setvalid a\n  set r32 = concat(concat(a.x, a.y), 24w0)\n  setinvalid a\n  jump out\n",
      "");
  EXPECT_EQ(ran.bytes, "");
  EXPECT_EQ(ran.vars[2], "0");
  EXPECT_EQ(ran.vars[3], "3000000");
}

TEST(Interpreter, StackIndices) {
  const Ran ran = RunHex(
      "  setvalid s[32w1]\n  set s[32w1].x = 4w5\n  set s[32w7].x = 4w5\n  setvalid s[32w3]\n"
      "  set r16 = zext(s[32w7].x, 16)\n  set r32 = zext(valid(s[32w3]), 32)\n"
      "  copy s[0] = s[32w9]\n  jump out\n",
      "");
  EXPECT_EQ(ran.bytes, "50");
  EXPECT_EQ(ran.vars[2], "0");
  EXPECT_EQ(ran.vars[3], "0");
}

TEST(Interpreter, PushAndPop) {
  const std::string fill = "  extract s[0]\n  extract s[1]\n  extract s[2]\n  set s.next = 32w3\n";
  EXPECT_EQ(RunHex(fill + "  push s 1\n  jump out\n", "112233").bytes, "1122");
  EXPECT_EQ(RunHex(fill + "  push s 1\n  jump out\n", "112233").vars[1], "3");
  EXPECT_EQ(RunHex(fill + "  push s 9\n  jump out\n", "112233").bytes, "");
  EXPECT_EQ(RunHex(fill + "  pop s 2\n  jump out\n", "112233").bytes, "33");
  EXPECT_EQ(RunHex(fill + "  pop s 2\n  jump out\n", "112233").vars[1], "1");
  EXPECT_EQ(RunHex(fill + "  pop s 1\n  setvalid s[2]\n  jump out\n", "112233").bytes, "223300");
}

TEST(Interpreter, Varbits) {
  auto extract = [](const char* bits) {
    return fmt::format("  extract v, {}\n  jump out\n", bits);
  };
  EXPECT_EQ(RunHex(extract("32w16"), "07aabbcc").bytes, "07aabbcc");
  EXPECT_EQ(RunHex(extract("32w0"), "07").bytes, "07");
  EXPECT_EQ(RunHex(extract("32w4"), "07aabbcc").vars[0], "6");
  EXPECT_EQ(RunHex(extract("32w24"), "07aabbcc").vars[0], "4");
  EXPECT_EQ(RunHex(extract("32w32"), "07aabbcc").vars[0], "1");
  EXPECT_EQ(RunHex(extract("64w0xffffffffffffff8"), "07aabbcc").vars[0], "1");
  const Ran copied = RunHex(
      "  extract v, 32w8\n  copy w = v\n  varbit w.data = 16w0x1234, 32w16\n"
      "  varbit v.data = v.data, 32w99\n  set r32 = length(w.data)\n  jump out\n",
      "07aa");
  EXPECT_EQ(copied.bytes, "07aa071234");
  EXPECT_EQ(copied.vars[3], "10");
}

TEST(Interpreter, LookaheadAndAdvance) {
  const Ran ran =
      RunHex("  lookahead r16\n  advance 8w4\n  lookahead r32\n  advance 300w8\n  jump out\n",
             "123456789a");
  EXPECT_EQ(ran.vars[2], "1234");
  EXPECT_EQ(ran.vars[3], "23456789");
  EXPECT_EQ(ran.bytes, "456789a0");  // what is left after 12 bits, filled up
  EXPECT_EQ(RunHex("  advance 300w0x1000000000000000000000000\n  jump out\n", "12").vars[0], "1");
  EXPECT_EQ(RunHex("  lookahead wide\n  jump out\n", "12").vars[0], "1");
}

TEST(Interpreter, EndlessLoopsEnd) {
  EXPECT_EQ(RunHex("  jump start\n", "").outcome, Outcome::kStepLimit);
}

TEST(Interpreter, HashesCountOnlyTheBitsOfAVarbit) {
  const Ran ran =
      RunHex("  extract v, 32w8\n  extern hash (v.kind, v.data) -> (r32) by identity\n  jump out\n",
             "07aa");
  EXPECT_EQ(ran.vars[3], "7aa");
  const Ran payload =
      RunHex("  extract a\n  extern hash_payload (a.x, a.y) -> (r16) by csum16\n  jump out\n",
             "0001f203f4f5f6f7");
  EXPECT_EQ(payload.vars[2], "220d");
}

TEST(Interpreter, CallsReturn) {
  const std::string more =
      "function g entry g.start\n"
      "block plain g.start in g\n  set r16 = add(r16, 16w1)\n  return\n"
      "block plain twice in f\n  call g then out\n";
  EXPECT_EQ(RunHex("  call g then twice\n", "", more).vars[2], "2");
}

}  // namespace
}  // namespace ipdk::eval
