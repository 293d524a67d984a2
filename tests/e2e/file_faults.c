/* Preloaded into mpienc by the tests: counts the calls that change files below a folder and lets one of them,
   or all from one on, fail or end the process. Told by environment variables:

   FILE_FAULTS_UNDER  folder, absolute; calls elsewhere are passed on uncounted
   FILE_FAULTS_RANK   only in this rank of an MPI job; unset: only in a process that is no rank
   FILE_FAULTS_LOG    file that gets a line per call: name and path
   FILE_FAULTS_AFTER  calls are counted only after the first whose line contains this text
   FILE_FAULTS_AT     the call, from 1
   FILE_FAULTS_KIND   kill-before, kill-after, kill-half (a write of half the bytes), ENOSPC or EIO (from
   there on), short (writes from there on take half the bytes and say so), no-renameat2 (always EINVAL)
   FILE_FAULTS_ONCE   file that a kill makes first; where it exists nothing is killed */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum call_class { GIVES_BACK, NEEDS_ROOM };
enum verdict { PASS, FAIL, HALF, KILL_HALF, KILL_AFTER };

static const char *under, *kind = "", *after, *once;
static long at = -1;
static int active, log_fd = -1;
static atomic_long count;
static atomic_int counting;

__attribute__((constructor)) static void begin(void) {
  const char *wanted = getenv("FILE_FAULTS_RANK"), *rank = getenv("OMPI_COMM_WORLD_RANK");
  char program[PATH_MAX] = "";
  if (readlink("/proc/self/exe", program, sizeof program - 1) < 0) return;
  const char* slash = strrchr(program, '/');
  under = getenv("FILE_FAULTS_UNDER");
  if (!under || !slash || strcmp(slash, "/mpienc") != 0) return;
  if (wanted ? !rank || strcmp(rank, wanted) != 0 : rank != NULL) return;
  if (getenv("FILE_FAULTS_KIND")) kind = getenv("FILE_FAULTS_KIND");
  if (getenv("FILE_FAULTS_AT")) at = atol(getenv("FILE_FAULTS_AT"));
  if (getenv("FILE_FAULTS_LOG")) {
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("FILE_FAULTS_LOG"),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  }
  after = getenv("FILE_FAULTS_AFTER");
  once = getenv("FILE_FAULTS_ONCE");
  counting = after == NULL;
  active = 1;
}

static void* next(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static int is_under(const char* path) { return path && strncmp(path, under, strlen(under)) == 0; }

static void end_here(void) {
  if (once && syscall(SYS_openat, AT_FDCWD, once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) < 0) return;
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* What is to become of a call; FAIL with errno set. */
static enum verdict judge(const char* name, const char* path, enum call_class what) {
  if (!active || !is_under(path)) return PASS;
  char line[PATH_MAX + 64];
  const int length = snprintf(line, sizeof line, "%s %s\n", name, path);
  if (log_fd >= 0 && syscall(SYS_write, log_fd, line, (size_t)length) < 0) abort();
  if (strcmp(kind, "no-renameat2") == 0 && strcmp(name, "renameat2") == 0) {
    errno = EINVAL;
    return FAIL;
  }
  if (!counting) {
    if (strstr(line, after)) counting = 1;
    return PASS;
  }
  const long number = atomic_fetch_add(&count, 1) + 1;
  if (at < 0 || number < at) return PASS;
  if (strcmp(kind, "EIO") == 0 || (strcmp(kind, "ENOSPC") == 0 && what == NEEDS_ROOM)) {
    errno = kind[1] == 'I' ? EIO : ENOSPC;
    return FAIL;
  }
  if (strcmp(kind, "short") == 0) return HALF;
  if (number != at) return PASS;
  if (strcmp(kind, "kill-half") == 0) return KILL_HALF;
  if (strcmp(kind, "kill-after") == 0) return KILL_AFTER;
  if (strcmp(kind, "kill-before") == 0) end_here();
  return PASS;
}

static const char* path_of(int fd, char* buffer) {
  char link[64];
  if (!active) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, buffer, PATH_MAX - 1);
  if (length < 0) return NULL;
  buffer[length] = 0;
  return buffer;
}

#define CALL(name, path, what, type, words)                        \
  do {                                                             \
    const int saved = errno;                                       \
    const enum verdict verdict = judge(#name, path, what);         \
    if (verdict == FAIL) return -1;                                \
    errno = saved;                                                 \
    const type result = ((__typeof__(&name))next(#name))words;     \
    if (verdict == KILL_AFTER || verdict == KILL_HALF) end_here(); \
    return result;                                                 \
  } while (0)
#define CALL_FD(name, what, type, words) \
  char buffer[PATH_MAX];                 \
  CALL(name, path_of(fd, buffer), what, type, words)
#define CALL_WRITE(name, words)                                                 \
  do {                                                                          \
    char buffer[PATH_MAX];                                                      \
    const int saved = errno;                                                    \
    const enum verdict verdict = judge(#name, path_of(fd, buffer), NEEDS_ROOM); \
    if (verdict == FAIL) return -1;                                             \
    errno = saved;                                                              \
    if ((verdict == HALF || verdict == KILL_HALF) && size > 1) size /= 2;       \
    const ssize_t result = ((__typeof__(&name))next(#name))words;               \
    if (verdict == KILL_AFTER || verdict == KILL_HALF) end_here();              \
    return result;                                                              \
  } while (0)
#define OPEN(name, declared, words)                                                             \
  int name declared {                                                                           \
    mode_t mode = 0;                                                                            \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                        \
      va_list more;                                                                             \
      va_start(more, flags);                                                                    \
      mode = va_arg(more, mode_t);                                                              \
      va_end(more);                                                                             \
    }                                                                                           \
    const int changes = (flags & (O_CREAT | O_TRUNC)) || (flags & O_ACCMODE) != O_RDONLY;       \
    CALL(name, changes ? path : NULL, (flags & O_CREAT) ? NEEDS_ROOM : GIVES_BACK, int, words); \
  }

OPEN(open, (const char* path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char* path, int flags, ...), (path, flags, mode))
OPEN(openat, (int folder, const char* path, int flags, ...), (folder, path, flags, mode))
OPEN(openat64, (int folder, const char* path, int flags, ...), (folder, path, flags, mode))
int creat(const char* path, mode_t mode) { CALL(creat, path, NEEDS_ROOM, int, (path, mode)); }
ssize_t write(int fd, const void* data, size_t size) { CALL_WRITE(write, (fd, data, size)); }
ssize_t pwrite(int fd, const void* data, size_t size, off_t to) { CALL_WRITE(pwrite, (fd, data, size, to)); }
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t to) {
  CALL_WRITE(pwrite64, (fd, data, size, to));
}
ssize_t writev(int fd, const struct iovec* parts, int size) { CALL_WRITE(writev, (fd, parts, size)); }
ssize_t copy_file_range(int from, off64_t* in, int fd, off64_t* out, size_t size, unsigned flags) {
  CALL_WRITE(copy_file_range, (from, in, fd, out, size, flags));
}
int fsync(int fd) { CALL_FD(fsync, GIVES_BACK, int, (fd)); }
int fdatasync(int fd) { CALL_FD(fdatasync, GIVES_BACK, int, (fd)); }
int ftruncate(int fd, off_t size) { CALL_FD(ftruncate, NEEDS_ROOM, int, (fd, size)); }
int ftruncate64(int fd, off64_t size) { CALL_FD(ftruncate64, NEEDS_ROOM, int, (fd, size)); }
int flock(int fd, int operation) { CALL_FD(flock, GIVES_BACK, int, (fd, operation)); }
int rename(const char* path, const char* to) { CALL(rename, to, NEEDS_ROOM, int, (path, to)); }
int renameat(int a, const char* path, int b, const char* to) {
  CALL(renameat, to, NEEDS_ROOM, int, (a, path, b, to));
}
int renameat2(int a, const char* path, int b, const char* to, unsigned flags) {
  CALL(renameat2, to, NEEDS_ROOM, int, (a, path, b, to, flags));
}
int link(const char* path, const char* to) { CALL(link, to, NEEDS_ROOM, int, (path, to)); }
int unlink(const char* path) { CALL(unlink, path, GIVES_BACK, int, (path)); }
int unlinkat(int a, const char* path, int flags) { CALL(unlinkat, path, GIVES_BACK, int, (a, path, flags)); }
int remove(const char* path) { CALL(remove, path, GIVES_BACK, int, (path)); }
int mkdir(const char* path, mode_t mode) { CALL(mkdir, path, NEEDS_ROOM, int, (path, mode)); }
int rmdir(const char* path) { CALL(rmdir, path, GIVES_BACK, int, (path)); }
