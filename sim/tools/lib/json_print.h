#pragma once
// iproute2: include/json_print.h, lib/json_writer.c, lib/color.c
// Output that is text or JSON: each item names its JSON key and its printf format.
#include <string>
#include <string_view>

#include "sim/text.h"

namespace vethlab {

enum class color { ifname, mac, inet, inet6, operstate_up, operstate_down, none };
enum class print_as { fp, json, any };  // PRINT_FP: text only; PRINT_JSON; PRINT_ANY

class json_print {
 public:
    explicit json_print(writer*& out) : out_(out) {}

    bool json() const { return on_; }
    bool use_color = false;

    // new_json_obj: from here on everything is JSON if `wanted`; opens the outer array.
    void begin(bool wanted, bool pretty);
    void end();  // delete_json_obj
    // new_json_obj_plain: without the outer array (netns list-id, stats)
    void begin_plain(bool wanted, bool pretty);
    void end_plain();

    void open_object(const char* key = nullptr);
    void close_object();
    // Text: prints `fp` (open_json_array(PRINT_ANY, "text")). JSON: "key": [
    void open_array(const char* key);
    void close_array();
    void open_array(print_as as, const char* key_or_text);
    void close_array(print_as as, const char* text);

    // fmt has one conversion that fits the value ("%s ", "%u", "%lld"); key may be null
    // for text only or for elements of an array. fmt null: nothing in text form.
    void print_string(print_as as, const char* key, const char* fmt, std::string_view value);
    void print_color_string(print_as as, color c, const char* key, const char* fmt,
                            std::string_view value);
    void print_uint(print_as as, const char* key, const char* fmt, unsigned value);  // %u %x
    void print_int(print_as as, const char* key, const char* fmt, int value);        // %d
    void print_u64(print_as as, const char* key, const char* fmt,                    // %llu
                   unsigned long long value);
    void print_0xhex(print_as as, const char* key, const char* fmt,                  // %#llx
                     unsigned long long value);
    void print_hex(print_as as, const char* key, const char* fmt, unsigned value);  // %x
    void print_float(print_as as, const char* key, const char* fmt, double value);  // %f
    // JSON true/false; text: fmt with the word "true" or "false".
    void print_bool(print_as as, const char* key, const char* fmt, bool value);
    // JSON true/false; text: fmt with "on" or "off" (print_on_off).
    void print_on_off(print_as as, const char* key, const char* fmt, bool value);
    void print_null(print_as as, const char* key, const char* fmt, const char* text);
    void text(std::string_view s);                     // print only as text
    void nl(const char* line_end) { text(line_end); }  // print_nl, with the context's sl()

    // JSON only: a value as it stands.
    void print_raw(const char* key, std::string_view json_value) {
        if (on_) value(key, json_value);
    }

 private:
    bool wants_json(print_as as) const { return on_ && as != print_as::fp; }
    bool wants_text(print_as as) const { return !on_ && as != print_as::json; }
    void name(const char* key);
    void value(const char* key, std::string_view raw);
    void eor();
    void eol();
    void begin_list(char c);
    void end_list(char c);
    void quoted(std::string_view s);
    void put(std::string_view s) { out_->write(s); }

    writer*& out_;
    bool on_ = false, pretty_ = false;
    unsigned depth_ = 0;
    char sep_ = 0;
};

}  // namespace vethlab
