#pragma once
// Whether programs can do anything before they are woken from outside.
#include <sys/types.h>

#include <vector>

namespace vethlab::host {

// The children of this process and theirs. Orphans among them become ours, once
// adopt_orphans() was called.
std::vector<pid_t> descendants();
void adopt_orphans();

// True: at one moment during the call every one of them slept. Only this process, a clock or the
// world outside can wake them then.
bool all_asleep();

}  // namespace vethlab::host
