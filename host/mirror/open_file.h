#pragma once
// Small helpers over errno, files and namespaces for the classes of this folder.
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "core/uapi/err.h"

namespace vethlab::host {

// Our numbers are Linux's; here they meet the machine that defines them.
inline err last_error() { return err(errno); }
inline err result(long ret) { return ret < 0 ? last_error() : err::ok; }

class open_file {  // owns a file descriptor
 public:
    open_file() = default;
    explicit open_file(int fd) : fd_(fd) {}
    open_file(open_file&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
    open_file& operator=(open_file&& o) noexcept {
        std::swap(fd_, o.fd_);
        return *this;
    }
    ~open_file();

    int fd() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

 private:
    int fd_ = -1;
};

// The names in a directory, in the order in which the machine lists them: tools print it so.
// None if it cannot be read.
std::vector<std::string> list_directory(const char* path);

// The calling thread lives in another network namespace as long as this object does.
class in_netns {
 public:
    in_netns(int ns, int home);
    in_netns(const in_netns&) = delete;
    ~in_netns();
    err error() const { return error_; }

 private:
    int home_ = -1;  // where to go back to; -1: never left
    err error_ = err::ok;
};

}  // namespace vethlab::host
