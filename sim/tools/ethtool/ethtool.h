#pragma once
// ethtool 6.1. One function per option; each gets the device and the words behind it.
#include <string>
#include <vector>

#include "sim/process.h"

namespace vethlab {

using ethtool_words = std::vector<std::string>;

struct ethtool_call {
    process& p;
    ethtool_port& port;
    std::string option;  // as typed
    std::string dev;     // as typed; the kernel's answers have the name itself
    ethtool_words rest;
};

std::string ethtool_shown_name(const ethtool_call& c);
int ethtool_bad_args(process& p);
// "netlink error: ..." as the kernel's netlink answer is printed. A missing device has a
// text of its own.
void ethtool_netlink_error(process& p, err e);

// features.cc
int ethtool_show_features(ethtool_call& c);
int ethtool_set_features(ethtool_call& c);
// show.cc
int ethtool_show_settings(ethtool_call& c);
int ethtool_show_driver(ethtool_call& c);
int ethtool_show_statistics(ethtool_call& c);
int ethtool_show_timestamping(ethtool_call& c);
int ethtool_show_channels(ethtool_call& c);
int ethtool_show_permaddr(ethtool_call& c);
// refused.cc: what no virtual device has
int ethtool_refused_show(ethtool_call& c);
int ethtool_refused_set(ethtool_call& c);
int ethtool_refused_ioctl(ethtool_call& c);

}  // namespace vethlab
