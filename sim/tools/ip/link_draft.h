#pragma once
// iproute2: ip/iplink.c (the second half of iplink_parse)
#include "sim/tools/ip/link_util.h"

namespace vethlab {

// What the words of a link said about which device is meant. Only behind the last word is
// it clear what that comes to.
struct link_draft {
    link_draft(ip_context& context, args& words, iplink_req& request)
        : ip(context), a(words), req(request) {}
    // Completes the request. 0 or an exit status.
    int finish();

    ip_context& ip;
    args& a;
    iplink_req& req;
    std::optional<std::string> name, dev, link;
    bool dev_is_name = false;  // the device is what the name said
    int index = 0, addr_len = 0;
    bool netns_given = false;
    std::optional<std::uint32_t> group;

 private:
    bool address_length_fits();
    int finish_group();
    int finish_set();
    int finish_add();
};

}  // namespace vethlab
