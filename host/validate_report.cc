#include "host/validate_report.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "host/json_text.h"
#include "sim/capture/text_lines.h"
#include "sim/text.h"
#include "sim/tools/tcpdump/netdissect.h"

namespace vethlab::host {
namespace {

// ---- a frame as tcpdump -e -v prints it, in one line

// "TYPE LENGTH HEX  # ..." of compare()
struct shown_frame {
    std::string text, hex;
};
shown_frame dissect(const std::string& item) {
    const auto words = words_of(std::string_view(item).substr(0, item.find('#')));
    if (words.size() != 3) return {item, ""};
    netdissect print({.numeric = 1, .ether = true, .verbose = 1});
    std::string line;
    for (const auto& w : words_of(print.print(bytes_of_hex(words[2])))) line += " " + w;
    return {words[0] + line, words[2]};
}

// ---- for people

bool is_frame(const difference& d) { return d.where.starts_with("frames"); }

std::string side(const char* who, const difference& d, const std::vector<std::string>& lines) {
    if (lines.empty()) return strf("      %-10s (nothing)\n", who);
    if (!is_frame(d)) return strf("      %-10s ", who) + lines[0] + "\n";
    const auto f = dissect(lines[0]);
    return strf("      %-10s ", who) + f.text + "\n" + std::string(17, ' ') + f.hex + "\n";
}

std::string text_of(const difference& d, const char* left, const char* right) {
    std::string s = "    " + d.where + "\n";
    if (!d.command.empty()) {
        s += strf("      %-10s $ ", is_frame(d) ? "during" : "after") + d.command + "\n";
    }
    return s + side(left, d, d.left) + side(right, d, d.right);
}

// The first difference of each kind.
std::string differences(const comparison& c, const char* left, const char* right) {
    std::string s;
    std::set<std::string> kinds;
    for (const auto& d : c.differences) {
        if (!kinds.insert(d.where.substr(0, d.where.find(' '))).second) continue;
        s += text_of(d, left, right);
    }
    return s;
}

std::string differences(const outcome& o) {
    if (o.v == verdict::same) return "";
    std::string s = differences(o.sides, "kernel", "simulator");
    if (o.v != verdict::unsteady) return s;
    return s + "    The kernel differs from itself when it runs again:\n" +
           differences(o.kernel, "first run", "second run");
}

// ---- for programs

template <class F>
std::string quoted(const std::vector<std::string>& list, F what) {
    std::string out;
    for (const auto& s : list) out += (out.empty() ? "" : ", ") + json_quoted(what(s));
    return "[" + out + "]";
}
std::string as_json(const char* name, const tally& t) {
    return strf(", \"%s\": {\"equal\": %zu, \"total\": %zu}", name, t.equal, t.total);
}

std::string as_json(const difference& d, const std::string& left, const std::string& right) {
    const auto itself = [](const std::string& s) { return s; };
    const auto text = [](const std::string& s) { return dissect(s).text; };
    std::string s =
        "{\"where\": " + json_quoted(d.where) + ", \"command\": " + json_quoted(d.command);
    s += ", \"" + left + "\": " + quoted(d.left, itself);
    s += ", \"" + right + "\": " + quoted(d.right, itself);
    if (is_frame(d)) {
        s += ", \"" + left + "_dissected\": " + quoted(d.left, text);
        s += ", \"" + right + "_dissected\": " + quoted(d.right, text);
    }
    return s + "}";
}
std::string as_json(const comparison& c, const char* left, const char* right) {
    std::string out;
    for (const auto& d : c.differences) {
        out += (out.empty() ? "" : ", ") + as_json(d, left, right);
    }
    return "[" + out + "]";
}

// XML knows no control characters, quoted or not.
std::string xml(const std::string& s) {
    std::string out;
    for (const char c : s) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\n':
                out += "&#10;";
                break;
            default:
                out += static_cast<unsigned char>(c) < ' ' && c != '\t' ? '?' : c;
        }
    }
    return out;
}

std::string testcase(const lab_report& r) {
    std::string s = "    <testcase classname=\"vethlab.validate\" name=\"" + xml(r.name) +
                    strf("\" time=\"%.3f\"", r.seconds);
    if (r.verdict == word(verdict::same)) return s + "/>\n";
    const char* kind = r.verdict == "failed" ? "error" : "failure";
    return s + ">\n      <" + kind + " type=\"" + r.verdict + "\" message=\"" + xml(r.first) +
           "\">" + xml(r.details) + "</" + kind + ">\n    </testcase>\n";
}

}  // namespace

lab_report report(const std::string& name, const outcome& o) {
    lab_report r;
    r.name = name;
    r.verdict = word(o.v);
    const bool twice = o.v == verdict::same && !o.kernel.same();
    r.text = r.verdict + " " + name + " " + summary(o.sides) +
             (twice ? " (the kernel's first run came out otherwise)" : "") + "\n" + differences(o);
    r.json = "{\"name\": " + json_quoted(name) + ", \"verdict\": \"" + r.verdict + "\"" +
             as_json("commands", o.sides.commands) + as_json("frames", o.sides.frames) +
             as_json("counters", o.sides.counters) + as_json("state", o.sides.state) +
             ", \"differences\": " + as_json(o.sides, "kernel", "simulator") +
             ", \"kernel_with_itself\": " + as_json(o.kernel, "first", "second") + "}";
    if (!o.sides.differences.empty()) {
        r.first = o.sides.differences[0].where;
        r.details = text_of(o.sides.differences[0], "kernel", "simulator");
    }
    return r;
}

lab_report report_failure(const std::string& name, const std::string& why) {
    return {.name = name,
            .verdict = "failed",
            .text = "failed " + name + ": " + why + "\n",
            .json = "{\"name\": " + json_quoted(name) +
                    ", \"verdict\": \"failed\", \"why\": " + json_quoted(why) + "}",
            .first = why,
            .details = why};
}

std::string junit_xml(const std::vector<lab_report>& labs) {
    double seconds = 0;
    std::string cases;
    for (const auto& r : labs) {
        seconds += r.seconds;
        cases += testcase(r);
    }
    const auto with = [&](const char* verdict) {
        return std::count_if(labs.begin(), labs.end(),
                             [&](const auto& r) { return r.verdict == verdict; });
    };
    const auto failures = with("differ") + with("unsteady");
    const std::string numbers = strf("tests=\"%zu\" failures=\"%td\" errors=\"%td\" time=\"%.3f\"",
                                     labs.size(), failures, with("failed"), seconds);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + numbers +
           ">\n  <testsuite name=\"vethlab validate\" " + numbers + ">\n" + cases +
           "  </testsuite>\n</testsuites>\n";
}

std::string pack(const lab_report& r) {
    std::string bytes(reinterpret_cast<const char*>(&r.seconds), sizeof r.seconds);
    for (const auto* s : {&r.name, &r.verdict, &r.text, &r.json, &r.first, &r.details}) {
        const std::uint64_t size = s->size();
        bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
        bytes += *s;
    }
    return bytes;
}

lab_report unpack_report(const std::string& bytes) {
    lab_report r;
    std::string_view rest(bytes);
    std::memcpy(&r.seconds, rest.data(), sizeof r.seconds);
    rest.remove_prefix(sizeof r.seconds);
    for (auto* s : {&r.name, &r.verdict, &r.text, &r.json, &r.first, &r.details}) {
        std::uint64_t size = 0;
        std::memcpy(&size, rest.data(), sizeof size);
        *s = rest.substr(sizeof size, size);
        rest.remove_prefix(sizeof size + size);
    }
    return r;
}

}  // namespace vethlab::host
