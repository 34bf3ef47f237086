/* Faults at chosen steps: preloaded by .ci/faults.py, so that a program that writes files meets them.
 *
 * A step is a call that changes what lies below FAULTS_FOLDER, or a write to standard output. Each is listed in FAULTS_LOG, and at
 * the steps whose numbers are in FAULTS_AT happens what FAULTS_KIND says. Nothing is really put on the disk, which a program that
 * is killed cannot tell and which takes most of the time. Built by: cc -shared -fPIC faults.c -o faults.so
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static int kind_is(const char *kind)
{
    return strcmp(setting("FAULTS_KIND"), kind) == 0;
}

static int is_below(const char *path)
{
    const char *folder = setting("FAULTS_FOLDER");
    size_t n = strlen(folder);
    return n > 0 && strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* What a descriptor is open on. */
static const char *path_of(int fd)
{
    static char path[4096];
    char link[64];
    if (fd == STDOUT_FILENO)
        return "standard output";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n < 0 ? 0 : n] = '\0';
    return path;
}

static void list(int number, const char *call, const char *path)
{
    static int log = -1;
    char line[4200];
    if (log < 0)
        log = syscall(SYS_openat, AT_FDCWD, setting("FAULTS_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int n = snprintf(line, sizeof line, "%d %s %s\n", number, call, path);
    syscall(SYS_write, log, line, n);
}

/* Where a number stands in FAULTS_AT: 0 before all of its numbers, 1 at one of them, 2 after the first. */
static int place(int number)
{
    int past = 0;
    for (const char *at = setting("FAULTS_AT"); *at; at += strcspn(at, ","), at += *at == ',') {
        if (atoi(at) == number)
            return 1;
        past |= atoi(at) < number;
    }
    return past ? 2 : 0;
}

static int is_struck, is_short;

/* Counts a step. Gives the error that it ends with, 0 if it may go on. */
static int step(const char *call, const char *path, int takes_room)
{
    static int number;
    is_struck = 0;
    if (!is_below(path) && strcmp(path, "standard output") != 0)
        return 0;
    list(++number, call, path);
    int where = place(number);
    is_struck = where == 1;
    if (is_struck && kind_is("kill before"))
        kill(getpid(), SIGKILL);
    if (is_struck && kind_is("SIGTERM"))
        raise(SIGTERM);
    if (is_struck && kind_is("EIO"))
        return EIO;
    if (is_struck && kind_is("ENOSPC"))
        return ENOSPC;
    if (where && kind_is("full") && takes_room)
        return ENOSPC;
    if (where && kind_is("dead"))
        return EIO;
    if (kind_is("short") && is_short)
        return is_short = 0, ENOSPC;
    return 0;
}

/* Comes after the call of a step. */
static int done(int result)
{
    int error = errno;
    if (is_struck && kind_is("kill after"))
        kill(getpid(), SIGKILL);
    if (is_struck && kind_is("stop"))
        raise(SIGSTOP);
    errno = error;
    return result;
}

#define STEP(path, takes_room, call)                    \
    int error = step(__func__, path, takes_room);       \
    if (error)                                          \
        return errno = error, -1;                       \
    return done(call)

#define OPEN(name, before, path, flags, ...)                            \
    mode_t mode = 0;                                                    \
    if (flags & (O_CREAT | O_TMPFILE)) {                                \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        mode = va_arg(rest, mode_t);                                    \
        va_end(rest);                                                   \
    }                                                                   \
    if (!(flags & (O_CREAT | O_TRUNC)))                                 \
        return REAL(name)(before path, flags, mode);                    \
    STEP(path, 1, REAL(name)(before path, flags, mode))

#define AND ,
int open(const char *path, int flags, ...) { OPEN(open, , path, flags); }
int open64(const char *path, int flags, ...) { OPEN(open64, , path, flags); }
int openat(int at, const char *path, int flags, ...) { OPEN(openat, at AND, path, flags); }
int openat64(int at, const char *path, int flags, ...) { OPEN(openat64, at AND, path, flags); }

ssize_t write(int fd, const void *bytes, size_t n)
{
    const char *path = path_of(fd);
    int error = step("write", path, fd != STDOUT_FILENO);
    if (error)
        return errno = error, -1;
    is_short = is_struck && kind_is("short");
    return done(REAL(write)(fd, bytes, is_short ? n / 2 : n));
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
    const char *path = path_of(fd);
    STEP(path, 1, REAL(writev)(fd, parts, n));
}

int fsync(int fd) { STEP(path_of(fd), 0, 0); }
int fdatasync(int fd) { STEP(path_of(fd), 0, 0); }
int ftruncate(int fd, off_t n) { STEP(path_of(fd), 1, REAL(ftruncate)(fd, n)); }
int ftruncate64(int fd, off64_t n) { STEP(path_of(fd), 1, REAL(ftruncate64)(fd, n)); }
int rename(const char *old, const char *new) { STEP(new, 0, REAL(rename)(old, new)); }
int renameat(int from, const char *old, int to, const char *new) { STEP(new, 0, REAL(renameat)(from, old, to, new)); }
int renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
    STEP(new, 0, REAL(renameat2)(from, old, to, new, flags));
}
int link(const char *old, const char *new) { STEP(old, 1, REAL(link)(old, new)); }
int linkat(int from, const char *old, int to, const char *new, int flags) { STEP(old, 1, REAL(linkat)(from, old, to, new, flags)); }
int symlink(const char *to, const char *new) { STEP(new, 1, REAL(symlink)(to, new)); }
int unlink(const char *path) { STEP(path, 0, REAL(unlink)(path)); }
int unlinkat(int at, const char *path, int flags) { STEP(path, 0, REAL(unlinkat)(at, path, flags)); }
int mkdir(const char *path, mode_t mode) { STEP(path, 1, REAL(mkdir)(path, mode)); }
int mkdirat(int at, const char *path, mode_t mode) { STEP(path, 1, REAL(mkdirat)(at, path, mode)); }
int rmdir(const char *path) { STEP(path, 0, REAL(rmdir)(path)); }
