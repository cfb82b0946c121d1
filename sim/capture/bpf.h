#pragma once
// Linux: net/core/filter.c. The classic Berkeley packet filter: what libpcap's compiler makes of an
// expression, and SO_ATTACH_FILTER takes. McCanne, Jacobson: "The BSD Packet Filter", 1993.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/wire/bytes.h"

namespace vethlab {

struct bpf_instruction {  // struct sock_filter
    std::uint16_t code;
    std::uint8_t jt, jf;
    std::uint32_t k;
};

class bpf_program {
 public:
    // nullopt: an unknown instruction, a jump to the outside, a way without a return.
    static std::optional<bpf_program> check(std::vector<bpf_instruction> code);

    // How many bytes of the packet to keep; 0: none of it. A look past its end gives 0.
    std::uint32_t run(bytes_view packet) const;

 private:
    explicit bpf_program(std::vector<bpf_instruction> code) : code_(std::move(code)) {}
    std::vector<bpf_instruction> code_;
};

// libpcap's pcap_compile. nullopt: `error` has its sentence.
using filter_compiler = std::optional<bpf_program>(const std::string& expression,
                                                   std::uint32_t link_type, std::string& error);

}  // namespace vethlab
