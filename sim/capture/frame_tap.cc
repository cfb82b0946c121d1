#include "sim/capture/frame_tap.h"

#include "sim/capture/pcapng.h"

namespace vethlab {

std::uint32_t frame_tap::device_index(std::uint32_t netns, const std::string& name) {
    const auto [it, added] = index_.try_emplace({netns, name}, std::uint32_t(devices_.size()));
    if (added) devices_.push_back({netns, name});
    return it->second;
}

void frame_tap::tap(const net_device& dev, const frame& skb, bool out) {
    const std::size_t at = bytes_.size();
    const bytes_view bytes = skb.from(skb.mac_header);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    if (skb.vlan_tag_present()) {  // back to its place
        std::byte tag[vlan_hlen];
        put16(tag, 0, skb.vlan_proto);
        put16(tag, 2, skb.vlan_tci);
        bytes_.insert(bytes_.begin() + std::ptrdiff_t(at) + 12, tag, tag + vlan_hlen);
    }
    records_.push_back({device_index(dev.net->number, dev.name),
                        out ? packet_type::outgoing : skb.pkt_type, krn_.now(), skb.id, at,
                        bytes_.size() - at});
}

std::vector<std::byte> to_pcapng(frame_tap& tap, const kernel& krn,
                                 const std::vector<std::string>& netns_names) {
    for (const auto& net : krn.all_nets()) {
        if (!net) continue;
        for (const auto& [index, dev] : net->dev_by_index) {
            tap.device_index(net->number, dev->name);
        }
    }
    pcapng_writer file(krn.boot_time_us);
    for (const auto& dev : tap.devices()) {
        file.add_interface(dev.name, dev.netns < netns_names.size() ? netns_names[dev.netns] : "");
    }
    for (const auto& r : tap.records()) {
        file.add_packet(r.device, r.when, tap.data(r), r.type, r.frame_id);
    }
    return file.bytes();
}

}  // namespace vethlab
