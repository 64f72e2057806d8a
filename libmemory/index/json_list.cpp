#include "index/json_list.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

namespace loci::index {

std::string json_list(std::span<std::string_view const> texts) {
    std::string list = "[";
    for (auto const text : texts) {
        list += list.size() > 1 ? "," : "";
        list += boost::json::serialize(boost::json::string_view{text.data(), text.size()});
    }
    return list + "]";
}

std::string json_list(std::span<std::int64_t const> numbers) {
    std::string list = "[";
    for (auto const number : numbers) {
        list += list.size() > 1 ? "," : "";
        list += std::to_string(number);
    }
    return list + "]";
}

} // namespace loci::index
