#include "cli/event_stream.hpp"

#include <utility>

namespace loci::cli {

EventStreamReader::EventStreamReader(std::function<bool(StreamEvent const&)> take)
    : take_(std::move(take)) {}

bool EventStreamReader::feed(std::string_view piece) {
    rest_ += piece;
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
        auto text = std::string_view{rest_}.substr(begin, end - begin);
        if (text.ends_with('\r')) {
            text.remove_suffix(1);
        }
        begin = end + 1;
        if (!line(text)) {
            rest_.clear();
            return false;
        }
    }
    rest_.erase(0, begin);
    return true;
}

bool EventStreamReader::line(std::string_view text) {
    if (text.empty()) {
        auto const event = std::exchange(event_, {});
        return (event.name.empty() && event.data.empty()) || take_(event);
    }
    auto const colon = text.find(':');
    auto const field = text.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    if (field == "event") {
        event_.name = value;
    } else if (field == "data") {
        event_.data += event_.data.empty() ? "" : "\n";
        event_.data += value;
    }
    return true;
}

} // namespace loci::cli
