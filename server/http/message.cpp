#include "http/message.hpp"
#include <algorithm>

namespace loci::server {

std::string const* RequestHead::header(std::string_view name) const noexcept {
    auto const found = std::find_if(headers.begin(), headers.end(),
                                    [&](auto const& entry) { return entry.first == name; });
    return found == headers.end() ? nullptr : &found->second;
}

std::size_t RequestHead::count(std::string_view name) const noexcept {
    return static_cast<std::size_t>(std::count_if(
        headers.begin(), headers.end(), [&](auto const& entry) { return entry.first == name; }));
}

} // namespace loci::server
