#pragma once
// pcap files, as libpcap's savefile.c writes them.
#include <optional>
#include <string>
#include <string_view>

#include "core/wire/bytes.h"

namespace vethlab {

inline constexpr std::uint32_t snapshot_length = 262144;
enum class dlt : std::uint32_t { en10mb = 1, linux_sll2 = 276 };

struct pcap_record {
    std::int64_t us = 0;  // since 1970
    bytes_view bytes;
};

class pcap_writer {
 public:
    explicit pcap_writer(dlt link_type);
    void add(const pcap_record& r);
    std::string_view bytes() const { return out_; }

 private:
    std::string out_;
};

class pcap_reader {
 public:
    // nullopt: not a pcap file of microseconds on Ethernet.
    static std::optional<pcap_reader> open(std::string_view file);
    std::optional<pcap_record> next();
    std::uint32_t snaplen = 0;

 private:
    explicit pcap_reader(std::string_view rest) : rest_(rest) {}
    std::string_view rest_;
};

}  // namespace vethlab
