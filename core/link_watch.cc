#include "core/link_watch.h"

#include <algorithm>

#include "core/dev.h"

namespace vethlab {
namespace {

constexpr std::int64_t jiffies_per_second = 1s / jiffy;
constexpr std::size_t max_do_dev_per_loop = 100;

bool is_urgent(const net_device& dev) {
    if (!dev.is_running()) return false;
    if (dev.ifindex != dev_get_iflink(dev)) return true;
    const bool qdisc_changing = dev.qdisc_attached && !dev.qdisc_activated;
    return dev.carrier_ok() && qdisc_changing;
}

if_oper default_operstate(const net_device& dev) {
    if (!dev.carrier_ok()) {
        const int iflink = dev_get_iflink(dev);
        if (iflink == dev.ifindex) return if_oper::down;
        // Before 6.8 a number of its own was enough.
        if (dev.krn.profile == kernel_profile::v6_1) return if_oper::lowerlayerdown;
        const net_device* peer = dev_get_by_index(*dev.net, iflink);
        return !peer || peer->carrier_ok() ? if_oper::down : if_oper::lowerlayerdown;
    }
    return dev.dormant ? if_oper::dormant : if_oper::up;
}

void linkwatch_do_dev(net_device& dev) {
    rfc2863_policy(dev);
    if (!dev.is_up()) return;
    if (dev.carrier_ok()) {
        dev_activate(dev);
    } else {
        dev_deactivate(dev);
    }
    netdev_state_change(dev);
}

}  // namespace

void rfc2863_policy(net_device& dev) {
    if_oper state = default_operstate(dev);
    if (state == dev.operstate) return;
    if (dev.link_mode == 1 && state == if_oper::up) state = if_oper::dormant;
    dev.operstate = state;
}

link_watch::link_watch(event_queue& q)
    : timer_(q, [](void* watch) { static_cast<link_watch*>(watch)->due_ = true; }, this) {}

void link_watch::fire_event(net_device& dev) {
    const bool urgent = is_urgent(dev);
    if (dev.linkwatch_place == net_device::not_watched) {
        dev.linkwatch_place = place(list_.size());
        list_.push_back(&dev);
        pending_++;
    } else if (!urgent) {
        return;
    }
    look_again(dev);
    schedule_work(urgent);
}

void link_watch::look_again(net_device& dev) {
    if (dev.linkwatch_place == net_device::not_watched) return;
    if (changed_.empty() || changed_.back() != dev.linkwatch_place) {
        changed_.push_back(dev.linkwatch_place);
    }
}

void link_watch::sync_dev(net_device& dev) {
    if (dev.linkwatch_place == net_device::not_watched) return;
    remove(dev);
    linkwatch_do_dev(dev);
}

void link_watch::forget(net_device& dev) {
    if (dev.linkwatch_place != net_device::not_watched) remove(dev);
}

void link_watch::schedule_work(bool urgent) {
    if (urgent_) return;
    if (urgent) {
        urgent_ = due_ = true;
        timer_.cancel();
        return;
    }
    if (due_ || timer_.pending()) return;
    const std::int64_t delay = next_event_ - timer_.queue().jiffies();
    if (delay <= 0) {
        due_ = true;
    } else {
        timer_.mod(delay * jiffy);
    }
}

// Linux: __linkwatch_run_queue
void link_watch::run() {
    const std::int64_t now = timer_.queue().jiffies();
    const bool urgent_only = next_event_ > now;
    due_ = urgent_ = false;
    std::vector<place>& places = looked_at_;
    places.clear();
    if (urgent_only) {
        places.swap(changed_);
        if (!std::is_sorted(places.begin(), places.end())) std::sort(places.begin(), places.end());
        places.erase(std::unique(places.begin(), places.end()), places.end());
    } else {
        next_event_ = now + jiffies_per_second;
        for (place p = 0; p < list_.size(); p++) places.push_back(p);
    }
    run_some(places, urgent_only);
    close_gaps();
    if (pending_ > 0) schedule_work(false);
}

void link_watch::run_some(const std::vector<place>& places, bool urgent_only) {
    std::size_t left = urgent_only ? 2 * max_do_dev_per_loop : max_do_dev_per_loop;
    for (const place p : places) {
        net_device* dev = list_[p];
        if (!dev) continue;
        if (left == 0) {
            look_again(*dev);
        } else if (!urgent_only || is_urgent(*dev)) {
            remove(*dev);
            linkwatch_do_dev(*dev);
            left--;
        }
    }
}

void link_watch::remove(net_device& dev) {
    list_[dev.linkwatch_place] = nullptr;
    dev.linkwatch_place = net_device::not_watched;
    pending_--;
}

// Only where nobody counts on places, and when it is worth it.
void link_watch::close_gaps() {
    if (list_.size() < 2 * pending_ + 64) return;
    std::vector<bool> was_changed(list_.size());
    for (const place p : changed_) was_changed[p] = true;
    changed_.clear();
    place to = 0;
    for (place from = 0; from < list_.size(); from++) {
        net_device* dev = list_[from];
        if (!dev) continue;
        if (was_changed[from]) changed_.push_back(to);
        dev->linkwatch_place = to;
        list_[to++] = dev;
    }
    list_.resize(to);
}

}  // namespace vethlab
