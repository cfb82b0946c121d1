#pragma once
// What a packet socket on every device would have seen, from a device's first moment on, without
// being one: a real socket changes counters.
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

class frame_tap final : public tracer {
 public:
    explicit frame_tap(kernel& krn) : krn_(krn) { krn.trace = this; }
    ~frame_tap() override { krn_.trace = nullptr; }

    void tap(const net_device& dev, const frame& skb, bool out) override;
    void kfree_skb(const frame&, drop_reason) override {}

    const std::vector<tap_record>& records() const { return records_; }
    const std::vector<tap_device>& devices() const { return devices_; }
    bytes_view data(const tap_record& r) const { return bytes_view(bytes_).subspan(r.at, r.len); }
    std::uint32_t device_index(std::uint32_t netns, const std::string& name);

 private:
    kernel& krn_;
    std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> index_;
    std::vector<tap_device> devices_;
    std::vector<tap_record> records_;
    std::vector<std::byte> bytes_;
};

// Every frame on every device as one pcapng file. `netns_name` gives the interface's description
// from a namespace's number; devices that never saw a frame have an interface as well.
std::vector<std::byte> to_pcapng(frame_tap& tap, const kernel& krn,
                                 const std::vector<std::string>& netns_names);

}  // namespace vethlab
