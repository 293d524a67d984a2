#include "mpienc/plan/cost_model.hpp"

#include <algorithm>
#include <cmath>

namespace mpienc::plan {
namespace {

constexpr double seconds_per_pixel = 25e-9;
constexpr double seconds_per_byte = 40e-9;
constexpr double pixels_if_unknown = 720 * 576;

constexpr double memory = 0.98;              ///< weight of an observation once the next has come
constexpr double prior_observations = 0.05;  ///< how many of them the first guess weighs against
constexpr double shortest = 1e-6, longest = 1e9;
constexpr int trusted_observations = 4;
/// A lane that was suspended says nothing about chunks, and squares would let it rule for a hundred of them.
constexpr double most_surprise = 8;

/// The two parts of the first guess, in seconds. The features are these, so that both are of one magnitude.
struct Features {
  double frames, bytes;
};

Features features_of(const Work& work) {
  const auto count = [](std::int64_t value) { return std::max(0.0, static_cast<double>(value)); };
  const double pixels = work.pixels > 0 ? count(work.pixels) : pixels_if_unknown;
  return {std::min(longest, count(work.frames) * pixels * seconds_per_pixel),
          std::min(longest, count(work.bytes) * seconds_per_byte)};
}

}  // namespace

double CostModel::expected_seconds(const Work& work) const {
  const auto [frames, bytes] = features_of(work);
  return std::clamp(frames * coefficients_.frames + bytes * coefficients_.bytes, shortest, longest);
}

void CostModel::observe(const Work& work, double seconds) {
  const auto [frames, bytes] = features_of(work);
  if (!std::isfinite(seconds) || seconds <= 0 || frames + bytes <= 0) return;
  seconds = std::clamp(seconds, shortest, longest);
  if (observations_ >= trusted_observations) {
    seconds = std::min(seconds, most_surprise * expected_seconds(work));
  }
  const auto learn = [](double& sum, double value) { sum = sum * memory + value; };
  learn(weight_, 1);
  learn(ff_, frames * frames);
  learn(fb_, frames * bytes);
  learn(bb_, bytes * bytes);
  learn(fs_, frames * seconds);
  learn(bs_, bytes * seconds);
  learn(guessed_, frames + bytes);
  learn(seen_, seconds);
  ++observations_;
  coefficients_ = solve();
}

CostModel::Coefficients CostModel::solve() const {
  const double scale = seen_ / guessed_;
  // The pull towards the first guess is a share of a mean observation, and never nothing: where a feature
  // is absent or both always go together, it alone decides between them.
  const double pull = prior_observations / weight_;
  const double pull_frames = pull * ff_, pull_bytes = pull * bb_;
  const double ff = ff_ + pull_frames, bb = bb_ + pull_bytes;
  const double fs = fs_ + pull_frames * scale, bs = bs_ + pull_bytes * scale;
  if (ff <= 0 || bb <= 0) {
    return {ff > 0 ? fs / ff : scale, bb > 0 ? bs / bb : scale};
  }
  const double determinant = ff * bb - fb_ * fb_;
  const Coefficients free{(fs * bb - bs * fb_) / determinant, (bs * ff - fs * fb_) / determinant};
  if (!std::isfinite(free.frames) || !std::isfinite(free.bytes)) return {scale, scale};
  if (free.frames < 0) return {0, bs / bb};
  if (free.bytes < 0) return {fs / ff, 0};
  return free;
}

}  // namespace mpienc::plan
