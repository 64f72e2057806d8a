#include "http/listen_address.hpp"
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>

namespace loci::server {

Result<ListenAddress> parse_listen_address(std::string_view text) {
    auto const wrong = [] {
        return invalid_field("listen", "format", "must be ADDRESS:PORT, e.g. 127.0.0.1:8080");
    };
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return wrong();
    }
    ListenAddress address{.host = std::string(text.substr(0, colon))};
    auto const digits = text.substr(colon + 1);
    auto const [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return wrong();
    }
    bool const bracketed =
        address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']';
    if (bracketed) {
        address.host = address.host.substr(1, address.host.size() - 2);
    } else if (address.host == "localhost") {
        address.host = "127.0.0.1";
    }
    in6_addr bytes{};
    if (::inet_pton(bracketed ? AF_INET6 : AF_INET, address.host.c_str(), &bytes) != 1) {
        return wrong();
    }
    return address;
}

} // namespace loci::server
