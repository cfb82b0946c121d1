// dash: src/parser.c (parseheredoc). The bodies of << stand after the line's end.
#include "sim/shell/parser.h"
#include "sim/shell/parser_depth.h"

namespace vethlab::sh {

void parser::expect_here_body(const std::shared_ptr<node>& owner, const token& op,
                              const token& delim) {
    pending_here h{owner, owner->redirects.size() - 1, {}, false, op.strip_tabs};
    for (const auto& part : delim.word.parts) {
        h.quoted = h.quoted || part.quoted;
        h.delimiter += part.text;
    }
    here_.push_back(std::move(h));
}

void parser::read_here_bodies() {
    // A substitution inside a body may bring its own, so not a loop over the list itself.
    std::vector<pending_here> todo;
    todo.swap(here_);
    for (const auto& h : todo) {
        if (failed()) return;
        read_here_body(h);
    }
}

void parser::read_here_body(const pending_here& h) {
    const int first_line = line_;
    std::string body;
    for (;;) {
        if (pos_ >= text_.size()) break;
        if (h.strip_tabs) {
            while (peek_char() == '\t') ++pos_;
        }
        auto end = text_.find('\n', pos_);
        const bool last = end == std::string_view::npos;
        if (last) end = text_.size();
        const auto line = text_.substr(pos_, end - pos_);
        pos_ = last ? end : end + 1;
        if (!last) ++line_;
        if (line == h.delimiter) break;
        body.append(line);
        if (!last) body += '\n';
    }
    auto& parts = h.owner->redirects[h.index].target.parts;
    parts.clear();
    if (h.quoted) {
        parts.emplace_back();
        parts.back().quoted = true;
        parts.back().text = std::move(body);
        return;
    }
    parser inner(body, first_line, depth_);
    inner.read_parts(context::heredoc, parts);
    if (inner.failed()) {
        line_ = inner.error_line_;
        fail(inner.error_);
    }
}

}  // namespace vethlab::sh
