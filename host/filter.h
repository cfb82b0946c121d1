#pragma once
// libpcap's compiler of filter expressions (pcap-filter(7)).
#include "sim/capture/bpf.h"

namespace vethlab::host {

inline constexpr std::uint32_t dlt_ethernet = 1;

// A filter_compiler.
std::optional<bpf_program> compile_filter(const std::string& expression, std::uint32_t link_type,
                                          std::string& error);

}  // namespace vethlab::host
