#pragma once
#include "api/codec.hpp"
#include "api/endpoint.hpp"
#include "api/input.hpp"

#include <type_traits>

/// The language in which a dialect declares its endpoints:
///
///     api.post("/memory/write", &write)
///         .in<WriteRequest>().out<MemoryView>(201, "The memory as stored")
///         .needs(Permission::memory_write);
///
/// One declaration gives routing, parsing, validation, authorization, and the document's entry.
/// Costly to compile: include it once a dialect.
namespace loci::server {

template <class In, class Out>
using Handler = Result<Out> (*)(Call& call, In const& request);

/// Asks whether what the path names is there for the caller, before permissions are looked at.
template <class In>
using Probe = Result<store::Done> (*)(Call& call, In const& request);

template <class In, class Out>
Result<Response> run_endpoint(Handler<In, Out> handle, Probe<In> exists, Call& call,
                              Input const& input) {
    static constexpr Rule whole{};
    In request{};
    auto faults = input.faults;
    read_object(shape_of<In>(), &request, input.value, Spot{whole, {}, faults});
    if (!faults.empty()) {
        return validation_error(std::move(faults));
    }
    if (exists != nullptr) {
        if (auto found = exists(call, request); !found) {
            return found.error();
        }
    }
    if (auto refusal = missing_permission(call)) {
        return std::move(*refusal);
    }
    auto out = handle(call, request);
    if (!out) {
        return out.error();
    }
    if constexpr (std::is_same_v<Out, Response>) {
        return std::move(*out);
    } else {
        Response response{.status = call.status, .headers = std::move(call.headers)};
        codec::write(*out, response.body);
        return response;
    }
}

template <class In, class Out>
class Declaration {
public:
    Declaration(Endpoint& endpoint, Handler<In, Out> handle)
        : endpoint_(endpoint)
        , handle_(handle) {
        endpoint_.request = &shape_of<In>();
        bind(nullptr);
    }

    template <class T>
    Declaration& in() {
        static_assert(std::is_same_v<T, In>, "the handler takes another request");
        return *this;
    }

    /// The answer of success; the first one declared is what the handler's answers begin as.
    template <class T>
    Declaration& out(int status, std::string_view description) {
        endpoint_.answers.push_back({.status = status,
                                     .description = std::string{description},
                                     .schema = [](SchemaSet& schemas) {
                                         static constexpr Rule whole{};
                                         return codec::schema(codec::Tag<T>{}, whole, schemas);
                                     }});
        return *this;
    }

    /// A success that is not JSON of a described struct.
    Declaration& answers(int status, std::string content_type, std::string description) {
        endpoint_.answers.push_back({.status = status,
                                     .description = std::move(description),
                                     .content_type = std::move(content_type)});
        return *this;
    }

    Declaration& needs(runtime::Permission permission) {
        endpoint_.permission = permission;
        return *this;
    }

    Declaration& open_to_all() {
        endpoint_.needs_credential = false;
        return *this;
    }

    Declaration& of_existing(Probe<In> exists) {
        bind(exists);
        return *this;
    }

    Declaration& runs_in(Lane lane) {
        endpoint_.lane = lane;
        return *this;
    }

    Declaration& takes_at_most(std::size_t body_bytes) {
        endpoint_.body_limit = body_bytes;
        return *this;
    }

    Declaration& rated(RateClass rate) {
        endpoint_.rate = rate;
        return *this;
    }

    Declaration& audited(std::string action) {
        endpoint_.audit_action = std::move(action);
        return *this;
    }

    Declaration& refuses(std::vector<int> statuses) {
        endpoint_.errors = std::move(statuses);
        return *this;
    }

    Declaration& documented(std::string operation, std::string summary,
                            std::string description = {}) {
        endpoint_.operation = std::move(operation);
        endpoint_.summary = std::move(summary);
        endpoint_.description = std::move(description);
        return *this;
    }

private:
    void bind(Probe<In> exists) {
        endpoint_.run = [handle = handle_, exists](Call& call, Input const& input) {
            return run_endpoint<In, Out>(handle, exists, call, input);
        };
    }

    Endpoint& endpoint_;
    Handler<In, Out> handle_;
};

/// Adds endpoints of one group to a table.
class Declarer {
public:
    Declarer(EndpointTable& table, std::string group)
        : table_(table)
        , group_(std::move(group)) {}

    template <class In, class Out>
    Declaration<In, Out> get(std::string path, Handler<In, Out> handle) {
        return {add("GET", std::move(path), Lane::read, RateClass::read), handle};
    }

    template <class In, class Out>
    Declaration<In, Out> post(std::string path, Handler<In, Out> handle) {
        auto& endpoint = add("POST", std::move(path), Lane::write, RateClass::write);
        endpoint.reads_body = true;
        return {endpoint, handle};
    }

    template <class In, class Out>
    Declaration<In, Out> remove(std::string path, Handler<In, Out> handle) {
        return {add("DELETE", std::move(path), Lane::write, RateClass::write), handle};
    }

private:
    Endpoint& add(std::string method, std::string path, Lane lane, RateClass rate) {
        auto& endpoint = table_.add(std::move(method), std::move(path));
        endpoint.group = group_;
        endpoint.lane = lane;
        endpoint.rate = rate;
        return endpoint;
    }

    EndpointTable& table_;
    std::string group_;
};

} // namespace loci::server
