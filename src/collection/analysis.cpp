#include "mpienc/collection/analysis.hpp"

#include <cmath>

#include <fmt/format.h>

#include "mpienc/collection/file_name.hpp"

namespace mpienc::collection {

namespace {

std::string decibels(double amplitude) {
  return amplitude > 0 ? fmt::format("{:.2f} dBFS", 20 * std::log10(amplitude)) : "-inf dBFS";
}

const char* md5_result(const Analysis& a) {
  if (a.stored_md5.empty() || a.computed_md5.empty()) return "none";
  return a.stored_md5 == a.computed_md5 ? "match" : "mismatch";
}

std::string or_none(const std::string& text) { return text.empty() ? "none" : shown(text); }

}  // namespace

std::string analysis_text(const Analysis& a) {
  return fmt::format(
      "format: {}\nduration: {:.6f} s\nsamples: {}\npeak: {}\nrms: {}\nclipped_samples: {}\nstored_md5: {}\n"
      "computed_md5: {}\nmd5_result: {}\ndecode_errors: {}\nfault: {}\n",
      or_none(a.format), a.duration, a.samples, decibels(a.peak), decibels(a.rms), a.clipped_samples,
      or_none(a.stored_md5), or_none(a.computed_md5), md5_result(a), a.decode_errors, or_none(a.fault));
}

}  // namespace mpienc::collection
