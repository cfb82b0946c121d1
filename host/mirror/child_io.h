#pragma once
// What a program of the machine reads and writes, when a lab runs it.
#include "host/mirror/open_file.h"
#include "sim/process.h"

namespace vethlab::host {

// Throws std::system_error with errno.
[[noreturn]] void fail(const char* what);

struct pipe_ends {
    open_file read, write;
};
pipe_ends make_pipe(int read_flags);

// What stands on its standard input, as a file.
open_file input_of(process& p);

}  // namespace vethlab::host
