// Linux: net/bridge/br_stp_bpdu.c. Spanning tree messages as bytes.
#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

constexpr std::uint8_t type_config = 0, type_tcn = 0x80;
constexpr std::size_t llc_size = 3, config_size = 35, tcn_size = 4;
constexpr std::int64_t stp_hz = 256;

void put_id(bytes_span b, std::size_t at, const bridge_id& id) {
    put8(b, at, id.prio[0]);
    put8(b, at + 1, id.prio[1]);
    id.addr.write(b, at + 2);
}

bridge_id get_id(bytes_view b, std::size_t at) {
    return {{u8(b, at), u8(b, at + 1)}, mac_address::read(b, at + 2)};
}

void put_ticks(bytes_span b, std::size_t at, std::int64_t jiffies) {
    put16(b, at, std::uint16_t(stp_hz * jiffies / hz));
}

std::int64_t get_ticks(bytes_view b, std::size_t at) {
    return (be16(b, at) * hz + stp_hz - 1) / stp_hz;
}

void br_send_bpdu(net_bridge_port& p, bytes_view bpdu) {
    frame_ptr skb = p.dev.krn.frames.alloc_skb(std::uint32_t(eth_hlen + llc_size + bpdu.size()));
    const auto length = std::uint16_t(llc_size + bpdu.size());
    bytes_span out = skb_put(*skb, std::uint32_t(eth_hlen + length));
    write_ethernet(out, p.br.group_addr, p.dev.dev_addr, length);
    put8(out, eth_hlen, 0x42);  // DSAP and SSAP: bridge spanning tree
    put8(out, eth_hlen + 1, 0x42);
    put8(out, eth_hlen + 2, 0x03);  // unnumbered information
    std::memcpy(out.data() + eth_hlen + llc_size, bpdu.data(), bpdu.size());
    skb->dev = &p.dev;
    skb->protocol = eth_p::p802_2;
    constexpr std::uint32_t tc_prio_control = 7;
    skb->priority = tc_prio_control;
    // Lost like any other frame if the device drops it.
    (void)dev_queue_xmit(std::move(skb));
}

br_config_bpdu parse_config(bytes_view b) {
    const std::uint8_t flags = u8(b, 4);
    return {.topology_change = (flags & 0x01) != 0,
            .topology_change_ack = (flags & 0x80) != 0,
            .root = get_id(b, 5),
            .id = get_id(b, 17),
            .root_path_cost = be32(b, 13),
            .port_id = be16(b, 25),
            .message_age = get_ticks(b, 27),
            .max_age = get_ticks(b, 29),
            .hello_time = get_ticks(b, 31),
            .forward_delay = get_ticks(b, 33)};
}

// The port that a BPDU is for; nullptr: for nobody here.
net_bridge_port* receiver(const frame& skb, const net_device& dev) {
    const bytes_view b = skb.bytes();
    if (b.size() < tcn_size || u8(b, 0) || u8(b, 1) || u8(b, 2)) return nullptr;
    net_bridge_port* p = dev.br_port;
    if (!p || p->br.stp_enabled != br_stp::kernel || !p->br.dev.is_up()) return nullptr;
    if (p->state == br_state::disabled || skb.h_dest() != p->br.group_addr) return nullptr;
    return p;
}

}  // namespace

void br_send_config_bpdu(net_bridge_port& p, const br_config_bpdu& bpdu) {
    if (p.br.stp_enabled != br_stp::kernel) return;
    std::byte bytes[config_size] = {};
    const bytes_span b(bytes);
    put8(b, 3, type_config);
    put8(b, 4,
         std::uint8_t((bpdu.topology_change ? 0x01 : 0) | (bpdu.topology_change_ack ? 0x80 : 0)));
    put_id(b, 5, bpdu.root);
    put32(b, 13, bpdu.root_path_cost);
    put_id(b, 17, bpdu.id);
    put16(b, 25, bpdu.port_id);
    put_ticks(b, 27, bpdu.message_age);
    put_ticks(b, 29, bpdu.max_age);
    put_ticks(b, 31, bpdu.hello_time);
    put_ticks(b, 33, bpdu.forward_delay);
    br_send_bpdu(p, b);
}

void br_send_tcn_bpdu(net_bridge_port& p) {
    if (p.br.stp_enabled != br_stp::kernel) return;
    std::byte bytes[tcn_size] = {};
    put8(bytes, 3, type_tcn);
    br_send_bpdu(p, bytes);
}

void br_stp_rcv(frame_ptr skb, net_device& dev) {
    if (net_bridge_port* p = receiver(*skb, dev)) {
        const bytes_view b = skb->bytes();
        if (p->has(br_port_flag::bpdu_guard)) {
            br_stp_disable_port(*p);
        } else if (u8(b, 3) == type_config && b.size() >= config_size) {
            const br_config_bpdu bpdu = parse_config(b);
            if (bpdu.message_age <= bpdu.max_age) br_received_config_bpdu(*p, bpdu);
        } else if (u8(b, 3) == type_tcn) {
            br_received_tcn_bpdu(*p);
        }
    }
    consume_skb(dev.krn, std::move(skb));
}

}  // namespace vethlab
