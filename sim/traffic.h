#pragma once
// Linux: net/core/pktgen.c. Frames in numbers: what they look like and when each is due. No kernel
// is needed to make them; sim/traffic_generator.h sends them inside a simulated one.
#include <cstdint>
#include <optional>
#include <vector>

#include "core/rng.h"
#include "core/time.h"
#include "core/wire/ethernet.h"

namespace vethlab {

enum class traffic_model : std::uint8_t {
    constant,  // one every 1/rate
    poisson,   // gaps exponentially distributed, 1/rate on average
    onoff,     // constant while on, silent while off, and so on
};

struct traffic_addresses {
    ipv4_address src, dst;
    std::uint16_t sport = 9, dport = 9;
};

struct traffic_options {
    mac_address dst, src;
    std::optional<traffic_addresses> udp;  // else frames of an experimental protocol (0x88b5)
    std::uint32_t size = 64;       // from the Ethernet header on, without FCS; at least smallest()
    std::uint64_t count = 1;
    std::uint64_t rate = 0;        // frames a second; 0: as fast as it goes
    std::uint32_t flows = 1;       // frames take turns: source MAC + n, with UDP source port + n
    traffic_model model = traffic_model::constant;
    sim_time on{}, off{};          // onoff only
    std::uint64_t seed = 1;        // poisson only
    std::uint32_t burst = 1;       // of frames due at once, handed over together

    std::uint32_t smallest() const;
};
inline constexpr std::uint64_t highest_traffic_rate = 1'000'000'000;
inline constexpr std::uint32_t biggest_traffic_frame = 65535 + eth_hlen;

// Frame after frame; nothing is allocated on the way.
class traffic_source {
 public:
    explicit traffic_source(const traffic_options& options);

    const traffic_options& options() const { return options_; }
    bool more() const { return sent_ < options_.count; }
    // When the next frame is due, counted from the beginning.
    sim_time due() const { return due_; }
    // The next frame's bytes, valid until the next call.
    bytes_view take();

 private:
    void build();
    void advance();
    std::uint64_t exponential();

    traffic_options options_;
    rng rng_;
    std::vector<std::byte> frame_;
    std::uint32_t signature_at_, flow_ = 0;
    std::uint64_t sent_ = 0, frames_per_on_ = 0;
    std::uint64_t poisson_due_ = 0;  // 1/64 ns
    sim_time due_{};
};

// Was it made by a traffic_source? They carry pktgen's magic number.
bool is_traffic(bytes_view frame);

}  // namespace vethlab
