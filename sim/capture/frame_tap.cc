#include "sim/capture/frame_tap.h"

#include "sim/capture/pcapng.h"

namespace vethlab {

std::uint32_t device_table::index_of(std::uint32_t netns, const std::string& name) {
    const auto [it, added] = index_.try_emplace({netns, name}, std::uint32_t(devices_.size()));
    if (added) devices_.push_back({netns, name});
    return it->second;
}

std::uint32_t device_table::index_of(const net_device& dev) {
    if (const std::uint32_t* index = known(dev)) return *index;
    const std::uint32_t index = index_of(dev.net->number, dev.name.str());
    if (2 * devices_.size() > mask_) {
        mask_ = 2 * mask_ + 1;
        recent_.assign(mask_ + 1, {});
    }
    recent_[slot_of(dev)] = {&dev, dev.krn.fwd_genid, index};
    return index;
}

void append_frame(std::vector<std::byte>& to, const frame& skb) {
    const std::size_t at = to.size();
    const bytes_view bytes = skb.from(skb.mac_header);
    to.insert(to.end(), bytes.begin(), bytes.end());
    if (!skb.vlan_tag_present()) return;
    std::byte tag[vlan_hlen];
    put16(tag, 0, skb.vlan_proto);
    put16(tag, 2, skb.vlan_tci);
    to.insert(to.begin() + std::ptrdiff_t(at) + 12, tag, tag + vlan_hlen);
}

void frame_tap::tap(const net_device& dev, const frame& skb, bool out) {
    const std::size_t at = bytes_.size();
    append_frame(bytes_, skb);
    records_.push_back({devices_.index_of(dev), out ? packet_type::outgoing : skb.pkt_type,
                        krn_.now(), skb.id, at, bytes_.size() - at});
}

std::vector<std::byte> to_pcapng(frame_tap& tap, const kernel& krn,
                                 const std::vector<std::string>& netns_names,
                                 const std::function<bool(bytes_view)>& keep) {
    for (const auto& net : krn.all_nets()) {
        if (!net) continue;
        for (net_device* dev : net->dev_base_head.by_index()) {
            tap.device_index(net->number, dev->name.str());
        }
    }
    pcapng_writer file(krn.boot_time_us);
    for (const auto& dev : tap.devices()) {
        file.add_interface(dev.name, dev.netns < netns_names.size() ? netns_names[dev.netns] : "");
    }
    for (const auto& r : tap.records()) {
        if (keep && !keep(tap.data(r))) continue;
        file.add_packet(r.device, r.when, tap.data(r), r.type, r.frame_id);
    }
    const bytes_view bytes = file.bytes();
    return {bytes.begin(), bytes.end()};
}

}  // namespace vethlab
