#pragma once

#include <cstdint>

#include "columns.hpp"
#include "h5_attributes.hpp"
#include "mpienc/store/run_record.hpp"

namespace mpienc::store {

inline constexpr const char* record_format = "mpienc run record";
inline constexpr std::int32_t record_version = 1;

[[nodiscard]] Columns<ChunkRow> chunk_columns();
[[nodiscard]] Columns<EventRow> event_columns();
[[nodiscard]] Columns<RankRow> rank_columns();

/// The groups job, job/options and job/versions.
void write_job(const h5::File& file, const JobInfo& info);
[[nodiscard]] JobInfo read_job(const h5::File& file);

/// The group totals.
void write_totals(const h5::File& file, const JobTotals& totals);
[[nodiscard]] JobTotals read_totals(const h5::File& file);

}  // namespace mpienc::store
