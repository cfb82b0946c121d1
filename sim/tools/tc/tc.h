#pragma once
// iproute2: tc/tc_util.h, tc/tc_common.h
#include "sim/tools/lib/utils.h"

namespace vethlab {

struct tc_context : tool_context {
    using tool_context::tool_context;
    bool show_raw = false;

    // A name of a device or of a kind as tc keeps it: 15 bytes, and empty is as not given.
    static std::string cut_name(const std::string& word) { return word.substr(0, 15); }
};

// Linux: include/uapi/linux/pkt_sched.h
namespace tc_h {
enum : std::uint32_t { unspec = 0, root = 0xffffffff, ingress = 0xfffffff1 };
inline constexpr std::uint32_t clsact = ingress;
}  // namespace tc_h
struct tc_ratespec {
    std::uint8_t cell_log, linklayer;
    std::uint16_t overhead;
    std::int16_t cell_align;
    std::uint16_t mpu;
    std::uint32_t rate;
};
enum class link_layer : std::uint8_t { unaware, ethernet, atm };

// What tc knows about one kind of qdisc. parse_qopt appends TCA_OPTIONS to the request;
// false after a message.
struct qdisc_util {
    const char* id;
    bool (*parse_qopt)(tc_context& tc, args& a, nlmsg_builder& request, const char* id);
    void (*print_qopt)(tc_context& tc, const nlattr& options, const char* id);
};
// A kind that tc does not know has a util as well: it takes no options.
const qdisc_util& get_qdisc_kind(const std::string& id);
// A kind of upstream's whose options are not read here.
bool is_foreign_kind(const std::string& id);
extern const qdisc_util pfifo_util, bfifo_util, pfifo_head_drop_util, pfifo_fast_util, tbf_util,
    ingress_util, clsact_util;

int do_qdisc(tc_context& tc, args a);
int do_class(tc_context& tc, args a);
int do_filter(tc_context& tc, args a);

// tc_util.c
std::optional<std::uint32_t> get_qdisc_handle(const std::string& text);
std::optional<std::uint32_t> get_tc_classid(const std::string& text);
std::string tc_classid_text(std::uint32_t id);
std::optional<std::uint64_t> get_rate64(const std::string& text);
std::optional<std::uint32_t> get_size(const std::string& text);
// "SIZE[/CELL]"; cell_log is set only if there is a cell.
std::optional<std::uint32_t> get_size_and_cell(const std::string& text, int& cell_log);
std::optional<std::uint32_t> get_time(const std::string& text);  // us
std::optional<link_layer> get_linklayer(const std::string& text);
const char* linklayer_name(unsigned layer);
std::string sprint_size(std::uint32_t size);
std::string sprint_time(std::uint32_t us);
void print_size(tc_context& tc, print_as as, const char* key, const char* fmt, std::uint32_t size);
void print_rate(tc_context& tc, print_as as, const char* key, const char* fmt, std::uint64_t rate);
// Lines "Sent ..." and "backlog ..." of -s.
void print_tcstats(tc_context& tc, const nlattrs& attrs);

// tc_core.c: the clock of /proc/net/psched ticks once in 64 ns.
std::uint32_t tc_core_tick2time(std::uint32_t tick);
std::uint32_t tc_calc_xmittime(std::uint64_t rate, std::uint32_t size);  // ticks
std::uint32_t tc_calc_xmitsize(std::uint64_t rate, std::uint32_t ticks);
// Fills r.cell_log, cell_align, linklayer and the table of 256 times.
std::array<std::uint32_t, 256> tc_calc_rtable(tc_ratespec& r, int cell_log, std::uint32_t mtu,
                                              link_layer layer, std::uint64_t rate);

}  // namespace vethlab
