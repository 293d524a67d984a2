#include "mpienc/convert/convert_file.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>

#include <fmt/format.h>

#include "mpienc/convert/source_fault.hpp"
#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/input/pcm_source.hpp"
#include "writer.hpp"

namespace mpienc::convert {

namespace {

/// Whole frames of LAME, as the `lame` program gives it.
constexpr std::int64_t block_samples = std::int64_t{56} * 1152;

struct Failure {
  ExitStatus status = ExitStatus::success;
  std::string reason;
};

template <class Function>
std::optional<Failure> failure_of(Function function) {
  try {
    function();
    return std::nullopt;
  } catch (const Error& error) {
    return Failure{error.status(), error.what()};
  } catch (const std::exception& error) {  // TagLib and the standard library throw others
    return Failure{ExitStatus::internal, error.what()};
  }
}

/// Adds to CPU and wall seconds while alive.
class Clock {
 public:
  Clock(double& cpu, double& wall) : cpu_(cpu), wall_(wall) {}
  ~Clock() {
    cpu_ += clock_.cpu_seconds();
    wall_ += clock_.wall_seconds();
  }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

 private:
  double &cpu_, &wall_;
  WorkClock clock_;
};

class Conversion {
 public:
  Conversion(const std::filesystem::path& input, std::span<const Output> outputs, const std::stop_token& stop,
             std::atomic<std::int64_t>& progress)
      : input_(input),
        outputs_(outputs),
        stop_(stop),
        progress_(progress),
        results_(outputs.size()),
        writers_(outputs.size()) {}

  std::vector<OutputResult> run() {
    auto fault = failure_of([&] { open(); });
    if (!fault) fault = failure_of([&] { read(); });
    if (!fault) fault = fault_of_source();
    finish(fault);
    const auto share = static_cast<double>(std::max<std::size_t>(1, outputs_.size()));
    for (auto& result : results_) {
      result.cpu_seconds += shared_cpu_ / share;
      result.wall_seconds += shared_wall_ / share;
    }
    return std::move(results_);
  }

 private:
  void open() {
    {
      const Clock clock(shared_cpu_, shared_wall_);
      source_ = input::open_pcm_source(input_);
      const bool tagged = std::ranges::any_of(
          outputs_, [](const Output& output) { return output.format.kind != Format::Kind::test; });
      if (tagged) tags_ = read_tags(input_, about());
      md5_.emplace(about().format);
    }
    const Song song{input_, about(), tags_};
    for_each_output(
        [&](std::size_t i) { writers_[i] = make_writer(outputs_[i].format, outputs_[i].path, song); });
  }

  void read() {
    while (std::ranges::any_of(writers_, [](const auto& writer) { return writer != nullptr; })) {
      if (stop_.stop_requested()) throw Error(ExitStatus::interrupted, input_.string() + ": stopped");
      Bytes pcm;
      {
        const Clock clock(shared_cpu_, shared_wall_);
        pcm = source_->next(block_samples);
        md5_->add(pcm);
      }
      if (pcm.empty()) return;
      for_each_output([&](std::size_t i) {
        if (writers_[i]) writers_[i]->write(pcm);
      });
      progress_ = source_->given();
    }
  }

  /// Of a file that was read to its end.
  [[nodiscard]] std::optional<Failure> fault_of_source() const {
    const bool read_out = std::ranges::any_of(writers_, [](const auto& writer) { return writer != nullptr; });
    if (!read_out) return std::nullopt;
    const auto fault = source_fault(input_, about(), source_->given(), md5_->digest());
    if (fault.empty()) return std::nullopt;
    return Failure{ExitStatus::input, fmt::format("{}: {}", input_.string(), fault)};
  }

  void finish(const std::optional<Failure>& fault) {
    Ending ending;
    if (source_) ending.samples = source_->given();
    if (md5_) ending.md5 = md5_->digest();
    if (fault) ending.fault = without_path(fault->reason);
    const bool interrupted = fault && fault->status == ExitStatus::interrupted;
    const input::PcmDescription nothing;
    for_each_output([&](std::size_t i) {
      auto& result = results_[i];
      result.samples = ending.samples;
      if (result.status != ExitStatus::success) return;
      auto writer = std::move(writers_[i]);
      if (outputs_[i].format.kind == Format::Kind::test && !interrupted) {
        if (!writer) writer = make_test_writer(outputs_[i].path, source_ ? about() : nothing);
        result.bytes = writer->commit(ending, outputs_[i].overwrite);
      }
      if (fault) throw Error(fault->status, fault->reason);
      if (writer && outputs_[i].format.kind != Format::Kind::test) {
        result.bytes = writer->commit(ending, outputs_[i].overwrite);
      }
    });
  }

  /// What is written must not depend on where the input lies.
  [[nodiscard]] std::string without_path(const std::string& line) const {
    const auto start = input_.string() + ": ";
    return line.starts_with(start) ? line.substr(start.size()) : line;
  }

  /// What one output throws ends that output alone.
  template <class Function>
  void for_each_output(Function function) {
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      auto& result = results_[i];
      const Clock clock(result.cpu_seconds, result.wall_seconds);
      if (const auto failure = failure_of([&] { function(i); })) {
        result.status = failure->status;
        result.reason = failure->reason;
        writers_[i].reset();
      }
    }
  }

  [[nodiscard]] const input::PcmDescription& about() const { return source_->description(); }

  const std::filesystem::path& input_;
  std::span<const Output> outputs_;
  const std::stop_token& stop_;
  std::atomic<std::int64_t>& progress_;
  std::vector<OutputResult> results_;
  std::unique_ptr<input::PcmSource> source_;
  SongTags tags_;
  std::optional<av::PcmMd5> md5_;
  std::vector<std::unique_ptr<Writer>> writers_;
  double shared_cpu_ = 0, shared_wall_ = 0;
};

}  // namespace

std::vector<OutputResult> convert_file(const std::filesystem::path& input, std::span<const Output> outputs,
                                       const std::stop_token& stop, std::atomic<std::int64_t>& progress) {
  return Conversion(input, outputs, stop, progress).run();
}

}  // namespace mpienc::convert
