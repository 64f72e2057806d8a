#include "api_support.hpp"

#include <chrono>
#include <functional>

using namespace loci;
using namespace loci::tests;

namespace {

/// Lets the probe of the database run until the condition holds; false after ten seconds.
bool while_probing(RunningApi& api, std::function<bool()> const& condition) {
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        api.environment.clock.advance(std::chrono::milliseconds{500});
    }
    return true;
}

} // namespace

TEST_CASE("a store out of reach shows, and so does its return", "[http][faults]") {
    RunningApi api;
    auto client = api.client();
    auto const memory = remember(client, {{"content", "before"}});
    CHECK(client.get("/ready").status == 200);
    api.switches->reads_fail = true;
    auto const error = client.get("/v1/memory/count");
    check_error(error, 503, "STORE_INPUT_OUTPUT");
    CHECK(error.header("retry-after") == "1");

    REQUIRE(while_probing(api, [&] { return client.get("/ready").status == 503; }));
    CHECK(client.get("/ready").body == R"({"status":"unavailable"})");
    auto const health = client.get("/health");
    CHECK(health.status == 200);
    CHECK(health.json().at("status") == "unhealthy");
    CHECK(health.json().at("moorcheh_connected") == false);
    CHECK(health.json().at("services").at("database") == "down");
    CHECK(client.get("/live").status == 200);
    CHECK(client.get("/metrics").body.find("loci_store_up 0\n") != std::string::npos);

    api.switches->reads_fail = false;
    REQUIRE(while_probing(api, [&] { return client.get("/ready").status == 200; }));
    CHECK(client.get("/health").json().at("status") == "healthy");
    CHECK(client.get("/v1/memory/items/" + text_of(memory.at("id"))).status == 200);
}

TEST_CASE("one failed statement of the engine is not the client's concern", "[http][faults]") {
    RunningApi api;
    auto client = api.client();
    api.switches->writes->ends_transaction = true;
    api.switches->writes->calls_until_failure = 3;
    CHECK(client.post("/v1/memory/write", R"({"content":"x"})").status == 201);
    CHECK(client.get("/v1/memory/count").body == R"({"count":1})");
}

TEST_CASE("a commit that failed is told, and nothing is half-written", "[http][faults]") {
    RunningApi api;
    auto client = api.client();
    remember(client, {{"content", "first"}});
    api.switches->writes->failure = store::Failure::input_output;
    api.switches->writes->commits_until_failure = 0;
    check_error(client.post("/v1/memory/write", R"({"content":"second"})"), 500, "COMMIT_UNKNOWN");
    auto const stopped = client.post("/v1/memory/write", R"({"content":"third"})");
    check_error(stopped, 503, "STORE_STOPPED");
    CHECK(stopped.header("retry-after") == "1");
    CHECK(client.get("/v1/memory/count").body == R"({"count":1})");
    api.restart();
    auto again = api.client();
    remember(again, {{"content", "fourth"}});
    CHECK(again.get("/v1/memory/count").body == R"({"count":2})");
    CHECK(api.memory->inspect().value().empty());
}
