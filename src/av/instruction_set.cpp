#include "mpienc/av/instruction_set.hpp"

extern "C" {
#include <libavutil/cpu.h>
}

namespace mpienc::av {

bool fix_instruction_set(const std::string& name) {
#if defined(__x86_64__)
  constexpr int sse2 =
      AV_CPU_FLAG_CMOV | AV_CPU_FLAG_MMX | AV_CPU_FLAG_MMXEXT | AV_CPU_FLAG_SSE | AV_CPU_FLAG_SSE2;
  constexpr int avx2 = sse2 | AV_CPU_FLAG_SSE3 | AV_CPU_FLAG_SSSE3 | AV_CPU_FLAG_SSE4 | AV_CPU_FLAG_SSE42 |
                       AV_CPU_FLAG_AVX | AV_CPU_FLAG_AVX2 | AV_CPU_FLAG_FMA3 | AV_CPU_FLAG_BMI1 |
                       AV_CPU_FLAG_BMI2;
  const int wanted = name == "sse2" ? sse2 : avx2;
  if ((av_get_cpu_flags() & wanted) != wanted) return false;
  av_force_cpu_flags(wanted);
#else
  static_cast<void>(name);
#endif
  return true;
}

}  // namespace mpienc::av
