#pragma once
// Programs of the machine around the lab that speak to its kernel (host/exec). The lab knows when
// they run and when they wait, not how.
#include <string_view>

#include "sim/process.h"

namespace vethlab {

class sim_system;

class outside {
 public:
    virtual ~outside() = default;
    // The lab they speak to, from its beginning to its end.
    virtual void attach(sim_system& sys, process_table& table) = 0;
    virtual void detach() = 0;

    // Whether a command of this name is such a program rather than our own.
    virtual bool has(std::string_view name) const = 0;
    virtual task<int> run(process& p) = 0;

    // Before somebody in the lab runs: as on a machine with one CPU, they run until they wait.
    virtual void settle() = 0;
    // Nobody in the lab can run. True: something happened, see who can now. False: none of the
    // programs will do anything before simulated time goes on. `timed`: somebody in the lab waits
    // for a point in time.
    virtual bool wait(bool timed) = 0;
};

}  // namespace vethlab
