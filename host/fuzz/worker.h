#pragma once
// A process that works through its share of the labs and says on a pipe what it finds.
#include <sys/types.h>

#include "host/fuzz/fuzz.h"
#include "host/mirror/open_file.h"

namespace vethlab::host::fuzz {

// What comes over the pipe: lines of words separated by tabs.
//   begin N | simulated | same N REFUSED | unsteady N REFUSED | found N REFUSED FILE LINES WHERE
//   shrunk N FILE LINES WHERE | cannot TEXT | done
struct worker {
    pid_t pid = -1;
    open_file reports;
    std::uint64_t next = 0, under_way = 0;
    bool done = false, simulated = false, reported = false;
    std::string partial;  // of a line
};

// `deadline`: seconds of the steady clock. The labs are w.next, w.next + jobs ...
void start_worker(worker& w, const fuzz_options& options, int cpu, double deadline);

double steady_seconds();

}  // namespace vethlab::host::fuzz
