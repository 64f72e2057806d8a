#include "api/endpoint.hpp"

#include <algorithm>
#include <map>

namespace loci::server {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        auto const end = std::min(path.find('/'), path.size());
        if (end > 0) {
            segments.emplace_back(path.substr(0, end));
        }
        path.remove_prefix(end);
    }
    return segments;
}

bool is_parameter(std::string_view segment) noexcept {
    return segment.starts_with('{');
}

} // namespace

struct EndpointTable::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::string parameter_name;
    std::map<std::string, Endpoint const*, std::less<>> methods;
};

EndpointTable::EndpointTable()
    : root_(std::make_unique<Node>()) {}

EndpointTable::EndpointTable(EndpointTable&&) noexcept = default;
EndpointTable& EndpointTable::operator=(EndpointTable&&) noexcept = default;
EndpointTable::~EndpointTable() = default;

Endpoint& EndpointTable::add(std::string method, std::string path) {
    auto* node = root_.get();
    for (auto const& segment : split(path)) {
        auto& next = is_parameter(segment) ? node->parameter : node->literals[segment];
        if (!next) {
            next = std::make_unique<Node>();
        }
        if (is_parameter(segment)) {
            node->parameter_name = segment.substr(1, segment.size() - 2);
        }
        node = next.get();
    }
    auto& endpoint = *endpoints_.emplace_back(std::make_unique<Endpoint>());
    endpoint.method = std::move(method);
    endpoint.path = std::move(path);
    node->methods.emplace(endpoint.method, &endpoint);
    return endpoint;
}

Match EndpointTable::find(std::string_view method, std::span<std::string const> segments) const {
    Match match;
    auto const* node = root_.get();
    for (auto const& segment : segments) {
        if (segment.empty()) {
            return {};
        }
        if (auto const literal = node->literals.find(segment); literal != node->literals.end()) {
            node = literal->second.get();
        } else if (node->parameter) {
            match.parameters.emplace_back(node->parameter_name, segment);
            node = node->parameter.get();
        } else {
            return {};
        }
    }
    auto const wanted = method == "HEAD" ? std::string_view{"GET"} : method;
    for (auto const& [name, endpoint] : node->methods) {
        match.allow += (match.allow.empty() ? "" : ", ") + name + (name == "GET" ? ", HEAD" : "");
        if (name == wanted) {
            match.endpoint = endpoint;
        }
    }
    if (!match.allow.empty()) {
        match.allow += ", OPTIONS";
    }
    return match;
}

} // namespace loci::server
