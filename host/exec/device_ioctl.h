#pragma once
// Linux: net/core/dev_ioctl.c
#include <net/if.h>

#include "sim/sim_system.h"

namespace vethlab::host {

// Answers in `r`. err::opnotsupp: a request that a lab does not have.
err dev_ioctl(sim_system& sys, ns_fd ns, unsigned what, ifreq& r);

}  // namespace vethlab::host
