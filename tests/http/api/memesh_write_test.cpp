#include "api_support.hpp"

using namespace loci;
using namespace loci::tests;

namespace {

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t at = 0; at < times; ++at) {
        out += text;
    }
    return out;
}

} // namespace

TEST_CASE("a write answers the whole memory", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const answer = client.post("/v1/memory/write", R"({"content":"  Prefers aisle seats ",
        "space":"travel","summary":"seats","tags":["seat"," seat ","plane"],
        "sensitivity":"sensitive","source":"chat","session":"s-1","sequence":7,"speaker":"Ann",
        "occurredAt":"2026-03-01T10:00:00.5+02:00","metadata":{"k":[1,{"n":null}],"x":0.1},
        "type":"preference","importance":0.5,"confidence":1,"unknown":true})");
    REQUIRE(answer.status == 201);
    CHECK(answer.count("x-memory-index") == 0);
    auto const body = answer.json().as_object();
    CHECK(parse_uuid(text_of(body.at("id"))));
    CHECK(text_of(body.at("agentId")).starts_with("agt_"));
    json::object expected = json::parse(R"({"content":"Prefers aisle seats","summary":"seats",
        "space":"travel","tags":["seat","plane"],"sensitivity":"sensitive","source":"chat",
        "session":"s-1","sequence":7,"speaker":"Ann","occurredAt":"2026-03-01T08:00:00.500Z",
        "metadata":{"k":[1,{"n":null}],"x":0.1},"type":"preference","importance":0.5,
        "confidence":1})")
                                .as_object();
    for (auto const& [name, value] : expected) {
        CAPTURE(std::string{name});
        CHECK(json::serialize(body.at(name)) == json::serialize(value));
    }
    CHECK(text_of(body.at("createdAt")) == text_of(body.at("updatedAt")));
    CHECK(text_of(body.at("createdAt")).size() == 24);
    CHECK_FALSE(body.contains("similarity"));

    auto const read = client.get("/v1/memory/items/" + text_of(body.at("id")));
    CHECK(read.status == 200);
    CHECK(read.json() == json::value(body));
    api.restart();
    auto again = api.client();
    CHECK(again.get("/v1/memory/items/" + text_of(body.at("id"))).body == read.body);
}

TEST_CASE("a write says which memories say the same", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const first = remember(client, {{"content", "The user prefers aisle seats on planes"}});
    auto const write = [&](char const* rule) {
        return client.post(
            "/v1/memory/write",
            json::serialize(json::object{{"content", "User prefers aisle seats on planes."},
                                         {"nearDuplicates", rule}}));
    };
    auto const returned = write("return");
    CHECK(returned.status == 200);
    CHECK(returned.json().at("id") == first.at("id"));
    CHECK(returned.json().at("duplicate") == true);
    auto const merged = write("merge");
    CHECK(merged.status == 200);
    auto const reported = write("report");
    CHECK(reported.status == 201);
    auto const body = reported.json();
    CHECK(body.at("duplicate") == false);
    auto const& near = body.at("nearDuplicates").as_array();
    REQUIRE(near.size() == 1);
    CHECK(near.at(0).at("id") == first.at("id"));
    CHECK(near.at(0).at("similarity").to_number<double>() > 0.95);
    CHECK(near.at(0).at("words").to_number<double>() == 1);
    CHECK(write("forget").status == 400);
}

TEST_CASE("absent members have their defaults", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const body = remember(client, {{"content", "x"}, {"summary", nullptr}, {"tags", nullptr}});
    CHECK(body.at("space") == "default");
    CHECK(body.at("sensitivity") == "normal");
    CHECK(body.at("tags") == json::array{});
    CHECK(body.at("metadata") == json::object{});
    for (auto const* name : {"summary", "source", "session", "sequence", "speaker", "occurredAt",
                             "type", "importance", "confidence"}) {
        CAPTURE(name);
        CHECK(body.at(name).is_null());
    }
    auto const empty = remember(client, {{"content", "y"}, {"summary", ""}, {"source", ""}});
    CHECK(empty.at("summary") == "");
    CHECK(empty.at("source").is_null());
}

TEST_CASE("writes take everything up to the limits", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const longest = repeated("\xF0\x9F\x98\x80", 32768);
    auto const body = remember(client, {{"content", longest},
                                        {"space", std::string(64, 's')},
                                        {"summary", std::string(2000, 'x')},
                                        {"tags", json::array{"1", "2", "3", "4", "5", "6", "7", "8",
                                                             "9", repeated("\xC3\xA9", 64)}},
                                        {"source", repeated("\xF0\x9F\x98\x80", 128)},
                                        {"session", repeated("\xF0\x9F\x98\x80", 256)},
                                        {"speaker", repeated("\xF0\x9F\x98\x80", 256)},
                                        {"type", repeated("\xF0\x9F\x98\x80", 64)},
                                        {"sequence", -9007199254740991}});
    CHECK(text_of(body.at("content")) == longest);
    CHECK(body.at("tags").as_array().size() == 10);
    auto const marks = remember(client, {{"content", "e\xCC\x81 \xE2\x80\x8D \xF0\x9F\x91\xA9"}});
    CHECK(text_of(marks.at("content")) == "e\xCC\x81 \xE2\x80\x8D \xF0\x9F\x91\xA9");
}

TEST_CASE("what is not valid is refused with its field", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [body, faults] : {
             std::pair{R"({})", "content required;"},
             std::pair{R"({"content":null})", "content required;"},
             std::pair{R"({"content":""})", "content minLength;"},
             std::pair{"{\"content\":\" \\n\xE3\x80\x80\"}", "content minLength;"},
             std::pair{R"({"content":5})", "content type;"},
             std::pair{R"({"content":["x"]})", "content type;"},
             std::pair{R"({"content":"a\u0000b"})", "content noNul;"},
             std::pair{R"({"content":"x","space":"a b"})", "space pattern;"},
             std::pair{R"({"content":"x","space":""})", "space minLength;"},
             std::pair{R"({"content":"x","space":"é"})", "space pattern;"},
             std::pair{R"({"content":"x","tags":["1","2","3","4","5","6","7","8","9","a","b"]})",
                       "tags maxItems;"},
             std::pair{R"({"content":"x","tags":[" "]})", "tags[0] minLength;"},
             std::pair{R"({"content":"x","tags":"t"})", "tags type;"},
             std::pair{R"({"content":"x","tags":[1,null]})", "tags[0] type;tags[1] type;"},
             std::pair{R"({"content":"x","sensitivity":"secret"})", "sensitivity enum;"},
             std::pair{R"({"content":"x","sequence":1.5})", "sequence type;"},
             std::pair{R"({"content":"x","sequence":1e30})", "sequence type;"},
             std::pair{R"({"content":"x","sequence":"5"})", "sequence type;"},
             std::pair{R"({"content":"x","sequence":9223372036854775808})", "sequence type;"},
             std::pair{R"({"content":"x","sequence":9007199254740992})", "sequence maximum;"},
             std::pair{R"({"content":"x","occurredAt":"2026-02-30T00:00:00Z"})",
                       "occurredAt format;"},
             std::pair{R"({"content":"x","occurredAt":1})", "occurredAt type;"},
             std::pair{R"({"content":"x","metadata":[]})", "metadata type;"},
             std::pair{R"({"content":"x","metadata":{"a":"\u0000"}})", "metadata noNul;"},
             std::pair{R"({"content":"x","importance":1.01,"confidence":-1})",
                       "importance maximum;confidence minimum;"},
             std::pair{R"([])", " type;"},
             std::pair{R"("x")", " type;"},
         }) {
        CAPTURE(body);
        auto const error =
            check_error(client.post("/v1/memory/write", body), 400, "VALIDATION_ERROR");
        CHECK(faults_of(error) == faults);
        CHECK(error.at("message").as_array().size() ==
              error.at("details").at("fields").as_array().size());
    }
    CHECK(client.get("/v1/memory/count").body == R"({"count":0})");
}

TEST_CASE("one character too many is refused", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [name, size] :
         {std::pair{"content", 32769}, std::pair{"space", 65}, std::pair{"summary", 2001},
          std::pair{"source", 129}, std::pair{"session", 257}, std::pair{"type", 65}}) {
        json::object body{{"content", "x"}};
        body[name] = std::string(static_cast<std::size_t>(size), 'x');
        auto const error =
            check_error(client.post_json("/v1/memory/write", body), 400, "VALIDATION_ERROR");
        CHECK(faults_of(error) == std::string{name} + " maxLength;");
        CHECK(error.at("details").at("fields").at(0).at("limit") == size - 1);
    }
    json::object const large{{"content", "x"}, {"metadata", {{"k", std::string(65536, 'x')}}}};
    CHECK(faults_of(check_error(client.post_json("/v1/memory/write", large), 400,
                                "VALIDATION_ERROR")) == "metadata maxBytes;");
}

TEST_CASE("bodies that are not JSON are refused", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    std::string const deep =
        "{\"content\":\"x\",\"metadata\":" + repeated("{\"a\":", 40) + "1" + std::string(41, '}');
    for (std::string const& body :
         {std::string{"{"}, std::string{"{\"content\":\"x\"} x"}, std::string{"{'content':'x'}"},
          std::string{"{\"content\":\"\xff\"}"}, std::string{R"({"content":"\ud800"})"},
          std::string{R"({"content":"a","content":"b"})"},
          std::string{R"({"content":"x","sequence":1e999})"}, deep, std::string(100'000, '['),
          std::string{"\xEF\xBB\xBF{\"content\":\"x\"}"},
          std::string("{\"content\":\"x\0\"}", 16)}) {
        CAPTURE(body.substr(0, 60));
        check_error(client.post("/v1/memory/write", body), 400, "MALFORMED_JSON");
    }
    auto const error = check_error(
        client.post("/v1/memory/write", R"({"content":"a","content":"b"})"), 400, "MALFORMED_JSON");
    CHECK(error.at("details").at("member") == "content");
}

TEST_CASE("a batch judges each memory by itself", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const answer = client.post("/v1/memory/batch", R"({"memories":[{"content":"one"},
        {"content":" "},5,{"content":"four","tags":["a","a"]}]})");
    REQUIRE(answer.status == 201);
    auto const body = answer.json().as_object();
    CHECK(body.at("total") == 4);
    CHECK(body.at("succeeded") == 2);
    CHECK(body.at("failed") == 2);
    CHECK(body.at("transactional") == false);
    CHECK(body.at("successes").at(0).at("index") == 0);
    CHECK(body.at("successes").at(1).at("index") == 3);
    CHECK(body.at("successes").at(1).at("content") == "four");
    CHECK(body.at("failures").at(0) ==
          json::parse(R"({"index":1,"content":"","errorCode":"VALIDATION_ERROR",
                          "errorMessage":"content is empty"})"));
    CHECK(body.at("failures").at(1).at("index") == 2);
    auto const id = text_of(body.at("successes").at(1).at("id"));
    CHECK(client.get("/memory/items/" + id).json().at("tags") == json::array{"a"});
    CHECK(client.get("/v1/memory/count").body == R"({"count":2})");

    auto const none = client.post("/v1/memory/batch", R"({"memories":[{"content":""}]})");
    CHECK(none.status == 200);
    CHECK(none.json().at("succeeded") == 0);
}

TEST_CASE("a transactional batch stores all or nothing", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const refused =
        client.post("/v1/memory/batch",
                    R"({"memories":[{"content":"one"},{"content":"x","space":"a b"}],
                        "transactional":true})");
    auto const error = check_error(refused, 400, "BATCH_ROLLED_BACK");
    CHECK(faults_of(error) == "memories[1].space pattern;");
    CHECK(error.at("total") == 2);
    CHECK(error.at("succeeded") == 0);
    CHECK(error.at("failed") == 2);
    CHECK(error.at("failures").at(0).at("errorCode") == "ROLLED_BACK");
    CHECK(error.at("failures").at(1).at("errorCode") == "VALIDATION_ERROR");
    CHECK(client.get("/v1/memory/count").body == R"({"count":0})");

    auto const stored =
        client.post("/v1/memory/batch", R"({"memories":[{"content":"one"},{"content":"two"}],
                               "transactional":true})");
    CHECK(stored.status == 201);
    CHECK(stored.json().at("succeeded") == 2);
    CHECK(stored.json().at("transactional") == true);
}

TEST_CASE("a batch that is malformed as a whole is a plain 400", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    json::array many;
    for (int at = 0; at < 101; ++at) {
        many.push_back(json::object{{"content", "x"}});
    }
    for (auto const& [body, faults] :
         {std::pair{std::string{"{}"}, "memories required;"},
          std::pair{std::string{R"({"memories":[]})"}, "memories minItems;"},
          std::pair{std::string{R"({"memories":{}})"}, "memories type;"},
          std::pair{json::serialize(json::object{{"memories", many}}), "memories maxItems;"},
          std::pair{std::string{R"({"memories":[{"content":"x"}],"transactional":1})"},
                    "transactional type;"}}) {
        CHECK(faults_of(check_error(client.post("/v1/memory/batch", body), 400,
                                    "VALIDATION_ERROR")) == faults);
    }
    CHECK(client.get("/v1/memory/count").body == R"({"count":0})");
}

TEST_CASE("a batch of 100 memories of full length fits", "[http][memesh][slow]") {
    RunningApi api;
    auto client = HttpClient{
        api.port(),
        {.timeout = std::chrono::milliseconds{60'000}, .headers = {{"x-api-key", api.owner_key}}}};
    std::string body = R"({"memories":[)";
    for (int at = 0; at < 100; ++at) {
        body += (at > 0 ? ",{\"content\":\"" : "{\"content\":\"") +
                repeated("\\ud83d\\ude00", 32768) + "\"}";
    }
    body += "]}";
    CHECK(body.size() > 8u * 1024 * 1024);
    auto const answer = client.post("/v1/memory/batch", body);
    INFO(answer.body.substr(0, 200));
    REQUIRE(answer.status == 201);
    CHECK(answer.json().at("succeeded") == 100);
    check_error(client.post("/v1/memory/write", body), 413, "BODY_TOO_LARGE");
}
