/* Stands between a program and its disk (LD_PRELOAD). For the files of one folder it records, in the order in which they
 * happened, every write, sync, truncation, creation and removal, and what the program acknowledged on its standard output;
 * or it lets the disk be full after so many bytes, or a sync fail. `cargo xtask crash` builds it, and `disk.rs` reads
 * what it records.
 *
 *   FORBEAR_DISK_DIR          the folder; nothing outside of it is touched
 *   FORBEAR_DISK_TRACE        record to this file
 *   FORBEAR_DISK_ROOM         so many bytes may be added to files; then the disk is full
 *   FORBEAR_DISK_SYNC_FAILS   the n-th sync of a file fails with an input/output error, once
 *
 * A record is one letter, the path's length and bytes, an offset, and the data's length and bytes, little-endian.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 1024

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static char *paths[FDS];
static const char *folder;
static size_t folder_length;
static int trace = -1;
static long long room = -1;
static long syncs_left = -1;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FORBEAR_DISK_TRACE"), *bytes = getenv("FORBEAR_DISK_ROOM"),
               *sync = getenv("FORBEAR_DISK_SYNC_FAILS");
    folder = getenv("FORBEAR_DISK_DIR");
    folder_length = folder ? strlen(folder) : 0;
    if (path) trace = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (bytes) room = atoll(bytes);
    if (sync) syncs_left = atol(sync);
}

/* The memory that connections share is no part of what must last. */
static int concerns(const char *path) {
    size_t length = path ? strlen(path) : 0;
    if (!folder_length || length < folder_length || strncmp(path, folder, folder_length)) return 0;
    return length < 4 || strcmp(path + length - 4, "-shm");
}

static const char *path_of(int fd) { return fd >= 0 && fd < FDS ? paths[fd] : NULL; }

static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length) {
        long done = syscall(SYS_write, trace, at, length);
        if (done <= 0) abort();
        at += done;
        length -= (size_t)done;
    }
}

static void record(char what, const char *path, uint64_t offset, const void *data, uint64_t length) {
    uint32_t path_length = (uint32_t)strlen(path);
    if (trace < 0) return;
    put(&what, 1);
    put(&path_length, sizeof path_length);
    put(path, path_length);
    put(&offset, sizeof offset);
    put(&length, sizeof length);
    if (length) put(data, length);
}

/* Whether a write to `offset` may not grow the file as it would: the disk is full. */
static int is_full(int fd, uint64_t offset, size_t length) {
    struct stat seen;
    long long more;
    if (room < 0 || fstat(fd, &seen)) return 0;
    more = (long long)(offset + length) - seen.st_size;
    if (more <= 0) return 0;
    if (more > room) return 1;
    room -= more;
    return 0;
}

static ssize_t written(int fd, const void *data, size_t length, uint64_t offset, int is_placed) {
    const char *path = path_of(fd);
    ssize_t done;
    pthread_mutex_lock(&one_at_a_time);
    if (is_full(fd, offset, length)) {
        pthread_mutex_unlock(&one_at_a_time);
        errno = ENOSPC;
        return -1;
    }
    done = is_placed ? syscall(SYS_pwrite64, fd, data, length, (off_t)offset) : syscall(SYS_write, fd, data, length);
    if (done > 0) record('W', path, offset, data, (uint64_t)done);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    if (!path_of(fd)) return syscall(SYS_pwrite64, fd, data, length, offset);
    return written(fd, data, length, (uint64_t)offset, 1);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    if (fd == 1 && trace >= 0 && length > 4 && !memcmp(data, "ack ", 4)) {
        pthread_mutex_lock(&one_at_a_time);
        record('A', "", 0, data, length);
        pthread_mutex_unlock(&one_at_a_time);
    }
    if (!path_of(fd)) return syscall(SYS_write, fd, data, length);
    return written(fd, data, length, (uint64_t)lseek(fd, 0, SEEK_CUR), 0);
}

static int synced(int fd, long call) {
    const char *path = path_of(fd);
    struct stat seen;
    int done;
    if (!path) return (int)syscall(call, fd);
    pthread_mutex_lock(&one_at_a_time);
    /* SQLite does not look whether a folder was synced; the store has done so itself by then. */
    if (syncs_left > 0 && !fstat(fd, &seen) && !S_ISDIR(seen.st_mode) && --syncs_left == 0) {
        pthread_mutex_unlock(&one_at_a_time);
        errno = EIO;
        return -1;
    }
    /* Where the disk is only played, nothing has to reach it. */
    done = trace >= 0 ? 0 : (int)syscall(call, fd);
    if (!done) record('S', path, 0, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int ftruncate64(int fd, off64_t size) {
    const char *path = path_of(fd);
    int done;
    if (!path) return (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&one_at_a_time);
    done = (int)syscall(SYS_ftruncate, fd, size);
    if (!done) record('T', path, (uint64_t)size, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int unlink(const char *path) {
    int done;
    if (!concerns(path)) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    pthread_mutex_lock(&one_at_a_time);
    done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (!done) record('U', path, 0, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

static int opened(int at, const char *path, int flags, mode_t mode) {
    struct stat seen;
    int fd, is_new;
    if (!concerns(path)) return (int)syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&one_at_a_time);
    is_new = (flags & O_CREAT) && stat(path, &seen);
    fd = (int)syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0 && fd < FDS) {
        free(paths[fd]);
        paths[fd] = strdup(path);
        if (is_new) record('C', path, 0, NULL, 0);
    }
    pthread_mutex_unlock(&one_at_a_time);
    return fd;
}

#define MODE_OF(last)                                        \
    mode_t mode = 0;                                         \
    if (flags & O_CREAT) {                                   \
        va_list more;                                        \
        va_start(more, last);                                \
        mode = (mode_t)va_arg(more, int);                    \
        va_end(more);                                        \
    }

int open64(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }
int open(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }

int close(int fd) {
    int done;
    pthread_mutex_lock(&one_at_a_time);
    if (fd >= 0 && fd < FDS && paths[fd]) {
        free(paths[fd]);
        paths[fd] = NULL;
    }
    done = (int)syscall(SYS_close, fd);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}
