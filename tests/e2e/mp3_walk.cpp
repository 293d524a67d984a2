#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "mpienc/core/error.hpp"
#include "mpienc/output/mp3_check.hpp"

/// mp3_walk FILE: its frames and the samples that players give out; fails where any frame is not as it should
/// be.
int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  std::ifstream input(argv[1], std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(input)), {});
  const auto facts = mpienc::output::check_mp3_file(std::as_bytes(std::span(file)));
  std::cout << facts.frames << " " << facts.samples << "\n";
  return facts.tagged ? EXIT_SUCCESS : EXIT_FAILURE;
} catch (const mpienc::Error& error) {
  std::cerr << error.what() << "\n";
  return static_cast<int>(error.status());
}
