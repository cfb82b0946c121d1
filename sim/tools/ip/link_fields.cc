// iproute2: ip/iplink_bridge.c (values of one attribute)
#include "sim/tools/ip/link_util.h"

namespace vethlab {
namespace {

// Priority and address of a bridge: "8000.2:0:0:0:0:b0", bytes without leading zeros.
std::string bridge_id_text(bytes_view id) {
    if (id.size() < 8) return {};
    return strf("%.2x%.2x.%x:%x:%x:%x:%x:%x", u8(id, 0), u8(id, 1), u8(id, 2), u8(id, 3), u8(id, 4),
                u8(id, 5), u8(id, 6), u8(id, 7));
}

// The groups that a port forwards by name, others by their bit.
std::string fwd_mask_text(unsigned mask) {
    std::string out;
    for (unsigned bit = 0; mask >> bit; bit++) {
        if (!(mask >> bit & 1)) continue;
        if (!out.empty()) out += ",";
        switch (bit) {
            case 0:
                out += "stp";
                break;
            case 2:
                out += "lacp";
                break;
            case 14:
                out += "lldp";
                break;
            default:
                out += strf("0x%x", 1u << bit);
        }
    }
    return out.empty() ? "0x0" : out;
}

// Hundredths of a second, with two decimals in JSON too.
void print_timer(json_print& out, const link_field& f, std::uint64_t centiseconds) {
    const int seconds = int(centiseconds / 100), rest = int(centiseconds % 100);
    out.print_raw(f.key, strf("%d.%.2d", seconds, rest));
    out.text(strf("%s %4d.%.2d ", f.word, seconds, rest));
}

}  // namespace

void print_link_field(ip_context& ip, const link_field& f, const nlattrs& data) {
    const nlattr* a = data.get(f.attr);
    if (!a) return;
    json_print& out = ip.print;
    const print_as as = f.key ? print_as::any : print_as::fp;
    const auto string = [&](const std::string& s) {
        out.print_string(as, f.key, strf("%s %%s ", f.word).c_str(), s);
    };
    switch (f.kind) {
        case link_value::u8:
        case link_value::u16:
        case link_value::u32:
            out.print_uint(as, f.key, strf("%s %%u ", f.word).c_str(), a->u32());
            break;
        case link_value::u64:
            out.print_u64(as, f.key, strf("%s %%llu ", f.word).c_str(), a->u64());
            break;
        case link_value::on_off:
            out.print_on_off(as, f.key, strf("%s %%s ", f.word).c_str(), a->u8());
            break;
        case link_value::hex16:
            out.print_0xhex(as, f.key, strf("%s %%#llx ", f.word).c_str(), a->u16());
            break;
        case link_value::timer:
            print_timer(out, f, a->u64());
            break;
        case link_value::bridge_id:
            string(bridge_id_text(a->data));
            break;
        case link_value::mac:
            string(ll_addr_n2a(a->data, arphrd::ether));
            break;
        case link_value::ether_type:
            string(ll_proto_n2a(a->be16_value()));
            break;
        case link_value::fwd_mask:
            string(fwd_mask_text(a->u16()));
            break;
        case link_value::device:
            string(ip.ll.index_to_name(a->u32()));
            break;
        case link_value::bool_options:
            break;
    }
}

}  // namespace vethlab
