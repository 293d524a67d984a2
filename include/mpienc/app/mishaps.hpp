#pragma once

#include <functional>
#include <string>

#include "mpienc/app/handshake.hpp"
#include "mpienc/app/job_log.hpp"
#include "mpienc/app/replacement.hpp"
#include "mpienc/app/suspects.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/core/log.hpp"

namespace mpienc::app {

/// Tells the user of chunks that crash codecs or may have cost a rank, and ends the job by a bad one where
/// that is what the user wants.
class Mishaps {
 public:
  /// `programme` names the input in one word or two; a `recording` cannot go on without a chunk; `describe`:
  /// a chunk, of audio or of video, in words. All references outlive it.
  using Describe = std::function<std::string(const Chunk& chunk, bool audio)>;
  Mishaps(OnBadChunk choice, std::string programme, bool recording, Describe describe, const Team& team,
          const JobLog& log, Logger& logger)
      : choice_(choice),
        programme_(std::move(programme)),
        recording_(recording),
        describe_(std::move(describe)),
        team_(team),
        log_(log),
        logger_(logger) {}

  [[nodiscard]] Suspects& suspects() { return suspects_; }
  /// Error with the failure's status, naming place and rank: for what is not the codec's fault.
  [[noreturn]] void fatal(int chunk, int rank, const Failure& failure) const;
  /// The codec failed. True where the chunk is bad and is to be replaced; Error(codec) instead with
  /// OnBadChunk::fail.
  [[nodiscard]] bool failed(int chunk, int rank, const std::string& line);
  /// As failed(), of a rank that is lost; bad are those of which Suspects::bad() says so.
  [[nodiscard]] Suspects::Loss lost(int rank);
  [[nodiscard]] OnBadChunk choice() const { return choice_; }
  /// Tells what replaces the bad chunk.
  void replaced(int chunk, const Replacement& replacement) const;

 private:
  [[nodiscard]] std::string place(int chunk) const;
  [[nodiscard]] std::string name(int rank) const;
  void require_wanted(int chunk) const;
  [[nodiscard]] std::string history(int chunk) const;

  OnBadChunk choice_;
  std::string programme_;
  bool recording_;
  Describe describe_;
  const Team& team_;
  const JobLog& log_;
  Logger& logger_;
  Suspects suspects_;
};

}  // namespace mpienc::app
