// Linux: tools/lib/bpf/bpf.c
#include "host/bench/bpf.h"

#include <linux/bpf.h>
#include <linux/if_link.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <vector>

#include "host/bench/network.h"

namespace vethlab::host {
namespace {

long bpf(int command, bpf_attr& attr) {
    return ::syscall(SYS_bpf, command, &attr, sizeof attr);
}

std::uint64_t address(const void* p) { return reinterpret_cast<std::uint64_t>(p); }

[[noreturn]] void fail(const char* what) {
    throw network_error(std::string(what) + ": " + std::strerror(errno));
}

bpf_insn make(int code, int dst, int src, int off, int imm = 0) {
    bpf_insn i{};
    i.code = std::uint8_t(code);
    i.dst_reg = std::uint8_t(dst & 15);
    i.src_reg = std::uint8_t(src & 15);
    i.off = std::int16_t(off);
    i.imm = imm;
    return i;
}
bpf_insn move(int reg, int value) { return make(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, value); }
bpf_insn call(int helper) { return make(BPF_JMP | BPF_CALL, 0, 0, 0, helper); }
bpf_insn leave() { return make(BPF_JMP | BPF_EXIT, 0, 0, 0); }

open_file load(const std::vector<bpf_insn>& code) {
    static const char license[] = "MIT";
    bpf_attr attr{};
    attr.prog_type = BPF_PROG_TYPE_XDP;
    attr.insns = address(code.data());
    attr.insn_cnt = std::uint32_t(code.size());
    attr.license = address(license);
    open_file program(int(bpf(BPF_PROG_LOAD, attr)));
    if (!program) fail("BPF_PROG_LOAD");
    return program;
}

}  // namespace

open_file load_xdp(xdp verdict, int ifindex) {
    if (verdict != xdp::redirect) return load({move(BPF_REG_0, int(verdict)), leave()});
    return load({move(BPF_REG_1, ifindex), move(BPF_REG_2, 0), call(BPF_FUNC_redirect), leave()});
}

open_file load_xdp_sender(int ifindex, const void* frame) {
    constexpr int words = 9;
    std::int32_t begin[words];
    std::memcpy(begin, frame, sizeof begin);
    std::vector<bpf_insn> program = {
        // r2 = data, r3 = data + size of `begin`; past the end: drop (r0)
        make(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, offsetof(xdp_md, data)),
        make(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_4, BPF_REG_1, offsetof(xdp_md, data_end)),
        make(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_2, 0),
        make(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, sizeof begin),
        move(BPF_REG_0, int(xdp::drop)),
        make(BPF_JMP | BPF_JGT | BPF_X, BPF_REG_3, BPF_REG_4, words + 3)};
    for (int i = 0; i < words; i++) {
        program.push_back(make(BPF_ST | BPF_MEM | BPF_W, BPF_REG_2, 0, 4 * i, begin[i]));
    }
    for (const auto& i : {move(BPF_REG_1, ifindex), move(BPF_REG_2, 0), call(BPF_FUNC_redirect)}) {
        program.push_back(i);
    }
    program.push_back(leave());
    return load(program);
}

open_file attach_xdp(const open_file& program, int ifindex) {
    bpf_attr attr{};
    attr.link_create.prog_fd = std::uint32_t(program.fd());
    attr.link_create.target_ifindex = std::uint32_t(ifindex);
    attr.link_create.attach_type = BPF_XDP;
    attr.link_create.flags = XDP_FLAGS_DRV_MODE;
    open_file link(int(bpf(BPF_LINK_CREATE, attr)));
    if (!link) fail("BPF_LINK_CREATE");
    return link;
}

void send_live_frames(const open_file& program, const void* frame, unsigned size, unsigned count,
                      unsigned batch) {
    xdp_md context{};
    context.data_end = size;
    bpf_attr attr{};
    attr.test.prog_fd = std::uint32_t(program.fd());
    attr.test.data_in = address(frame);
    attr.test.data_size_in = size;
    attr.test.ctx_in = address(&context);
    attr.test.ctx_size_in = sizeof context;
    attr.test.repeat = count;
    attr.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
    attr.test.batch_size = batch;
    if (bpf(BPF_PROG_TEST_RUN, attr) < 0) fail("BPF_PROG_TEST_RUN");
}

}  // namespace vethlab::host
