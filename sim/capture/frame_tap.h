#pragma once
// What a packet socket on every device would have seen, from a device's first moment on, without
// being one: a real socket changes counters.
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/kernel.h"
#include "core/trace.h"

namespace vethlab {

struct tap_record {
    std::uint32_t device;  // index into devices()
    packet_type type;
    sim_time when;
    std::uint64_t frame_id;
    std::size_t at, len;  // where its bytes are
};

struct tap_device {
    std::uint32_t netns;  // its number
    std::string name;
};

// The devices that were seen, a renamed one twice.
class device_table {
 public:
    std::uint32_t index_of(const net_device& dev);
    std::uint32_t index_of(std::uint32_t netns, const std::string& name);
    // The same without a look at the name, if `dev` was asked for since a device last changed.
    const std::uint32_t* known(const net_device& dev) const {
        const recent& r = recent_[slot_of(dev)];
        return r.dev == &dev && r.genid == dev.krn.fwd_genid ? &r.index : nullptr;
    }
    const std::vector<tap_device>& all() const { return devices_; }

 private:
    struct recent {
        const net_device* dev = nullptr;
        std::uint64_t genid = 0;  // kernel::fwd_genid
        std::uint32_t index = 0;
    };
    std::size_t slot_of(const net_device& dev) const {
        return (dev.net->number * 31 + std::uint32_t(dev.ifindex)) & mask_;
    }
    std::size_t mask_ = 255;
    std::vector<recent> recent_{mask_ + 1};
    std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> index_;
    std::vector<tap_device> devices_;
};

// The frame's bytes from its Ethernet header on, a VLAN tag back in its place.
void append_frame(std::vector<std::byte>& to, const frame& skb);

class frame_tap final : public tracer {
 public:
    explicit frame_tap(kernel& krn) : krn_(krn) { krn.trace = this; }
    ~frame_tap() override { krn_.trace = nullptr; }

    void tap(const net_device& dev, const frame& skb, bool out) override;
    void kfree_skb(const frame&, drop_reason) override {}

    const std::vector<tap_record>& records() const { return records_; }
    const std::vector<tap_device>& devices() const { return devices_.all(); }
    bytes_view data(const tap_record& r) const { return bytes_view(bytes_).subspan(r.at, r.len); }
    std::uint32_t device_index(std::uint32_t netns, const std::string& name) {
        return devices_.index_of(netns, name);
    }

 private:
    kernel& krn_;
    device_table devices_;
    std::vector<tap_record> records_;
    std::vector<std::byte> bytes_;
};

// Every frame on every device as one pcapng file. `netns_name` gives the interface's description
// from a namespace's number; devices that never saw a frame have an interface as well.
// Frames that `keep` refuses are left out.
std::vector<std::byte> to_pcapng(frame_tap& tap, const kernel& krn,
                                 const std::vector<std::string>& netns_names,
                                 const std::function<bool(bytes_view)>& keep = nullptr);

}  // namespace vethlab
