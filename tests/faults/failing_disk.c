/* Lets writes and flushes of files fail, for the tests: preloaded into a server.
 *
 * FAULT_UNDER is the folder whose files fail; FAULT_FILE says how, as long as it is there:
 *   <write|sync> <EIO|ENOSPC> <calls that succeed before> <once|lasting>
 * "once" removes the file with the first failure.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int seen;

static int is_under(int fd) {
  const char *folder = getenv("FAULT_UNDER");
  char link[64], path[4096];
  if (!folder) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

/* The error with which this call fails; 0 when it does not. */
static int fault(const char *call, int fd) {
  const char *control = getenv("FAULT_FILE");
  char wanted[16], name[16], when[16];
  int before;
  FILE *file = control ? fopen(control, "r") : NULL;
  if (!file) {
    atomic_store(&seen, 0);
    return 0;
  }
  int read = fscanf(file, "%15s %15s %d %15s", wanted, name, &before, when);
  fclose(file);
  if (read != 4 || strcmp(wanted, call) != 0 || !is_under(fd)) return 0;
  if (atomic_fetch_add(&seen, 1) < before) return 0;
  if (strcmp(when, "once") == 0 && unlink(control) != 0) return 0;
  return strcmp(name, "ENOSPC") == 0 ? ENOSPC : EIO;
}

#define FAIL_OR(call, fd, otherwise)                \
  int error = fault(call, fd);                      \
  if (error) { errno = error; return -1; }          \
  return otherwise

ssize_t write(int fd, const void *bytes, size_t count) {
  ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  FAIL_OR("write", fd, real(fd, bytes, count));
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
  FAIL_OR("write", fd, real(fd, bytes, count, at));
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
  FAIL_OR("write", fd, real(fd, bytes, count, at));
}

int fsync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  FAIL_OR("sync", fd, real(fd));
}

int fdatasync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  FAIL_OR("sync", fd, real(fd));
}
