// Linux: net/core/dev_ioctl.c dev_ifsioc_locked
#include "host/exec/device_ioctl.h"

#include <linux/sockios.h>

#include <cstring>

#include "core/dev.h"

namespace vethlab::host {
namespace {

err name_of_index(netns& net, ifreq& r) {
    const net_device* dev = dev_get_by_index(net, r.ifr_ifindex);
    if (!dev) return err::nodev;
    std::memset(r.ifr_name, 0, sizeof r.ifr_name);
    std::strcpy(r.ifr_name, dev->name.c_str());
    return err::ok;
}

err describe(const net_device& dev, unsigned what, ifreq& r) {
    switch (what) {
        case SIOCGIFINDEX:
            r.ifr_ifindex = dev.ifindex;
            return err::ok;
        case SIOCGIFFLAGS:
            r.ifr_flags = short(dev_get_flags(dev));
            return err::ok;
        case SIOCGIFMTU:
            r.ifr_mtu = int(dev.mtu);
            return err::ok;
        case SIOCGIFMETRIC:
            r.ifr_metric = 0;
            return err::ok;
        case SIOCGIFTXQLEN:
            r.ifr_qlen = int(dev.settings->tx_queue_len);
            return err::ok;
        case SIOCGIFHWADDR:
            std::memset(&r.ifr_hwaddr, 0, sizeof r.ifr_hwaddr);
            r.ifr_hwaddr.sa_family = dev.type;
            std::memcpy(r.ifr_hwaddr.sa_data, dev.dev_addr.octets.data(), dev.addr_len);
            return err::ok;
    }
    return err::opnotsupp;
}

}  // namespace

err dev_ioctl(sim_system& sys, ns_fd ns, unsigned what, ifreq& r) {
    netns* net = sys.net_of(ns);
    if (!net) return err::nodev;
    if (what == SIOCGIFNAME) return name_of_index(*net, r);
    r.ifr_name[sizeof r.ifr_name - 1] = 0;
    const std::string_view given(r.ifr_name);
    const auto name = given.substr(0, given.find(':'));  // "eth0:1" is the device eth0
    if (what == SIOCADDMULTI || what == SIOCDELMULTI) {
        mac_address mac;
        std::memcpy(mac.octets.data(), r.ifr_hwaddr.sa_data, mac.octets.size());
        return sys.dev_mcast(ns, name, mac, what == SIOCADDMULTI);
    }
    const net_device* dev = dev_get_by_name(*net, name);
    return dev ? describe(*dev, what, r) : err::nodev;
}

}  // namespace vethlab::host
