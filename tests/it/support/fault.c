/* Makes a disk fail on demand, for a program started with LD_PRELOAD. FAULT_DIR names a folder; while a file of that
   name stands in it, every sync fails ("sync"), every write finds a full disk ("full") or a disk that may only be read
   ("readonly"). A file "trace" there gets a line for every sync that was done. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int wanted(const char *name) {
    const char *folder = getenv("FAULT_DIR");
    char path[4096];
    if (!folder) return 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void trace(int fd) {
    char path[4096], link[64], name[4096];
    if (!wanted("trace")) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name - 2);
    if (length < 0) return;
    name[length] = '\n';
    snprintf(path, sizeof path, "%s/trace", getenv("FAULT_DIR"));
    int out = open(path, O_WRONLY | O_APPEND);
    if (out >= 0) {
        if (write(out, name, length + 1) < 0) { /* the test sees too few lines */ }
        close(out);
    }
}

static int refuses(void) {
    if (wanted("full")) { errno = ENOSPC; return 1; }
    if (wanted("readonly")) { errno = EROFS; return 1; }
    return 0;
}

#define SYNC(name) \
    int name(int fd) { \
        static int (*real)(int); \
        if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        if (wanted("sync")) { errno = EIO; return -1; } \
        int result = real(fd); \
        if (result == 0) trace(fd); \
        return result; \
    }
SYNC(fsync)
SYNC(fdatasync)

#define WRITE(name, offset) \
    ssize_t name(int fd, const void *bytes, size_t count, offset at) { \
        static ssize_t (*real)(int, const void *, size_t, offset); \
        if (!real) real = (ssize_t (*)(int, const void *, size_t, offset))dlsym(RTLD_NEXT, #name); \
        return refuses() ? -1 : real(fd, bytes, count, at); \
    }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)
