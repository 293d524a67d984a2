#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "mpienc/av/error.hpp"
#include "mpienc/collection/analysis.hpp"
#include "mpienc/output/temporary_file.hpp"
#include "writer.hpp"

namespace mpienc::convert {

namespace {

std::string hexadecimal(const av::Md5Digest& digest) {
  std::string text;
  for (const auto byte : digest) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

class TestWriter final : public Writer {
 public:
  TestWriter(const std::filesystem::path& path, const input::PcmDescription& about)
      : path_(path), about_(about), file_(path), full_scale_(std::ldexp(1.0, about.format.bits - 1)) {}

  void write(std::span<const std::byte> pcm) override {
    values_.resize(pcm.size() / static_cast<std::size_t>(about_.format.bytes));
    unpack(pcm, about_.format, values_);
    const auto highest = static_cast<std::int64_t>(full_scale_) - 1;
    for (const std::int64_t value : values_) {
      largest_ = std::max(largest_, std::abs(value));
      squares_ += static_cast<double>(value) * static_cast<double>(value);
      if (value >= highest || value < -highest) ++clipped_;
    }
    count_ += static_cast<std::int64_t>(values_.size());
  }

  std::int64_t commit(const Ending& ending, bool overwrite) override {
    const auto& format = about_.format;
    collection::Analysis found;
    if (format.rate > 0) {
      found.format = fmt::format("{}, {} bits, {} Hz, {} channel{}", about_.codec, format.bits, format.rate,
                                 format.channels, format.channels == 1 ? "" : "s");
      found.duration = static_cast<double>(ending.samples) / format.rate;
      found.computed_md5 = hexadecimal(ending.md5);
    }
    found.samples = ending.samples;
    found.peak = static_cast<double>(largest_) / full_scale_;
    found.rms = count_ > 0 ? std::sqrt(squares_ / static_cast<double>(count_)) / full_scale_ : 0;
    found.clipped_samples = clipped_;
    if (about_.stored_md5) found.stored_md5 = hexadecimal(*about_.stored_md5);
    found.decode_errors = about_.decode_errors;
    found.fault = ending.fault;
    const auto text = collection::analysis_text(found);
    av::check(file_.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}),
              ExitStatus::output, path_.string());
    return file_.commit(overwrite);
  }

 private:
  std::filesystem::path path_;
  const input::PcmDescription& about_;
  output::TemporaryFile file_;
  double full_scale_;
  std::vector<std::int32_t> values_;
  std::int64_t largest_ = 0, clipped_ = 0, count_ = 0;
  double squares_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_test_writer(const std::filesystem::path& path,
                                         const input::PcmDescription& about) {
  return std::make_unique<TestWriter>(path, about);
}

}  // namespace mpienc::convert
