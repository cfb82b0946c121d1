// Linux: net/core/filter.c
#include "sim/capture/bpf.h"

#include <utility>

namespace vethlab {
namespace {

// include/uapi/linux/bpf_common.h
enum : std::uint16_t {
    ld = 0, ldx = 1, st = 2, stx = 3, alu = 4, jmp = 5, ret = 6, misc = 7,  // the class
    w = 0x00, h = 0x08, b = 0x10,                                          // size
    imm = 0x00, abs = 0x20, ind = 0x40, mem = 0x60, len = 0x80, msh = 0xa0,  // mode
    use_x = 0x08, use_a = 0x10,                                            // the operand
    add = 0x00, sub = 0x10, mul = 0x20, div = 0x30, or_ = 0x40, and_ = 0x50,
    lsh = 0x60, rsh = 0x70, neg = 0x80, mod = 0x90, xor_ = 0xa0,
    ja = 0x00, jeq = 0x10, jgt = 0x20, jge = 0x30, jset = 0x40,
    txa = 0x80,
};
constexpr std::size_t memory_words = 16, longest_program = 4096;

bool known_load(std::uint16_t code) {
    const std::uint16_t mode = code & 0xe0, size = code & 0x18;
    if (mode == abs || mode == ind) return size != 0x18;
    return size == w && (mode == imm || mode == mem || mode == len);
}

bool known(const bpf_instruction& i) {
    const std::uint16_t op = i.code & 0xf0;
    if (i.code > 0xff) return false;
    switch (i.code & 7) {
        case ld:
            return known_load(i.code) && ((i.code & 0xe0) != mem || i.k < memory_words);
        case ldx: {
            const std::uint16_t mode = i.code & 0xe0, size = i.code & 0x18;
            if (mode == msh) return size == b;
            if (mode == mem) return size == w && i.k < memory_words;
            return size == w && (mode == imm || mode == len);
        }
        case st:
        case stx:
            return (i.code & ~7) == 0 && i.k < memory_words;
        case alu:
            if (i.code & use_x) return op <= xor_;
            return op <= xor_ && !((op == div || op == mod) && i.k == 0) &&
                   !((op == lsh || op == rsh) && i.k > 31);
        case jmp:
            return op <= jset && !(op == ja && (i.code & use_x));
        case ret:
            return i.code == (ret | use_a) || i.code == ret;
        default:
            return i.code == misc || i.code == (misc | txa);
    }
}

std::optional<std::uint32_t> load(bytes_view packet, std::uint64_t at, std::uint16_t size) {
    const std::size_t bytes = size == w ? 4 : size == h ? 2 : 1;
    if (at + bytes > packet.size()) return std::nullopt;
    std::uint32_t v = 0;
    for (std::size_t i = 0; i < bytes; i++) v = v << 8 | std::uint32_t(packet[std::size_t(at) + i]);
    return v;
}

// nullopt: a division by zero, which ends the program with 0.
std::optional<std::uint32_t> calculate(std::uint16_t op, std::uint32_t a, std::uint32_t operand) {
    switch (op) {
        case add: return a + operand;
        case sub: return a - operand;
        case mul: return a * operand;
        case div: return operand ? std::optional(a / operand) : std::nullopt;
        case mod: return operand ? std::optional(a % operand) : std::nullopt;
        case or_: return a | operand;
        case and_: return a & operand;
        case xor_: return a ^ operand;
        case lsh: return a << (operand & 31);
        case rsh: return a >> (operand & 31);
        default: return 0u - a;
    }
}

bool compare(std::uint16_t op, std::uint32_t a, std::uint32_t operand) {
    switch (op) {
        case jeq: return a == operand;
        case jgt: return a > operand;
        case jge: return a >= operand;
        default: return (a & operand) != 0;
    }
}

}  // namespace

// Jumps only go forward, so every way ends at the last instruction or before.
std::optional<bpf_program> bpf_program::check(std::vector<bpf_instruction> code) {
    if (code.empty() || code.size() > longest_program || (code.back().code & 7) != ret) {
        return std::nullopt;
    }
    for (std::size_t at = 0; at < code.size(); at++) {
        const bpf_instruction& i = code[at];
        if (!known(i)) return std::nullopt;
        if ((i.code & 7) != jmp) continue;
        const std::size_t rest = code.size() - at - 1;
        const bool fits = (i.code & 0xf0) == ja ? i.k < rest : i.jt < rest && i.jf < rest;
        if (!fits) return std::nullopt;
    }
    return bpf_program(std::move(code));
}

std::uint32_t bpf_program::run(bytes_view packet) const {
    std::uint32_t a = 0, x = 0, memory[memory_words] = {};
    for (std::size_t at = 0;; at++) {
        const bpf_instruction& i = code_[at];
        const std::uint16_t op = i.code & 0xf0, mode = i.code & 0xe0, size = i.code & 0x18;
        const std::uint32_t operand = i.code & use_x ? x : i.k;
        std::optional<std::uint32_t> v;
        switch (i.code & 7) {
            case ld:
                if (mode == abs || mode == ind) {
                    v = load(packet, std::uint64_t{i.k} + (mode == ind ? x : 0), size);
                    if (!v) return 0;
                    a = *v;
                } else {
                    a = mode == imm ? i.k : mode == mem ? memory[i.k] : std::uint32_t(packet.size());
                }
                break;
            case ldx:
                if (mode == msh) {  // the length of an IPv4 header
                    v = load(packet, i.k, b);
                    if (!v) return 0;
                    x = (*v & 15) * 4;
                } else {
                    x = mode == imm ? i.k : mode == mem ? memory[i.k] : std::uint32_t(packet.size());
                }
                break;
            case st:
                memory[i.k] = a;
                break;
            case stx:
                memory[i.k] = x;
                break;
            case alu:
                v = calculate(op, a, operand);
                if (!v) return 0;
                a = *v;
                break;
            case jmp:
                at += op == ja ? i.k : compare(op, a, operand) ? i.jt : i.jf;
                break;
            case ret:
                return i.code & use_a ? a : i.k;
            default:
                (i.code & txa ? a : x) = i.code & txa ? x : a;
        }
    }
}

}  // namespace vethlab
