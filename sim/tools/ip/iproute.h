#pragma once
// iproute2: ip/iproute.c. What its parts share.
#include "sim/tools/ip/flush.h"
#include "sim/tools/ip/rtm_map.h"

namespace vethlab {

// A field that selects: only bits of the mask count. A full mask also takes the word out of
// the line.
struct masked_value {
    std::uint32_t value = 0;
    std::uint32_t mask = 0;

    void set(std::uint32_t v) {
        value = v;
        mask = ~std::uint32_t{0};
    }
    bool wants(std::uint32_t v) const { return ((v ^ value) & mask) == 0; }
    bool hides_word() const { return mask == ~std::uint32_t{0}; }
};

// What `ip route show` and `flush` select by.
struct route_filter {
    std::uint8_t family = af::unspec;
    std::uint32_t tb = 0;  // 0: all tables
    enum { no_cache, only_cache, cache_too } cloned = no_cache;
    masked_value protocol, scope, tos, iif, oif, mark, realm, metric;
    std::uint32_t typemask = 0;
    inet_prefix rprefsrc, rvia, rdst, mdst, rsrc, msrc;
    flush_batch* flush = nullptr;  // collect deletions, print only with -s -s
};

// One line; nothing if the filter does not want the route.
void print_route(ip_context& ip, const route_filter& filter, const nlmsg_view& msg);

int iproute_modify(ip_context& ip, args& a, std::uint16_t cmd, std::uint16_t flags);
int iproute_get(ip_context& ip, args& a);
int iproute_list_or_flush(ip_context& ip, args& a, bool flush);
int iproute_usage(ip_context& ip);

// The metrics of a route (RTAX_*): words of the command line and of the output.
struct route_metric {
    const char* name;
    std::uint16_t attr;
    bool abbreviated = false;  // its beginning is enough
    bool lockable = true;
    enum { number, milliseconds, features, on_off, text } kind = number;
    std::uint32_t scale = 1;  // of milliseconds in the message
    std::uint32_t max = 0xffffffff;
    const char* called = nullptr;  // in the error message, if not by its name
    const char* key = nullptr;     // in JSON, if not by its name
};
std::span<const route_metric> route_metrics();
void print_rta_metrics(ip_context& ip, const nlattr& metrics);

}  // namespace vethlab
