#include "api/service.hpp"

#include "api/credentials.hpp"
#include "api/input.hpp"
#include "api/json_body.hpp"
#include "api/memesh/dialect.hpp"
#include "api/pages/pages.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

namespace loci::server {
namespace {

namespace json = boost::json;

/// What a request head leads to.
struct Route {
    Dialect const* dialect = nullptr;
    Target target{};
    Match match{};
    std::optional<Error> error{};
    std::string name{}; ///< for logs and metrics
};

bool is_json(std::string_view media_type) {
    auto const end = std::min(media_type.find(';'), media_type.size());
    std::string name;
    for (char const letter : media_type.substr(0, end)) {
        if (letter != ' ' && letter != '\t') {
            name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        }
    }
    return name == "application/json";
}

Error no_such_route() {
    return {ErrorKind::not_found, "ROUTE_NOT_FOUND", "There is nothing at this path"};
}

Error method_not_allowed(std::string const& allow) {
    return {ErrorKind::invalid,
            "METHOD_NOT_ALLOWED",
            "This path does not take that method",
            {},
            {{"allow", allow}}};
}

Error refusal_error(Refusal refusal) {
    switch (refusal) {
    case Refusal::malformed_request:
        return {ErrorKind::invalid, "MALFORMED_REQUEST", "The request is not valid HTTP/1.1"};
    case Refusal::request_timeout:
        return {ErrorKind::invalid, "REQUEST_TIMEOUT", "The request took too long to arrive"};
    case Refusal::body_too_large:
        return {ErrorKind::invalid, "BODY_TOO_LARGE", "The request body is too large"};
    case Refusal::target_too_long:
        return {ErrorKind::invalid, "TARGET_TOO_LONG", "The request target is too long"};
    case Refusal::headers_too_large:
        return {ErrorKind::invalid, "HEADERS_TOO_LARGE", "The request headers are too large"};
    case Refusal::overloaded:
        return {ErrorKind::unavailable, "OVERLOADED", "The server is busy: try again soon"};
    case Refusal::shutting_down:
        return {ErrorKind::unavailable, "SHUTTING_DOWN", "The server is shutting down"};
    case Refusal::failed:
        return {ErrorKind::internal, "INTERNAL", "Something went wrong in the server"};
    }
    return {ErrorKind::internal, "INTERNAL", "Something went wrong in the server"};
}

/// The members that a handler reads: of the query or the body, with the path's parameters.
Result<Input> read_input(Route& route, std::string_view body) {
    auto const& endpoint = *route.match.endpoint;
    Input input;
    if (!endpoint.reads_body) {
        input.value = from_parameters(*endpoint.request, route.target.query, input.faults);
    } else if (body.empty()) {
        input.value = json::object{};
    } else {
        auto parsed = parse_json_body(body);
        if (!parsed) {
            return parsed.error();
        }
        input.value = std::move(*parsed);
    }
    if (auto* object = input.value.if_object()) {
        for (auto const& [name, text] : route.match.parameters) {
            (*object)[name] = text;
        }
    }
    return input;
}

} // namespace

class Api::Impl {
public:
    Impl(memory::Memory& memory, runtime::Identity& identity, store::Database& database,
         ApiOptions options)
        : options_(std::move(options))
        , mesh_(memesh::endpoints())
        , shared_(pages::endpoints())
        , pages_(memory, database, options_, mesh_, shared_)
        , services_{memory, identity, database, pages_} {
        pages::add_to_dialect(mesh_);
    }

    SharedPages& pages() noexcept { return pages_; }

    Route route(RequestHead const& head) const {
        Route route{.dialect = &memesh::dialect()};
        auto target = parse_target(head.target);
        if (!target) {
            route.error = target.error();
            route.name = "malformed target";
            return route;
        }
        route.target = std::move(*target);
        auto const owned =
            owner_of(route.target.segments, presents_relay_credential(head), options_.dialects);
        find(route, owned, head.method);
        return route;
    }

    Result<runtime::Authenticated> authenticate(Route const& route, RequestHead const& head) const {
        auto const secret = presented_credential(*route.dialect, head);
        if (!secret) {
            return secret.error();
        }
        auto access = services_.identity.authenticate(*secret);
        if (access) {
            access->caller.request_id = head.request_id;
        }
        return access;
    }

    Response answer(Route const& route, RequestHead const& head, Error const& error) const {
        auto response = route.dialect->error(error, head.request_id);
        if (error.reason == "METHOD_NOT_ALLOWED") {
            response.headers.emplace_back("Allow", route.match.allow);
        }
        return response;
    }

    /// What can be said before the body is read.
    std::optional<Response> early_answer(Route const& route, RequestHead const& head) const {
        if (route.error) {
            return answer(route, head, *route.error);
        }
        if (head.method == "OPTIONS" && !route.match.allow.empty()) {
            return Response{
                .status = 204, .content_type = {}, .headers = {{"Allow", route.match.allow}}};
        }
        if (route.match.allow.empty()) {
            return answer(route, head, no_such_route());
        }
        if (route.match.endpoint == nullptr) {
            return answer(route, head, method_not_allowed(route.match.allow));
        }
        return std::nullopt;
    }

    Result<Response> run(Route& route, Request const& request) const {
        auto const& endpoint = *route.match.endpoint;
        Call call{.services = services_, .endpoint = endpoint, .head = request.head};
        if (!endpoint.answers.empty()) {
            call.status = endpoint.answers.front().status;
        }
        if (endpoint.needs_credential) {
            auto access = authenticate(route, request.head);
            if (!access) {
                return access.error();
            }
            call.access = std::move(*access);
        }
        if (route.dialect->permission_before_body) {
            if (auto refusal = missing_permission(call)) {
                return std::move(*refusal);
            }
        }
        if (endpoint.reads_body && !request.body.empty()) {
            if (auto refusal = unreadable(route, request.head)) {
                return std::move(*refusal);
            }
        }
        auto const input = read_input(route, request.body);
        if (!input) {
            return input.error();
        }
        return endpoint.run(call, *input);
    }

private:
    static std::optional<Error> unreadable(Route const& route, RequestHead const& head) {
        auto const* type = head.header("content-type");
        if (route.dialect->media != MediaRule::any && (type == nullptr || !is_json(*type))) {
            return Error{ErrorKind::invalid, "UNSUPPORTED_MEDIA_TYPE",
                         "The request body must be application/json"};
        }
        auto const* coding = head.header("content-encoding");
        if (coding != nullptr && *coding != "identity") {
            return Error{ErrorKind::invalid, "UNSUPPORTED_MEDIA_TYPE",
                         "The request body must come without a content coding such as gzip"};
        }
        return std::nullopt;
    }

    void find(Route& route, Ownership const& owned, std::string_view method) const {
        auto segments = std::span<std::string const>{route.target.segments}.subspan(owned.mount);
        std::string prefix = owned.mount > 0 ? "/memesh" : "";
        EndpointTable const* table = nullptr;
        bool const versioned = !segments.empty() && segments.front() == "v1";
        if (owned.owner == Owner::memesh) {
            table = versioned || owned.mount > 0 || options_.bare_alias ? &mesh_ : nullptr;
        } else if (owned.owner == Owner::pages || owned.owner == Owner::metrics) {
            table = &shared_;
        }
        if (versioned) {
            segments = segments.subspan(1);
            prefix += "/v1";
        }
        if (table != nullptr && !(versioned && segments.empty())) {
            route.match = table->find(method, segments);
        }
        route.name = route.match.endpoint == nullptr
                         ? std::string{to_string(owned.owner)} + " (no such route)"
                         : route.match.endpoint->method + " " + prefix + route.match.endpoint->path;
    }

    ApiOptions const options_;
    EndpointTable mesh_;
    EndpointTable shared_;
    SharedPages pages_;
    Services services_;
};

Api::Api(memory::Memory& memory, runtime::Identity& identity, store::Database& database,
         ApiOptions options)
    : impl_(std::make_unique<Impl>(memory, identity, database, std::move(options))) {}

Api::~Api() = default;

void Api::show_statistics_of(std::function<ServerStatistics()> shell) {
    impl_->pages().show_statistics_of(std::move(shell));
}

Plan Api::plan(RequestHead const& head) const {
    auto const route = impl_->route(head);
    Plan plan;
    plan.route = route.name;
    plan.answer = impl_->early_answer(route, head);
    if (plan.answer) {
        plan.lane = Lane::immediate;
        return plan;
    }
    auto const& endpoint = *route.match.endpoint;
    plan.lane = endpoint.lane;
    if (endpoint.reads_body) {
        plan.body_limit = endpoint.body_limit > 0 ? endpoint.body_limit : route.dialect->body_limit;
    } else {
        plan.body_limit = route.dialect->body_limit; // read and ignored
    }
    return plan;
}

std::optional<Response> Api::admit(RequestHead const& head) {
    auto const route = impl_->route(head);
    if (auto answer = impl_->early_answer(route, head)) {
        return answer;
    }
    if (!route.match.endpoint->needs_credential) {
        return std::nullopt;
    }
    auto const access = impl_->authenticate(route, head);
    if (!access) {
        return impl_->answer(route, head, access.error());
    }
    return std::nullopt;
}

Response Api::handle(Request request) {
    auto route = impl_->route(request.head);
    if (auto answer = impl_->early_answer(route, request.head)) {
        return std::move(*answer);
    }
    auto response = impl_->run(route, request);
    return response ? std::move(*response) : impl_->answer(route, request.head, response.error());
}

Response Api::refuse(RequestHead const& head, Refusal refusal) const {
    auto const route = impl_->route(head);
    return route.dialect->error(refusal_error(refusal), head.request_id);
}

} // namespace loci::server
