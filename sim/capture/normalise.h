#pragma once
// tests/golden/normalise.py: what is random on a real kernel, taken out of frames and output. Every
// rule is idempotent; tests/golden/README.md has them in words.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/bytes.h"

namespace vethlab {

// Numbers the identifiers of fragmented datagrams as they appear; one object a device.
class datagram_ids {
 public:
    std::uint16_t number(std::string_view key) {
        return seen_.try_emplace(std::string(key), std::uint16_t(seen_.size() + 1)).first->second;
    }

 private:
    std::map<std::string, std::uint16_t> seen_;
};

// IPv4 identifiers, ICMP echo identifiers and ping's time stamps, with their checksums.
std::vector<std::byte> normalise_frame(bytes_view frame, datagram_ids& ids);

// Times, timers, automatic handles; the order of neighbours.
std::vector<std::string> normalise_output(std::string_view command, std::vector<std::string> lines);

}  // namespace vethlab
