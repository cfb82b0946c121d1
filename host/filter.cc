// libpcap: pcap_compile(3)
#include "host/filter.h"

#include <pcap/pcap.h>

#include <memory>

namespace vethlab::host {
namespace {

constexpr int snapshot_length = 262144;
constexpr int optimize = 1;

}  // namespace

std::optional<bpf_program> compile_filter(const std::string& expression, std::uint32_t link_type,
                                          std::string& error) {
    const std::unique_ptr<pcap_t, void (*)(pcap_t*)> handle(
        ::pcap_open_dead(int(link_type), snapshot_length), ::pcap_close);
    ::bpf_program code{};
    if (!handle || ::pcap_compile(handle.get(), &code, expression.c_str(), optimize,
                                  PCAP_NETMASK_UNKNOWN) < 0) {
        error = handle ? ::pcap_geterr(handle.get()) : "no memory";
        return std::nullopt;
    }
    std::vector<bpf_instruction> instructions;
    for (unsigned i = 0; i < code.bf_len; i++) {
        const bpf_insn& in = code.bf_insns[i];
        instructions.push_back({in.code, in.jt, in.jf, in.k});
    }
    ::pcap_freecode(&code);
    auto program = vethlab::bpf_program::check(std::move(instructions));
    if (!program) error = "the filter has instructions that are not known here";
    return program;
}

}  // namespace vethlab::host
