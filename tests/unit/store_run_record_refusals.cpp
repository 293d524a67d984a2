#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mpienc/core/error.hpp"
#include "output_scratch.hpp"
#include "store_made.hpp"

namespace mpienc::store::test {
namespace {

namespace fs = std::filesystem;
using mpienc::test::Scratch;
using testing::HasSubstr;

/// The one line that reading it ends with.
std::string refusal(const fs::path& path) {
  try {
    static_cast<void>(read_run_record(path));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::input);
    EXPECT_THAT(error.what(), HasSubstr(path.string()));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
    return error.what();
  }
  return "read without an error";
}

/// Calls `change` with the open file.
template <class Change>
void alter(const fs::path& path, Change change) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  change(file);
  H5Fclose(file);
}

void set_number(hid_t file, const char* name, int value) {
  const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
  EXPECT_GE(H5Awrite(attribute, H5T_NATIVE_INT, &value), 0);
  H5Aclose(attribute);
}

TEST(RunRecordRefuses, WhatIsMissingOrNoFile) {
  const Scratch scratch;
  EXPECT_THAT(refusal(scratch / "none.h5"), HasSubstr("No such file or directory"));
  EXPECT_THAT(refusal(scratch.folder()), HasSubstr("is a folder"));
}

TEST(RunRecordRefuses, WhatIsNoHdf5) {
  const Scratch scratch;
  std::ofstream(scratch / "film.vob") << std::string(5000, 'v');
  std::ofstream(scratch / "empty.h5").flush();
  EXPECT_THAT(refusal(scratch / "film.vob"), HasSubstr("is not an HDF5 file"));
  EXPECT_THAT(refusal(scratch / "empty.h5"), HasSubstr("is not an HDF5 file"));
}

TEST(RunRecordRefuses, AnotherHdf5File) {
  const Scratch scratch;
  const auto path = scratch / "other.h5";
  H5Fclose(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_THAT(refusal(path), HasSubstr("no run record of mpienc"));
}

TEST(RunRecordRefuses, AnotherVersionAndNamesBoth) {
  const Scratch scratch;
  write_record(scratch / "r.h5", 3);
  alter(scratch / "r.h5", [](hid_t file) { set_number(file, "format_version", 7); });
  EXPECT_THAT(refusal(scratch / "r.h5"),
              testing::AllOf(HasSubstr("of version 7"), HasSubstr("reads version 1")));
}

TEST(RunRecordRefuses, AJobThatEndedEarlyAndCountsItsChunks) {
  const Scratch scratch;
  {
    RunRecordWriter writer(scratch / "r.h5", made_info());
    for (int number = 0; number < 70; ++number) writer.add(Made(1).chunk(number));
  }
  EXPECT_THAT(refusal(scratch / "r.h5"),
              testing::AllOf(HasSubstr("did not finish: 70 of its chunks are there"), HasSubstr("--record")));
}

TEST(RunRecordRefuses, AJobThatWasKilledAndCountsWhatWasFlushed) {
  const Scratch scratch;
  const auto child = ::fork();
  if (child == 0) {
    RunRecordWriter writer(scratch / "r.h5", made_info());
    for (int number = 0; number < 150; ++number) writer.add(Made(1).chunk(number));
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr("did not finish: 128 of its chunks are there"));
}

TEST(RunRecordRefuses, AFileCutAnywhere) {
  const Scratch scratch;
  write_record(scratch / "whole.h5", 100);
  const auto size = fs::file_size(scratch / "whole.h5");
  for (std::uintmax_t keep = 100; keep < size; keep += 997) {
    fs::copy_file(scratch / "whole.h5", scratch / "r.h5", fs::copy_options::overwrite_existing);
    fs::resize_file(scratch / "r.h5", keep);
    EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr("is cut short")) << keep << " of " << size;
  }
}

TEST(RunRecordRefuses, ATableOrGroupThatIsMissing) {
  const Scratch scratch;
  for (const std::string name : {"chunks", "ranks", "job", "totals", "job/options"}) {
    write_record(scratch / "r.h5", 3);
    alter(scratch / "r.h5", [&](hid_t file) { EXPECT_GE(H5Ldelete(file, name.c_str(), H5P_DEFAULT), 0); });
    EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr("no ")) << name;
    EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr(name));
  }
}

/// Puts in place of `table` one of another column order, with one column more and without those `left_out`.
void replace_table(hid_t file, const char* table, const std::vector<std::string>& left_out) {
  const hid_t old = H5Dopen2(file, table, H5P_DEFAULT);
  const hid_t type = H5Dget_type(old);
  const auto count = static_cast<hsize_t>(H5Sget_simple_extent_npoints(H5Dget_space(old)));
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  std::vector<char> rows(count * H5Tget_size(type));
  EXPECT_GE(H5Dread(old, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), 0);
  const hid_t wider = H5Tcreate(H5T_COMPOUND, H5Tget_size(type) + 8);
  EXPECT_GE(H5Tinsert(wider, "of a later version", 0, H5T_NATIVE_DOUBLE), 0);
  for (int at = H5Tget_nmembers(type) - 1; at >= 0; --at) {
    const auto index = static_cast<unsigned>(at);
    char* name = H5Tget_member_name(type, index);
    if (std::ranges::find(left_out, name) == left_out.end()) {
      EXPECT_GE(
          H5Tinsert(wider, name, 8 + H5Tget_member_offset(type, index), H5Tget_member_type(type, index)), 0);
    }
    H5free_memory(name);
  }
  EXPECT_GE(H5Ldelete(file, table, H5P_DEFAULT), 0);
  const hid_t made = H5Dcreate2(file, table, wider, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  EXPECT_GE(H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), 0);
  H5Dclose(made);
  H5Dclose(old);
}

TEST(RunRecordRefuses, AMissingColumnByName) {
  const Scratch scratch;
  write_record(scratch / "r.h5", 3);
  alter(scratch / "r.h5", [](hid_t file) { replace_table(file, "chunks", {"encode_wall"}); });
  EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr("table chunks has no column encode_wall"));
}

TEST(RunRecordReads, ColumnsByNameWhateverTheirOrderAndOthers) {
  const Scratch scratch;
  write_record(scratch / "r.h5", 5);
  alter(scratch / "r.h5", [](hid_t file) { replace_table(file, "chunks", {}); });
  const auto record = read_run_record(scratch / "r.h5");
  Made made(7);
  ASSERT_EQ(record.chunks.size(), 5U);
  for (int at = 0; at < 5; ++at) {
    EXPECT_EQ(fields(record.chunks[static_cast<std::size_t>(at)]), fields(made.chunk(at)));
  }
}

TEST(RunRecordRefuses, GapsAndDoubles) {
  const Scratch scratch;
  const auto with = [&](const std::vector<int>& numbers) {
    RunRecordWriter writer(scratch / "r.h5", {});
    for (const int number : numbers) writer.add(Made(1).chunk(number));
    writer.complete({}, {});
  };
  with({2, 0, 3});
  EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr("chunk 1 is missing"));
  with({1});
  EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr("chunk 0 is missing"));
  with({0, 1, 1, 2});
  EXPECT_THAT(refusal(scratch / "r.h5"), HasSubstr("chunk 1 is there more than once"));
}

}  // namespace
}  // namespace mpienc::store::test
