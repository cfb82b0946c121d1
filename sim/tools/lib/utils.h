#pragma once
// iproute2: include/utils.h
// What ip, bridge and tc share: the options that upstream keeps in globals, the words of
// a command line, numbers and addresses.
//
// Upstream ends the process in the middle of parsing (exit). Here a fatal error prints its
// message and is latched in the context; args::more() is false from then on, so that
// parsing loops fall through, and the caller returns *exited. A batch ends at it too.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/tools/lib/json_print.h"
#include "sim/tools/lib/ll_map.h"
#include "sim/tools/lib/rt_names.h"

namespace vethlab {

struct tool_context {
    explicit tool_context(process& own) : p(own), rth(own), ll(own), print(own.out) {}

    process& p;
    rtnl_handle rth;
    ll_map ll;
    json_print print;

    std::uint8_t preferred_family = af::unspec;
    int show_stats = 0;  // -s, counted
    bool show_details = false, oneline = false, brief = false;
    bool json = false, pretty = false;
    bool human_readable = false, use_iec = false;
    bool resolve_hosts = false, numeric = false;
    bool timestamp = false, timestamp_short = false;
    bool force = false;

    const char* sl() const { return oneline ? "\\" : "\n"; }  // _SL_

    const std::string no_word;  // what stands behind the last word
    std::optional<int> exited;
    // A fatal error: upstream's exit(status). The message was printed by the caller, or is
    // printed here. Returns the status, for `return tool.exit(1)`.
    int exit(int status) {
        if (!exited) exited = status & 255;
        return status & 255;
    }
    int fatal(int status, const std::string& message);            // prints it with a newline
    int invarg(const std::string& msg, const std::string& arg);   // 255
    int missarg(const std::string& key);                          // 255
    int duparg(const std::string& key, const std::string& arg);   // 255
    int duparg2(const std::string& key, const std::string& arg);  // 255
    int incomplete_command();                                     // 255
    // Not fatal by itself, as upstream: `Cannot find device "X"`; returns 1.
    int nodev(const std::string& name);
};

// matches(): `text` is a beginning of `keyword`, and not empty.
bool matches(std::string_view text, std::string_view keyword);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// The words that are left of a command line.
class args {
 public:
    args(tool_context& tool, std::vector<std::string> words)
        : tool_(&tool), words_(std::move(words)) {}

    // False at the end and after a fatal error.
    bool more() const { return !tool_->exited && at_ < words_.size(); }
    std::size_t left() const { return tool_->exited ? 0 : words_.size() - at_; }  // argc
    // The current word (*argv); empty at the end.
    const std::string& word() const;
    const std::string& peek(std::size_t ahead = 1) const;  // argv[ahead]
    bool is(std::string_view keyword) const { return more() && word() == keyword; }
    bool matches(std::string_view keyword) const {
        return more() && vethlab::matches(word(), keyword);
    }
    bool has_next() const { return left() > 1; }  // NEXT_ARG_OK
    // NEXT_ARG: the next word becomes current; a fatal "not complete" at the end.
    const std::string& next();
    void advance() {
        if (at_ < words_.size()) at_++;
    }  // argc--, argv++
    void back() {
        if (at_ > 0) at_--;
    }  // PREV_ARG
    // The words from the current one on.
    std::vector<std::string> rest() const;

    // The value of an option: NEXT_ARG and a number, or invarg(message, word).
    // A result after a failure is 0; loops end by more().
    std::uint32_t next_u32(const char* message, int base = 0);
    std::uint16_t next_u16(const char* message, int base = 0);
    std::uint8_t next_u8(const char* message, int base = 0);
    std::uint64_t next_u64(const char* message, int base = 0);
    // parse_on_off on the next word; fatal with `status`.
    bool next_on_off(const char* name, int status);

    tool_context& tool() const { return *tool_; }

 private:
    tool_context* tool_;
    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

// nullopt where upstream returns -1. base 0: also octal and hexadecimal.
std::optional<int> get_integer(const std::string& text, int base = 0);
std::optional<unsigned> get_unsigned(const std::string& text, int base = 0);
std::optional<std::uint64_t> get_u64(const std::string& text, int base = 0);
std::optional<std::uint32_t> get_u32(const std::string& text, int base = 0);
std::optional<std::uint16_t> get_u16(const std::string& text, int base = 0);
std::optional<std::uint8_t> get_u8(const std::string& text, int base = 0);
std::optional<std::int32_t> get_s32(const std::string& text, int base = 0);
// get_time_rtt: "5ms"; `raw` is set when no unit was given.
std::optional<unsigned> get_time_rtt(const std::string& text, bool& raw);

// inet_prefix: an address of any family with an optional prefix length.
struct inet_prefix {
    std::uint8_t family = af::unspec;
    std::size_t bytelen = 0;
    int bitlen = 0;
    bool prefixlen_specified = false;  // PREFIXLEN_SPECIFIED
    std::array<std::byte, 16> data{};

    bytes_view bytes() const { return {data.data(), bytelen}; }
    ipv4_address ip4() const { return ipv4_address::read(data, 0); }
    bool addr_is_multi() const;   // is_addrtype_inet_multi
};
// get_addr_1, get_prefix_1: nullopt where upstream returns an error.
std::optional<inet_prefix> parse_addr(const std::string& text, std::uint8_t family);
std::optional<inet_prefix> parse_prefix(const std::string& text, std::uint8_t family);
// get_addr, get_prefix: fatal (exit 1) with upstream's sentence.
inet_prefix get_addr(tool_context& tool, const std::string& text, std::uint8_t family);
inet_prefix get_prefix(tool_context& tool, const std::string& text, std::uint8_t family);
std::optional<unsigned> get_netmask(const std::string& text, int base = 0);
// inet_addr_match: 0 where the first `bits` bits are equal.
int inet_addr_match(const inet_prefix& a, const inet_prefix& b, int bits);
// inet_addr_match_rta: true if `attr` lies in `m` (or m is not given).
bool inet_addr_match_rta(const inet_prefix& m, const nlattr* attr);

unsigned af_bit_len(std::uint8_t family);
unsigned af_byte_len(std::uint8_t family);
std::optional<std::uint8_t> read_family(std::string_view name);  // "inet", "inet6", "link" ...
const char* family_name(std::uint8_t family);
const char* family_name_verbose(std::uint8_t family);  // "any valid" for af::unspec

// rt_addr_n2a: text of an address without a name lookup.
std::string rt_addr_n2a(std::uint8_t family, bytes_view addr);
// format_host_rta: with -r, a name of /etc/hosts where there is one.
std::string format_host(tool_context& tool, std::uint8_t family, bytes_view addr);
inline std::string format_host_rta(tool_context& tool, std::uint8_t family, const nlattr& a) {
    return format_host(tool, family, a.data);
}
std::string inet_ntop6(bytes_view addr);  // inet_ntop(AF_INET6): 16 bytes
bool inet_pton6(const std::string& text, std::array<std::byte, 16>& out);

std::string ll_addr_n2a(bytes_view addr, std::uint16_t type);
// The bytes, at most `len`; nullopt after the message `"X" is invalid lladdr.`
std::optional<std::vector<std::byte>> ll_addr_a2n(tool_context& tool, std::size_t len,
                                                  const std::string& text);

bool check_ifname(std::string_view name);     // 1 to 15 bytes, no '/' and no white space
bool check_altifname(std::string_view name);  // the same without the limit

// parse_one_of: the index of `text` in `list`, or the message
// `Error: argument of "NAME" must be one of "a", "b", not "X"` and nullopt.
std::optional<std::size_t> parse_one_of(tool_context& tool, const char* name,
                                        const std::string& text, std::span<const char* const> list);
// The same with "off" and "on".
std::optional<bool> parse_on_off(tool_context& tool, const char* name, const std::string& text);

// print_num: right-aligned in `width`; with -h three digits and k, M ... (-iec: Ki, Mi ...).
std::string num_text(std::uint64_t value, int width, bool human_readable, bool use_iec);

// print_timestamp of monitors: the lab's wall clock.
void print_timestamp(tool_context& tool);
std::string timestamp_text(std::int64_t us_since_1970, bool short_form);

// One command of a batch after the other (do_batch): words of each line, comments and
// continuation lines removed.
struct batch_line {
    int number = 0;
    std::vector<std::string> words;
};
std::vector<batch_line> batch_lines(std::string_view text);

// lib/namespace.c: enters the namespace for the rest of the process (-n NAME). False after
// its message.
bool netns_switch(tool_context& tool, const std::string& name);
// The namespace as a file, by name or path (/run/netns/NAME, /proc/PID/ns/net); no_ns if
// there is none.
ns_fd netns_get_fd(tool_context& tool, const std::string& name);

}  // namespace vethlab
