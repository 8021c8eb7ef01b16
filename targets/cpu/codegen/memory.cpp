// Values in memory: bit fields of headers, whole big-endian bytes of keys, little-endian scalars of
// records and frames.

#include "targets/cpu/codegen/emit.h"

namespace ipdk::cpu::codegen {

using llvm::IntegerType;
using llvm::Value;

namespace {

// Fields up to this many bytes are read by one load; wider ones in words.
constexpr uint32_t kOneLoad = 16;

}  // namespace

llvm::Type* Emitter::Bits(uint64_t width) {
  return IntegerType::get(c_, static_cast<unsigned>(width));
}

Value* Emitter::I64(uint64_t value) { return llvm::ConstantInt::get(Bits(64), value); }
Value* Emitter::I32(uint32_t value) { return llvm::ConstantInt::get(Bits(32), value); }

Value* Emitter::Constant(const Integer& value, uint32_t width) {
  if (FitsU64(value)) return llvm::ConstantInt::get(Bits(width), ToU64(value));
  return llvm::ConstantInt::get(c_, llvm::APInt(width, value.get_str(16), 16));
}

Value* Emitter::Address(const void* address) {
  return llvm::ConstantExpr::getIntToPtr(
      llvm::ConstantInt::get(Bits(64), reinterpret_cast<uintptr_t>(address)), b_.getPtrTy());
}

Value* Emitter::At(Value* base, uint64_t offset) {
  return offset == 0 ? base : b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), base, offset);
}
Value* Emitter::At(Value* base, Value* offset) {
  return b_.CreateGEP(b_.getInt8Ty(), base, offset);
}

Value* Emitter::Resize(Value* value, uint32_t width) {
  return b_.CreateZExtOrTrunc(value, Bits(width));
}

Value* Emitter::Buffer(uint64_t bytes, uint32_t align) {
  llvm::IRBuilder<> top(allocas_, allocas_->begin());
  llvm::AllocaInst* buffer =
      top.CreateAlloca(llvm::ArrayType::get(Bits(8), std::max<uint64_t>(bytes, 1)));
  buffer->setAlignment(llvm::Align(align));
  return buffer;
}

Value* Emitter::LoadBig(Value* at, uint32_t bytes) {
  if (bytes == 1) return b_.CreateAlignedLoad(Bits(8), at, llvm::Align(1));
  if (bytes <= kOneLoad) {
    Value* value = b_.CreateAlignedLoad(Bits(bytes * 8), at, llvm::Align(1));
    if (bytes % 2 == 0) return b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, value);
    // bswap wants an even number of bytes: swap one more, a zero that ends at the top.
    llvm::Type* wider = Bits(bytes * 8 + 8);
    value = b_.CreateShl(b_.CreateZExt(value, wider), 8);
    return b_.CreateTrunc(b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, value), Bits(bytes * 8));
  }
  llvm::Type* type = Bits(uint64_t{bytes} * 8);
  Value* all = nullptr;
  for (uint32_t done = 0; done < bytes;) {
    // The odd piece first, so that the rest are words.
    const uint32_t piece = (bytes - done) % 8 != 0 ? (bytes - done) % 8 : 8;
    Value* word = b_.CreateZExt(LoadBig(At(at, uint64_t{done}), piece), type);
    all = all == nullptr ? word : b_.CreateOr(b_.CreateShl(all, piece * 8), word);
    done += piece;
  }
  return all;
}

void Emitter::StoreBig(Value* at, uint32_t bytes, Value* value) {
  value = Resize(value, bytes * 8);
  if (bytes == 1) {
    b_.CreateAlignedStore(value, at, llvm::Align(1));
    return;
  }
  if (bytes <= kOneLoad) {
    if (bytes % 2 == 0) {
      value = b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, value);
    } else {
      llvm::Type* wider = Bits(bytes * 8 + 8);
      value = b_.CreateUnaryIntrinsic(llvm::Intrinsic::bswap, b_.CreateZExt(value, wider));
      value = b_.CreateTrunc(b_.CreateLShr(value, 8), Bits(bytes * 8));
    }
    b_.CreateAlignedStore(value, at, llvm::Align(1));
    return;
  }
  for (uint32_t done = 0; done < bytes;) {
    const uint32_t piece = (bytes - done) % 8 != 0 ? (bytes - done) % 8 : 8;
    Value* word =
        b_.CreateTrunc(b_.CreateLShr(value, uint64_t{bytes - done - piece} * 8), Bits(piece * 8));
    StoreBig(At(at, uint64_t{done}), piece, word);
    done += piece;
  }
}

Value* Emitter::LoadBits(Value* base, uint64_t offset, uint32_t width, uint64_t room) {
  uint64_t first = offset / 8;
  uint32_t bytes = static_cast<uint32_t>((offset % 8 + width + 7) / 8);
  uint32_t below = static_cast<uint32_t>(bytes * 8 - offset % 8 - width);  // bits behind the field
  if (bytes < 8 && bytes > 2 && bytes != 4) {
    // One load of a whole word, if the header reaches so far, is cheaper than two of its parts.
    const uint32_t whole = bytes == 3 ? 4 : 8;
    if (first + whole <= room) {
      below += (whole - bytes) * 8;
      bytes = whole;
    } else if (first + bytes >= whole) {
      first -= whole - bytes;
      bytes = whole;
    }
  }
  Value* value = LoadBig(At(base, first), bytes);
  if (below > 0) value = b_.CreateLShr(value, below);
  return b_.CreateTrunc(value, Bits(width));
}

void Emitter::StoreBits(Value* base, uint64_t offset, uint32_t width, Value* value) {
  const uint64_t first = offset / 8;
  const uint32_t bytes = static_cast<uint32_t>((offset % 8 + width + 7) / 8);
  const uint32_t below = static_cast<uint32_t>(bytes * 8 - offset % 8 - width);
  if (below == 0 && offset % 8 == 0) return StoreBig(At(base, first), bytes, value);
  const uint32_t all = bytes * 8;
  Value* old = LoadBig(At(base, first), bytes);
  llvm::APInt field = llvm::APInt::getBitsSet(all, below, below + width);
  old = b_.CreateAnd(old, llvm::ConstantInt::get(c_, ~field));
  value = b_.CreateShl(b_.CreateZExt(value, Bits(all)), below);
  StoreBig(At(base, first), bytes, b_.CreateOr(old, value));
}

Value* Emitter::LoadBitsAt(Value* base, Value* offset, uint32_t width) {
  const uint32_t bytes = (width + 63) / 64 * 8;
  Value* buffer = Buffer(bytes);
  Call("ipdk_read_bits", b_.getVoidTy(), {base, offset, I64(width), buffer, I64(bytes)});
  return b_.CreateTrunc(b_.CreateAlignedLoad(Bits(bytes * 8), buffer, llvm::Align(8)), Bits(width));
}

void Emitter::StoreBitsAt(Value* base, Value* offset, uint32_t width, Value* value) {
  const uint32_t bytes = (width + 63) / 64 * 8;
  Value* buffer = Buffer(bytes);
  b_.CreateAlignedStore(Resize(value, bytes * 8), buffer, llvm::Align(8));
  Call("ipdk_write_bits", b_.getVoidTy(), {base, offset, I64(width), buffer});
}

Value* Emitter::LoadScalar(Value* at, uint32_t width) {
  const uint32_t bytes = layout::ScalarBytes(width);
  Value* value = b_.CreateAlignedLoad(Bits(bytes * 8), at, llvm::Align(layout::ScalarAlign(width)));
  return b_.CreateTrunc(value, Bits(width));
}

void Emitter::StoreScalar(Value* at, uint32_t width, Value* value) {
  const uint32_t bytes = layout::ScalarBytes(width);
  b_.CreateAlignedStore(b_.CreateZExt(value, Bits(bytes * 8)), at,
                        llvm::Align(layout::ScalarAlign(width)));
}

}  // namespace ipdk::cpu::codegen
