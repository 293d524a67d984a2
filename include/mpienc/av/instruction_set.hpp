#pragma once

#include <string>

namespace mpienc::av {

/// Makes FFmpeg use exactly the instruction set `name` ("avx2" or "sse2") in this process, whatever more
/// the processor has: float codecs give other bytes with other instructions. Call before any codec is
/// opened. False where the processor lacks it; on other architectures than x86 nothing is fixed.
[[nodiscard]] bool fix_instruction_set(const std::string& name);

}  // namespace mpienc::av
