#pragma once
// Which files are the lab's rather than the machine's.
#include <fcntl.h>
#include <limits.h>

#include "host/preload/client.h"

namespace vethlab::host {

// /run/netns, /proc/sys/net, /proc/net, /proc/PID/ns/net, /sys/class/net and what is below, by
// any way to write them; but not through symbolic links or a directory's descriptor.
class lab_path {
 public:
    lab_path(int directory, const char* path);

    bool in_lab() const { return in_lab_; }
    const char* text() const { return text_; }
    bytes with_zero() const { return {text_, size_ + 1}; }

 private:
    bool make_absolute(const char* path);
    void squeeze(const char* path);
    void substitute(const char* from, const char* to);
    bool begins(const char* prefix) const;

    char text_[PATH_MAX];
    std::size_t size_ = 0;
    bool in_lab_ = false;
};

bool is_netns_directory(const char* path);

}  // namespace vethlab::host
