// iproute2: lib/utils.c. Numbers as strtol(3) and strtoul(3) read them.
#include <cctype>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>

#include "sim/tools/lib/double_to_int.h"
#include "sim/tools/lib/utils.h"

namespace vethlab {
namespace {

// A whole word as a number; `bits` says how far it may reach before strtoul reports
// ERANGE. A leading minus wraps, as strtoul has it.
struct parsed_number {
    bool ok = false;
    bool negative = false;
    std::uint64_t magnitude = 0;
};

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

parsed_number parse_number(const std::string& text, int base) {
    parsed_number n;
    std::size_t at = 0;
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) at++;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
        n.negative = text[at++] == '-';
    }
    const bool hex = at + 2 < text.size() && text[at] == '0' &&
                     (text[at + 1] == 'x' || text[at + 1] == 'X') && digit_value(text[at + 2]) < 16;
    if (hex && (base == 0 || base == 16)) {
        at += 2;
        base = 16;
    } else if (base == 0) {
        base = at < text.size() && text[at] == '0' ? 8 : 10;
    }
    const std::size_t first = at;
    for (; at < text.size() && digit_value(text[at]) < base; at++) {
        const auto digit = std::uint64_t(digit_value(text[at]));
        if (n.magnitude > (UINT64_MAX - digit) / unsigned(base)) return n;  // ERANGE
        n.magnitude = n.magnitude * unsigned(base) + digit;
    }
    n.ok = at > first && at == text.size();
    return n;
}

std::optional<std::int64_t> signed_within(const std::string& text, int base, std::int64_t min,
                                          std::int64_t max) {
    const auto n = parse_number(text, base);
    const std::uint64_t limit = std::uint64_t(INT64_MAX) + (n.negative ? 1 : 0);
    if (!n.ok || n.magnitude > limit) return std::nullopt;
    const auto v = std::int64_t(n.negative ? 0 - n.magnitude : n.magnitude);
    if (v < min || v > max) return std::nullopt;
    return v;
}

std::optional<std::uint64_t> unsigned_up_to(const std::string& text, int base, std::uint64_t max) {
    const auto n = parse_number(text, base);
    const std::uint64_t v = n.negative ? 0 - n.magnitude : n.magnitude;
    if (!n.ok || v > max) return std::nullopt;
    return v;
}

}  // namespace

std::optional<int> get_integer(const std::string& text, int base) {
    const auto v = signed_within(text, base, INT_MIN, INT_MAX);
    return v ? std::optional(int(*v)) : std::nullopt;
}
std::optional<unsigned> get_unsigned(const std::string& text, int base) {
    const auto v = unsigned_up_to(text, base, UINT_MAX);
    return v ? std::optional(unsigned(*v)) : std::nullopt;
}
std::optional<std::uint64_t> get_u64(const std::string& text, int base) {
    return unsigned_up_to(text, base, UINT64_MAX);
}
std::optional<std::uint32_t> get_u32(const std::string& text, int base) {
    return get_unsigned(text, base);
}
std::optional<std::uint16_t> get_u16(const std::string& text, int base) {
    const auto v = unsigned_up_to(text, base, UINT16_MAX);
    return v ? std::optional(std::uint16_t(*v)) : std::nullopt;
}
std::optional<std::uint8_t> get_u8(const std::string& text, int base) {
    const auto v = unsigned_up_to(text, base, UINT8_MAX);
    return v ? std::optional(std::uint8_t(*v)) : std::nullopt;
}
std::optional<std::int32_t> get_s32(const std::string& text, int base) {
    return get_integer(text, base);
}

std::optional<unsigned> get_time_rtt(const std::string& text, bool& raw) {
    char* end = nullptr;
    raw = false;
    double t = 0;
    if (text.find('.') != std::string::npos) {
        t = std::strtod(text.c_str(), &end);
        if (t < 0 || t == HUGE_VAL) return std::nullopt;
    } else {
        errno = 0;
        const unsigned long whole = std::strtoul(text.c_str(), &end, 0);
        if (whole == ULONG_MAX && errno == ERANGE) return std::nullopt;
        t = double(whole);
    }
    if (end == text.c_str()) return std::nullopt;
    const std::string_view unit(end);
    if (unit.empty()) {
        raw = true;
    } else if (equal_ignoring_case(unit, "s") || equal_ignoring_case(unit, "sec") ||
               equal_ignoring_case(unit, "secs")) {
        t *= 1000;
    } else if (!equal_ignoring_case(unit, "ms") && !equal_ignoring_case(unit, "msec") &&
               !equal_ignoring_case(unit, "msecs")) {
        return std::nullopt;
    }
    const auto whole = double_to_u32(t);
    return whole < t ? whole + 1 : whole;
}

std::uint32_t args::next_u32(const char* message, int base) {
    const auto v = get_u32(next(), base);
    if (!v && more()) tool_->invarg(message, word());
    return v.value_or(0);
}
std::uint16_t args::next_u16(const char* message, int base) {
    const auto v = get_u16(next(), base);
    if (!v && more()) tool_->invarg(message, word());
    return v.value_or(std::uint16_t(0));
}
std::uint8_t args::next_u8(const char* message, int base) {
    const auto v = get_u8(next(), base);
    if (!v && more()) tool_->invarg(message, word());
    return v.value_or(std::uint8_t(0));
}
std::uint64_t args::next_u64(const char* message, int base) {
    const auto v = get_u64(next(), base);
    if (!v && more()) tool_->invarg(message, word());
    return v.value_or(0);
}
bool args::next_on_off(const char* name, int status) {
    const auto v = parse_on_off(*tool_, name, next());
    if (!v && more()) tool_->exit(status);
    return v.value_or(false);
}

}  // namespace vethlab
