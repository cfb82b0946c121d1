#pragma once
// Linux: struct sk_buff (include/linux/skbuff.h). A frame on its way: bytes that may be shared
// with clones, and what this copy of the way needs to know.
//
//   head            data                    tail          end
//   |  headroom     |  bytes (len)          |  tailroom   |
//
// Offsets count from the head of the buffer, so they survive skb_push and skb_pull.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/drop_reason.h"
#include "core/time.h"
#include "core/uapi/if.h"
#include "core/wire/ethernet.h"

namespace vethlab {

struct net_device;
class frame_pool;

// Bytes, shared by count between a frame and its clones. Written only while unshared.
struct frame_buffer {
    std::uint32_t refs;
    std::uint32_t size;  // bytes behind this header
    std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
};

// What the frames of one socket take that are still on their way here (Linux: sk_wmem_alloc). It
// outlives the socket while there are any.
struct sock_wmem {
    std::uint32_t refs = 1, bytes = 0;
};
inline void sock_wmem_put(sock_wmem* wmem) {
    if (--wmem->refs == 0) delete wmem;
}
struct sock_wmem_deleter {
    void operator()(sock_wmem* wmem) const { sock_wmem_put(wmem); }
};
using sock_wmem_ptr = std::unique_ptr<sock_wmem, sock_wmem_deleter>;

enum class csum : std::uint8_t {
    none,         // checksum in the bytes, unchecked
    unnecessary,  // already found right
    partial,      // the field at csum_start + csum_offset holds the pseudo header's sum only
};

struct alignas(64) frame {
    // What every hop reads or writes, in the first cache line.
    net_device* dev = nullptr;
    frame_buffer* buffer = nullptr;
    frame* next = nullptr;  // in a queue
    sim_time tstamp{};      // when it was put on the backlog; 0: not yet
    std::uint32_t data_at = 0, len = 0;
    std::uint32_t mac_header = 0, network_header = 0, transport_header = 0;
    std::uint16_t protocol = 0;  // ethertype, host byte order
    packet_type pkt_type = packet_type::host;
    csum ip_summed = csum::none;
    // IEEE 802.1Q tag moved out of the bytes (skb_vlan_untag)
    std::uint16_t vlan_proto = 0, vlan_tci = 0;  // proto 0: no tag
    int skb_iif = 0;

    std::uint32_t mark = 0, priority = 0;
    std::uint64_t id = 0;  // the same for all clones of one frame: a capture's packet id
    frame_pool* pool = nullptr;
    std::uint16_t csum_start = 0, csum_offset = 0;  // from the head; from csum_start
    std::uint16_t gso_size = 0;  // not 0: a super-packet
    // br_netfilter found the IP header right, and nothing but bridges had the frame since.
    bool ip_header_checked = false;
    std::uint32_t truesize = 0;  // as counted in wmem
    sock_wmem* wmem = nullptr;   // of the socket that sent it (skb->sk); clones have none
    // Private to the layer that has the frame now, as the kernel's cb[]. Zeroed with each layer's
    // entry function; ipv4 keeps its inet_skb_parm here, the bridge its br_input_skb_cb.
    alignas(8) std::byte cb[48] = {};

    bytes_view bytes() const { return {buffer->bytes() + data_at, len}; }
    // For writing: only after skb_cow or on a fresh frame.
    bytes_span writable() {
        assert(buffer->refs == 1);
        return {buffer->bytes() + data_at, len};
    }
    bytes_view from(std::uint32_t header) const {  // bytes from a header offset to the end
        return {buffer->bytes() + header, data_at + len - header};
    }
    std::uint32_t headroom() const { return data_at; }
    std::uint32_t tailroom() const { return buffer->size - data_at - len; }
    // With mac_header set (eth_type_trans).
    mac_address h_dest() const { return mac_address::read(from(mac_header), 0); }
    mac_address h_source() const { return mac_address::read(from(mac_header), 6); }
    bool vlan_tag_present() const { return vlan_proto != 0; }

    template <class T>
    T& control() {
        static_assert(sizeof(T) <= sizeof cb && alignof(T) <= 8);
        return *reinterpret_cast<T*>(cb);
    }
};

// What a packet of `len` bytes, from its network header on, takes of the kernel's memory.
std::uint32_t skb_truesize(std::uint32_t len);
// Counts for a socket from here on, and not any more.
void skb_set_owner_w(frame& skb, sock_wmem& wmem, std::uint32_t truesize);
inline void skb_orphan(frame& skb) {
    if (!skb.wmem) return;
    skb.wmem->bytes -= skb.truesize;
    sock_wmem_put(std::exchange(skb.wmem, nullptr));
}
void skb_free(frame* skb);  // back to the pool; the buffer with its last user
struct frame_deleter {
    void operator()(frame* skb) const { skb_free(skb); }
};
// Owns a frame. Whoever takes one by value forwards, queues, delivers, or ends it with
// kfree_skb_reason.
using frame_ptr = std::unique_ptr<frame, frame_deleter>;

class frame_pool {
 public:
    frame_pool() { fresh_.pool = this; }
    frame_pool(const frame_pool&) = delete;
    ~frame_pool();

    // An empty frame: `headroom` free bytes before it, room for `size` bytes, len 0, and
    // a fresh id.
    frame_ptr alloc_skb(std::uint32_t size, std::uint32_t headroom = default_headroom);
    // Shares the bytes; keeps the id.
    frame_ptr skb_clone(const frame& skb);
    // Own bytes, with at least `headroom` before them.
    frame_ptr skb_copy(const frame& skb, std::uint32_t headroom = default_headroom);

    std::size_t in_flight() const { return in_flight_; }  // frames not yet given back

    static constexpr std::uint32_t default_headroom = 64;

 private:
    friend void skb_free(frame*);
    friend void skb_cow(frame&, std::uint32_t);
    frame* take_frame();  // its members are whatever they were
    frame_buffer* take_buffer(std::uint32_t size);
    frame_buffer* make_buffer(std::uint32_t size);
    void give_buffer(frame_buffer* b) {
        if (--b->refs == 0) put_away(b);
    }
    void put_away(frame_buffer* b);

    frame fresh_;  // to copy, which takes half the time of setting all to nothing
    frame* free_frames_ = nullptr;
    static constexpr std::uint32_t small_size = 256, large_size = 2048;
    frame_buffer* free_small_ = nullptr;
    frame_buffer* free_large_ = nullptr;
    std::size_t in_flight_ = 0;
    std::uint64_t next_id_ = 0;
};

inline frame* frame_pool::take_frame() {
    in_flight_++;
    return free_frames_ ? std::exchange(free_frames_, free_frames_->next) : new frame;
}

inline frame_ptr frame_pool::skb_clone(const frame& skb) {
    frame_ptr copy(take_frame());
    *copy = skb;
    copy->next = nullptr;
    copy->wmem = nullptr;
    copy->buffer->refs++;
    return copy;
}

inline void skb_free(frame* skb) {
    frame_pool& pool = *skb->pool;
    skb_orphan(*skb);
    pool.give_buffer(skb->buffer);
    skb->next = pool.free_frames_;
    pool.free_frames_ = skb;
    pool.in_flight_--;
}

inline frame_ptr skb_clone(const frame& skb) { return skb.pool->skb_clone(skb); }
// Makes the bytes this frame's own, with at least `headroom` before data: before each write to
// bytes that a clone may share.
void skb_cow(frame& skb, std::uint32_t headroom = 0);
// `n` more bytes in front (there must be headroom), or at the end (tailroom); returns them.
inline bytes_span skb_push(frame& skb, std::uint32_t n) {
    assert(skb.data_at >= n && "no headroom");
    skb.data_at -= n;
    skb.len += n;
    return {skb.buffer->bytes() + skb.data_at, n};
}
bytes_span skb_put(frame& skb, std::uint32_t n);
// `n` bytes fewer in front (n <= len); cut to `len` bytes.
inline void skb_pull(frame& skb, std::uint32_t n) {
    assert(n <= skb.len);
    skb.data_at += n;
    skb.len -= n;
}
void skb_trim(frame& skb, std::uint32_t len);
// The tag from the bytes into vlan_proto / vlan_tci, and back (Linux: net/core/skbuff.c,
// include/linux/if_vlan.h). False: too short, the frame is to be dropped.
bool skb_vlan_untag(frame& skb);
void vlan_insert_tag(frame& skb);
// Finishes a partial checksum in the bytes (Linux: skb_checksum_help).
void skb_checksum_help(frame& skb);

// FIFO of frames (Linux: struct sk_buff_head).
class frame_queue {
 public:
    frame_queue() = default;
    frame_queue(frame_queue&& o) noexcept;
    frame_queue(const frame_queue&) = delete;
    ~frame_queue() { purge(); }
    void push_back(frame_ptr skb) {
        frame* f = skb.release();
        f->next = nullptr;
        (head_ ? tail_->next : head_) = f;
        tail_ = f;
        size_++;
    }
    frame_ptr pop_front() {
        if (!head_) return nullptr;
        frame_ptr skb(std::exchange(head_, head_->next));
        skb->next = nullptr;
        size_--;
        return skb;
    }
    bool empty() const { return !head_; }
    std::uint32_t size() const { return size_; }
    const frame* front() const { return head_; }
    void purge();
    // Takes out every frame for which drop(frame) is true.
    template <class F>
    void remove_if(F drop) {
        frame_queue kept;
        while (auto skb = pop_front()) {
            if (!drop(*skb)) kept.push_back(std::move(skb));
        }
        std::swap(head_, kept.head_);
        std::swap(tail_, kept.tail_);
        std::swap(size_, kept.size_);
    }

 private:
    frame* head_ = nullptr;
    frame* tail_ = nullptr;  // meaningful while head_ is set
    std::uint32_t size_ = 0;
};

}  // namespace vethlab
