// Linux: net/bridge/br_netfilter_hooks.c, br_netfilter_ipv6.c. What netfilter does to bridged
// frames even without a rule: it checks IP headers and cuts padding off.
#include "core/drivers/bridge/br_private.h"
#include "core/sysctl.h"
#include "core/wire/ipv4.h"

namespace vethlab {
namespace {

constexpr std::uint16_t eth_p_ppp_ses = 0x8864, ppp_ip = 0x0021, ppp_ipv6 = 0x0057;
constexpr std::uint32_t pppoe_ses_hlen = 8;

// The header of a second tag or of a PPPoE session has to be whole, whatever is in it.
std::uint32_t nf_bridge_encap_header_len(const frame& skb) {
    if (skb.protocol == eth_p::p8021q) return vlan_hlen;
    return skb.protocol == eth_p_ppp_ses ? pppoe_ses_hlen : 0;
}

// Is it IP, and how many bytes stand before the IP header?
struct encapsulation {
    std::uint16_t protocol = 0;  // 0: not looked into
    std::uint32_t header = 0;
};
encapsulation nf_bridge_encap(const netns_bridge& conf, const frame& skb) {
    if (skb.vlan_tag_present() && !conf.filter_vlan_tagged) return {};
    if (skb.protocol == eth_p::ip || skb.protocol == eth_p::ipv6) return {skb.protocol, 0};
    if (skb.protocol != eth_p_ppp_ses || !conf.filter_pppoe_tagged) return {};
    const std::uint16_t proto = be16(skb.bytes(), 6);
    if (proto == ppp_ip) return {eth_p::ip, pppoe_ses_hlen};
    if (proto == ppp_ipv6) return {eth_p::ipv6, pppoe_ses_hlen};
    return {};
}

bool br_validate_ipv4(frame& skb, std::uint32_t at) {
    const auto iph = ipv4_view::parse(skb.bytes().subspan(at));
    if (!iph || ip_compute_csum(iph->header()) != 0) return false;
    const std::uint32_t len = iph->tot_len();
    if (skb.len - at < len || len < iph->hlen()) return false;
    skb_trim(skb, at + len);
    return true;
}

bool br_validate_ipv6(frame& skb, std::uint32_t at) {
    constexpr std::uint32_t ip6h_len = 40;
    const bytes_view ip6h = skb.bytes().subspan(at);
    if (ip6h.size() < ip6h_len || u8(ip6h, 0) >> 4 != 6) return false;
    const std::uint32_t len = ip6h_len + be16(ip6h, 4);
    if (len > ip6h.size()) return false;
    skb_trim(skb, at + len);
    return true;
}

// What a good frame meets takes time.
bool hook(const net_bridge& br, bool good) {
    if (good) br.krn().cpu_spend(cpu_work::bridge_netfilter);
    return good;
}

}  // namespace

std::optional<drop_reason> br_nf_pre_routing(const net_bridge& br, frame& skb) {
    if (skb.len < nf_bridge_encap_header_len(skb)) return drop_reason::pkt_too_small;
    const netns_bridge& conf = br.dev.net->bridge;
    const encapsulation in = nf_bridge_encap(conf, skb);
    if (in.protocol == eth_p::ip) {
        if (!conf.call_iptables && !br.nf_call_iptables) return std::nullopt;
        skb.ip_header_checked = hook(br, br_validate_ipv4(skb, in.header));
    } else if (in.protocol == eth_p::ipv6) {
        if (!conf.call_ip6tables && !br.nf_call_ip6tables) return std::nullopt;
        skb.ip_header_checked = hook(br, br_validate_ipv6(skb, in.header));
    } else {
        return std::nullopt;
    }
    if (skb.ip_header_checked) return std::nullopt;
    return drop_reason::ip_in_hdr;
}

bool br_nf_looks_into(const net_bridge& br, std::uint16_t protocol) {
    const netns_bridge& conf = br.dev.net->bridge;
    switch (protocol) {
        case eth_p::ip:
            return conf.call_iptables || br.nf_call_iptables;
        case eth_p::ipv6:
            return conf.call_ip6tables || br.nf_call_ip6tables;
        default:
            return protocol == eth_p_ppp_ses;  // it may be cut short, or IP be inside
    }
}

// Linux: br_nf_forward_arp, for ARP. No table has a rule here, so only what is too short to look at ends.
bool br_nf_forward(const net_bridge& br, const frame& skb) {
    constexpr std::uint32_t arphdr_len = 8;
    const netns_bridge& conf = br.dev.net->bridge;
    if (!conf.call_arptables && !br.nf_call_arptables) return true;
    if (skb.vlan_tag_present() && !conf.filter_vlan_tagged) return true;
    return skb.len >= arphdr_len;
}

namespace {

struct switch_file {
    std::string_view name;
    bool netns_bridge::*value;
};
constexpr switch_file files[] = {
    {"bridge-nf-call-arptables", &netns_bridge::call_arptables},
    {"bridge-nf-call-ip6tables", &netns_bridge::call_ip6tables},
    {"bridge-nf-call-iptables", &netns_bridge::call_iptables},
    {"bridge-nf-filter-pppoe-tagged", &netns_bridge::filter_pppoe_tagged},
    {"bridge-nf-filter-vlan-tagged", &netns_bridge::filter_vlan_tagged},
    {"bridge-nf-pass-vlan-input-dev", &netns_bridge::pass_vlan_input_dev},
};

const switch_file* find_file(std::string_view rest) {
    for (const auto& f : files) {
        if (f.name == rest) return &f;
    }
    return nullptr;
}

}  // namespace

err br_sysctl_read(netns& net, std::string_view rest, std::string& value) {
    const switch_file* f = find_file(rest);
    if (!f) return err::noent;
    value = net.bridge.*f->value ? "1" : "0";
    return err::ok;
}

// Any number that is not zero counts as 1 (brnf_sysctl_call_tables).
err br_sysctl_write(netns& net, std::string_view rest, std::string_view value) {
    const switch_file* f = find_file(rest);
    if (!f) return err::noent;
    std::int64_t number = 0;
    if (const err e = parse_int(value, number); e != err::ok) return e;
    net.bridge.*f->value = number != 0;
    return err::ok;
}

void br_sysctl_list(netns&, std::vector<std::string>& rests) {
    for (const auto& f : files) rests.emplace_back(f.name);
}

}  // namespace vethlab
