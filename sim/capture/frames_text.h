#pragma once
// The frames of a recording, as tests/golden/README.md has them.
#include <string>
#include <vector>

#include "sim/capture/frame_tap.h"

namespace vethlab {

// One line a frame, grouped by device: "NAMESPACE/DEVICE TYPE LENGTH HEX  # decode".
// without_ipv6: those of IPv6, which come at random times, are left out.
std::string frames_text(const frame_tap& tap, const std::vector<std::string>& netns_names,
                        bool without_ipv6 = false);

// A short decode of a frame for a reader.
std::string describe_frame(bytes_view frame);

}  // namespace vethlab
