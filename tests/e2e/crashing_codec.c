/* To be preloaded: raises SIGSEGV in the x264 encoder at the frames that $CRASH_PTS names, and in libFLAC at
   a sound.

   CRASH_PTS      FIRST-LAST, ticks of the encoder: frames with such a pts crash it
   CRASH_SAMPLES  N: in sound of one channel, where N, -N, N and -N follow each other
   CRASH_ONCE     a file: the crash comes only where it is not there yet, and makes it
   CRASH_IN       "worker": only in ranks other than 0, and not in processes for one chunk */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>

/* A process for one chunk is not told of any rank. */
static int in_worker(void) {
  const char* rank = getenv("OMPI_COMM_WORLD_RANK");
  return rank != NULL && strcmp(rank, "0") != 0;
}

static int wanted(long long pts) {
  const char* range = getenv("CRASH_PTS");
  const char* once = getenv("CRASH_ONCE");
  const char* where = getenv("CRASH_IN");
  long long first = 0, last = -1;
  if (range == NULL || sscanf(range, "%lld-%lld", &first, &last) != 2 || pts < first || pts > last) return 0;
  if (where != NULL && !in_worker()) return 0;
  if (once == NULL) return 1;
  const int fd = open(once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

int avcodec_send_frame(AVCodecContext* context, const AVFrame* frame) {
  static int (*real)(AVCodecContext*, const AVFrame*);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "avcodec_send_frame");
  if (frame != NULL && context->codec_type == AVMEDIA_TYPE_VIDEO && wanted(frame->pts)) raise(SIGSEGV);
  return real(context, frame);
}

int FLAC__stream_encoder_process_interleaved(void* encoder, const int32_t* samples, uint32_t count) {
  static int (*real)(void*, const int32_t*, uint32_t);
  const char* wanted_samples = getenv("CRASH_SAMPLES");
  const int32_t n = wanted_samples == NULL ? 0 : (int32_t)atoi(wanted_samples);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "FLAC__stream_encoder_process_interleaved");
  for (uint32_t i = 0; n != 0 && i + 3 < count; ++i) {
    if (samples[i] == n && samples[i + 1] == -n && samples[i + 2] == n && samples[i + 3] == -n)
      raise(SIGSEGV);
  }
  return real(encoder, samples, count);
}
