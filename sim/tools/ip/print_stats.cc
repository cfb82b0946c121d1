// iproute2: ip/ipaddress.c (print_stats64)
#include <algorithm>
#include <cstring>

#include "sim/tools/ip/link_util.h"

namespace vethlab {
namespace {

struct columns {
    std::array<int, 8> width = {int(std::strlen("*X errors:")), int(std::strlen("packets")),
                                int(std::strlen("errors")),     int(std::strlen("dropped")),
                                int(std::strlen("heartbt")),    int(std::strlen("overrun")),
                                int(std::strlen("compressed")), int(std::strlen("otherhost"))};

    void fit(std::initializer_list<std::uint64_t> row) {
        std::size_t i = 0;
        for (const auto v : row) {
            width[i] = std::max(width[i], int(strf("%llu", 0ull + v).size()));
            i++;
        }
    }
};

struct stats_printer {
    ip_context& ip;
    const rtnl_link_stats64& s;
    const nlattr* carrier_changes;
    bool errors;  // -s -s
    columns cols{};

    std::string num(std::size_t column, std::uint64_t v) const {
        return num_text(v, cols.width[column], ip.human_readable, ip.use_iec) + " ";
    }
    // Right-aligned heads of columns 1 to 5, the first of `first` characters.
    std::string heads(const char* label, int first, const char* h0,
                      const std::array<const char*, 5>& h) const {
        const auto& w = cols.width;
        return strf("%s%*s %*s %*s %*s %*s %*s", label, first, h0, w[1], h[0], w[2], h[1], w[3],
                    h[2], w[4], h[3], w[5], h[4]);
    }

    void text() {
        cols.fit({s.rx_bytes, s.rx_packets, s.rx_errors, s.rx_dropped, s.rx_missed_errors,
                  s.multicast, s.rx_compressed});
        cols.fit({s.tx_bytes, s.tx_packets, s.tx_errors, s.tx_dropped, s.tx_carrier_errors,
                  s.collisions, s.tx_compressed});
        if (errors) {
            cols.fit({0, s.rx_length_errors, s.rx_crc_errors, s.rx_frame_errors, s.rx_fifo_errors,
                      s.rx_over_errors, s.rx_nohandler, s.rx_otherhost_dropped});
            cols.fit({0, s.tx_aborted_errors, s.tx_fifo_errors, s.tx_window_errors,
                      s.tx_heartbeat_errors, carrier_changes ? carrier_changes->u32() : 0});
        }
        row("    RX: ", {"packets", "errors", "dropped", "missed", "mcast"},
            {s.rx_bytes, s.rx_packets, s.rx_errors, s.rx_dropped, s.rx_missed_errors, s.multicast},
            s.rx_compressed);
        if (errors) rx_errors();
        ip.print.text(ip.sl());
        row("    TX: ", {"packets", "errors", "dropped", "carrier", "collsns"},
            {s.tx_bytes, s.tx_packets, s.tx_errors, s.tx_dropped, s.tx_carrier_errors,
             s.collisions},
            s.tx_compressed);
        if (errors) tx_errors();
    }
    void row(const char* label, const std::array<const char*, 5>& names,
             const std::array<std::uint64_t, 6>& values, std::uint64_t compressed) {
        ip.print.text(heads(label, cols.width[0] - 4, "bytes", names));
        ip.print.text(strf(" %*s", cols.width[6], compressed ? "compressed" : ""));
        ip.print.text(ip.sl());
        ip.print.text("    ");
        for (std::size_t i = 0; i < values.size(); i++) ip.print.text(num(i, values[i]));
        if (compressed) ip.print.text(num(6, compressed));
    }
    void rx_errors() {
        ip.print.text(ip.sl());
        ip.print.text(heads("    RX errors:", cols.width[0] - 10, "",
                            {"length", "crc", "frame", "fifo", "overrun"}));
        if (s.rx_nohandler) ip.print.text(strf("%*s", cols.width[6] + 1, " nohandler"));
        if (s.rx_otherhost_dropped) ip.print.text(strf("%*s", cols.width[7] + 1, " otherhost"));
        ip.print.text(ip.sl());
        ip.print.text(strf("%*s", cols.width[0] + 5, ""));
        const std::uint64_t values[] = {s.rx_length_errors, s.rx_crc_errors, s.rx_frame_errors,
                                        s.rx_fifo_errors, s.rx_over_errors};
        for (std::size_t i = 0; i < std::size(values); i++) ip.print.text(num(i + 1, values[i]));
        if (s.rx_nohandler) ip.print.text(num(6, s.rx_nohandler));
        if (s.rx_otherhost_dropped) ip.print.text(num(7, s.rx_otherhost_dropped));
    }
    void tx_errors() {
        ip.print.text(ip.sl());
        ip.print.text(
            heads("    TX errors:", cols.width[0] - 10, "",
                  {"aborted", "fifo", "window", "heartbt", carrier_changes ? "transns" : ""}));
        ip.print.text(ip.sl());
        ip.print.text(strf("%*s", cols.width[0] + 5, ""));
        const std::uint64_t values[] = {s.tx_aborted_errors, s.tx_fifo_errors, s.tx_window_errors,
                                        s.tx_heartbeat_errors};
        for (std::size_t i = 0; i < std::size(values); i++) ip.print.text(num(i + 1, values[i]));
        if (carrier_changes) ip.print.text(num(5, carrier_changes->u32()));
    }

    void item(const char* key, std::uint64_t v) {
        ip.print.print_u64(print_as::json, key, nullptr, v);
    }
    void item_if(const char* key, std::uint64_t v) {
        if (v) item(key, v);
    }
    void json() {
        ip.print.open_object("stats64");
        ip.print.open_object("rx");
        item("bytes", s.rx_bytes);
        item("packets", s.rx_packets);
        item("errors", s.rx_errors);
        item("dropped", s.rx_dropped);
        item("over_errors", s.rx_over_errors);
        item("multicast", s.multicast);
        item_if("compressed", s.rx_compressed);
        if (errors) {
            item("length_errors", s.rx_length_errors);
            item("crc_errors", s.rx_crc_errors);
            item("frame_errors", s.rx_frame_errors);
            item("fifo_errors", s.rx_fifo_errors);
            item("missed_errors", s.rx_missed_errors);
            item_if("nohandler", s.rx_nohandler);
            item_if("otherhost_dropped", s.rx_otherhost_dropped);
        }
        ip.print.close_object();
        ip.print.open_object("tx");
        item("bytes", s.tx_bytes);
        item("packets", s.tx_packets);
        item("errors", s.tx_errors);
        item("dropped", s.tx_dropped);
        item("carrier_errors", s.tx_carrier_errors);
        item("collisions", s.collisions);
        item_if("compressed", s.tx_compressed);
        if (errors) {
            item("aborted_errors", s.tx_aborted_errors);
            item("fifo_errors", s.tx_fifo_errors);
            item("window_errors", s.tx_window_errors);
            item("heartbeat_errors", s.tx_heartbeat_errors);
            if (carrier_changes) item("carrier_changes", carrier_changes->u32());
        }
        ip.print.close_object();
        ip.print.close_object();
    }
};

}  // namespace

void print_link_stats(ip_context& ip, const nlattrs& tb) {
    const nlattr* stats = tb.get(ifla::stats64);
    if (!stats) return;
    const auto s = stats->as<rtnl_link_stats64>();
    stats_printer printer{ip, s, tb.get(ifla::carrier_changes), ip.show_stats > 1};
    if (ip.print.json()) {
        printer.json();
    } else {
        printer.text();
    }
}

}  // namespace vethlab
