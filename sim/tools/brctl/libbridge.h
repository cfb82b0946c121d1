#pragma once
// bridge-utils: libbridge/libbridge.h
// Upstream: ioctl(2) and the files of /sys/class/net. Here: the same questions as
// rtnetlink messages. Errors are those of the system calls that brctl would have made.
#include <string>
#include <vector>

#include "sim/tools/lib/libnetlink.h"

namespace vethlab {

struct brctl_link {
    std::uint32_t index = 0, flags = 0, master = 0;
    std::string name;
    std::vector<std::string> altnames;
    bool is_bridge = false, is_port = false;
    std::vector<std::byte> info;  // the attributes of a bridge, or of a port
    nlattrs attrs() const { return nlattrs(info); }
};

struct brctl_fdb_entry {
    mac_address mac;
    std::uint16_t port_no = 0;
    bool is_local = false;
    std::uint32_t ageing_timer = 0;  // 1/100 s
};

class libbridge {
 public:
    explicit libbridge(process& p) : rth_(p) {}

    // Every device, in the order in which sysfs lists them for brctl: by name, bytewise.
    std::vector<brctl_link> links();
    bool find(const std::string& name, brctl_link& out);
    bool exists(const std::string& name);  // if_nametoindex
    // err::ok if `name` is a bridge; nodev, opnotsupp.
    err find_bridge(const std::string& name, brctl_link& out);

    err add_bridge(const std::string& name);
    err del_bridge(const std::string& name);
    err add_interface(const std::string& bridge, const std::string& dev);
    err del_interface(const std::string& bridge, const std::string& dev);

    enum class width { u8, u16, u32 };
    err set_bridge(const std::string& bridge, std::uint16_t attr, width w, std::uint32_t v);
    err set_port(const std::string& bridge, const std::string& port, std::uint16_t attr, width w,
                 std::uint32_t v);

    // Sorted by address; entries without a port and expired ones are left out.
    err read_fdb(const std::string& bridge, std::vector<brctl_fdb_entry>& out);

 private:
    err set_master(const brctl_link& dev, std::uint32_t master);

    rtnl_handle rth_;
};

}  // namespace vethlab
