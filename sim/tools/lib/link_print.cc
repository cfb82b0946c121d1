// iproute2: lib/utils.c, ip/ipaddress.c
#include "sim/tools/lib/link_print.h"

#include "core/uapi/if.h"

namespace vethlab {

bool print_name_and_link(tool_context& tool, const char* fmt, const std::string& name,
                         const nlattrs& link) {
    const nlattr* attr = link.get(ifla::link);
    const std::uint32_t iflink = attr ? attr->u32() : 0;
    bool mdown = false;
    std::string behind;
    if (attr && iflink == 0) {
        tool.print.print_null(print_as::json, "link", nullptr, nullptr);
        behind = "NONE";
    } else if (attr && link.has(ifla::link_netnsid)) {
        // That number means nothing in this namespace.
        tool.print.print_int(print_as::json, "link_index", nullptr, int(iflink));
        behind = strf("if%u", iflink);
    } else if (attr) {
        behind = tool.ll.index_to_name(iflink);
        tool.print.print_string(print_as::json, "link", nullptr, behind);
        mdown = !(std::uint32_t(tool.ll.index_to_flags(iflink)) & iff::up);
    }
    const bool at = !behind.empty() && !tool.print.json();
    tool.print.print_color_string(print_as::any, color::ifname, "ifname", fmt,
                                  at ? name + "@" + behind : name);
    return mdown;
}

void print_link_flags(tool_context& tool, std::uint32_t flags, bool mdown) {
    struct flag_name {
        std::uint32_t bit;
        const char* name;
    };
    constexpr flag_name names[] = {
        {iff::loopback, "LOOPBACK"},
        {iff::broadcast, "BROADCAST"},
        {iff::pointopoint, "POINTOPOINT"},
        {iff::multicast, "MULTICAST"},
        {iff::noarp, "NOARP"},
        {iff::allmulti, "ALLMULTI"},
        {iff::promisc, "PROMISC"},
        {iff::master, "MASTER"},
        {iff::slave, "SLAVE"},
        {iff::debug, "DEBUG"},
        {iff::dynamic, "DYNAMIC"},
        {iff::automedia, "AUTOMEDIA"},
        {iff::portsel, "PORTSEL"},
        {iff::notrailers, "NOTRAILERS"},
        {iff::up, "UP"},
        {iff::lower_up, "LOWER_UP"},
        {iff::dormant, "DORMANT"},
        {iff::echo, "ECHO"},
    };
    auto& print = tool.print;
    print.open_array(print_as::any, print.json() ? "flags" : "<");
    if (flags & iff::up && !(flags & iff::running)) {
        print.print_string(print_as::any, nullptr, "%s,", "NO-CARRIER");
    }
    flags &= ~std::uint32_t(iff::running);
    for (const auto& f : names) {
        if (!(flags & f.bit)) continue;
        flags &= ~f.bit;
        print.print_string(print_as::any, nullptr, flags ? "%s," : "%s", f.name);
    }
    if (flags) print.print_hex(print_as::any, nullptr, "%x", flags);
    if (mdown) print.print_string(print_as::any, nullptr, ",%s", "M-DOWN");
    print.close_array(print_as::any, "> ");
}

}  // namespace vethlab
