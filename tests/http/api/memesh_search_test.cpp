#include "api_support.hpp"

#include <set>

using namespace loci;
using namespace loci::tests;

namespace {

using Contents = std::vector<std::string>;

json::value get(HttpClient& client, std::string_view target) {
    auto const answer = client.get(target);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return answer.json();
}

json::value post(HttpClient& client, std::string_view target, std::string_view body) {
    auto const answer = client.post(target, body);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return answer.json();
}

void remember_some(RunningApi& api, HttpClient& client) {
    for (
        auto const* memory : {
            R"({"content":"Ann likes aisle seats on planes","space":"travel","tags":["seat","ann"]})",
            R"({"content":"The dog is called Rex","space":"pets","tags":["dog"],"source":"chat"})",
            R"({"content":"Rex the dog barks at cyclists","space":"pets","tags":["dog","noise"],
                 "sensitivity":"critical"})",
            R"({"content":"Prefers dark mode in every editor","tags":["ui"],
                 "sensitivity":"sensitive"})",
        }) {
        remember(client, json::parse(memory).as_object());
        api.environment.clock.advance(std::chrono::minutes{1});
    }
}

} // namespace

TEST_CASE("search answers a bare array, best first", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    CHECK(client.get("/memory/search?query=dog").body == "[]");
    remember_some(api, client);
    auto const found = get(client, "/v1/memory/search?query=what+is+the+dog+called");
    REQUIRE(found.is_array());
    CHECK(contents_of(found).at(0) == "The dog is called Rex");
    for (auto const& hit : found.as_array()) {
        CHECK(hit.at("similarity").to_number<double>() >= 0);
        CHECK(hit.at("similarity").to_number<double>() <= 1);
    }
    auto const same = get(client, "/v1/memory/search?query=The%20dog%20is%20called%20Rex&limit=1");
    CHECK(same.as_array().size() == 1);
    CHECK(same.at(0).at("similarity").to_number<double>() == 1.0);
}

TEST_CASE("GET and POST with equal arguments give equal answers", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember_some(api, client);
    CHECK(
        client.get("/v1/memory/search?query=dog&spaces=pets,travel&limit=2").body ==
        client.post("/v1/memory/search", R"({"query":"dog","spaces":["pets","travel"],"limit":2})")
            .body);
    CHECK(client.get("/v1/memory/search?query=*").body ==
          client.post("/memory/search", R"({"query":"*"})").body);
    api.restart();
    auto again = api.client();
    CHECK(again.get("/v1/memory/search?query=dog").body ==
          again.post("/v1/memory/search", R"({"query":"dog"})").body);
}

TEST_CASE("a star means everything, newest first", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember_some(api, client);
    auto const all = get(client, "/memory/search?query=*&limit=500");
    CHECK(contents_of(all) == Contents{"Prefers dark mode in every editor",
                                       "Rex the dog barks at cyclists", "The dog is called Rex",
                                       "Ann likes aisle seats on planes"});
    CHECK(all.at(0).at("similarity").is_null());
    CHECK(get(client, "/memory/search?query=*&limit=100000").as_array().size() == 4);
    CHECK(contents_of(get(client, "/memory/search?query=*&spaces=pets&spaces=travel&limit=1")) ==
          Contents{"Rex the dog barks at cyclists"});
}

TEST_CASE("search refuses what is not valid", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [query, faults] :
         {std::pair{"", "query required;"}, std::pair{"?query=", "query minLength;"},
          std::pair{"?query=+", "query minLength;"}, std::pair{"?query=a%00", "query noNul;"},
          std::pair{"?query=a&limit=0", "limit minimum;"},
          std::pair{"?query=a&limit=-1", "limit type;"},
          std::pair{"?query=a&limit=ten", "limit type;"},
          std::pair{"?query=a&limit=5&limit=6", "limit repeated;"},
          std::pair{"?query=a&spaces=a%20b", "spaces[0] pattern;"},
          std::pair{"?query=a&spaces=a,,b", "spaces[1] minLength;"}}) {
        CAPTURE(query);
        auto const answer = client.get(std::string{"/v1/memory/search"} + query);
        CHECK(faults_of(check_error(answer, 400, "VALIDATION_ERROR")) == faults);
    }
    check_error(client.get("/v1/memory/search?query=%ff"), 400, "MALFORMED_TARGET");
    for (auto const& [body, faults] :
         {std::pair{R"({"query":1})", "query type;"},
          std::pair{R"({"query":"a","spaces":"pets"})", "spaces type;"},
          std::pair{R"({"query":"a","limit":"5"})", "limit type;"},
          std::pair{R"({"query":"a","limit":2.5})", "limit type;"}}) {
        CHECK(faults_of(check_error(client.post("/v1/memory/search", body), 400,
                                    "VALIDATION_ERROR")) == faults);
    }
}

TEST_CASE("count and spaces", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    CHECK(client.get("/v1/memory/spaces").body == R"({"spaces":[],"total":0})");
    remember_some(api, client);
    CHECK(client.get("/v1/memory/count").body == R"({"count":4})");
    CHECK(client.get("/v1/memory/count?spaces=pets,travel").body == R"({"count":3})");
    CHECK(client.get("/v1/memory/count?spaces=none").body == R"({"count":0})");
    auto const spaces = get(client, "/v1/memory/spaces");
    CHECK(spaces.at("total") == 3);
    CHECK(spaces.at("spaces").at(0).at("space") == "default");
    CHECK(spaces.at("spaces").at(1).at("space") == "pets");
    CHECK(spaces.at("spaces").at(1).at("count") == 2);
    CHECK(spaces.at("spaces").at(1).at("createdAt").as_string() <
          spaces.at("spaces").at(1).at("lastWriteAt").as_string());
}

TEST_CASE("query filters before it cuts", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember_some(api, client);
    auto const found = [&](std::string const& filter) {
        auto const page =
            post(client, "/v1/memory/query", R"({"query":"dog Rex editor seats")" + filter + "}");
        auto const contents = contents_of(page.at("items"));
        return std::set<std::string>{contents.begin(), contents.end()};
    };
    std::string const rex = "The dog is called Rex";
    std::string const barks = "Rex the dog barks at cyclists";
    std::string const seats = "Ann likes aisle seats on planes";
    std::string const dark = "Prefers dark mode in every editor";
    using Set = std::set<std::string>;
    CHECK(found("") == Set{rex, barks, seats, dark});
    CHECK(found(R"(,"tags":["dog"])") == Set{rex, barks});
    CHECK(found(R"(,"tags":{"all":["dog","noise"]})") == Set{barks});
    CHECK(found(R"(,"tags":{"any":["dog","ui"],"none":["noise"]})") == Set{rex, dark});
    CHECK(found(R"(,"spaces":["travel"])") == Set{seats});
    CHECK(found(R"(,"source":"chat")") == Set{rex});
    CHECK(found(R"(,"sensitivity":["critical","sensitive"])") == Set{barks, dark});
    auto const second = get(client, "/memory/search?query=*").at(2).at("createdAt");
    CHECK(found(R"(,"createdAfter":)" + json::serialize(second)) == Set{rex, barks, dark});
    CHECK(found(R"(,"createdBefore":"2026-03-20T09:01:00.000Z")") == Set{seats});
    CHECK(found(R"(,"limit":1,"tags":["ui"])") == Set{dark});
}

TEST_CASE("query answers pages with their reasons", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember_some(api, client);
    auto const page = post(client, "/v1/memory/query", R"({"query":"dog","limit":1})");
    CHECK(page.at("limit") == 1);
    CHECK(page.at("offset") == 0);
    CHECK(page.at("items").as_array().size() == 1);
    CHECK(page.at("hasMore") == (page.at("total").as_int64() > 1));
    CHECK(page.at("retrieval") ==
          json::parse(R"({"mode":"HYBRID","degraded":false,"truncated":false})"));
    auto const& score = page.at("items").at(0).at("score").as_object();
    CHECK(score.at("keywordRank") == 1);
    CHECK(score.contains("semanticRank"));
    CHECK(score.at("fused").to_number<double>() > 0);
    auto const next = post(client, "/v1/memory/query", R"({"query":"dog","limit":1,"offset":1})");
    CHECK(next.at("items").at(0).at("id") != page.at("items").at(0).at("id"));
    CHECK(post(client, "/v1/memory/query", R"({"query":"dog","limit":101})").at("limit") == 100);
    auto const keyword =
        post(client, "/v1/memory/query", R"({"query":"dog","mode":"KEYWORD","sort":"RECENT"})");
    CHECK(contents_of(keyword.at("items")) ==
          Contents{"Rex the dog barks at cyclists", "The dog is called Rex"});
    CHECK(keyword.at("retrieval").at("mode") == "KEYWORD");
    auto const exact = post(client, "/v1/memory/query",
                            R"({"query":"The dog is called Rex","similarityThreshold":0.99})");
    CHECK(contents_of(exact.at("items")) == Contents{"The dog is called Rex"});
}

TEST_CASE("query explains when asked to", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember_some(api, client);
    for (auto const* plain : {R"({"query":"dog"})", R"({"query":"dog","explain":false})"}) {
        auto const page = post(client, "/v1/memory/query", plain);
        CHECK_FALSE(page.at("items").at(0).as_object().contains("explanation"));
    }
    auto const page = post(client, "/v1/memory/query", R"({"query":"dog","explain":true})");
    std::set<std::string> channels;
    for (auto const& item : page.at("items").as_array()) {
        for (auto const& channel : item.at("explanation").as_array()) {
            auto const name = text_of(channel.at("channel"));
            channels.insert(name);
            CHECK(channel.at("raw").is_number());
            CHECK(channel.at("scaled").to_number<double>() <= 1.0);
            auto const is_penalty = name == "rerank.question_penalty";
            CHECK((channel.at("weight").to_number<double>() < 0.0) == is_penalty);
            if (name == "words") {
                CHECK(channel.at("rank") == item.at("score").at("keywordRank"));
                CHECK((channel.at("rank").is_null() ||
                       text_of(channel.at("detail")).find("dog") != std::string::npos));
            } else {
                CHECK((channel.at("rank").is_null() || channel.at("rank").is_int64()));
                CHECK(channel.at("detail").is_string());
            }
        }
    }
    CHECK(channels.contains("words"));
    CHECK(channels.contains("meaning"));
}

TEST_CASE("query refuses what is not valid", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [rest, faults] :
         {std::pair{R"("limit":0)", "limit minimum;"},
          std::pair{R"("offset":-1)", "offset minimum;"},
          std::pair{R"("offset":999,"limit":2)", "offset maximum;"},
          std::pair{R"("similarityThreshold":1.5)", "similarityThreshold maximum;"},
          std::pair{R"("mode":"hybrid")", "mode enum;"}, std::pair{R"("sort":"NEW")", "sort enum;"},
          std::pair{R"("tags":"dog")", "tags type;"},
          std::pair{R"("explain":"yes")", "explain type;"},
          std::pair{R"("tags":{"any":["",5]})", "tags.any[0] minLength;tags.any[1] type;"},
          std::pair{R"("sensitivity":["secret"])", "sensitivity[0] enum;"},
          std::pair{R"("createdAfter":"2026-03-20")", "createdAfter format;"}}) {
        CAPTURE(rest);
        auto const answer =
            client.post("/v1/memory/query", std::string{R"({"query":"a",)"} + rest + "}");
        CHECK(faults_of(check_error(answer, 400, "VALIDATION_ERROR")) == faults);
    }
    CHECK(faults_of(check_error(client.post("/v1/memory/query", ""), 400, "VALIDATION_ERROR")) ==
          "query required;");
}

TEST_CASE("many questions at once", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember_some(api, client);
    auto const body = R"({"queries":["dog",{"query":"Rex","limit":1},{"query":""},7,"*"])";
    auto const plain = post(client, "/v1/memory/batch/search", std::string{body} + "}");
    auto const& results = plain.at("results").as_array();
    REQUIRE(results.size() == 5);
    CHECK(results[0].at("query") == "dog");
    CHECK(results[0].at("error").is_null());
    CHECK(results[1].at("memories").as_array().size() == 1);
    CHECK(results[2].at("error").at("code") == "VALIDATION_ERROR");
    CHECK(results[3].at("error").at("message") == "the value must be of type string or object");
    CHECK(results[4].at("memories").as_array().size() == 4);
    CHECK(plain.at("deduplicated") == false);
    CHECK(plain.at("unique") == 4);
    CHECK(plain.at("total").as_int64() > 4);

    auto const once =
        post(client, "/v1/memory/batch/search", std::string{body} + R"(,"deduplicate":true})");
    CHECK(once.at("total") == once.at("unique"));
    CHECK(once.at("unique") == 4);
    CHECK(once.at("deduplicated") == true);
    for (auto const* malformed : {"{}", R"({"queries":[]})", R"({"queries":"dog"})"}) {
        check_error(client.post("/v1/memory/batch/search", malformed), 400, "VALIDATION_ERROR");
    }
}

TEST_CASE("a context window keeps its budget", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember_some(api, client);
    auto const window =
        post(client, "/v1/memory/context-window", R"({"query":"dog Rex","tokenBudget":500})");
    CHECK(window.at("tokenBudget") == 500);
    CHECK(window.at("tokenizer") == "approx");
    auto const text = text_of(window.at("context"));
    CHECK(text.find("- [pets] The dog is called Rex") != std::string::npos);
    CHECK(text.find("cyclists") == std::string::npos); // critical
    CHECK(window.at("tokensUsed") == static_cast<std::int64_t>((text.size() + 3) / 4));
    auto const critical = post(client, "/v1/memory/context-window",
                               R"({"query":"dog Rex","tokenBudget":500,"includeCritical":true})");
    CHECK(text_of(critical.at("context")).find("cyclists") != std::string::npos);
    for (int budget = 1; budget < 40; ++budget) {
        auto const small = post(client, "/v1/memory/context-window",
                                json::serialize(json::object{{"query", "dog Rex seats editor"},
                                                             {"tokenBudget", budget},
                                                             {"order", "CHRONOLOGICAL"}}));
        CHECK(small.at("tokensUsed").as_int64() <= budget);
    }
    auto const nothing =
        post(client, "/v1/memory/context-window", R"({"query":"dog","tokenBudget":1})");
    CHECK(nothing.at("memories") == json::array{});
    CHECK(nothing.at("context") == "");
    CHECK(nothing.at("truncated") == true);
    for (auto const& [rest, faults] :
         {std::pair{"", "tokenBudget required;"},
          std::pair{R"(,"tokenBudget":0)", "tokenBudget minimum;"},
          std::pair{R"(,"tokenBudget":1000001)", "tokenBudget maximum;"},
          std::pair{R"(,"tokenBudget":5,"tokenizer":"gpt")", "tokenizer enum;"},
          std::pair{R"(,"tokenBudget":5,"maxItems":1001)", "maxItems maximum;"}}) {
        auto const answer =
            client.post("/v1/memory/context-window", std::string{R"({"query":"a")"} + rest + "}");
        CHECK(faults_of(check_error(answer, 400, "VALIDATION_ERROR")) == faults);
    }
}

TEST_CASE("Japanese and Chinese are found as users type them", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember(client, {{"content", "\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC"
                                  "\xE3\x81\xAE\xE8\xBF\x91\xE3\x81\x8F\xE3\x81\xAB\xE4\xBD\x8F"
                                  "\xE3\x82\x93\xE3\x81\xA7\xE3\x81\x84\xE3\x82\x8B"}});
    remember(client, {{"content", "unrelated"}});
    auto const found = get(client, "/memory/search?query=%E6%9D%B1%E4%BA%AC&limit=1");
    CHECK(text_of(found.at(0).at("content")).starts_with("\xE6\x9D\xB1"));
}
