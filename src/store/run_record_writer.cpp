#include <exception>
#include <optional>

#include "run_record_layout.hpp"

namespace mpienc::store {

namespace {

constexpr int rows_per_batch = 64;

/// Rows of one type that wait to be appended to their table.
template <class Row>
class Batch {
 public:
  Batch(const h5::File& file, const char* name, Columns<Row> columns)
      : columns_(std::move(columns)), table_(h5::Table::create(file, name, columns_.fields())) {}

  void add(const Row& row) { columns_.pack(row, waiting_); }
  void append() {
    table_.append(waiting_);
    waiting_.clear();
  }

 private:
  Columns<Row> columns_;
  h5::Table table_;
  std::vector<std::byte> waiting_;
};

}  // namespace

class RunRecordWriter::Impl {
 public:
  Impl(const std::filesystem::path& path, const JobInfo& info)
      : file_(h5::File::create(path)),
        chunks_(file_, "chunks", chunk_columns()),
        events_(file_, "events", event_columns()),
        ranks_(file_, "ranks", rank_columns()) {
    const h5::Attributes root(file_.id(), file_.place());
    root.set("format", record_format);
    root.set("format_version", record_version);
    root.set("complete", std::int32_t{0});
    write_job(file_, info);
    file_.flush();
  }

  template <class Row>
  void add(Batch<Row>& batch, const Row& row) {
    guarded([&] {
      batch.add(row);
      if (++waiting_ >= rows_per_batch) write_out();
    });
  }

  void complete(const std::vector<RankRow>& ranks, const JobTotals& totals) {
    guarded([&] {
      for (const auto& row : ranks) ranks_.add(row);
      write_totals(file_, totals);
      write_out();
      h5::Attributes(file_.id(), file_.place()).set("complete", std::int32_t{1});
      file_.flush();
    });
    complete_ = true;
  }

  void finish() {
    if (!complete_ && !failure_) guarded([&] { write_out(); });
  }

  Batch<ChunkRow>& chunks() { return chunks_; }
  Batch<EventRow>& events() { return events_; }

 private:
  /// After the first failure the file is left as it is, and every call tells that failure again.
  template <class Work>
  void guarded(Work work) {
    if (failure_) throw *failure_;
    const h5::Quiet quiet;
    try {
      work();
    } catch (const Error& error) {
      failure_ = error;
      throw;
    }
  }

  void write_out() {
    chunks_.append();
    events_.append();
    ranks_.append();
    file_.flush();
    waiting_ = 0;
  }

  h5::File file_;
  Batch<ChunkRow> chunks_;
  Batch<EventRow> events_;
  Batch<RankRow> ranks_;
  int waiting_ = 0;
  bool complete_ = false;
  std::optional<Error> failure_;
};

RunRecordWriter::RunRecordWriter(const std::filesystem::path& path, const JobInfo& info) {
  const h5::Quiet quiet;
  impl_ = std::make_unique<Impl>(path, info);
}

RunRecordWriter::~RunRecordWriter() {
  const h5::Quiet quiet;
  try {
    impl_->finish();
  } catch (const std::exception&) {
    // The job's own error is on its way; complete() was not reached, and the file says so.
  }
  impl_.reset();
}

void RunRecordWriter::add(const ChunkRow& row) { impl_->add(impl_->chunks(), row); }

void RunRecordWriter::add(const EventRow& row) { impl_->add(impl_->events(), row); }

void RunRecordWriter::complete(const std::vector<RankRow>& ranks, const JobTotals& totals) {
  impl_->complete(ranks, totals);
}

}  // namespace mpienc::store
