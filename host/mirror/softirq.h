#pragma once
// Linux: kernel/softirq.c. What our CPU has put off until nobody else wants it.
#include "host/mirror/open_file.h"

namespace vethlab::host {

// Frames go on while a system call runs, except when there are many: ksoftirqd takes the rest,
// once we let it.
class softirq {
 public:
    softirq();
    // Sleeps until the CPU's backlog is empty, some 50 us at least.
    void let_finish() const;
    // Whether this kernel tells how long the backlog is (since 5.14).
    bool is_known() const { return backlog() >= 0; }

 private:
    long backlog() const;

    open_file statistics_;
};

}  // namespace vethlab::host
