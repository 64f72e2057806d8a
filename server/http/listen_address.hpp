#pragma once
#include <cstdint>
#include <loci/base/result.hpp>
#include <string>
#include <string_view>

namespace loci::server {

struct ListenAddress {
    std::string host; ///< a numeric address, without brackets
    std::uint16_t port = 0;
};

/// Parses `ADDRESS:PORT` or `[ADDRESS]:PORT`; `localhost` is 127.0.0.1.
/// Errors: `invalid`, field `listen`.
Result<ListenAddress> parse_listen_address(std::string_view text);

} // namespace loci::server
