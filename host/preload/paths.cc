#include "host/preload/paths.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

namespace vethlab::host {
namespace {

// Behind the last digit, or `at` itself if there is none.
const char* skip_number(const char* at) {
    while (*at >= '0' && *at <= '9') at++;
    return at;
}

// "net..." or "ns/net" behind /proc/PID/.
bool is_process_net(const char* path) {
    constexpr std::size_t proc = 6;
    const char* at = skip_number(path + proc);
    if (at == path + proc || *at != '/') return false;
    at++;
    if (::strcmp(at, "ns/net") == 0) return true;
    return ::strncmp(at, "net", 3) == 0 && (at[3] == '/' || at[3] == 0);
}

}  // namespace

lab_path::lab_path(int directory, const char* path) {
    text_[0] = 0;
    if (!path || !*path) return;
    if (*path != '/' && directory != AT_FDCWD) return;
    if (!make_absolute(path)) return;
    substitute("/var/run/netns", "/run/netns");
    substitute("/sys/devices/virtual/net", "/sys/class/net");
    substitute("/proc/self/ns/net", "/proc/thread-self/ns/net");
    substitute("/proc/self/net", "/proc/net");
    substitute("/proc/thread-self/net", "/proc/net");
    for (const char* lab : {"/run/netns", "/proc/sys/net", "/proc/net", "/sys/class/net",
                            "/proc/thread-self/ns/net"}) {
        in_lab_ = in_lab_ || begins(lab);
    }
    in_lab_ = in_lab_ || (begins("/proc") && is_process_net(text_));
}

bool lab_path::make_absolute(const char* path) {
    if (*path == '/') {
        if (::strlen(path) >= sizeof text_) return false;
        squeeze(path);
        return true;
    }
    const int saved = errno;
    char all[PATH_MAX];
    const bool fits = ::getcwd(all, sizeof all) && ::strlen(all) + 1 + ::strlen(path) < sizeof all;
    errno = saved;
    if (!fits) return false;
    ::strcat(all, "/");
    ::strcat(all, path);
    squeeze(all);
    return true;
}

// Takes out empty parts, "." and "..".
void lab_path::squeeze(const char* path) {
    while (*path) {
        while (*path == '/') path++;
        const std::size_t n = ::strcspn(path, "/");
        if (n == 2 && path[0] == '.' && path[1] == '.') {
            while (size_ > 0 && text_[--size_] != '/') continue;
        } else if (n > 0 && !(n == 1 && *path == '.')) {
            text_[size_++] = '/';
            ::memcpy(text_ + size_, path, n);
            size_ += n;
        }
        path += n;
    }
    text_[size_] = 0;
}

bool lab_path::begins(const char* prefix) const {
    const std::size_t n = ::strlen(prefix);
    return ::strncmp(text_, prefix, n) == 0 && (text_[n] == 0 || text_[n] == '/');
}

void lab_path::substitute(const char* from, const char* to) {
    if (!begins(from)) return;
    const std::size_t old_size = ::strlen(from), new_size = ::strlen(to);
    if (size_ - old_size + new_size >= sizeof text_) return;
    ::memmove(text_ + new_size, text_ + old_size, size_ - old_size + 1);
    ::memcpy(text_, to, new_size);
    size_ += new_size - old_size;
}

bool is_netns_directory(const char* path) {
    return ::strcmp(lab_path(AT_FDCWD, path).text(), "/run/netns") == 0;
}

}  // namespace vethlab::host
