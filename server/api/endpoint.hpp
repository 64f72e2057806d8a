#pragma once
#include "api/call.hpp"
#include "api/shape.hpp"
#include "api/target.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loci::server {

/// Which bucket a request is counted in once rates are limited.
enum class RateClass { none, read, write };

/// One declared answer of an endpoint.
struct DeclaredAnswer {
    int status = 200;
    std::string description{};
    std::string content_type = "application/json";
    boost::json::object (*schema)(SchemaSet& schemas) = nullptr; ///< null: no schema is promised
};

struct Input;

/// Everything about one operation, in one place.
struct Endpoint {
    std::string method{};
    std::string path{}; ///< with parameters in braces: `/memory/items/{id}`
    std::string operation{};
    std::string summary{};
    std::string description{};
    std::string group{};
    Lane lane = Lane::read;
    std::size_t body_limit = 0; ///< 0: the dialect's
    bool reads_body = false;
    bool needs_credential = true;
    std::optional<runtime::Permission> permission{};
    RateClass rate = RateClass::none;
    std::string audit_action{};
    Shape const* request = nullptr;
    std::vector<DeclaredAnswer> answers{};
    std::vector<int> errors{}; ///< statuses of refusals that are particular to this operation
    std::function<Result<Response>(Call& call, Input const& input)> run{};
};

/// What a path and method lead to in one table.
struct Match {
    Endpoint const* endpoint = nullptr; ///< null: no such path, or not with this method
    std::vector<std::pair<std::string, std::string>> parameters{};
    std::string allow{}; ///< methods of the path, for `Allow`; empty: no such path
};

/// The operations of one dialect, found by path: a literal segment wins over a parameter, the
/// leftmost decides, and there is no second try.
class EndpointTable {
public:
    EndpointTable();
    EndpointTable(EndpointTable&&) noexcept;
    EndpointTable& operator=(EndpointTable&&) noexcept;
    ~EndpointTable();

    /// The reference stays valid as long as the table.
    Endpoint& add(std::string method, std::string path);

    /// `HEAD` finds what `GET` does.
    Match find(std::string_view method, std::span<std::string const> segments) const;

    std::vector<std::unique_ptr<Endpoint>> const& endpoints() const noexcept { return endpoints_; }

private:
    struct Node;
    std::vector<std::unique_ptr<Endpoint>> endpoints_;
    std::unique_ptr<Node> root_;
};

} // namespace loci::server
