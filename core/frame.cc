// Linux: net/core/skbuff.c
#include "core/frame.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "core/wire/checksum.h"

namespace vethlab {
namespace {

frame_buffer* next_free(frame_buffer* b) {
    frame_buffer* next;
    std::memcpy(&next, b->bytes(), sizeof next);
    return next;
}

}  // namespace

frame_pool::~frame_pool() {
    for (frame* skb = free_frames_; skb;) delete std::exchange(skb, skb->next);
    for (frame_buffer* list : {free_small_, free_large_}) {
        while (list) std::free(std::exchange(list, next_free(list)));
    }
}

frame_buffer* frame_pool::take_buffer(std::uint32_t size) {
    auto*& list = size <= small_size ? free_small_ : free_large_;
    if (size > large_size || !list) return make_buffer(size);
    frame_buffer* b = std::exchange(list, next_free(list));
    b->refs = 1;
    return b;
}

frame_buffer* frame_pool::make_buffer(std::uint32_t size) {
    const std::uint32_t room = size <= small_size ? small_size : std::max(size, large_size);
    void* memory = std::malloc(sizeof(frame_buffer) + room);
    if (!memory) std::abort();
    return new (memory) frame_buffer{1, room};
}

void frame_pool::put_away(frame_buffer* b) {
    if (b->size != small_size && b->size != large_size) return std::free(b);
    auto*& list = b->size == small_size ? free_small_ : free_large_;
    std::memcpy(b->bytes(), &list, sizeof list);
    list = b;
}

frame_ptr frame_pool::alloc_skb(std::uint32_t size, std::uint32_t headroom) {
    frame_ptr skb(take_frame());
    *skb = fresh_;
    skb->buffer = take_buffer(headroom + size);
    skb->data_at = headroom;
    skb->id = ++next_id_;
    return skb;
}

frame_ptr frame_pool::skb_copy(const frame& skb, std::uint32_t headroom) {
    frame_ptr copy = skb_clone(skb);
    vethlab::skb_cow(*copy, headroom);
    return copy;
}

// struct sk_buff, and the size class of the kernel's allocator that holds headers, data and
// skb_shared_info.
std::uint32_t skb_truesize(std::uint32_t len) {
    constexpr std::uint32_t sk_buff = 256, shared_info = 320, link_headers = 16 + 15;
    constexpr std::uint32_t small_head = 576;
    const std::uint32_t head = ((len + link_headers + 63) & ~63u) + shared_info;
    if (head <= small_head) return sk_buff + small_head;
    std::uint32_t size_class = 1024;
    while (size_class < head) size_class *= 2;
    return sk_buff + size_class;
}

void skb_set_owner_w(frame& skb, sock_wmem& wmem, std::uint32_t truesize) {
    skb_orphan(skb);
    skb.wmem = &wmem;
    skb.truesize = truesize;
    wmem.refs++;
    wmem.bytes += truesize;
}

void skb_cow(frame& skb, std::uint32_t headroom) {
    if (skb.buffer->refs == 1 && skb.data_at >= headroom) return;
    // Headers may lie before data (pulled already): what is before data moves along.
    const std::uint32_t front = std::max(headroom, skb.data_at), moved = front - skb.data_at;
    frame_buffer* own = skb.pool->take_buffer(front + skb.len + skb.tailroom());
    std::memcpy(own->bytes() + moved, skb.buffer->bytes(), skb.data_at + skb.len);
    skb.pool->give_buffer(skb.buffer);
    skb.buffer = own;
    skb.data_at += moved;
    skb.mac_header += moved;
    skb.network_header += moved;
    skb.transport_header += moved;
    skb.csum_start = std::uint16_t(skb.csum_start + moved);
}

bytes_span skb_put(frame& skb, std::uint32_t n) {
    assert(skb.tailroom() >= n && "no tailroom");
    skb.len += n;
    return {skb.buffer->bytes() + skb.data_at + skb.len - n, n};
}

void skb_trim(frame& skb, std::uint32_t len) { skb.len = std::min(skb.len, len); }

bool skb_vlan_untag(frame& skb) {
    if (skb.vlan_tag_present()) return true;  // one is out already
    if (skb.len < vlan_hlen + 2) return false;  // Linux looks at what follows the tag, too
    const std::uint16_t tci = be16(skb.bytes(), 0), inner = be16(skb.bytes(), 2);
    const std::uint16_t outer = skb.protocol;
    skb_cow(skb);
    skb.vlan_proto = outer;
    skb.vlan_tci = tci;
    // The addresses move behind the tag's place; the inner type is there already.
    std::byte* mac = skb.buffer->bytes() + skb.mac_header;
    std::memmove(mac + vlan_hlen, mac, 12);
    skb.mac_header += vlan_hlen;
    skb_pull(skb, vlan_hlen);
    skb.network_header = skb.data_at;
    if (inner >= eth_p_802_3_min) {
        skb.protocol = inner;
    } else {
        const bool raw = skb.len >= 2 && be16(skb.bytes(), 0) == 0xffff;
        skb.protocol = raw ? eth_p::p802_3 : eth_p::p802_2;
    }
    return true;
}

void vlan_insert_tag(frame& skb) {
    if (!skb.vlan_tag_present()) return;
    skb_cow(skb, vlan_hlen);
    skb_push(skb, vlan_hlen);
    bytes_span b = skb.writable();
    std::memmove(b.data(), b.data() + vlan_hlen, 12);
    put16(b, 12, skb.vlan_proto);
    put16(b, 14, skb.vlan_tci);
    skb.mac_header = skb.data_at;
    skb.protocol = skb.vlan_proto;
    skb.vlan_proto = skb.vlan_tci = 0;
}

void skb_checksum_help(frame& skb) {
    if (skb.ip_summed != csum::partial) return;
    skb_cow(skb);
    const std::uint32_t start = skb.csum_start, end = skb.data_at + skb.len;
    if (start + skb.csum_offset + 2 <= end) {
        const bytes_span part(skb.buffer->bytes() + start, end - start);
        const std::uint16_t sum = ip_compute_csum(part);
        put16(part, skb.csum_offset, sum ? sum : 0xffff);  // RFC 768: 0 means none
    }
    skb.ip_summed = csum::none;
}

frame_queue::frame_queue(frame_queue&& o) noexcept
    : head_(std::exchange(o.head_, nullptr)),
      tail_(std::exchange(o.tail_, nullptr)),
      size_(std::exchange(o.size_, 0)) {}

void frame_queue::purge() {
    while (pop_front()) {
    }
}

}  // namespace vethlab
