// Files of the lab: the server sends their text as a file without a name, so that everything a
// program does with a descriptor works; a name is turned into that of a descriptor.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/preload/client.h"
#include "host/preload/paths.h"

namespace vethlab::host {
namespace {

int open_writer(const lab_path& path, int flags) {
    std::uint64_t cookie = 0;
    const int fd = open_object(flags & O_CLOEXEC ? SOCK_CLOEXEC : 0, cookie);
    if (fd < 0) return -1;
    const answer a = ask({call::open_write, flags, cookie}, path.with_zero());
    if (a.error == 0) return fd;
    ::close(fd);
    return fail(a.error);
}

int open_in_lab(const lab_path& path, int flags) {
    // A name in /run/netns is made by O_CREAT, and never written.
    const bool writes = (flags & O_ACCMODE) != O_RDONLY;
    if (writes && ::strncmp(path.text(), "/run/netns/", 11) != 0) return open_writer(path, flags);
    const answer a = ask({call::open, flags, 0}, path.with_zero());
    if (a.error) return fail(a.error);
    const bool directory = open_result(a.number) == open_result::directory;
    if (directory) {
        // Any directory: what it is good for is a lock and its kind.
        return int(::syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    if (flags & O_DIRECTORY) {
        ::close(a.fd);
        return fail(ENOTDIR);
    }
    if (!(flags & O_CLOEXEC)) ::fcntl(a.fd, F_SETFD, 0);
    return a.fd;
}

// A name under which the machine's own functions find a file of the lab.
class stand_in {
 public:
    stand_in(int directory, const char* path) : path_(directory, path) {
        if (!path_.in_lab()) return;
        fd_ = open_in_lab(path_, O_RDONLY | O_CLOEXEC);
        ::snprintf(name_, sizeof name_, "/proc/self/fd/%d", fd_);
    }
    stand_in(const stand_in&) = delete;
    ~stand_in() {
        const int saved = errno;
        if (fd_ >= 0) ::close(fd_);
        errno = saved;
    }
    bool needed() const { return path_.in_lab(); }
    bool missing() const { return fd_ < 0; }  // errno says why
    const char* name() const { return name_; }

 private:
    lab_path path_;
    int fd_ = -1;
    char name_[32] = "";
};

mode_t mode_of(int flags, va_list list) {
    return flags & (O_CREAT | O_TMPFILE) ? mode_t(va_arg(list, unsigned)) : 0;
}

int open_any(int directory, const char* name, int flags, mode_t mode) {
    if (under_lab()) {
        const lab_path path(directory, name);
        if (path.in_lab()) return open_in_lab(path, flags);
    }
    return int(::syscall(SYS_openat, directory, name, flags, mode));
}

int flags_of(const char* mode) {
    const bool plus = ::strchr(mode, '+'), closes = ::strchr(mode, 'e');
    const int way = *mode == 'r' ? 0 : O_CREAT | (*mode == 'w' ? O_TRUNC : O_APPEND);
    const int access = plus ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    return way | access | (closes ? O_CLOEXEC : 0);
}

FILE* open_stream(const char* name, const char* mode, FILE* (*next)(const char*, const char*)) {
    if (!under_lab()) return next(name, mode);
    const lab_path path(AT_FDCWD, name);
    if (!path.in_lab()) return next(name, mode);
    const int fd = open_in_lab(path, flags_of(mode));
    FILE* f = fd < 0 ? nullptr : ::fdopen(fd, mode);
    if (!f && fd >= 0) ::close(fd);
    return f;
}

template <class Stat, class Buffer>
int stat_any(Stat next, const char* name, Buffer* out) {
    if (!under_lab()) return next(name, out);
    const stand_in file(AT_FDCWD, name);
    if (!file.needed()) return next(name, out);
    return file.missing() ? -1 : next(file.name(), out);
}

template <class Stat, class Buffer>
int stat_at(Stat next, int directory, const char* name, Buffer* out, int flags) {
    if (!under_lab()) return next(directory, name, out, flags);
    const stand_in file(directory, name);
    if (!file.needed()) return next(directory, name, out, flags);
    return file.missing() ? -1 : next(AT_FDCWD, file.name(), out, flags & ~AT_SYMLINK_NOFOLLOW);
}

}  // namespace

#define VETHLAB_OPEN(name)                                      \
    VETHLAB_EXPORT int name(const char* path, int flags, ...) { \
        va_list list;                                           \
        va_start(list, flags);                                  \
        const mode_t mode = mode_of(flags, list);               \
        va_end(list);                                           \
        return open_any(AT_FDCWD, path, flags, mode);           \
    }
VETHLAB_OPEN(open)
VETHLAB_OPEN(open64)
#undef VETHLAB_OPEN

#define VETHLAB_OPENAT(name)                                                   \
    VETHLAB_EXPORT int name(int directory, const char* path, int flags, ...) { \
        va_list list;                                                          \
        va_start(list, flags);                                                 \
        const mode_t mode = mode_of(flags, list);                              \
        va_end(list);                                                          \
        return open_any(directory, path, flags, mode);                         \
    }
VETHLAB_OPENAT(openat)
VETHLAB_OPENAT(openat64)
#undef VETHLAB_OPENAT

// What the compiler makes of open(path, flags) under _FORTIFY_SOURCE.
VETHLAB_EXPORT int __open_2(const char* path, int flags) {
    return open_any(AT_FDCWD, path, flags, 0);
}
VETHLAB_EXPORT int __open64_2(const char* path, int flags) {
    return open_any(AT_FDCWD, path, flags, 0);
}
VETHLAB_EXPORT int creat(const char* path, mode_t mode) {
    return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

VETHLAB_EXPORT FILE* fopen(const char* name, const char* mode) {
    static const auto next = VETHLAB_NEXT(fopen);
    return open_stream(name, mode, next);
}
VETHLAB_EXPORT FILE* fopen64(const char* name, const char* mode) {
    static const auto next = VETHLAB_NEXT(fopen64);
    return open_stream(name, mode, next);
}

VETHLAB_EXPORT int stat(const char* name, struct stat* out) noexcept {
    static const auto next = next_function<int (*)(const char*, struct stat*)>("stat");
    return stat_any(next, name, out);
}
VETHLAB_EXPORT int stat64(const char* name, struct stat64* out) noexcept {
    static const auto next = next_function<int (*)(const char*, struct stat64*)>("stat64");
    return stat_any(next, name, out);
}
// A file of the lab is no link: its stand-in would be.
VETHLAB_EXPORT int lstat(const char* name, struct stat* out) noexcept {
    static const auto next = next_function<int (*)(const char*, struct stat*)>("lstat");
    const bool lab = under_lab() && lab_path(AT_FDCWD, name).in_lab();
    return lab ? stat(name, out) : next(name, out);
}
VETHLAB_EXPORT int lstat64(const char* name, struct stat64* out) noexcept {
    static const auto next = next_function<int (*)(const char*, struct stat64*)>("lstat64");
    const bool lab = under_lab() && lab_path(AT_FDCWD, name).in_lab();
    return lab ? stat64(name, out) : next(name, out);
}
VETHLAB_EXPORT int fstatat(int directory, const char* name, struct stat* out, int flags) noexcept {
    static const auto next = VETHLAB_NEXT(fstatat);
    return stat_at(next, directory, name, out, flags);
}
VETHLAB_EXPORT int fstatat64(int directory, const char* name, struct stat64* out,
                             int flags) noexcept {
    static const auto next = VETHLAB_NEXT(fstatat64);
    return stat_at(next, directory, name, out, flags);
}
VETHLAB_EXPORT int statx(int directory, const char* name, int flags, unsigned mask,
                         struct statx* out) noexcept {
    static const auto next =
        next_function<int (*)(int, const char*, int, unsigned, struct statx*)>("statx");
    if (!under_lab()) return next(directory, name, flags, mask, out);
    const stand_in file(directory, name);
    if (!file.needed()) return next(directory, name, flags, mask, out);
    if (file.missing()) return -1;
    return next(AT_FDCWD, file.name(), flags & ~AT_SYMLINK_NOFOLLOW, mask, out);
}

VETHLAB_EXPORT int access(const char* name, int mode) noexcept {
    static const auto next = VETHLAB_NEXT(access);
    if (!under_lab()) return next(name, mode);
    const stand_in file(AT_FDCWD, name);
    if (!file.needed()) return next(name, mode);
    return file.missing() ? -1 : next(file.name(), mode);
}
VETHLAB_EXPORT int faccessat(int directory, const char* name, int mode, int flags) noexcept {
    static const auto next = VETHLAB_NEXT(faccessat);
    if (!under_lab()) return next(directory, name, mode, flags);
    const stand_in file(directory, name);
    if (!file.needed()) return next(directory, name, mode, flags);
    return file.missing() ? -1 : next(AT_FDCWD, file.name(), mode, flags);
}

// "net:[4026531840]": the link that /proc/PID/ns/net is.
VETHLAB_EXPORT ssize_t readlink(const char* name, char* out, std::size_t room) noexcept {
    static const auto next = VETHLAB_NEXT(readlink);
    if (!under_lab()) return next(name, out, room);
    const lab_path path(AT_FDCWD, name);
    if (!path.in_lab()) return next(name, out, room);
    struct stat s {};
    if (stat(name, &s) < 0) return -1;
    if (!::strstr(path.text(), "/ns/net")) return fail(EINVAL);
    char text[40];
    const int n = ::snprintf(text, sizeof text, "net:[%lu]", static_cast<unsigned long>(s.st_ino));
    const std::size_t given = std::size_t(n) < room ? std::size_t(n) : room;
    ::memcpy(out, text, given);
    return ssize_t(given);
}

// Nor do they have attributes (ls -l asks).
VETHLAB_EXPORT ssize_t getxattr(const char* name, const char* which, void* out,
                                std::size_t room) noexcept {
    static const auto next =
        next_function<ssize_t (*)(const char*, const char*, void*, std::size_t)>("getxattr");
    const bool lab = under_lab() && lab_path(AT_FDCWD, name).in_lab();
    return lab ? fail(ENODATA) : next(name, which, out, room);
}
VETHLAB_EXPORT ssize_t lgetxattr(const char* name, const char* which, void* out,
                                 std::size_t room) noexcept {
    static const auto next =
        next_function<ssize_t (*)(const char*, const char*, void*, std::size_t)>("lgetxattr");
    const bool lab = under_lab() && lab_path(AT_FDCWD, name).in_lab();
    return lab ? fail(ENODATA) : next(name, which, out, room);
}

VETHLAB_EXPORT int unlink(const char* name) noexcept {
    static const auto next = VETHLAB_NEXT(unlink);
    if (!under_lab()) return next(name);
    const lab_path path(AT_FDCWD, name);
    return path.in_lab() ? done(ask({call::remove, 0, 0}, path.with_zero())) : next(name);
}
VETHLAB_EXPORT int unlinkat(int directory, const char* name, int flags) noexcept {
    static const auto next = VETHLAB_NEXT(unlinkat);
    if (!under_lab()) return next(directory, name, flags);
    const lab_path path(directory, name);
    return path.in_lab() ? done(ask({call::remove, 0, 0}, path.with_zero()))
                         : next(directory, name, flags);
}
VETHLAB_EXPORT int mkdir(const char* name, mode_t mode) noexcept {
    static const auto next = VETHLAB_NEXT(mkdir);
    if (!under_lab()) return next(name, mode);
    const stand_in file(AT_FDCWD, name);
    if (!file.needed()) return next(name, mode);
    return fail(file.missing() ? EPERM : EEXIST);
}

// Only what is written to /proc/sys has an answer that a program waits for.
VETHLAB_EXPORT ssize_t write(int fd, const void* data, std::size_t size) {
    std::uint64_t cookie = 0;
    if (!under_lab() || !is_object(fd, cookie)) return ::syscall(SYS_write, fd, data, size);
    if (size > max_payload) return fail(EMSGSIZE);
    const answer a = ask({call::write, 0, cookie}, {data, size});
    return a.error ? fail(a.error) : ssize_t(size);
}

}  // namespace vethlab::host
