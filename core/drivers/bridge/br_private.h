#pragma once
// Linux: net/bridge/br_private.h. The learning bridge: what a bridge and a port know.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/dev.h"
#include "core/drivers/bridge/br_fdb_table.h"
#include "core/drivers/bridge/br_mcast.h"
#include "core/drivers/bridge/br_timer.h"
#include "core/rtnetlink.h"

namespace vethlab {

enum class br_state : std::uint8_t { disabled, listening, learning, forwarding, blocking };
enum class br_pkt : std::uint8_t { unicast, multicast, broadcast };
enum class br_stp : std::uint8_t { none, kernel };

// Flags of a port (include/linux/if_bridge.h).
namespace br_port_flag {
enum bit : std::uint32_t {
    hairpin_mode = 1,
    bpdu_guard = 2,
    root_block = 4,
    multicast_fast_leave = 8,
    learning = 0x20,
    flood = 0x40,
    mcast_flood = 0x80,
    mcast_to_unicast = 0x100,
    bcast_flood = 0x200,
    isolated = 0x400,
    locked = 0x800,
    mab = 0x1000,
    admin_cost = 0x2000,
    vlan_tunnel = 0x4000,
    proxyarp = 0x8000,
    proxyarp_wifi = 0x10000,
    neigh_suppress = 0x20000,
};
}

// IEEE 802.1D: priority and address; compared byte by byte.
struct bridge_id {
    std::array<std::uint8_t, 2> prio{};
    mac_address addr;
    std::uint64_t as_u64() const {
        return std::uint64_t{prio[0]} << 56 | std::uint64_t{prio[1]} << 48 | addr.as_u64();
    }
    bool operator==(const bridge_id& other) const { return as_u64() == other.as_u64(); }
    auto operator<=>(const bridge_id& other) const { return as_u64() <=> other.as_u64(); }
};
static_assert(sizeof(bridge_id) == 8);

struct net_bridge;

// br_stp_timer.cc
void br_message_age_timer_expired(net_bridge_port& p);
void br_forward_delay_timer_expired(net_bridge_port& p);
void br_hold_timer_expired(net_bridge_port& p);

// A port's last decision about a frame from one station to another, kept while nothing changed that
// it depended on (br_remember.cc).
struct br_remembered {
    std::uint64_t genid = 0;                 // of devices and of the FDB, one added to the other
    std::uint64_t front = 0, back = 0;       // the Ethernet header: bytes 0 to 7 and 6 to 13
    net_device* out = nullptr;
    net_bridge_fdb_entry* src = nullptr;     // to be refreshed; nullptr: the port does not learn
    net_bridge_fdb_entry* dst = nullptr;
    sim_time refreshed{};                    // when both were
    std::uint32_t max_len = 0;               // without the Ethernet header
    packet_type type = packet_type::host;    // what the frame is to who gets it
    bool nf = false;                         // br_netfilter looks into it
};

struct net_bridge_port {
    net_bridge_port(net_bridge& bridge, net_device& device, std::uint16_t number);

    net_bridge& br;
    net_device& dev;
    std::uint32_t flags;
    std::uint32_t path_cost;
    std::uint16_t port_no, port_id = 0, designated_port = 0, group_fwd_mask = 0;
    std::uint8_t priority = 0x8000 >> 10;
    br_state state = br_state::disabled;
    bool topology_change_ack = false, config_pending = false;
    std::uint32_t designated_cost = 0;
    std::int64_t designated_age = 0;  // when the root sent what was heard here, in jiffies
    bridge_id designated_root, designated_bridge;
    net_bridge_port* backup_port = nullptr;
    std::uint32_t backup_redirected_cnt = 0;  // so many others name this one as theirs
    lazy_timer<br_timer, net_bridge_port, br_message_age_timer_expired> message_age_timer;
    lazy_timer<br_timer, net_bridge_port, br_forward_delay_timer_expired> forward_delay_timer;
    lazy_timer<br_timer, net_bridge_port, br_hold_timer_expired> hold_timer;
    net_bridge_mcast_port multicast_ctx;
    std::unique_ptr<br_remembered> remembered;  // once there was a decision

    kernel& krn() const { return dev.krn; }
    bool has(br_port_flag::bit f) const { return flags & f; }
    bool should_learn() const {  // nbp_state_should_learn
        return state == br_state::learning || state == br_state::forwarding;
    }
    bool running() const;  // the device is up and operational
};

// The ports of a bridge, newest first.
class br_port_list {
 public:
    auto begin() const { return ports_.rbegin(); }
    auto end() const { return ports_.rend(); }
    std::size_t size() const { return ports_.size(); }
    bool empty() const { return ports_.empty(); }
    net_bridge_port& front() const { return *ports_.back(); }
    void add(std::unique_ptr<net_bridge_port> p) { ports_.push_back(std::move(p)); }
    std::unique_ptr<net_bridge_port> take(const net_bridge_port& p);

 private:
    std::vector<std::unique_ptr<net_bridge_port>> ports_;  // the newest is the last
};

// What is the same question to all ports, answered without asking all again when one joins, and
// often when one leaves.
struct br_ports_sum {
    void add(const net_bridge_port& p);
    bool same_without(const net_bridge_port& p) const;  // false: not sure
    std::uint32_t mtu_min = 0, mtu_max = 0;
    mac_address addr_min;
    std::uint64_t features_any = 0, features_all = ~std::uint64_t{0};
};

struct net_bridge {
    explicit net_bridge(net_device& device);
    ~net_bridge() { krn().cancel_work(this); }

    net_device& dev;
    br_port_list port_list;
    std::vector<net_bridge_port*> port_by_no{nullptr};  // 0 is none's
    std::uint16_t no_free_below = 1;  // all lower numbers are taken
    br_ports_sum ports_sum;
    std::uint32_t ports_active = 0;  // not disabled
    // A look at every port would change nothing (br_port_state_selection).
    bool settled = false;
    net_bridge_fdb fdb;
    std::uint32_t fdb_n_learned = 0, fdb_max_learned = 0;

    // STP
    bridge_id id, designated_root;
    std::uint32_t root_path_cost = 0;
    std::int64_t max_age, hello_time, forward_delay, ageing_time;  // jiffies
    std::int64_t bridge_max_age, bridge_hello_time, bridge_forward_delay, bridge_ageing_time;
    std::uint16_t root_port = 0;
    br_stp stp_enabled = br_stp::none;
    bool topology_change = false, topology_change_detected = false;
    br_timer hello_timer, tcn_timer, topology_change_timer, gc_work;

    mac_address group_addr{{0x01, 0x80, 0xc2, 0, 0, 0}};
    bool group_addr_set = false;
    std::uint16_t group_fwd_mask = 0;
    std::uint16_t group_fwd_mask_required = 0;
    // BROPT_*
    bool no_ll_learn = false, mtu_set_by_user = false;
    bool nf_call_iptables = false, nf_call_ip6tables = false, nf_call_arptables = false;

    net_bridge_mcast multicast_ctx;

    kernel& krn() const { return dev.krn; }
    std::int64_t now() const { return dev.krn.events.jiffies(); }
    bool is_root_bridge() const { return id == designated_root; }
};

// What the bridge keeps with a frame (struct br_input_skb_cb).
struct br_input_skb_cb {
    bool src_port_isolated, igmp, mrouters_only, proxyarp_replied;
};

inline net_bridge& br_of(net_device& dev) { return netdev_priv<net_bridge>(dev); }
inline const net_bridge& br_of(const net_device& dev) { return netdev_priv<net_bridge>(dev); }
bool netif_is_bridge_master(const net_device& dev);

// br_arp_nd_proxy.cc
inline bool br_looks_into_arp(const frame& skb) {
    return skb.protocol == eth_p::arp || skb.protocol == eth_p::rarp;
}
void br_do_proxy_suppress_arp(frame& skb, net_bridge& br, net_bridge_port* p);
bool br_neigh_suppress_enabled(const net_bridge& br);

// br.cc, br_device.cc
err br_device_event(netdev_event event, net_device& dev, netlink_ext_ack& extack);
netdev_tx br_dev_xmit(frame_ptr skb, net_device& dev);
void br_dev_setup(net_device& dev);
void br_dev_delete(net_device& dev, std::vector<net_device*>& list);
extern const rtnl_link_ops bridge_link_ops;

// br_if.cc
std::uint32_t port_cost(const net_device& dev);
err br_add_if(net_bridge& br, net_device& dev, netlink_ext_ack& extack);
err br_del_if(net_bridge& br, net_device& dev);
void del_nbp(net_bridge_port& p);
// Asks all ports: after one left or changed.
void br_sum_up_ports(net_bridge& br);
void br_mtu_auto_adjust(net_bridge& br);
void br_port_carrier_check(net_bridge_port& p, bool& notified);
err nbp_backup_change(net_bridge_port& p, net_device* backup_dev);

// br_input.cc
rx_handler_result br_handle_frame(frame_ptr& skb);
void br_pass_frame_up(net_bridge& br, frame_ptr skb);

// br_remember.cc: a decision for the frames that follow, and what is done with them.
void br_remember(net_bridge_port& p, frame& skb, net_bridge_fdb_entry* src,
                 net_bridge_fdb_entry& dst);
net_device* br_handle_frame_again(net_device& dev, frame& skb);

// br_forward.cc
void br_forward(net_bridge_port* to, frame_ptr& skb, bool local_rcv);
void br_flood(net_bridge& br, frame_ptr& skb, br_pkt type, bool local_rcv);
void br_multicast_flood(net_bridge& br, const net_bridge_mdb_entry* mdst, frame_ptr& skb,
                        bool local_rcv);
bool should_deliver(const net_bridge_port& p, frame& skb);
void _br_forward(const net_bridge_port& to, frame_ptr skb);

// br_fdb.cc
inline net_bridge_fdb_entry* br_fdb_find(net_bridge& br, mac_address addr, std::uint16_t vid = 0) {
    return br.fdb.find(net_bridge_fdb::make_key(addr, vid));
}
// The port an entry is behind; nullptr: the bridge itself.
inline net_bridge_port* fdb_dst(const net_bridge& br, const net_bridge_fdb_entry& f) {
    return br.port_by_no[f.port()];
}
inline std::uint16_t fdb_port(const net_bridge_port* p) { return p ? p->port_no : std::uint16_t{0}; }
// What was learned or seen again; nullptr: nothing.
net_bridge_fdb_entry* br_fdb_update(net_bridge& br, net_bridge_port& source, mac_address addr,
                                    std::uint16_t flags = 0);
err br_fdb_add_local(net_bridge& br, net_bridge_port* source, mac_address addr);
void br_fdb_changeaddr(net_bridge_port& p, mac_address addr);
void br_fdb_change_mac_address(net_bridge& br, mac_address addr);
void br_fdb_delete_by_port(net_bridge& br, net_bridge_port* p, bool do_all);
struct net_bridge_fdb_flush_desc {
    std::uint16_t flags = 0, flags_mask = 0, vlan_id = 0;
    int port_ifindex = 0;
};
void br_fdb_flush(net_bridge& br, const net_bridge_fdb_flush_desc& desc);
void br_fdb_cleanup(net_bridge& br);
net_bridge_fdb_entry* fdb_create(net_bridge& br, net_bridge_port* source, mac_address addr,
                                 std::uint16_t vid, std::uint16_t flags);
void fdb_delete(net_bridge& br, net_bridge_fdb_entry& f);
void fdb_forget_learned(net_bridge& br, net_bridge_fdb_entry& f);  // it counts no more as learned
std::int64_t hold_time(const net_bridge& br);

// br_fdb_netlink.cc
void fdb_notify(net_bridge& br, const net_bridge_fdb_entry& f, std::uint16_t type);
void fdb_fill_info(nlmsg_builder& m, const net_bridge& br, const net_bridge_fdb_entry& f,
                   std::uint32_t pid, std::uint32_t seq, std::uint16_t type, std::uint16_t flags);
err br_fdb_add(const ndmsg& ndm, const nlattrs& tb, net_device& dev, mac_address addr,
               std::uint16_t vid, std::uint16_t nlh_flags, netlink_ext_ack& extack);
err br_fdb_delete(const ndmsg& ndm, const nlattrs& tb, net_device& dev, mac_address addr,
                  std::uint16_t vid, netlink_ext_ack& extack);
err br_fdb_delete_bulk(const nlmsg_view& msg, net_device& dev, netlink_ext_ack& extack);
void br_fdb_dump(nlmsg_builder& m, net_device& dev, net_device* filter, std::uint32_t pid,
                 std::uint32_t seq);
err br_fdb_get(nlmsg_builder& m, const nlattrs& tb, net_device& dev, mac_address addr,
               std::uint16_t vid, std::uint32_t pid, std::uint32_t seq, netlink_ext_ack& extack);

// br_stp.cc: IEEE 802.1D-1998, clause 8
struct br_config_bpdu {
    bool topology_change, topology_change_ack;
    bridge_id root, id;
    std::uint32_t root_path_cost;
    std::uint16_t port_id;
    std::int64_t message_age, max_age, hello_time, forward_delay;  // jiffies
};
void br_set_state(net_bridge_port& p, br_state state);
void br_init_port(net_bridge_port& p);
bool br_is_designated_port(const net_bridge_port& p);
void br_become_designated_port(net_bridge_port& p);
void br_become_root_bridge(net_bridge& br);
void br_configuration_update(net_bridge& br);
void br_config_bpdu_generation(net_bridge& br);
void br_port_state_selection(net_bridge& br);
void br_port_state_selection_of(net_bridge_port& p);
void br_topology_change_detection(net_bridge& br);
void br_set_topology_change(net_bridge& br, bool on);
void br_transmit_config(net_bridge_port& p);
void br_transmit_tcn(net_bridge& br);
void br_received_config_bpdu(net_bridge_port& p, const br_config_bpdu& bpdu);
void br_received_tcn_bpdu(net_bridge_port& p);

// br_stp_bpdu.cc
void br_send_config_bpdu(net_bridge_port& p, const br_config_bpdu& bpdu);
void br_send_tcn_bpdu(net_bridge_port& p);
// From the LLC: a frame to SAP 0x42; its bytes begin behind the LLC header.
void br_stp_rcv(frame_ptr skb, net_device& dev);

// br_stp_timer.cc
std::int64_t round_jiffies_delay(const net_bridge& br, std::int64_t delay);
void br_hello_timer_expired(net_bridge& br);
void br_tcn_timer_expired(net_bridge& br);
void br_topology_change_timer_expired(net_bridge& br);

// br_stp_if.cc
std::uint16_t br_make_port_id(std::uint8_t priority, std::uint16_t port_no);
void br_stp_enable_bridge(net_bridge& br);
void br_stp_disable_bridge(net_bridge& br);
void br_stp_enable_port(net_bridge_port& p);
void br_stp_disable_port(net_bridge_port& p);
void br_stp_change_bridge_id(net_bridge& br, mac_address addr);
bool br_stp_recalculate_bridge_id(net_bridge& br);  // true: br0's address changed
void br_stp_set_enabled(net_bridge& br, bool on);
void br_stp_set_bridge_priority(net_bridge& br, std::uint16_t priority);
err br_stp_set_port_priority(net_bridge_port& p, std::uint16_t priority);
err br_stp_set_path_cost(net_bridge_port& p, std::uint32_t cost);
err br_set_port_state(net_bridge_port& p, std::uint8_t state);
// Values of netlink: USER_HZ.
err br_set_forward_delay(net_bridge& br, std::uint32_t value);
err br_set_hello_time(net_bridge& br, std::uint32_t value);
err br_set_max_age(net_bridge& br, std::uint32_t value);
void br_set_ageing_time(net_bridge& br, std::uint32_t value);

// br_netlink.cc, br_changelink.cc, br_setport.cc
void br_ifinfo_notify(std::uint16_t event, net_bridge_port& p);
void br_getlink(nlmsg_builder& m, net_device& dev, std::uint32_t pid, std::uint32_t seq,
                std::uint32_t filter_mask, std::uint16_t nlflags);
err br_setlink(net_device& dev, const nlmsg_view& msg, std::uint16_t flags,
               netlink_ext_ack& extack);
err br_dellink(net_device& dev, const nlmsg_view& msg, std::uint16_t flags);
void br_fill_info(nlmsg_builder& m, const net_device& dev);
void br_port_fill_slave_info(nlmsg_builder& m, const net_device& slave);
err br_validate(const nlattrs& tb, const nlattrs& data, netlink_ext_ack& extack);
err br_newlink(netns& src_net, net_device& dev, const nlattrs& tb, const nlattrs& data,
               netlink_ext_ack& extack);
err br_changelink(net_device& dev, const nlattrs& data, netlink_ext_ack& extack);
err br_port_slave_changelink(net_device& master, net_device& slave, const nlattrs& data,
                             netlink_ext_ack& extack);
err br_setport(net_bridge_port& p, const nlattrs& tb, netlink_ext_ack& extack);

// br_netfilter.cc: why the frame is to vanish, if it is.
std::optional<drop_reason> br_nf_pre_routing(const net_bridge& br, frame& skb);
// Frames of this protocol, without a VLAN tag, may do so.
bool br_nf_looks_into(const net_bridge& br, std::uint16_t protocol);
// For ARP on the way from one port to another. False: it vanishes.
bool br_nf_forward(const net_bridge& br, const frame& skb);
err br_sysctl_read(netns& net, std::string_view rest, std::string& value);
err br_sysctl_write(netns& net, std::string_view rest, std::string_view value);
void br_sysctl_list(netns& net, std::vector<std::string>& rests);

}  // namespace vethlab
