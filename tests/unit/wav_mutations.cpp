#include <cstdlib>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "mpienc/input/wav_header.hpp"
#include "wav_bytes.hpp"

namespace mpienc::input {
namespace {

using namespace mpienc::test;

/// MPIENC_MUTATIONS sets another number.
int mutations() {
  const char* wanted = std::getenv("MPIENC_MUTATIONS");
  return wanted != nullptr ? std::atoi(wanted) : 30000;
}

std::vector<std::string> seeds() {
  const auto info = chunk("LIST", "INFO" + chunk("INAM", "A name") + chunk("IART", "Odd"));
  const auto fmt = chunk("fmt ", WavFormat().bytes());
  const WavFormat wide{.tag = 0xFFFE, .channels = 6, .bits = 24, .extension = extension(20, 0x3F)};
  const std::string samples(64, '\x01');
  const auto wave64_fmt = wave64_chunk("fmt ", WavFormat().bytes());
  return {wav(samples),
          riff(info + chunk("fmt ", wide.bytes()) + chunk("data", samples) + info),
          "RF64" + little(0xFFFFFFFF, 4) + "WAVE" + ds64(200, 64) + fmt + chunk("data", samples, 0xFFFFFFFF) +
              info,
          wave64(wave64_fmt + wave64_chunk("data", samples) + wave64_chunk("list", "INFO")),
          aiff(2, 16, 16, samples) + big_chunk("NAME", "A name"),
          aiff(1, 20, 21, samples, "sowt")};
}

std::string mutate(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  const std::string extremes[] = {std::string(4, '\0'),
                                  "\xFF\xFF\xFF\xFF",
                                  "\x7F\xFF\xFF\xFF",
                                  "\xFF\xFF\xFF\x7F",
                                  std::string("\x01\0\0\0", 4),
                                  "data",
                                  "fmt ",
                                  "LIST",
                                  "SSND",
                                  "COMM"};
  for (auto count = 1 + below(4); count > 0 && !bytes.empty(); --count) {
    const auto at = below(bytes.size());
    switch (below(5)) {
      case 0: bytes[at] = static_cast<char>(random()); break;
      case 1: bytes.replace(at, 4, extremes[below(std::size(extremes))]); break;
      case 2: bytes.resize(at); break;
      case 3: bytes.erase(at, 1 + below(8)); break;
      default: bytes.insert(at, bytes.substr(below(bytes.size()), below(40)));
    }
  }
  return bytes;
}

void check_header(const PcmHeader& header, std::int64_t size) {
  const auto& [format, offset, samples] = header.region;
  ASSERT_GE(format.rate, 1);
  ASSERT_GE(format.channels, 1);
  ASSERT_GE(format.bits, 4);
  ASSERT_TRUE(format.bytes >= 1 && format.bytes <= 4);
  ASSERT_EQ(format.bits + format.shift, 8 * format.bytes);
  ASSERT_GE(samples, 0);
  if (samples > 0) {
    ASSERT_GE(offset, 12);
    ASSERT_LE(samples, (size - offset) / format.block_bytes());
  }
}

TEST(WavMutations, AreHeadersOrOneLineAndCostLittle) {
  std::mt19937 random(20250101);
  const auto originals = seeds();
  int accepted = 0, refused = 0, foreign = 0;
  for (int round = 0; round < mutations(); ++round) {
    MemoryFile file{mutate(originals[static_cast<std::size_t>(round) % originals.size()], random)};
    // Some are the beginning of a terabyte of zeros.
    if (round % 7 == 0) file.size = std::int64_t{1} << 40;
    SCOPED_TRACE(round);
    try {
      auto header = read_wav_header(file.bytes(), "a");
      if (!header) header = read_aiff_header(file.bytes(), "a");
      ++(header ? accepted : foreign);
      if (header) check_header(*header, file.size);
      if (HasFatalFailure()) return;
    } catch (const Error& error) {
      ASSERT_EQ(error.status(), ExitStatus::input) << error.what();
      ASSERT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      ++refused;
    }
    ASSERT_LE(file.reads, 2100);
    ASSERT_LE(file.bytes_read, (1 << 20) + 100'000);
  }
  // Each outcome must really have been tried.
  EXPECT_GT(accepted, mutations() / 20);
  EXPECT_GT(refused, mutations() / 20);
  EXPECT_GT(foreign, mutations() / 20);
}

}  // namespace
}  // namespace mpienc::input
