#pragma once
// Programs of the machine as processes of a lab.
#include "host/mirror/real_time.h"

namespace vethlab::host {

// Runs argv in p's namespace to its end, what it prints into p's writers; the exit status.
// `started` is set to whether there is such a program (127 if not). `home` is the namespace this
// process is in. A signal that p gets goes on to the program.
task<int> run_program(process& p, real_time& table, ns_fd home, bool& started);

}  // namespace vethlab::host
