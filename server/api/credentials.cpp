#include "api/credentials.hpp"

#include "api/owner.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace loci::server {
namespace {

constexpr std::string_view bearer_scheme = "bearer";

std::string_view without_spaces(std::string_view text) noexcept {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// What follows the scheme; empty when the scheme is another.
std::string_view bearer_token(std::string_view value) noexcept {
    auto const same = [](char given, char wanted) {
        return std::tolower(static_cast<unsigned char>(given)) == wanted;
    };
    bool const is_bearer = value.size() > bearer_scheme.size() &&
                           value[bearer_scheme.size()] == ' ' &&
                           std::equal(bearer_scheme.begin(), bearer_scheme.end(), value.begin(),
                                      [&](char wanted, char given) { return same(given, wanted); });
    return is_bearer ? without_spaces(value.substr(bearer_scheme.size() + 1)) : std::string_view{};
}

std::string_view secret_in(CredentialHeader const& header, std::string_view value) noexcept {
    return header.bearer ? bearer_token(without_spaces(value)) : without_spaces(value);
}

} // namespace

Error unauthenticated() {
    return {ErrorKind::unauthenticated, "UNAUTHENTICATED", "A valid API key is required"};
}

Result<std::string> presented_credential(Dialect const& dialect, RequestHead const& head) {
    std::optional<std::string_view> secret;
    for (auto const& header : dialect.credentials) {
        auto const times = head.count(header.name);
        if (times == 0) {
            continue;
        }
        auto const found = secret_in(header, *head.header(header.name));
        if (times > 1 || found.empty()) {
            return unauthenticated();
        }
        if (secret && dialect.several == SeveralCredentials::must_be_equal && *secret != found) {
            return unauthenticated();
        }
        if (!secret) {
            secret = found;
        }
    }
    if (!secret) {
        return unauthenticated();
    }
    return std::string{*secret};
}

bool presents_relay_credential(RequestHead const& head) noexcept {
    auto const* plain = head.header("x-api-key");
    auto const* authorization = head.header("authorization");
    return (plain != nullptr && is_relay_credential(without_spaces(*plain))) ||
           (authorization != nullptr &&
            is_relay_credential(bearer_token(without_spaces(*authorization))));
}

} // namespace loci::server
