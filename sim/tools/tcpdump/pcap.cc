// libpcap: sf-pcap.c
#include "sim/tools/tcpdump/pcap.h"

namespace vethlab {
namespace {

constexpr std::uint32_t magic = 0xa1b2c3d4;
constexpr std::size_t file_header = 24, record_header = 16;

void put_le(std::string& out, std::uint32_t v, int bytes = 4) {
    for (int i = 0; i < bytes; i++) out += char(v >> (8 * i) & 0xff);
}
std::uint32_t get_le(std::string_view s, std::size_t at) {
    std::uint32_t v = 0;
    for (std::size_t i = 4; i-- > 0;) v = v << 8 | std::uint8_t(s[at + i]);
    return v;
}

}  // namespace

pcap_writer::pcap_writer(dlt link_type) {
    put_le(out_, magic);
    put_le(out_, 2, 2);  // version 2.4
    put_le(out_, 4, 2);
    put_le(out_, 0);
    put_le(out_, 0);
    put_le(out_, snapshot_length);
    put_le(out_, std::uint32_t(link_type));
}

void pcap_writer::add(const pcap_record& r) {
    put_le(out_, std::uint32_t(r.us / 1000000));
    put_le(out_, std::uint32_t(r.us % 1000000));
    put_le(out_, std::uint32_t(r.bytes.size()));
    put_le(out_, std::uint32_t(r.bytes.size()));
    out_.append(reinterpret_cast<const char*>(r.bytes.data()), r.bytes.size());
}

std::optional<pcap_reader> pcap_reader::open(std::string_view file) {
    if (file.size() < file_header || get_le(file, 0) != magic) return std::nullopt;
    if (get_le(file, 20) != std::uint32_t(dlt::en10mb)) return std::nullopt;
    pcap_reader reader(file.substr(file_header));
    reader.snaplen = get_le(file, 16);
    return reader;
}

std::optional<pcap_record> pcap_reader::next() {
    if (rest_.size() < record_header) return std::nullopt;
    const std::size_t len = get_le(rest_, 8);
    if (len > rest_.size() - record_header) return std::nullopt;
    pcap_record r;
    r.us = std::int64_t(get_le(rest_, 0)) * 1000000 + get_le(rest_, 4);
    r.bytes = std::as_bytes(std::span(rest_.data() + record_header, len));
    rest_.remove_prefix(record_header + len);
    return r;
}

}  // namespace vethlab
