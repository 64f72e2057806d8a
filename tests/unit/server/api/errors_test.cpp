#include "api/memesh/dialect.hpp"
#include "api/shape.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace loci;
using namespace loci::server;

namespace {

/// Reasons of opening, of commands, and of outbound calls: no request of this API can meet them.
std::set<std::string> const never_in_answers{"DATABASE_NOT_FOUND",
                                             "DATABASE_TOO_NEW",
                                             "DATABASE_TOO_OLD",
                                             "DIRECTORY_IN_USE",
                                             "FILE_EXISTS",
                                             "FILE_SYSTEM",
                                             "NOT_A_LOCI_DATABASE",
                                             "NOT_A_PATCH",
                                             "SCRUB_INCOMPLETE",
                                             "SERVER_FILE_CORRUPT",
                                             "STORE_CANNOT_OPEN",
                                             "ANSWER_TOO_LONG",
                                             "CERTIFICATE_REFUSED",
                                             "EXCHANGE_FAILED",
                                             "INVALID_URL",
                                             "TIMED_OUT",
                                             "MODEL_CORRUPT",
                                             "MODEL_NOT_AT_HAND",
                                             "MODEL_NOT_FOUND",
                                             "MODEL_SERVER_FAULTY",
                                             "MODEL_SERVER_PAUSED",
                                             "MODEL_SERVER_REFUSED",
                                             "MODEL_SERVER_UNAVAILABLE",
                                             "MODEL_UNREADABLE",
                                             "MODEL_UNSUPPORTED",
                                             "NOUN_HIERARCHY_CORRUPT"};

/// Every literal of the form of a reason.
std::set<std::string> reasons_in_sources() {
    static std::regex const pattern{R"re("([A-Z]{3,}(_[A-Z]+)+)")re"};
    std::set<std::string> found;
    for (auto const* folder : {"libmemory", "libruntime", "server/api"}) {
        auto const root = std::filesystem::path{LOCI_SOURCE_DIRECTORY} / folder;
        for (auto const& entry : std::filesystem::recursive_directory_iterator{root}) {
            if (entry.path().extension() != ".cpp") {
                continue;
            }
            std::ifstream file{entry.path()};
            std::stringstream text;
            text << file.rdbuf();
            auto const source = text.str();
            for (std::sregex_iterator at{source.begin(), source.end(), pattern}, end; at != end;
                 ++at) {
                found.insert((*at)[1]);
            }
        }
    }
    return found;
}

bool is_known(std::string_view reason) {
    for (auto const& known : memesh::known_reasons()) {
        if (known.reason == reason) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST_CASE("every reason that the sources give has a row", "[api][errors]") {
    auto const reasons = reasons_in_sources();
    CHECK(reasons.size() > 30);
    for (auto const& reason : reasons) {
        CAPTURE(reason);
        CHECK((is_known(reason) || never_in_answers.contains(reason)));
    }
}

TEST_CASE("every row answers with its status and name", "[api][errors]") {
    std::set<std::string_view> seen;
    for (auto const& known : memesh::known_reasons()) {
        CAPTURE(known.reason);
        CHECK(seen.insert(known.reason).second);
        Error const error{ErrorKind::internal, std::string{known.reason}, "words"};
        CHECK(memesh::status_of(error) == known.status);
        auto const response = memesh::error_response(error, "req_1");
        CHECK(response.status == known.status);
        CHECK(response.content_type == "application/json");
        auto const body = boost::json::parse(response.body).as_object();
        CHECK(body.at("statusCode") == known.status);
        CHECK(body.at("code").as_string() == known.reason);
        CHECK(body.at("error").as_string() == memesh::status_name(known.status));
        if (known.status != 500) {
            CHECK(body.at("error").as_string() != "Internal Server Error");
        }
    }
}

TEST_CASE("an unknown reason is answered by its kind", "[api][errors]") {
    for (auto const& [kind, status] :
         {std::pair{ErrorKind::invalid, 400}, std::pair{ErrorKind::not_found, 404},
          std::pair{ErrorKind::conflict, 409}, std::pair{ErrorKind::forbidden, 403},
          std::pair{ErrorKind::unauthenticated, 401}, std::pair{ErrorKind::exhausted, 429},
          std::pair{ErrorKind::unavailable, 503}, std::pair{ErrorKind::corrupt, 500},
          std::pair{ErrorKind::unknown_outcome, 500}, std::pair{ErrorKind::internal, 500}}) {
        CHECK(memesh::status_of({kind, "SOMETHING_NEW", ""}) == status);
    }
}

TEST_CASE("the keys of an error stand in the order that clients cut", "[api][errors]") {
    Error const error{ErrorKind::conflict, "KEY_LIMIT", "Too \"many\"", {}, {{"limit", 100}}};
    CHECK(memesh::error_response(error, "req_1").body ==
          R"({"statusCode":409,"error":"Conflict","message":"Too \"many\"","code":"KEY_LIMIT",)"
          R"("details":{"limit":100},"requestId":"req_1"})");
}

TEST_CASE("faulty fields make the message a list", "[api][errors]") {
    auto const error = validation_error({{"content", "required"},
                                         {"tags", "maxItems", std::int64_t{10}},
                                         {"importance", "maximum", 0.5},
                                         {"space", "pattern", std::string{"^x$"}}});
    CHECK(memesh::error_response(error, "r").body ==
          R"({"statusCode":400,"error":"Bad Request","message":["content is required",)"
          R"("tags must have at most 10 items","importance must be at most 0.5",)"
          R"("space must match ^x$"],"code":"VALIDATION_ERROR","details":{"fields":[)"
          R"({"path":"content","rule":"required"},{"path":"tags","rule":"maxItems","limit":10},)"
          R"({"path":"importance","rule":"maximum","limit":0.5},)"
          R"({"path":"space","rule":"pattern","limit":"^x$"}]},"requestId":"r"})");
}

TEST_CASE("details of every sort are shown", "[api][errors]") {
    Error const error{ErrorKind::forbidden,
                      "INSUFFICIENT_SCOPE",
                      "no",
                      {},
                      {{"required", std::vector<std::string>{"a", "b"}}, {"role", "VIEWER"}}};
    CHECK(memesh::details_text(error) == R"({"required":["a","b"],"role":"VIEWER"})");
}

TEST_CASE("answers that ask to wait or to log in say so", "[api][errors]") {
    using Pair = std::pair<std::string, std::string>;
    Error const busy{ErrorKind::unavailable, "OVERLOADED", "busy"};
    CHECK(memesh::error_response(busy, "r").headers == Headers{Pair{"Retry-After", "1"}});
    Error const limited{ErrorKind::exhausted, "RATE_LIMITED", "slow down"};
    CHECK(memesh::error_response(limited, "r").headers == Headers{Pair{"Retry-After", "1"}});
    Error const unknown{ErrorKind::unauthenticated, "UNAUTHENTICATED", "who"};
    CHECK(memesh::error_response(unknown, "r").headers ==
          Headers{Pair{"WWW-Authenticate", "Bearer"}});
}
