#include "host/mirror/open_file.h"

#include <dirent.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace vethlab::host {

open_file::~open_file() {
    if (fd_ >= 0) ::close(fd_);
}

std::vector<std::string> list_directory(const char* path) {
    std::vector<std::string> names;
    DIR* dir = ::opendir(path);
    if (!dir) return names;
    while (const dirent* entry = ::readdir(dir)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    ::closedir(dir);
    return names;
}

in_netns::in_netns(int ns, int home) {
    if (ns == home) return;
    error_ = result(::setns(ns, CLONE_NEWNET));
    if (error_ == err::ok) home_ = home;
}

in_netns::~in_netns() {
    // Whatever came next would change the wrong namespace.
    if (home_ >= 0 && ::setns(home_, CLONE_NEWNET) < 0) std::abort();
}

}  // namespace vethlab::host
