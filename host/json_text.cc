#include "host/json_text.h"

#include "sim/text.h"

namespace vethlab::host {

std::string json_quoted(std::string_view s) {
    std::string out = "\"";
    for (const char c : s) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < ' ') {
            out += strf("\\u%04x", unsigned(c));
        } else {
            out += c;
        }
    }
    return out + "\"";
}

}  // namespace vethlab::host
