#pragma once
// iproute2: include/ll_map.h. Names of devices by index and back, asked once each.
#include <map>
#include <string>
#include <string_view>

#include "sim/tools/lib/libnetlink.h"

namespace vethlab {

struct ll_entry {
    std::uint32_t index = 0;
    std::uint32_t flags = 0;
    std::uint16_t type = 0;
    std::string name;
    std::vector<std::string> altnames;
};

class ll_map {
 public:
    explicit ll_map(process& p) : rtnl_(p) {}

    // ll_remember_index: learns from an RTM_NEWLINK (forgets on RTM_DELLINK).
    void remember(const nlmsg_view& msg);
    // ll_init_map: a dump of all links, once.
    void init();
    // 0 if there is none. "if5" is 5 where nothing has that name.
    std::uint32_t name_to_index(const std::string& name);
    // "*" for 0, "ifN" for one that is not known.
    std::string index_to_name(std::uint32_t index);
    // iff::up and the like, -1 if not cached: asks nobody.
    int index_to_flags(std::uint32_t index) const;
    std::uint16_t index_to_type(std::uint32_t index) const;
    bool known(std::uint32_t index) const { return by_index_.count(index) != 0; }
    void drop(std::uint32_t index) { by_index_.erase(index); }
    // After p.ns changed.
    void reset() {
        by_index_.clear();
        rtnl_.close();
        complete_ = false;
    }

 private:
    std::uint32_t ask(const std::string* name, std::uint32_t index);  // ll_link_get

    rtnl_handle rtnl_;
    std::map<std::uint32_t, ll_entry> by_index_;
    bool complete_ = false;
};

}  // namespace vethlab
