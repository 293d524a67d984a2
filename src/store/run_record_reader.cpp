#include <algorithm>

#include "run_record_layout.hpp"

namespace mpienc::store {

namespace {

template <class Row>
std::vector<Row> read_rows(const h5::File& file, const char* name, const Columns<Row>& columns) {
  return columns.unpack(h5::Table::open(file, name, columns.fields()).read());
}

void require_run_record(const h5::File& file) {
  const auto& [path, status] = file.place();
  const h5::Attributes root(file.id(), file.place());
  std::string format;
  if (root.has("format")) root.get("format", format);
  if (format != record_format)
    throw Error(status, path.string() + " is an HDF5 file, but no run record of mpienc");
  std::int32_t version = 0;
  root.get("format_version", version);
  if (version != record_version) {
    throw Error(status, path.string() + " is a run record of version " + std::to_string(version) +
                            ", and this mpienc reads version " + std::to_string(record_version));
  }
}

void require_complete(const h5::File& file) {
  const auto& [path, status] = file.place();
  std::int32_t complete = 0;
  h5::Attributes(file.id(), file.place()).get("complete", complete);
  if (complete == 1) return;
  const auto chunks = h5::Table::open(file, "chunks", {h5::Field{.name = "chunk", .unit = {}}}).rows();
  throw Error(status, path.string() +
                          " is the record of a job that did not finish: " + std::to_string(chunks) +
                          " of its chunks are there; run the job again with --record");
}

void require_all_chunks(const std::vector<ChunkRow>& chunks, const h5::Place& place) {
  std::int32_t next = 0;
  for (const auto& row : chunks) {
    if (row.chunk != next) {
      throw Error(place.status, place.path.string() + ": chunk " + std::to_string(std::min(row.chunk, next)) +
                                    (row.chunk < next ? " is there more than once" : " is missing"));
    }
    ++next;
  }
}

}  // namespace

RunRecord read_run_record(const std::filesystem::path& path) {
  const h5::Quiet quiet;
  const auto file = h5::File::open_to_read(path);
  require_run_record(file);
  require_complete(file);
  RunRecord record;
  record.info = read_job(file);
  record.totals = read_totals(file);
  record.ranks = read_rows(file, "ranks", rank_columns());
  record.chunks = read_rows(file, "chunks", chunk_columns());
  std::ranges::stable_sort(record.chunks, {}, &ChunkRow::chunk);
  require_all_chunks(record.chunks, file.place());
  return record;
}

}  // namespace mpienc::store
