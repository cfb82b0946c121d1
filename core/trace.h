#pragma once
// Linux: include/trace/events/{net,skb,bridge}.h. Who wants to watch derives from tracer and hangs
// it into kernel::trace; nobody watching costs one branch. Names are the kernel's.
#include "core/frame.h"

namespace vethlab {

class tracer {
 public:
    virtual ~tracer() = default;
    // A frame as a packet socket on `dev` would see it (dev_queue_xmit_nit, deliver_skb):
    // out = handed to the driver; otherwise it arrived, before any rx handler. The bytes
    // begin at skb.mac_header; a VLAN tag stands in vlan_proto.
    virtual void tap(const net_device& dev, const frame& skb, bool out) = 0;
    virtual void kfree_skb(const frame& skb, drop_reason reason) = 0;
};

}  // namespace vethlab
