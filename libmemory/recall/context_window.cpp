#include <loci/memory/context_window.hpp>

#include "recall/finder.hpp"
#include "recall/pack.hpp"

#include <algorithm>
#include <numeric>

namespace loci::memory {
namespace {

class ApproximateCounter final : public TokenCounter {
public:
    std::string const& name() const override { return name_; }

    std::size_t count(std::string_view text) const override { return (text.size() + 3) / 4; }

private:
    std::string name_ = "approx";
};

} // namespace

std::unique_ptr<TokenCounter> approximate_token_counter() {
    return std::make_unique<ApproximateCounter>();
}

} // namespace loci::memory

namespace loci::recall {
namespace {

/// The characters at which a text may be broken into lines, by Unicode: CR, LF, VT, FF, NEL, LS,
/// PS.
std::size_t line_break_length(std::string_view text) noexcept {
    auto const first = static_cast<unsigned char>(text.front());
    if (first >= 0x0a && first <= 0x0d) {
        return text.starts_with("\r\n") ? 2 : 1;
    }
    if (text.starts_with("\xc2\x85")) {
        return 2;
    }
    return text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9") ? 3 : 0;
}

std::string line_of(memory::Record const& record) {
    auto line = "- [" + record.scope.space.value_or("default") + "] ";
    for (std::string_view rest = record.content; !rest.empty();) {
        auto const broken = line_break_length(rest);
        line += broken > 0 ? ' ' : rest.front();
        rest.remove_prefix(std::max<std::size_t>(broken, 1));
    }
    return line;
}

struct Line {
    memory::ContextItem item;
    std::size_t length = 0;
};

/// Where a line begins in the text of all.
std::size_t offset_of(std::vector<Line> const& lines, std::vector<Line>::const_iterator place) {
    return std::accumulate(lines.begin(), place, std::size_t{0},
                           [](std::size_t sum, Line const& line) { return sum + line.length + 1; });
}

/// Where a line belongs among those chosen before.
std::vector<Line>::iterator place_for(std::vector<Line>& lines, Line const& line,
                                      memory::ContextOrder order) {
    if (order == memory::ContextOrder::relevance) {
        return lines.end();
    }
    return std::upper_bound(lines.begin(), lines.end(), line, [](Line const& a, Line const& b) {
        auto const& left = a.item.hit.memory;
        auto const& right = b.item.hit.memory;
        return std::pair{left.created_at, left.revision_key} <
               std::pair{right.created_at, right.revision_key};
    });
}

} // namespace

// The whole text is counted for every item that is tried: the tokens of a text need not be the sum
// of those of its lines.
memory::ContextWindow pack(std::vector<memory::Hit> hits, memory::ContextQuery const& query,
                           memory::TokenCounter const& counter) {
    memory::ContextWindow window;
    std::vector<Line> lines;
    for (auto& hit : hits) {
        auto text = line_of(hit.memory);
        Line line{.item = {}, .length = text.size()};
        line.item.tokens = counter.count(text);
        if (line.item.tokens > query.token_budget) {
            ++window.omitted;
            continue;
        }
        line.item.hit = std::move(hit);
        auto const place = place_for(lines, line, query.order);
        auto const is_last = place == lines.end();
        auto const offset = is_last ? window.text.size() : offset_of(lines, place);
        if (!lines.empty()) {
            text.insert(is_last ? 0 : text.size(), 1, '\n');
        }
        window.text.insert(offset, text);
        auto const tokens = counter.count(window.text);
        if (tokens > query.token_budget) {
            window.text.erase(offset, text.size());
            ++window.omitted;
        } else {
            lines.insert(place, std::move(line));
            window.tokens_used = tokens;
        }
    }
    for (auto& line : lines) {
        window.items.push_back(std::move(line.item));
    }
    window.truncated = window.omitted > 0;
    return window;
}

Result<memory::ContextWindow> Finder::context_window(Caller const& caller,
                                                     memory::ContextQuery const& query,
                                                     memory::TokenCounter const& counter) const {
    if (query.token_budget < 1) {
        return invalid_field("token_budget", "minimum", "token_budget is at least 1");
    }
    auto found = recall(caller, query.recall);
    if (!found) {
        return found.error();
    }
    return pack(std::move(found->hits), query, counter);
}

} // namespace loci::recall
