// bridge-utils: brctl/brctl_disp.c
#include "sim/tools/brctl/brctl.h"

namespace vethlab {
namespace {

constexpr const char* state_names[] = {"disabled", "listening", "learning", "forwarding",
                                       "blocking"};

unsigned number(const nlattrs& attrs, std::uint16_t type) {
    const nlattr* a = attrs.get(type);
    return a ? a->u32() : 0;
}

// A time in 1/100 s.
std::string timer(const nlattrs& attrs, std::uint16_t type) {
    const nlattr* a = attrs.get(type);
    const std::uint64_t t = a ? a->u64() : 0;
    return strf("%4llu.%02llu", static_cast<unsigned long long>(t / 100),
                static_cast<unsigned long long>(t % 100));
}

std::string id(const nlattrs& attrs, std::uint16_t type) {
    return brctl_bridge_id(attrs.get(type));
}

}  // namespace

std::string brctl_bridge_id(const nlattr* id) {
    if (!id || id->data.size() < 8) return "0000.000000000000";
    std::string s;
    for (std::size_t i = 0; i < 8; i++) {
        if (i == 2) s += '.';
        s += strf("%.2x", u8(id->data, i));
    }
    return s;
}

void brctl_dump_bridge_info(process& p, const std::string& name, const brctl_link& bridge) {
    namespace br = ifla_br;
    const auto a = bridge.attrs();
    // Linux has one value each for what the root says and what the bridge would say.
    const std::string max_age = timer(a, br::max_age);
    const std::string hello_time = timer(a, br::hello_time);
    const std::string forward_delay = timer(a, br::forward_delay);
    p.out->printf("%s\n bridge id\t\t%s\n designated root\t%s\n", name.c_str(),
                  id(a, br::bridge_id).c_str(), id(a, br::root_id).c_str());
    p.out->printf(" root port\t\t%4u\t\t\tpath cost\t\t%4u\n", number(a, br::root_port),
                  number(a, br::root_path_cost));
    p.out->printf(" max age\t\t%s\t\t\tbridge max age\t\t%s\n", max_age.c_str(), max_age.c_str());
    p.out->printf(" hello time\t\t%s\t\t\tbridge hello time\t%s\n", hello_time.c_str(),
                  hello_time.c_str());
    p.out->printf(" forward delay\t\t%s\t\t\tbridge forward delay\t%s\n", forward_delay.c_str(),
                  forward_delay.c_str());
    p.out->printf(" ageing time\t\t%s\n", timer(a, br::ageing_time).c_str());
    p.out->printf(" hello timer\t\t%s\t\t\ttcn timer\t\t%s\n", timer(a, br::hello_timer).c_str(),
                  timer(a, br::tcn_timer).c_str());
    p.out->printf(" topology change timer\t%s\t\t\tgc timer\t\t%s\n",
                  timer(a, br::topology_change_timer).c_str(), timer(a, br::gc_timer).c_str());
    p.out->printf(" flags\t\t\t%s%s\n\n\n",
                  number(a, br::topology_change) ? "TOPOLOGY_CHANGE " : "",
                  number(a, br::topology_change_detected) ? "TOPOLOGY_CHANGE_DETECTED " : "");
}

void brctl_dump_port_info(process& p, const brctl_link& port) {
    namespace bp = ifla_brport;
    const auto a = port.attrs();
    const unsigned state = number(a, bp::state);
    p.out->printf("%s (%u)\n", port.name.c_str(), number(a, bp::no));
    p.out->printf(" port id\t\t%.4x\t\t\tstate\t\t%15s\n", number(a, bp::id),
                  state < std::size(state_names) ? state_names[state] : "<INVALID STATE>");
    p.out->printf(" designated root\t%s\tpath cost\t\t%4u\n", id(a, bp::root_id).c_str(),
                  number(a, bp::cost));
    p.out->printf(" designated bridge\t%s\tmessage age timer\t%s\n", id(a, bp::bridge_id).c_str(),
                  timer(a, bp::message_age_timer).c_str());
    p.out->printf(" designated port\t%.4x\t\t\tforward delay timer\t%s\n",
                  number(a, bp::designated_port), timer(a, bp::forward_delay_timer).c_str());
    p.out->printf(" designated cost\t%4u\t\t\thold timer\t\t%s\n", number(a, bp::designated_cost),
                  timer(a, bp::hold_timer).c_str());
    p.out->printf(" flags\t\t\t%s%s\n", number(a, bp::config_pending) ? "CONFIG_PENDING " : "",
                  number(a, bp::topology_change_ack) ? "TOPOLOGY_CHANGE_ACK " : "");
    if (number(a, bp::mode)) p.out->printf(" hairpin mode\t\t%4u\n", number(a, bp::mode));
    p.out->write("\n");
}

}  // namespace vethlab
