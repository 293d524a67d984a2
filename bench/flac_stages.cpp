// usage: flac_stages IN OUT.flac [LEVEL [THREADS [BLOCK]]]
// Encodes a recording in chunks on threads, joins it to a FLAC file and prints what each stage handles per
// second. OUT.flac can be compared with what `flac -LEVEL` makes of IN.

#include <chrono>
#include <cstdio>
#include <future>
#include <map>
#include <optional>
#include <string>

#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/encode/flac_chunk.hpp"
#include "mpienc/encode/flac_frame.hpp"
#include "mpienc/encode/flac_head.hpp"
#include "mpienc/input/pcm_source.hpp"
#include "mpienc/output/flac_file.hpp"

namespace {

using namespace mpienc;

struct Encoded {
  FlacChunk chunk;
  double cpu_seconds = 0;
};

Encoded encode_one(const encode::FlacSettings& settings, const PcmFormat& format, const AudioChunk& chunk,
                   const Bytes& pcm) {
  const double before = thread_cpu_seconds();
  auto encoded = encode::encode_flac_chunk(settings, format, chunk, pcm, {});
  return {std::move(encoded), thread_cpu_seconds() - before};
}

void renumber(const FlacChunk& chunk, Bytes& into) {
  into.clear();
  std::size_t at = 0;
  for (const auto size : chunk.sizes) {
    encode::append_renumbered(into, std::span(chunk.frames).subspan(at, size), 1);
    at += size;
  }
}

class Stage {
 public:
  void run(const std::function<void()>& work) {
    const double before = thread_cpu_seconds();
    work();
    seconds_ += thread_cpu_seconds() - before;
  }
  void add(double seconds) { seconds_ += seconds; }
  void print(const char* name, double megabytes) const {
    std::printf("%-10s %8.2f s %8.1f MB/s of PCM\n", name, seconds_, megabytes / seconds_);
  }

 private:
  double seconds_ = 0;
};

void encode_file(const std::string& in, const std::string& out, const encode::FlacSettings& settings,
                 std::size_t threads) {
  const auto source = input::open_pcm_source(in);
  const auto format = source->description().format;
  const auto length = settings.chunk_samples(format.rate);
  const auto expected = source->description().samples.value_or(0);
  output::FlacFile file(out, in.ends_with(".flac")
                                 ? encode::flac_head(settings, format, encode::read_flac_metadata(in))
                                 : encode::flac_head(settings, format, expected));
  av::PcmMd5 md5(format);
  Stage reading, digesting, encoding, renumbering, writing;
  std::map<std::int32_t, std::future<Encoded>> window;
  double megabytes = 0;
  Bytes scratch;
  const auto release = [&] {
    const auto encoded = window.begin()->second.get();
    window.erase(window.begin());
    encoding.add(encoded.cpu_seconds);
    renumbering.run([&] { renumber(encoded.chunk, scratch); });
    writing.run([&] { file.append(encoded.chunk); });
  };
  const auto begin = std::chrono::steady_clock::now();
  for (AudioChunk chunk;; ++chunk.index, chunk.first_sample += length) {
    Bytes pcm;
    reading.run([&] { pcm = source->next(length); });
    if (pcm.empty()) break;
    digesting.run([&] { md5.add(pcm); });
    megabytes += static_cast<double>(pcm.size()) / 1e6;
    chunk.samples = static_cast<std::int64_t>(pcm.size()) / format.block_bytes();
    window[chunk.index] = std::async(std::launch::async, encode_one, settings, format, chunk, std::move(pcm));
    if (window.size() >= threads) release();
  }
  while (!window.empty()) release();
  file.commit(md5.digest(), true);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  reading.print("read", megabytes);
  digesting.print("MD5", megabytes);
  encoding.print("encode", megabytes);
  renumbering.print("renumber", megabytes);
  writing.print("write", megabytes);
  std::printf("%-10s %8.2f s %8.1f MB/s of PCM, %.0f times real time\n", "all", wall.count(),
              megabytes / wall.count(), static_cast<double>(file.samples()) / format.rate / wall.count());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: flac_stages IN OUT.flac [LEVEL [THREADS [BLOCK]]]\n", stderr), 2;
  const auto number = [&](int i, int otherwise) { return argc > i ? std::stoi(argv[i]) : otherwise; };
  try {
    encode_file(argv[1], argv[2], {number(3, 5), number(5, 0)}, static_cast<std::size_t>(number(4, 1)));
  } catch (const Error& error) {
    return std::fprintf(stderr, "%s\n", error.what()), static_cast<int>(error.status());
  }
}
