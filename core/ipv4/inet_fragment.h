#pragma once
// Linux: include/net/inet_frag.h, net/ipv4/inet_fragment.c: what IPv4 and IPv6 share of putting
// fragments together.
#include <optional>
#include <vector>

#include "core/frame.h"

namespace vethlab {

struct fragment {
    std::uint32_t offset;
    frame_ptr skb;  // data behind the headers, cut to what it contributes
    std::uint32_t end() const { return offset + skb->len; }
};

// Fragments that came one behind the other. Runs do not grow together: a duplicate is known as
// one only if a single run holds all of it, otherwise it is an overlap (RFC 5722).
struct fragrun {
    std::vector<fragment> parts;
    std::uint32_t begin() const { return parts.front().offset; }
    std::uint32_t end() const { return parts.back().end(); }
};

enum class frag_insert { ok, duplicate, overlap };

// What has come of one datagram.
struct inet_frag_queue {
    std::vector<fragrun> runs;  // by offset
    std::uint32_t len = 0, meat = 0;
    bool first_in = false, last_in = false;
    std::uint8_t ecn = 0;  // a bit for each value seen
    int iif = 0;
    std::size_t mem = 0;

    // Where [offset, end) belongs: at runs[at], or at the end of the last one (`append`).
    frag_insert place(std::uint32_t offset, std::uint32_t end, std::size_t& at, bool& append) const;
    void insert(frame_ptr skb, std::uint32_t offset, std::size_t at, bool append);
    bool complete() const { return first_in && last_in && meat == len; }
    void copy_to(bytes_span data) const;
};

// Linux: skb->truesize: sk_buff, shared info, and the data in the allocator's size.
std::size_t frag_truesize(const frame& skb);
// ip_frag_ecn_table (RFC 3168 5.3): what the whole gets; nullopt: the mix is invalid.
std::optional<std::uint8_t> frag_ecn(std::uint8_t seen);

}  // namespace vethlab
