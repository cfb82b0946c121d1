// iproute2: tc/q_tbf.c
#include "sim/tools/lib/double_to_int.h"
#include "sim/tools/tc/tc.h"

#include <algorithm>

namespace vethlab {
namespace {

// Linux: include/uapi/linux/pkt_sched.h
namespace tca_tbf {
enum : std::uint16_t { parms = 1, rtab, ptab, rate64, prate64, burst, pburst };
}
struct tc_tbf_qopt {
    tc_ratespec rate, peakrate;
    std::uint32_t limit, buffer, mtu;
};
static_assert(sizeof(tc_tbf_qopt) == 36);

bool explain(tc_context& tc) {
    tc.p.err->write(
        "Usage: ... tbf limit BYTES burst BYTES[/BYTES] rate KBPS [ mtu BYTES[/BYTES] ]\n"
        "\t[ peakrate KBPS ] [ latency TIME ] [ overhead BYTES ] [ linklayer TYPE ]\n");
    return false;
}

struct tbf_words {
    std::uint32_t limit = 0, latency = 0, burst = 0, mtu = 0;
    std::uint64_t rate = 0, peakrate = 0;
    std::uint16_t overhead = 0, mpu = 0;
    int rate_cell_log = -1, peak_cell_log = -1;
    link_layer layer = link_layer::ethernet;
};

struct tbf_parser {
    tc_context& tc;
    args& a;
    tbf_words w{};

    bool fail(const std::string& message) {
        if (!tc.exited) tc.p.err->printf("tbf: %s\n", message.c_str());
        return false;
    }
    bool duplicate(const char* names) {
        return fail(strf("duplicate \"%s\" specification", names));
    }
    bool illegal(const std::string& name) {
        return fail(strf("illegal value for \"%s\": \"%s\"", name.c_str(), a.word().c_str()));
    }
    template <class T, class U>
    bool take(const std::string& name, T& where, const std::optional<U>& value) {
        if (!value || *value > T(-1)) return illegal(name);
        where = T(*value);
        return !tc.exited;
    }
    bool rate(const std::string& name, std::uint64_t& where) {
        if (where) return duplicate(name.c_str());
        if (a.word().find('%') != std::string::npos) {
            return fail(strf("\"%s\" in percent is not supported here", name.c_str()));
        }
        return take(name, where, get_rate64(a.word()));
    }
    bool limit_or_latency(bool is_limit) {
        if (is_limit ? w.limit : w.latency) return duplicate(is_limit ? "limit" : "latency");
        if (is_limit ? w.latency : w.limit) {
            return fail("specifying both \"latency\" and \"limit\" is not allowed");
        }
        return is_limit ? take("limit", w.limit, get_size(a.word()))
                        : take("latency", w.latency, get_time(a.word()));
    }
    bool word() {
        const std::string name = a.word();
        const auto is = [&](const char* keyword) { return matches(name, keyword); };
        if (name == "help") return explain(tc);
        if (is("limit") || is("latency")) {
            a.next();
            return limit_or_latency(is("limit"));
        }
        if (is("burst") || name == "buffer" || name == "maxburst") {
            a.next();
            if (w.burst) return duplicate("buffer/burst/maxburst");
            return take(name, w.burst, get_size_and_cell(a.word(), w.rate_cell_log));
        }
        if (name == "mtu" || name == "minburst") {
            a.next();
            if (w.mtu) return duplicate("mtu/minburst");
            return take(name, w.mtu, get_size_and_cell(a.word(), w.peak_cell_log));
        }
        if (name == "mpu") {
            a.next();
            std::uint32_t mpu = 0;
            if (w.mpu) return duplicate("mpu");
            if (!take("mpu", mpu, get_size(a.word()))) return false;
            w.mpu = std::uint16_t(mpu);  // as upstream, cut to the attribute's width
            return true;
        }
        if (name == "rate") {
            a.next();
            return rate("rate", w.rate);
        }
        if (is("peakrate")) {
            a.next();
            return rate("peakrate", w.peakrate);
        }
        if (is("overhead")) {
            a.next();
            if (w.overhead) return duplicate("overhead");
            return take("overhead", w.overhead, get_u16(a.word(), 10));
        }
        if (is("linklayer")) {
            a.next();
            const auto layer = get_linklayer(a.word());
            if (!layer) return illegal("linklayer");
            w.layer = *layer;
            return true;
        }
        fail(strf("unknown parameter \"%s\"", name.c_str()));
        return explain(tc);
    }
    // All that is missing, before the usage.
    bool complete() {
        bool ok = true;
        if (w.rate == 0) ok = fail("the \"rate\" parameter is mandatory.");
        if (w.burst == 0) ok = fail("the \"burst\" parameter is mandatory.");
        if (w.peakrate && !w.mtu) {
            ok = fail("when \"peakrate\" is specified, \"mtu\" must also be specified.");
        }
        if (w.limit == 0 && w.latency == 0) {
            ok = fail("either \"limit\" or \"latency\" is required.");
        }
        return ok || explain(tc);
    }
};

std::uint32_t limit_of(const tbf_words& w) {
    if (w.limit) return w.limit;
    const auto bytes = [&](std::uint64_t rate, std::uint32_t burst) {
        return double(rate) * w.latency / 1e6 + burst;
    };
    const double limit = bytes(w.rate, w.burst);
    return double_to_u32(w.peakrate ? std::min(limit, bytes(w.peakrate, w.mtu)) : limit);
}

bool tbf_parse_opt(tc_context& tc, args& a, nlmsg_builder& request, const char*) {
    tbf_parser parser{tc, a};
    for (; a.more(); a.advance()) {
        if (!parser.word()) return false;
    }
    if (tc.exited || !parser.complete()) return false;
    const tbf_words& w = parser.w;
    const auto spec = [&](std::uint64_t rate) {
        tc_ratespec r{};
        r.rate = rate >> 32 ? ~0u : std::uint32_t(rate);
        r.mpu = w.mpu;
        r.overhead = w.overhead;
        return r;
    };
    tc_tbf_qopt opt{};
    opt.limit = limit_of(w);
    opt.rate = spec(w.rate);
    opt.buffer = tc_calc_xmittime(w.rate, w.burst);
    const auto rtab = tc_calc_rtable(opt.rate, w.rate_cell_log, w.mtu, w.layer, w.rate);
    std::array<std::uint32_t, 256> ptab{};
    if (w.peakrate) {
        opt.peakrate = spec(w.peakrate);
        opt.mtu = tc_calc_xmittime(w.peakrate, w.mtu);
        ptab = tc_calc_rtable(opt.peakrate, w.peak_cell_log, w.mtu, w.layer, w.peakrate);
    }
    const auto nest = request.nest(tca::options);
    request.put_struct(tca_tbf::parms, opt);
    request.put_u32(tca_tbf::burst, w.burst);
    if (w.rate >> 32) request.put_u64(tca_tbf::rate64, w.rate);
    request.put_struct(tca_tbf::rtab, rtab);
    if (w.peakrate) {
        if (w.peakrate >> 32) request.put_u64(tca_tbf::prate64, w.peakrate);
        request.put_u32(tca_tbf::pburst, w.mtu);
        request.put_struct(tca_tbf::ptab, ptab);
    }
    request.end_nest(nest);
    return true;
}

// "2Kb/1" with the size of a cell, and "mpu": what -d adds to a burst.
void print_bucket(tc_context& tc, const char* key, std::uint32_t size, const tc_ratespec& r) {
    tc.print.print_string(print_as::any, key, strf("%s %%s ", key).c_str(),
                          strf("%s/%u", sprint_size(size).c_str(), 1u << (r.cell_log & 31)));
    print_size(tc, print_as::any, "mpu", "mpu %s ", r.mpu);
}

void print_peak(tc_context& tc, const tc_tbf_qopt& opt, std::uint64_t rate) {
    print_rate(tc, print_as::fp, nullptr, "peakrate %s ", rate);
    if (!opt.mtu && !opt.peakrate.mpu) return;
    const auto mtu = tc_calc_xmitsize(rate, opt.mtu);
    if (tc.show_details) {
        print_bucket(tc, "mtu", mtu, opt.peakrate);
    } else {
        print_size(tc, print_as::any, "minburst", "minburst %s ", mtu);
    }
    if (tc.show_raw) tc.print.text(strf("[%08x] ", opt.mtu));
}

void tbf_print_opt(tc_context& tc, const nlattr& options, const char*) {
    const nlattrs attrs(options.data);
    const nlattr* parms = attrs.get(tca_tbf::parms);
    if (!parms) return;
    const auto opt = parms->as<tc_tbf_qopt>();
    const auto rate_of = [&](std::uint16_t attr, std::uint32_t rate) {
        const nlattr* wide = attrs.get(attr);
        return wide ? wide->u64() : rate;
    };
    const std::uint64_t rate = rate_of(tca_tbf::rate64, opt.rate.rate);
    const std::uint64_t peakrate = rate_of(tca_tbf::prate64, opt.peakrate.rate);
    auto& print = tc.print;
    print_rate(tc, print_as::any, "rate", "rate %s ", rate);
    const auto burst = tc_calc_xmitsize(rate, opt.buffer);
    if (tc.show_details) {
        print_bucket(tc, "burst", burst, opt.rate);
    } else {
        print_size(tc, print_as::any, "burst", "burst %s ", burst);
    }
    if (tc.show_raw) print.text(strf("[%08x] ", opt.buffer));
    if (peakrate) print_peak(tc, opt, peakrate);
    const auto wait = [&](std::uint64_t r, std::uint32_t ticks) {
        return 1e6 * (opt.limit / double(r)) - tc_core_tick2time(ticks);
    };
    double latency = wait(rate, opt.buffer);
    if (peakrate) latency = std::max(latency, wait(peakrate, opt.mtu));
    if (latency >= 0) {
        print.print_u64(print_as::json, "lat", nullptr, static_cast<unsigned long long>(latency));
        print.print_string(print_as::fp, nullptr, "lat %s ", sprint_time(std::uint32_t(latency)));
    }
    if (tc.show_raw || latency < 0) {
        print_size(tc, print_as::any, "limit", "limit %s ", opt.limit);
    }
    if (opt.rate.overhead) {
        print.print_int(print_as::any, "overhead", "overhead %d ", opt.rate.overhead);
    }
    const unsigned layer = opt.rate.linklayer & 15;
    if (layer > unsigned(link_layer::ethernet) || tc.show_details) {
        print.print_string(print_as::any, "linklayer", "linklayer %s ", linklayer_name(layer));
    }
}

}  // namespace

const qdisc_util tbf_util{"tbf", tbf_parse_opt, tbf_print_opt};

}  // namespace vethlab
