#pragma once
// Linux: net/ipv4/icmp.c icmp_unreach, icmp_redirect: errors that others send to this host.
#include "core/frame.h"

namespace vethlab {

// The frame begins at the quoted packet.
drop_reason icmp_unreach(frame& skb);
drop_reason icmp_redirect(frame& skb);

}  // namespace vethlab
