// iproute2: lib/json_print.c, lib/json_writer.c
#include "sim/tools/lib/json_print.h"

namespace vethlab {
namespace {

constexpr const char* color_codes[] = {"\033[36m", "\033[33m", "\033[35m",
                                       "\033[34m", "\033[32m", "\033[31m"};

// The one string conversion of a format, with a value that may hold any byte.
std::string format_string(const char* fmt, std::string_view value) {
    return strf(fmt, std::string(value).c_str());
}

}  // namespace

void json_print::begin(bool wanted, bool pretty) {
    begin_plain(wanted, pretty);
    if (on_) begin_list('[');
}
void json_print::end() {
    if (on_) end_list(']');
    end_plain();
}
void json_print::begin_plain(bool wanted, bool pretty) {
    on_ = wanted;
    pretty_ = wanted && pretty;
    depth_ = 0;
    sep_ = 0;
}
void json_print::end_plain() {
    if (on_) put("\n");
    on_ = false;
}

// The comma that separates this item from the one before.
void json_print::eor() {
    if (sep_) put(std::string_view(&sep_, 1));
    sep_ = ',';
}
void json_print::eol() {
    if (!pretty_) return;
    put("\n");
    put(std::string(depth_ * 4, ' '));
}
void json_print::begin_list(char c) {
    eor();
    put(std::string_view(&c, 1));
    depth_++;
    sep_ = 0;
    if (c == '[' && pretty_) put(" ");
}
void json_print::end_list(char c) {
    if (c == ']') {
        if (pretty_ && sep_) put(" ");
        sep_ = 0;
    }
    depth_--;
    if (sep_) eol();
    put(std::string_view(&c, 1));
    sep_ = ',';
}
void json_print::quoted(std::string_view s) {
    std::string out = "\"";
    for (const char c : s) {
        switch (c) {
            case '\t':
                out += "\\t";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\f':
                out += "\\f";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '"':
                out += "\\\"";
                break;
            default:
                out += c;
        }
    }
    put(out + "\"");
}
void json_print::name(const char* key) {
    eor();
    eol();
    sep_ = 0;
    quoted(key);
    put(pretty_ ? ": " : ":");
}
void json_print::value(const char* key, std::string_view raw) {
    if (key) name(key);
    eor();
    put(raw);
}

void json_print::open_object(const char* key) {
    if (!on_) return;
    if (key) name(key);
    begin_list('{');
}
void json_print::close_object() {
    if (on_) end_list('}');
}
void json_print::open_array(const char* key) { open_array(print_as::json, key); }
void json_print::close_array() { close_array(print_as::json, nullptr); }
void json_print::open_array(print_as as, const char* key_or_text) {
    if (wants_json(as)) {
        if (key_or_text) name(key_or_text);
        begin_list('[');
    } else if (wants_text(as)) {
        text(key_or_text);
    }
}
void json_print::close_array(print_as as, const char* end_text) {
    if (wants_json(as)) {
        end_list(']');
    } else if (wants_text(as)) {
        text(end_text);
    }
}

void json_print::text(std::string_view s) {
    if (!on_) put(s);
}
void json_print::print_string(print_as as, const char* key, const char* fmt, std::string_view v) {
    print_color_string(as, color::none, key, fmt, v);
}
void json_print::print_color_string(print_as as, color c, const char* key, const char* fmt,
                                    std::string_view v) {
    if (wants_json(as)) {
        if (key) name(key);
        eor();
        quoted(v);
    } else if (wants_text(as) && fmt) {
        const bool colored = use_color && c != color::none;
        if (colored) put(color_codes[int(c)]);
        put(format_string(fmt, v));
        if (colored) put("\033[0m");
    }
}
void json_print::print_uint(print_as as, const char* key, const char* fmt, unsigned v) {
    if (wants_json(as)) {
        value(key, strf("%u", v));
    } else if (wants_text(as) && fmt) {
        put(strf(fmt, v));
    }
}
void json_print::print_int(print_as as, const char* key, const char* fmt, int v) {
    if (wants_json(as)) {
        value(key, strf("%d", v));
    } else if (wants_text(as) && fmt) {
        put(strf(fmt, v));
    }
}
void json_print::print_u64(print_as as, const char* key, const char* fmt, unsigned long long v) {
    if (wants_json(as)) {
        value(key, strf("%llu", v));
    } else if (wants_text(as) && fmt) {
        put(strf(fmt, v));
    }
}
void json_print::print_0xhex(print_as as, const char* key, const char* fmt, unsigned long long v) {
    if (wants_json(as)) {
        value(key, strf("\"%#llx\"", v));
    } else if (wants_text(as) && fmt) {
        put(strf(fmt, v));
    }
}
void json_print::print_hex(print_as as, const char* key, const char* fmt, unsigned v) {
    if (wants_json(as)) {
        value(key, strf("\"%x\"", v));
    } else if (wants_text(as) && fmt) {
        put(strf(fmt, v));
    }
}
void json_print::print_float(print_as as, const char* key, const char* fmt, double v) {
    if (wants_json(as)) {
        value(key, strf("%g", v));
    } else if (wants_text(as) && fmt) {
        put(strf(fmt, v));
    }
}
void json_print::print_bool(print_as as, const char* key, const char* fmt, bool v) {
    if (wants_json(as)) {
        value(key, v ? "true" : "false");
    } else if (wants_text(as) && fmt) {
        put(format_string(fmt, v ? "true" : "false"));
    }
}
void json_print::print_on_off(print_as as, const char* key, const char* fmt, bool v) {
    if (wants_json(as)) {
        value(key, v ? "true" : "false");
    } else if (wants_text(as) && fmt) {
        put(format_string(fmt, v ? "on" : "off"));
    }
}
void json_print::print_null(print_as as, const char* key, const char* fmt, const char* shown) {
    if (wants_json(as)) {
        value(key, "null");
    } else if (wants_text(as) && fmt) {
        put(format_string(fmt, shown));
    }
}

}  // namespace vethlab
