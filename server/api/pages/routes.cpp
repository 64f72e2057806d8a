#include "api/declare.hpp"
#include "api/pages/health.hpp"
#include "api/pages/pages.hpp"

namespace loci::server::pages {
namespace {

Result<HealthView> health(Call& call, NoInput const&) {
    auto const& pages = call.services.pages;
    auto const state = pages.store_state();
    auto const now = pages.now();
    HealthView view;
    view.status = to_string(state);
    view.version = pages.version();
    view.time = now;
    view.moorcheh_connected = state != StoreState::unreachable;
    view.timestamp = to_micros(now) / 1'000'000;
    view.uptime_seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now - pages.started_at()).count();
    if (state == StoreState::unreachable) {
        view.services.database = "down";
        view.services.vector_store = "down";
    }
    auto const model = pages.serving_model();
    view.services.embeddings = model.is_at_hand ? "up" : "down";
    view.embedding_info = {model.id.starts_with("openai:") ? model.id : "local:" + model.id,
                           static_cast<std::int64_t>(model.dimension)};
    call.headers.emplace_back("Cache-Control", "no-store");
    return view;
}

Result<StatusView> ready(Call& call, NoInput const&) {
    call.headers.emplace_back("Cache-Control", "no-store");
    if (call.services.pages.store_state() == StoreState::unreachable) {
        call.status = 503;
        call.headers.emplace_back("Retry-After", "1");
        return StatusView{"unavailable"};
    }
    return StatusView{"ready"};
}

Result<StatusView> live(Call& call, NoInput const&) {
    call.headers.emplace_back("Cache-Control", "no-store");
    return StatusView{"alive"};
}

/// Browsers are led to the documentation; everybody else wants to know that the server runs.
Result<Response> root(Call& call, NoInput const&) {
    auto const* accept = call.head.header("accept");
    if (accept != nullptr && accept->find("text/html") != std::string::npos) {
        return Response{.status = 302,
                        .content_type = "text/plain; charset=utf-8",
                        .headers = {{"Location", "/docs"}},
                        .body = "See /docs"};
    }
    if (accept != nullptr && accept->find("application/json") != std::string::npos) {
        RootView view;
        view.version = call.services.pages.version();
        Response response;
        codec::write(view, response.body);
        return response;
    }
    return Response{.content_type = "text/plain; charset=utf-8", .body = "Memorose is running."};
}

Result<Response> metrics(Call& call, NoInput const&) {
    return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                    .headers = {{"Cache-Control", "no-store"}},
                    .body = call.services.pages.metrics()};
}

Result<Response> openapi(Call& call, NoInput const&) {
    return Response{.body = call.services.pages.openapi()};
}

Result<Response> mesh_openapi(Call& call, NoInput const&) {
    return Response{.body = call.services.pages.mesh_openapi()};
}

Result<Response> documentation(Call& call, NoInput const&) {
    auto const& pages = call.services.pages;
    return Response{.content_type = "text/html; charset=utf-8",
                    .headers = {{"Content-Security-Policy", pages.documentation_policy()},
                                {"Referrer-Policy", "no-referrer"},
                                {"X-Content-Type-Options", "nosniff"}},
                    .body = pages.documentation()};
}

template <class Out>
Declaration<NoInput, Out> page(Declarer& api, std::string path, Handler<NoInput, Out> handle) {
    auto declaration = api.get(std::move(path), handle);
    declaration.template in<NoInput>()
        .open_to_all()
        .runs_in(Lane::immediate)
        .rated(RateClass::none);
    return declaration;
}

void declare_health(Declarer& api) {
    page(api, "/health", &health)
        .out<HealthView>(200, "Always 200; the body says how it is.")
        .documented("getHealth", "How the server is",
                    "Reports the last probe of the database. Load balancers use `/ready`.");
}

} // namespace

EndpointTable endpoints() {
    EndpointTable table;
    Declarer api{table, "Service"};
    declare_health(api);
    page(api, "/ready", &ready)
        .out<StatusView>(200, "Requests are welcome.")
        .out<StatusView>(503, "The store is out of reach.")
        .documented("getReadiness", "Whether to send requests here");
    page(api, "/live", &live)
        .out<StatusView>(200, "The process answers.")
        .documented("getLiveness", "Whether the process answers");
    page(api, "/metrics", &metrics)
        .answers(200, "text/plain", "The text format of Prometheus.")
        .documented("getMetrics", "Numbers for Prometheus")
        .runs_in(Lane::read);
    page(api, "/openapi.json", &openapi)
        .answers(200, "application/json", "This document.")
        .documented("getDocument", "This document");
    page(api, "/docs", &documentation)
        .answers(200, "text/html", "This document, for people.")
        .documented("getDocumentation", "This document, for people");
    page(api, "/redoc", &documentation)
        .answers(200, "text/html", "The same page as `/docs`.")
        .documented("getDocumentationAlias", "The same page");
    page(api, "/", &root)
        .answers(200, "text/plain", "A line that says that the server runs.")
        .answers(302, "text/plain", "For browsers: leads to the documentation.")
        .documented("getRoot", "Whether anybody is there",
                    "`Accept: application/json` gets a JSON object instead.");
    return table;
}

void add_to_dialect(EndpointTable& table) {
    Declarer api{table, "Service"};
    declare_health(api);
    page(api, "/openapi.json", &mesh_openapi)
        .answers(200, "application/json", "The document of this API alone.")
        .documented("getDialectDocument", "The document of this API");
}

} // namespace loci::server::pages
