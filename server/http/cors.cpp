#include "http/cors.hpp"
#include <algorithm>

namespace loci::server {

namespace {

constexpr auto methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
constexpr auto exposed = "X-Request-Id, Retry-After, Location, Link";

} // namespace

Cors::Cors(std::vector<std::string> origins)
    : origins_(std::move(origins))
    , any_(std::find(origins_.begin(), origins_.end(), "*") != origins_.end()) {}

bool Cors::allows(std::string const& origin) const {
    return any_ || std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

std::optional<Response> Cors::preflight(RequestHead const& head) const {
    if (origins_.empty() || head.method != "OPTIONS" || head.header("origin") == nullptr ||
        head.header("access-control-request-method") == nullptr) {
        return std::nullopt;
    }
    Response response{.status = 204, .content_type = {}};
    if (allows(*head.header("origin"))) {
        response.headers.emplace_back("Access-Control-Allow-Methods", methods);
        if (auto const* wanted = head.header("access-control-request-headers")) {
            response.headers.emplace_back("Access-Control-Allow-Headers", *wanted);
        }
        response.headers.emplace_back("Access-Control-Max-Age", "600");
    }
    return response;
}

void Cors::add_to(Response& response, std::string const* origin) const {
    auto const own = [](auto const& entry) { return entry.first == "Access-Control-Allow-Origin"; };
    if (origins_.empty() || std::any_of(response.headers.begin(), response.headers.end(), own)) {
        return;
    }
    if (!any_) {
        response.headers.emplace_back("Vary", "Origin");
    }
    if (origin != nullptr && allows(*origin)) {
        response.headers.emplace_back("Access-Control-Allow-Origin", any_ ? "*" : *origin);
        response.headers.emplace_back("Access-Control-Expose-Headers", exposed);
    }
}

} // namespace loci::server
