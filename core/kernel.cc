#include "core/kernel.h"

#include <algorithm>

#include "core/dev.h"
#include "core/ipv4/ip_remember.h"
#include "core/registry.h"
#include "core/trace.h"

namespace vethlab {

kernel::kernel(const kernel_options& options)
    : profile(options.profile), boot_time_us(options.boot_time_us), rng(options.seed),
      sequential_macs_(options.sequential_macs), spread_(options.spread) {
    if (options.costs) cpu = std::make_unique<cpu_account>(cpu_account{.costs = *options.costs});
    init_net_ = &copy_net_ns();
}

kernel::~kernel() {
    backlog_.purge();
    // Newest first, so that the initial namespace outlives what it gave devices to.
    for (auto it = nets_.rbegin(); it != nets_.rend(); ++it) {
        if (!*it || (*it)->dying) continue;
        (*it)->dying = true;
        dying_.push_back(it->get());
    }
    cleanup_nets();
}

netns& kernel::copy_net_ns() {
    const std::uint32_t number = next_net_number_++;
    nets_.push_back(std::make_unique<netns>(*this, number));
    netns& net = *nets_.back();
    net.refs = 1;
    for (const auto& part : pernet_list()) {
        if (part.init) part.init(net);
    }
    return net;
}

netns* kernel::net_by_number(std::uint32_t number) const {
    return number < nets_.size() ? nets_[number].get() : nullptr;
}

void kernel::put_net(netns& net) {
    if (--net.refs > 0 || net.dying || &net == init_net_) return;
    net.dying = true;
    dying_.push_back(&net);
}

// Others forget the id they had for a namespace.
void kernel::forget_ids_of(netns& net) {
    const auto forget = [&net](netns* other) {
        if (!other || other == &net || net.nsid_refs == 0) return;
        if (const int id = peernet2id(*other, net); id >= 0) rtnl_forget_nsid(*other, id);
    };
    forget(net.nsid_guess_of);  // often the only one
    for (std::size_t i = 0; net.nsid_refs > 0 && i < nets_.size(); i++) forget(nets_[i].get());
}

// Linux: net/core/net_namespace.c cleanup_net
void kernel::cleanup_nets() {
    for (std::size_t done = 0; done < dying_.size(); done++) {
        netns& net = *dying_[done];
        forget_ids_of(net);
        std::vector<net_device*> all;
        for (net_device* dev = net.dev_base_head.last(); dev; dev = dev->list_prev) {
            if (dev->is_loopback()) continue;
            if (dev->listed_for_end) continue;
            const std::size_t before = all.size();
            if (dev->link_ops() && dev->link_ops()->dellink) {
                dev->link_ops()->dellink(*dev, all);
            } else {
                all.push_back(dev);
            }
            for (std::size_t i = before; i < all.size(); i++) all[i]->listed_for_end = true;
        }
        if (net_device* lo = net.loopback_dev.if_made()) all.push_back(lo);
        unregister_netdevice_many(all);
        const auto parts = pernet_list();
        for (auto it = parts.rbegin(); it != parts.rend(); ++it) {
            if (it->exit) it->exit(net);
        }
        for (const auto& [id, peer] : net.nsids) {
            if (!peer || peer == &net) continue;
            peer->nsid_refs--;
            if (peer->nsid_guess_of == &net) peer->nsid_guess_of = nullptr;
        }
        nets_[net.number].reset();
    }
    dying_.clear();
}

// Linux: eth_random_addr. Local, not a group.
mac_address kernel::random_ether_addr() {
    mac_address mac;
    const std::uint64_t bits = sequential_macs_ ? 0x0a0000000000 + ++macs_given : rng.next();
    for (int i = 0; i < 6; i++) mac.octets[std::size_t(i)] = std::uint8_t(bits >> (40 - 8 * i));
    mac.octets[0] = std::uint8_t((mac.octets[0] & 0xfe) | 0x02);
    return mac;
}

std::uint32_t kernel::random_delay(std::uint32_t n) {
    const std::uint32_t drawn = rng.below(n);
    if (spread_ == timer_spread::random || n == 0) return drawn;
    return spread_ == timer_spread::earliest ? 0 : n - 1;
}

bool kernel::enqueue_to_backlog(frame_ptr skb) {
    if (!skb->dev->is_running() || backlog_.size() > netdev_max_backlog) {
        const auto reason = skb->dev->is_running() ? drop_reason::cpu_backlog : drop_reason::dev_ready;
        kfree_skb_reason(*this, std::move(skb), reason);
        return false;
    }
    backlog_.push_back(std::move(skb));
    return true;
}

void kernel::flush_backlog(const net_device& dev) {
    backlog_.remove_if([&](const frame& skb) {
        if (skb.dev != &dev) return false;
        drops[std::size_t(drop_reason::unregistering)]++;
        if (trace) trace->kfree_skb(skb, drop_reason::unregistering);
        return true;
    });
}

bool kernel::softirq_pending() const {
    return !backlog_.empty() || linkwatch.due() || !work_.empty() || !dying_.empty();
}

namespace {

// True: the decision about a frame like this one was taken again; none: it ended there.
bool received_again(frame_ptr& skb) {
    net_device& dev = *skb->dev;
    if (!dev.rx_handler) return ip_may_be_known(*skb, dev.krn) && ip_rcv_again(skb, false);
    const rx_handler_again again = dev.rx_handler->again;
    return again && again(dev, *skb);
}

}  // namespace

// Linux: process_backlog works on a queue of its own, and takes over the one of input_pkt_queue when
// that is empty.
void kernel::begin_of_frame() {
    if (cpu->left_in_turn == 0) {
        cpu->left_in_turn = backlog_.size() + 1;
        cpu_spend(cpu_work::backlog_turn);
    }
    cpu->left_in_turn--;
}

void kernel::process_backlog(std::uint64_t& max_frames) {
    do {
        frame_ptr skb = backlog_.pop_front();
        while (skb) {
            max_frames--;
            if (cpu) [[unlikely]] begin_of_frame();
            if (!remember_forwarding || !received_again(skb)) {
                netif_receive_skb(std::move(skb));
            } else if (skb && (!backlog_.empty() || max_frames == 0)) {
                backlog_.push_back(std::move(skb));
            }  // else: alone, it need not wait
        }
    } while (!cpu && max_frames > 0 && !backlog_.empty());
}

bool kernel::run_softirq(std::uint64_t max_frames) {
    constexpr sim_time max_softirq_time = 2ms;
    const sim_time end = now() + max_softirq_time;
    while (softirq_pending()) {
        while (!backlog_.empty()) {
            if (max_frames == 0 || now() >= end) return false;
            process_backlog(max_frames);
        }
        process_work();
        linkwatch.run();
        cleanup_nets();
    }
    return true;
}

void kernel::do_softirq(std::uint64_t max_frames) {
    while (max_frames > 0 && !backlog_.empty()) process_backlog(max_frames);
}

void kernel::run_until(sim_time until) {
    while (true) {
        const bool at_rest = run_softirq(busy_frames);
        const sim_time free = at_rest ? sim_time::max() : cpu_free_at();
        if (free > until && !events.due(until)) break;
        if (events.due(free)) {
            events.run_one();
        } else {
            events.advance(free);
        }
    }
    if (until > now()) events.advance(until);
}

void kernel::queue_work(timer::function f, void* context) {
    for (const work& w : work_) {
        if (w.function == f && w.context == context) return;
    }
    work_.push_back({f, context});
}

void kernel::cancel_work(void* context) {
    std::erase_if(work_, [context](const work& w) { return w.context == context; });
}

void kernel::process_work() {
    while (!work_.empty()) {
        const work first = work_.front();
        work_.erase(work_.begin());
        first.function(first.context);
    }
}

void kfree_skb_reason(kernel& krn, frame_ptr skb, drop_reason reason) {
    if (!skb || reason == drop_reason::consumed) return;
    krn.drops[std::size_t(reason)]++;
    if (krn.trace) krn.trace->kfree_skb(*skb, reason);
}

}  // namespace vethlab
