#include "mpienc/collection/tally.hpp"

#include <algorithm>
#include <numeric>

namespace mpienc::collection {

double total(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

CodecTally& Tally::codec(std::string_view format) {
  const auto found = std::ranges::find(codecs_, format, &CodecTally::format);
  if (found != codecs_.end()) return *found;
  CodecTally& added = codecs_.emplace_back();
  added.format = format;
  return added;
}

void Tally::issue(const std::filesystem::path& outfile, std::string_view format) {
  answered_.try_emplace(outfile.native(), false);
  ++codec(format).issued;
}

void Tally::take(const Result& result) {
  const auto asked = answered_.find(result.outfile.native());
  if (asked == answered_.end() || asked->second) {
    ++unexpected_;
    return;
  }
  asked->second = true;
  CodecTally& tally = codec(result.format);
  switch (result.status) {
    case Status::converted:
      ++tally.converted;
      tally.samples += result.samples;
      tally.bytes += result.bytes;
      break;
    case Status::copied: ++tally.copied; break;
    case Status::skipped: ++tally.skipped; break;
    case Status::failed:
      ++tally.failed;
      failures_.push_back(result);
      break;
  }
  if (result.execution_time) tally.seconds.push_back(*result.execution_time);
}

CodecTally Tally::sum() const {
  CodecTally sum;
  for (const CodecTally& one : codecs_) {
    sum.issued += one.issued;
    sum.converted += one.converted;
    sum.copied += one.copied;
    sum.skipped += one.skipped;
    sum.failed += one.failed;
    sum.samples += one.samples;
    sum.bytes += one.bytes;
  }
  return sum;
}

std::vector<std::filesystem::path> Tally::unanswered() const {
  std::vector<std::filesystem::path> paths;
  for (const auto& [path, answered] : answered_) {
    if (!answered) paths.emplace_back(path);
  }
  std::ranges::sort(paths, {}, [](const auto& path) { return std::string_view(path.native()); });
  return paths;
}

}  // namespace mpienc::collection
