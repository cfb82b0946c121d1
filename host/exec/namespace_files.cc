#include "host/exec/namespace_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "sim/text.h"

namespace vethlab::host {

open_file namespace_files::open(ns_fd ns) {
    auto& file = files_[ns];
    if (!file) file = open_file(::memfd_create("net", MFD_CLOEXEC));
    return open_file(::fcntl(file.fd(), F_DUPFD_CLOEXEC, 0));
}

ns_fd namespace_files::of_descriptor(pid_t pid, int fd) const {
    struct stat wanted {
    }, known{};
    if (::stat(strf("/proc/%d/fd/%d", int(pid), fd).c_str(), &wanted) < 0) return no_ns;
    for (const auto& [ns, file] : files_) {
        if (::fstat(file.fd(), &known) < 0) continue;
        if (known.st_dev == wanted.st_dev && known.st_ino == wanted.st_ino) return ns;
    }
    return no_ns;
}

}  // namespace vethlab::host
