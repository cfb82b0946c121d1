#include "sim/capture/pcapng_tap.h"

namespace vethlab {
namespace {

// So little that it stays near the CPU until `out` has it.
constexpr std::size_t write_at_once = 1 << 15;

}  // namespace

pcapng_tap::pcapng_tap(kernel& krn, const std::vector<std::string>& netns_names,
                       std::function<bool(bytes_view)> keep, writer* out)
    : krn_(krn),
      netns_names_(netns_names),
      keep_(std::move(keep)),
      out_(out),
      file_(krn.boot_time_us) {
    krn.trace = this;
}

std::uint32_t pcapng_tap::new_interface_of(const net_device& dev) {
    const std::uint32_t index = devices_.index_of(dev);
    for (; described_ < devices_.all().size(); described_++) {
        const tap_device& d = devices_.all()[described_];
        file_.add_interface(d.name, d.netns < netns_names_.size() ? netns_names_[d.netns] : "");
    }
    return index;
}

inline std::uint32_t pcapng_tap::interface_of(const net_device& dev) {
    const std::uint32_t* known = devices_.known(dev);
    return known ? *known : new_interface_of(dev);
}

void pcapng_tap::tap(const net_device& dev, const frame& skb, bool out) {
    bytes_view bytes = skb.from(skb.mac_header);
    if (skb.vlan_tag_present()) [[unlikely]] {
        tagged_.clear();
        append_frame(tagged_, skb);
        bytes = tagged_;
    }
    if (keep_ && !keep_(bytes)) return;
    file_.add_packet(interface_of(dev), krn_.now(), bytes,
                     out ? packet_type::outgoing : skb.pkt_type, skb.id);
    if (out_ && file_.bytes().size() >= write_at_once) [[unlikely]] write_out();
}

void pcapng_tap::write_out() {
    const bytes_view b = file_.bytes();
    out_->write({reinterpret_cast<const char*>(b.data()), b.size()});
    file_.clear();
}

void pcapng_tap::finish() {
    for (const auto& net : krn_.all_nets()) {
        if (!net) continue;
        for (net_device* dev : net->dev_base_head.by_index()) interface_of(*dev);
    }
    if (out_) write_out();
}

}  // namespace vethlab
