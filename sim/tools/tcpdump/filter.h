#pragma once
// libpcap: gencode.c, grammar.y: the part of pcap-filter(7) that a lab needs.
#include <functional>
#include <optional>
#include <string>

#include "sim/process.h"

namespace vethlab {

// What a filter looks at.
struct captured_frame {
    bytes_view bytes;  // from the Ethernet header
};
using packet_filter = std::function<bool(const captured_frame&)>;

// An empty expression lets everything pass. nullopt: it is wrong, or has a word that is not
// known here; `error` is the sentence for that. `beyond`: it is in libpcap's language, but not in
// the part of it that is known here.
std::optional<packet_filter> compile_filter(process& p, const std::string& expression,
                                            std::string& error, bool& beyond);

}  // namespace vethlab
