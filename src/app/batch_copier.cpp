#include "mpienc/app/batch_copier.hpp"

#include <fstream>
#include <utility>

#include "mpienc/collection/folder_below.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece = 1 << 20;

struct Discarded {};

void copy_content(const fs::path& source, output::TemporaryFile& to, const fs::path& name,
                  const OpenFiles& open) {
  std::ifstream from(source, std::ios::binary);
  Bytes buffer(piece);
  while (from.read(reinterpret_cast<char*>(buffer.data()), std::ssize(buffer)) || from.gcount() > 0) {
    if (open.discarded()) throw Discarded();
    write_all(to, std::span(buffer).first(static_cast<std::size_t>(from.gcount())), name);
  }
  if (!from.eof()) throw Error(ExitStatus::input, source.string() + ": cannot be read");
}

}  // namespace

std::int64_t make_file(OpenFiles& open, const fs::path& root, const fs::path& relative,
                       const std::function<void(output::TemporaryFile&)>& write) {
  static_cast<void>(collection::FolderBelow(root, relative.parent_path()));
  output::TemporaryFile file(root / relative);
  const OpenFiles::Entry entry(open, [&file] { file.discard(); });
  write(file);
  return file.commit(true);
}

void write_all(output::TemporaryFile& file, std::span<const std::byte> bytes, const fs::path& name) {
  if (file.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}) >= 0) return;
  throw Error(ExitStatus::output, name.string() + ": cannot be written; is the disk full?");
}

std::optional<collection::Result> BatchCopier::copy_next() {
  const auto& copied = copies_.at(next_++);
  collection::Result row;
  row.infile = copied.source.path;
  row.outfile = root_ / copied.path;
  row.format = copied_format;
  row.status = collection::Status::copied;
  try {
    row.bytes = make_file(open_, root_, copied.path, [&](output::TemporaryFile& file) {
      copy_content(copied.source.path, file, row.outfile, open_);
    });
  } catch (const Discarded&) {
    return std::nullopt;
  } catch (const Error& error) {
    if (open_.discarded()) return std::nullopt;
    row.status = collection::Status::failed;
    row.return_code = static_cast<int>(error.status());
    row.reason = error.what();
  }
  return row;
}

}  // namespace mpienc::app
