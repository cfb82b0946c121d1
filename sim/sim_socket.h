#pragma once
// sim/system.h's sockets over those of a simulated kernel.
#include "sim/sim_system.h"

namespace vethlab {

std::unique_ptr<socket> make_sim_socket(sim_system& sys, netns& net, sock_kind kind);

}  // namespace vethlab
