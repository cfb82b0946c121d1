#include "host/mirror/child_io.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <system_error>

namespace vethlab::host {

void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

pipe_ends make_pipe(int read_flags) {
    int fds[2] = {-1, -1};
    if (::pipe2(fds, O_CLOEXEC) < 0) fail("pipe");
    ::fcntl(fds[0], F_SETFL, read_flags);
    return {open_file(fds[0]), open_file(fds[1])};
}

open_file input_of(process& p) {
    const std::string_view rest = std::string_view(p.input).substr(p.input_at);
    if (rest.empty()) return open_file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    open_file f(::memfd_create("input", MFD_CLOEXEC));
    if (!f || ::write(f.fd(), rest.data(), rest.size()) < 0) fail("standard input");
    ::lseek(f.fd(), 0, SEEK_SET);
    p.input_at = p.input.size();
    return f;
}

}  // namespace vethlab::host
