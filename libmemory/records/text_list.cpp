#include "records/text_list.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace loci::memory {

std::string text_list(std::vector<std::string> const& texts) {
    boost::json::array array;
    array.reserve(texts.size());
    for (auto const& text : texts) {
        array.emplace_back(text);
    }
    return boost::json::serialize(array);
}

std::vector<std::string> parse_text_list(std::string_view json) {
    std::vector<std::string> texts;
    if (json == "[]") {
        return texts;
    }
    auto const value = boost::json::parse(json);
    for (auto const& text : value.as_array()) {
        texts.emplace_back(text.as_string());
    }
    return texts;
}

std::string number_list(std::vector<std::int64_t> const& numbers) {
    return fmt::format("[{}]", fmt::join(numbers, ","));
}

} // namespace loci::memory
