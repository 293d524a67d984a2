#pragma once

#include <random>
#include <string>

#include "mpienc/report/job_status.hpp"

namespace mpienc::test {

/// Statuses with whatever values a file could hold, from a seed.
class MadeStatus {
 public:
  explicit MadeStatus(unsigned seed) : random_(seed) {}

  report::JobStatus job() {
    report::JobStatus s;
    s.program = text();
    s.kind = static_cast<report::JobKind>(number(0, 2));
    for (int i = number(0, 3); i > 0; --i) s.inputs.push_back(text());
    for (int i = number(0, 5); i > 0; --i) s.command.push_back(text());
    s.output = text();
    s.pid = number(0, 1 << 22);
    s.host = text();
    s.started = real(0, 2e9);
    s.attempt = number(1, 5);
    s.updated = real(0, 2e9);
    s.state = static_cast<report::JobState>(number(0, 2));
    s.elapsed = real(0, 1e6);
    if (number(0, 1) == 1) s.fraction = real(-0.5, 1.5);
    if (number(0, 1) == 1) s.eta = real(-1, 1e9);
    s.media_done = real(0, 1e6);
    if (number(0, 1) == 1) s.media_total = real(0, 1e6);
    s.frames = std::int64_t{number(0, 1 << 30)} << number(0, 30);
    s.speed = real(0, 1e5);
    s.in_frames = number(0, 1) == 1;
    s.planned = number(0, 1 << 30);
    s.released = number(-1, 1000);
    if (number(0, 1) == 1) s.total = number(0, 1000);
    s.journal = number(0, 1000);
    s.steals = number(0, 1000);
    s.copies = number(0, 3);
    s.lost_ranks = number(0, 3);
    s.warnings = number(0, 3);
    s.bytes_sent = std::int64_t{number(0, 1 << 30)} << number(0, 20);
    for (int i = 0, ranks = number(0, 40); i < ranks; ++i) s.ranks.push_back(rank(i));
    return s;
  }

  /// Quotes, line feeds, terminal controls, wide characters, broken UTF-8.
  std::string text() {
    static const std::string pieces[] = {"film",
                                         "\"",
                                         "\\",
                                         "\n",
                                         "\x1b[31m",
                                         "\xff",
                                         "\xe4\xb8\xad",
                                         "\xee\xbf\xbf",
                                         "\xed\xa0\x80",
                                         "\xf0\x9f\x8e\xac",
                                         "\xc3",
                                         "e\xcc\x81",
                                         std::string(1, '\0'),
                                         "/",
                                         "\xe2\x80\xae",
                                         " "};
    std::string made;
    for (int i = number(0, 12); i > 0; --i)
      made += pieces[static_cast<std::size_t>(number(0, std::ssize(pieces) - 1))];
    for (int i = number(0, 3); i > 0; --i) made += static_cast<char>(number(0, 255));
    return made;
  }

  int number(std::int64_t low, std::int64_t high) {
    return static_cast<int>(std::uniform_int_distribution<std::int64_t>(low, high)(random_));
  }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

 private:
  report::RankStatus rank(int index) {
    report::RankStatus r;
    r.rank = index;
    r.host = text();
    r.lanes = number(0, 128);
    r.state = static_cast<report::RankState>(number(0, 5));
    for (int i = number(0, 6); i > 0; --i) r.running.push_back(number(0, 100'000));
    for (int i = number(0, 6); i > 0; --i) r.held.push_back(number(0, 100'000));
    r.speed = real(0, 1e4);
    r.done = number(0, 1000);
    r.steals = number(0, 99);
    r.losses = number(0, 99);
    return r;
  }

  std::mt19937 random_;
};

}  // namespace mpienc::test
