#pragma once
// The frames of a recording, as tests/golden/README.md has them.
#include <map>
#include <string>
#include <vector>

#include "sim/capture/frame_tap.h"

namespace vethlab {

// One line a frame, grouped by device: "NAMESPACE/DEVICE TYPE LENGTH HEX  # decode".
// without_ipv6: those of IPv6, which come at random times, are left out.
std::string frames_text(const frame_tap& tap, const std::vector<std::string>& netns_names,
                        bool without_ipv6 = false);

// One line of it, newline included, and the whole from each device's lines.
std::string frame_line(const std::string& device, packet_type type, bytes_view frame);
std::string join_devices(const std::map<std::string, std::string>& per_device);

bool is_ipv6_frame(bytes_view frame);
std::string hex_text(bytes_view bytes);

// A short decode of a frame for a reader.
std::string describe_frame(bytes_view frame);

}  // namespace vethlab
