#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "mpienc/core/error.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc::plan {
namespace {

Mp3Stream stream_of(Mp3Joining joining, std::int32_t rate = 44100) {
  Mp3Stream stream;
  stream.rate = rate;
  stream.channels = 2;
  stream.samples_per_frame = rate > 24000 ? 1152 : 576;
  stream.delay = 576;
  stream.control = Mp3Settings::Control::constant;
  stream.bitrate = 128;
  stream.joining = joining;
  return stream;
}

std::vector<Mp3Task> all_tasks(const Mp3Stream& stream, std::int64_t chunk_frames, std::int64_t samples) {
  std::vector<Mp3Task> tasks;
  Mp3Cutter cutter(stream, chunk_frames);
  while (const auto task = cutter.next(samples, true)) tasks.push_back(*task);
  return tasks;
}

TEST(Mp3Cutter, EveryFrameBelongsToOneTaskAndEveryTaskHasItsSamples) {
  std::minstd_rand random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto joining = random() % 2 == 0 ? Mp3Joining::repack : Mp3Joining::flush;
    const auto stream = stream_of(joining, random() % 2 == 0 ? 44100 : 22050);
    const auto chunk_frames = static_cast<std::int64_t>(49 * (1 + random() % 5));
    const auto samples = static_cast<std::int64_t>(random() % 1500000);
    const auto tasks = all_tasks(stream, chunk_frames, samples);
    std::int64_t frame = 0;
    for (const Mp3Task& task : tasks) {
      EXPECT_EQ(task.first_frame, frame);
      EXPECT_EQ(task.first_frame % mp3_frame_period, 0);
      EXPECT_EQ(task.warm_up_frames % mp3_frame_period, 0);
      EXPECT_EQ(task.first_sample, (task.first_frame - task.warm_up_frames) * stream.samples_per_frame);
      EXPECT_GE(task.first_sample, 0);
      EXPECT_LE(task.first_sample + task.samples, samples);
      EXPECT_EQ(task.last, &task == &tasks.back());
      if (!task.last) {
        EXPECT_EQ(task.frames, chunk_frames);
        const std::int64_t heard =
            (task.warm_up_frames + task.frames + task.check_frames) * stream.samples_per_frame;
        EXPECT_EQ(task.samples, heard + mp3_look_ahead);
      }
      frame += task.frames;
    }
    ASSERT_FALSE(tasks.empty());
    EXPECT_EQ(tasks.back().first_sample + tasks.back().samples, samples);
    EXPECT_GE(stream.frames_of(samples) - tasks.back().first_frame, tasks.size() > 1 ? 8 : 1);
  }
}

TEST(Mp3Cutter, TasksDoNotDependOnHowTheSamplesArrive) {
  const auto stream = stream_of(Mp3Joining::repack);
  const std::int64_t samples = 1234567;
  Mp3Cutter cutter(stream, 98);
  std::vector<Mp3Task> tasks;
  for (std::int64_t known = 0; known < samples; known += 4321) {
    while (const auto task = cutter.next(known, false)) {
      EXPECT_LE(task->first_sample + task->samples, known);
      tasks.push_back(*task);
    }
  }
  while (const auto task = cutter.next(samples, true)) tasks.push_back(*task);
  EXPECT_EQ(tasks, all_tasks(stream, 98, samples));
  EXPECT_FALSE(cutter.next(samples, true));
}

TEST(Mp3Cutter, WhatLameResamplesStaysWhole) {
  const auto tasks = all_tasks(stream_of(Mp3Joining::whole), 49, 10000000);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].samples, 10000000);
}

TEST(Mp3Cutter, MoreWarmUpKeepsTheEndAndStopsAtTheStart) {
  const auto stream = stream_of(Mp3Joining::repack);
  const Mp3Task first = all_tasks(stream, 294, 5000000)[1];
  EXPECT_EQ(first.warm_up_frames, 196);
  const Mp3Task again = with_more_warm_up(first, stream);
  EXPECT_EQ(again.warm_up_frames, 294);
  EXPECT_EQ(again.first_sample, 0);
  EXPECT_EQ(again.first_sample + again.samples, first.first_sample + first.samples);
}

TEST(Mp3Cutter, SurvivesATrip) {
  const Mp3Task task = all_tasks(stream_of(Mp3Joining::repack), 98, 900000)[2];
  const Bytes bytes = task.serialise();
  ByteReader reader(bytes);
  EXPECT_EQ(Mp3Task::parse(reader), task);
}

TEST(Mp3Cutter, RefusesChunksThatBreakThePadding) {
  EXPECT_THROW(Mp3Cutter(stream_of(Mp3Joining::repack), 100), Error);
  EXPECT_THROW(Mp3Cutter(stream_of(Mp3Joining::repack), 0), Error);
}

}  // namespace
}  // namespace mpienc::plan
