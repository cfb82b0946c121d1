#pragma once
// The kernel gives devices random MAC addresses. In a recording the N-th of a run is
// 0a:00:00:00:00:NN (tests/golden/README.md).
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/address.h"

namespace vethlab::host {

class canonical_macs {
 public:
    // Those that stand in the script are not random.
    explicit canonical_macs(std::string_view script);

    // The value for a random address that is new; zero for one that is known or not random.
    mac_address learn(mac_address seen);

    // The recording's text or frame for what the kernel said.
    std::string in_text(std::string text) const;
    void in_frame(std::vector<std::byte>& frame) const;

 private:
    struct pair {
        mac_address random, canonical;
    };
    std::string script_;  // in lower case
    std::vector<pair> pairs_;
    std::set<std::array<std::uint8_t, 6>> known_;
};

}  // namespace vethlab::host
