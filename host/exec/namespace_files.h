#pragma once
// Linux: fs/nsfs.c. A network namespace of a lab as a file that programs hold open: its inode says
// which it is, also when it comes back as a bare number in a message.
#include <sys/types.h>

#include <map>

#include "host/mirror/open_file.h"
#include "sim/system.h"

namespace vethlab::host {

class namespace_files {
 public:
    open_file open(ns_fd ns);                      // a descriptor to give away
    ns_fd of_descriptor(pid_t pid, int fd) const;  // no_ns: another kind of file, or none

 private:
    std::map<ns_fd, open_file> files_;
};

}  // namespace vethlab::host
