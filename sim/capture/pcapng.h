#pragma once
// pcapng (draft-ietf-opsawg-pcapng): one section, an interface block per device, nanosecond times,
// direction flags, and the same packet id for the same frame on every device.
#include <memory>
#include <string_view>

#include "core/time.h"
#include "core/uapi/if.h"
#include "core/wire/bytes.h"

namespace vethlab {

class pcapng_writer {
 public:
    explicit pcapng_writer(std::int64_t epoch_us);

    // A new interface; its number.
    std::uint32_t add_interface(std::string_view if_name, std::string_view description);
    // `packet_id` is the same for the same frame on every device; 0 if that is not known.
    void add_packet(std::uint32_t interface, sim_time when, bytes_view data, packet_type type,
                    std::uint64_t packet_id);
    bytes_view bytes() const { return {out_.get(), size_}; }
    void clear() { size_ = 0; }  // what was there has gone to the file

 private:
    void u16(std::uint16_t v) { raw(as_view(v)); }
    void u32(std::uint32_t v) { raw(as_view(v)); }
    void raw(bytes_view b);
    // Room for `n` bytes more, whatever they are before they are written.
    std::byte* grow(std::size_t n);
    void padded(bytes_view b);
    void option(std::uint16_t code, bytes_view value);
    std::size_t begin_block(std::uint32_t type);
    void end_block(std::size_t start);

    std::int64_t epoch_us_;
    std::uint32_t interfaces_ = 0;
    // No vector: it would write what it makes room for.
    std::unique_ptr<std::byte[]> out_;
    std::size_t size_ = 0, room_ = 0;
};

}  // namespace vethlab
