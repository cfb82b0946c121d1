#pragma once
// iproute2: ip/ip_common.h, the flush buffer. What `ip route flush` and `ip neigh flush` share:
// dump, collect the deletions, send them, look again.
#include <functional>

#include "sim/tools/ip/ip_common.h"

namespace vethlab {

class flush_batch {
 public:
    // The message once more, as a deletion of type `type`.
    void add(const nlmsg_view& msg, std::uint16_t type);
    int count() const { return count_; }
    void clear();
    // Sends all; false after its message.
    bool send(ip_context& ip);

 private:
    nlmsg_builder out_;
    int count_ = 0;
};

// `collect` dumps into the batch and gives false after an error. At most `max_rounds`
// (0: any number). The exit status is 1 if the rounds did not suffice.
int flush_rounds(ip_context& ip, flush_batch& batch, int max_rounds,
                 const std::function<bool()>& collect, bool say_nothing_to_flush = true);

}  // namespace vethlab
