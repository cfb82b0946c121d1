#pragma once
// Every frame on every device, as a pcapng file that grows while the lab runs.
#include <functional>

#include "sim/capture/frame_tap.h"
#include "sim/capture/pcapng.h"
#include "sim/text.h"

namespace vethlab {

class pcapng_tap final : public tracer {
 public:
    // What `keep` refuses is left out. Whole blocks go to `out` from time to time, if there is one;
    // without it all stays here, see bytes().
    pcapng_tap(kernel& krn, const std::vector<std::string>& netns_names,
               std::function<bool(bytes_view)> keep, writer* out);
    ~pcapng_tap() override { krn_.trace = nullptr; }

    void tap(const net_device& dev, const frame& skb, bool out) override;
    void kfree_skb(const frame&, drop_reason) override {}

    // Devices that never saw a frame have an interface as well; then the rest goes out.
    void finish();
    bytes_view bytes() const { return file_.bytes(); }

 private:
    std::uint32_t interface_of(const net_device& dev);
    std::uint32_t new_interface_of(const net_device& dev);
    void write_out();

    kernel& krn_;
    const std::vector<std::string>& netns_names_;
    std::function<bool(bytes_view)> keep_;
    writer* out_;
    pcapng_writer file_;
    device_table devices_;
    std::size_t described_ = 0;
    std::vector<std::byte> tagged_;
};

}  // namespace vethlab
