// Linux: net/llc/llc_input.c, net/802/stp.c. IEEE 802.2. Here: one service access point, that of
// spanning tree.
#include "core/llc.h"

#include "core/drivers/bridge/br_private.h"

namespace vethlab {
namespace {

constexpr std::uint8_t llc_sap_bspan = 0x42;

// Linux: llc_fixup_skb. Takes the header off, and what is behind the length that Ethernet tells.
bool llc_fixup_skb(frame& skb) {
    if (skb.len < 3) return false;
    const bool unnumbered = (u8(skb.bytes(), 2) & 3) == 3;
    const std::uint32_t llc_len = unnumbered ? 3 : 4;
    const std::uint16_t pdulen = be16(skb.from(skb.mac_header), 12);
    if (pdulen < llc_len || pdulen > skb.len) return false;
    skb_pull(skb, llc_len);
    skb_trim(skb, pdulen - llc_len);
    return true;
}

}  // namespace

void llc_rcv(frame_ptr skb, net_device& dev, net_device&) {
    kernel& krn = dev.krn;
    if (skb->pkt_type == packet_type::otherhost) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::otherhost);
    }
    const std::uint8_t dsap = skb->len > 0 ? u8(skb->bytes(), 0) : std::uint8_t(0);
    if (!llc_fixup_skb(*skb) || dsap != llc_sap_bspan) {
        return kfree_skb_reason(krn, std::move(skb), drop_reason::unhandled_proto);
    }
    br_stp_rcv(std::move(skb), dev);
}

}  // namespace vethlab
