#include "mpienc/app/pcm_reader.hpp"

#include <utility>

#include "mpienc/core/cpu_clock.hpp"

namespace mpienc::app {

PcmReader::PcmReader(input::PcmSource& source, std::unique_ptr<PcmCutter> cutter, bool encodes,
                     Md5Thread* md5, std::size_t told, Logger& logger, std::function<void()> wake)
    : source_(source),
      cutter_(std::move(cutter)),
      encodes_(encodes),
      md5_(md5),
      told_(told),
      logger_(logger),
      wake_(std::move(wake)) {
  const auto& description = source.description();
  if (description.samples && *description.samples > 0) {
    total_seconds_ = static_cast<double>(*description.samples) / description.format.rate;
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

PcmReader::~PcmReader() {
  thread_.request_stop();
  chunks_.abandon();
  if (md5_ != nullptr) md5_->stop();
}

void PcmReader::run(const std::stop_token& stop) {
  try {
    read_all(stop);
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
  }
  if (md5_ != nullptr) md5_->finish();
  done_ = true;
  wake_();
}

void PcmReader::read_all(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const WorkClock clock;
    auto chunk = cutter_->next(stop);
    if (!chunk) break;
    chunk->cpu_seconds = clock.cpu_seconds();
    chunk->wall_seconds = clock.wall_seconds();
    if (md5_ != nullptr) md5_->add(chunk->task);
    chunks_.push(std::move(*chunk));
    wake_();
  }
  const auto& warnings = source_.description().warnings;
  for (; told_ < warnings.size(); ++told_) logger_.warn(warnings[told_]);
}

double PcmReader::encoded_seconds() const {
  return encodes_ ? static_cast<double>(source_.given()) / source_.description().format.rate : 0;
}

void PcmReader::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

}  // namespace mpienc::app
