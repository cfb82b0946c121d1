// iproute2: tc/q_fifo.c, tc/q_prio.c, tc/q_ingress.c, tc/q_clsact.c
#include "sim/tools/tc/tc.h"

namespace vethlab {
namespace {

bool explain(tc_context& tc) {
    tc.p.err->write("Usage: ... <[p|b]fifo | pfifo_head_drop> [ limit NUMBER ]\n");
    return false;
}

bool fifo_parse_opt(tc_context& tc, args& a, nlmsg_builder& request, const char* id) {
    std::optional<std::uint32_t> limit;
    for (; a.more(); a.advance()) {
        if (a.is("help")) return explain(tc);
        if (!a.is("limit")) {
            tc.p.err->printf("%s: unknown parameter \"%s\"\n", id, a.word().c_str());
            return explain(tc);
        }
        const std::string& word = a.next();
        limit = get_size(word);
        if (!limit && !tc.exited) {
            tc.p.err->printf("%s: Illegal value for \"limit\": \"%s\"\n", id, word.c_str());
            return false;
        }
    }
    if (limit) request.put_u32(tca::options, *limit);
    return !tc.exited;
}

void fifo_print_opt(tc_context& tc, const nlattr& options, const char* id) {
    if (std::string_view(id) == "bfifo") {
        print_size(tc, print_as::any, "limit", "limit %s", options.u32());
    } else {
        tc.print.print_uint(print_as::any, "limit", "limit %up", options.u32());
    }
}

// Linux: struct tc_prio_qopt
struct prio_qopt {
    std::int32_t bands;
    std::uint8_t priomap[16];
};

void prio_print_opt(tc_context& tc, const nlattr& options, const char*) {
    const auto opt = options.as<prio_qopt>();
    tc.print.print_uint(print_as::any, "bands", "bands %u ", unsigned(opt.bands));
    tc.print.open_array(print_as::any, "priomap");
    for (const auto band : opt.priomap) {
        tc.print.print_uint(print_as::any, nullptr, " %u", band);
    }
    tc.print.close_array(print_as::any, "");
    tc.print.print_bool(print_as::json, "multiqueue", nullptr, false);
}

bool ingress_parse_opt(tc_context& tc, args& a, nlmsg_builder&, const char* id) {
    for (; a.more(); a.advance()) {
        if (a.is("handle")) {
            a.next();
            continue;
        }
        tc.p.err->printf("What is \"%s\"?\nUsage: ... %s\n", a.word().c_str(), id);
        return false;
    }
    return !tc.exited;
}

void ingress_print_opt(tc_context& tc, const nlattr&, const char*) {
    tc.print.text("---------------- ");
}
void clsact_print_opt(tc_context&, const nlattr&, const char*) {}

}  // namespace

const qdisc_util pfifo_util{"pfifo", fifo_parse_opt, fifo_print_opt};
const qdisc_util bfifo_util{"bfifo", fifo_parse_opt, fifo_print_opt};
const qdisc_util pfifo_head_drop_util{"pfifo_head_drop", fifo_parse_opt, fifo_print_opt};
const qdisc_util pfifo_fast_util{"pfifo_fast", nullptr, prio_print_opt};
const qdisc_util ingress_util{"ingress", ingress_parse_opt, ingress_print_opt};
const qdisc_util clsact_util{"clsact", ingress_parse_opt, clsact_print_opt};

}  // namespace vethlab
