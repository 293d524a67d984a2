/* Preloaded into mpienc by the tests: the file named by ENCODER_LOG gets a line "open" or "close", with the
   time of CLOCK_MONOTONIC in seconds, for every x264 encoder of every process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <x264.h>

#define NAME_OF(symbol) TEXT_OF(symbol)
#define TEXT_OF(symbol) #symbol

static void tell(const char* what) {
  const char* path = getenv("ENCODER_LOG");
  struct timespec now;
  char line[64];
  if (!path) return;
  const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int length = snprintf(line, sizeof line, "%s %lld.%09ld\n", what, (long long)now.tv_sec, now.tv_nsec);
  if (fd < 0 || write(fd, line, (size_t)length) != length) abort();
  close(fd);
}

static void* next(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

x264_t* x264_encoder_open(x264_param_t* settings) {
  x264_t* (*real)(x264_param_t*) = (x264_t * (*)(x264_param_t*)) next(NAME_OF(x264_encoder_open));
  tell("open");
  return real(settings);
}

void x264_encoder_close(x264_t* encoder) {
  void (*real)(x264_t*) = (void (*)(x264_t*))next("x264_encoder_close");
  real(encoder);
  tell("close");
}
