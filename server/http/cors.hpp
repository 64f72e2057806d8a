#pragma once
#include "http/message.hpp"
#include <optional>
#include <string>
#include <vector>

namespace loci::server {

/// Cross-origin rules: the origins listed, or `*` for all; never with credentials. No origins: off.
class Cors final {
public:
    explicit Cors(std::vector<std::string> origins);

    /// The answer to a preflight; nullopt when the request is none, or CORS is off.
    std::optional<Response> preflight(RequestHead const& head) const;

    /// The headers to add to the answer of a request with that `Origin` (null: none). An answer
    /// that has CORS headers of its own keeps them alone.
    void add_to(Response& response, std::string const* origin) const;

private:
    bool allows(std::string const& origin) const;

    std::vector<std::string> const origins_;
    bool const any_;
};

} // namespace loci::server
