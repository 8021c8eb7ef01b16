#include "pipeline/eval/switch.h"

#include "pipeline/ir/names.h"

namespace ipdk::eval {

std::string_view Text(DropReason reason) {
  static constexpr std::string_view kTexts[] = {
#define IPDK_DROP(name, text) text,
#include "pipeline/schema/drop_reasons.def"
#undef IPDK_DROP
  };
  return reason < DropReason::kCount ? kTexts[static_cast<size_t>(reason)] : "?";
}

std::string FieldAt(const ir::Program& program, const Output& output, size_t bit) {
  if (bit >= output.bytes.size() * 8) return "beyond the end";
  size_t end = 0;
  for (const EmittedHeader& emitted : output.headers) {
    const ir::Header& header = program.headers[emitted.header];
    size_t at = emitted.bit_offset;
    for (const ir::HeaderField& field : program.header_types[header.type].fields) {
      const size_t width = field.varbit ? emitted.varbit_length : field.width;
      if (bit >= at && bit < at + width) return header.name + "." + field.name;
      at += width;
    }
    end = at;
  }
  return fmt::format("payload byte {}", (bit - end) / 8);
}

Result<std::unique_ptr<Switch>> Switch::Make(const ir::Compiled& compiled,
                                             const SwitchOptions& options) {
  std::unique_ptr<Switch> out(new Switch(compiled));
  switch (compiled.program.arch) {
    case ir::Arch::kV1Model:
      out->flow_ = MakeV1Model(compiled, out->control_, options);
      return out;
    case ir::Arch::kNone:
      return InvalidArgument(
          "the program names no architecture, so there is no packet flow to run");
    case ir::Arch::kPsa:
      out->flow_ = MakePsa(compiled, out->control_, options);
      return out;
    case ir::Arch::kPna:
      out->flow_ = MakePna(compiled, out->control_, options);
      return out;
  }
  return Unimplemented("the interpreter does not run architecture {}",
                       static_cast<int>(compiled.program.arch));
}

}  // namespace ipdk::eval
