#include <loci/base/result.hpp>

#include <catch2/catch.hpp>

namespace {

using namespace loci;

TEST_CASE("every kind of error has its name", "[base][error]") {
    CHECK(std::string{to_string(ErrorKind::invalid)} == "invalid");
    CHECK(std::string{to_string(ErrorKind::not_found)} == "not_found");
    CHECK(std::string{to_string(ErrorKind::conflict)} == "conflict");
    CHECK(std::string{to_string(ErrorKind::forbidden)} == "forbidden");
    CHECK(std::string{to_string(ErrorKind::unauthenticated)} == "unauthenticated");
    CHECK(std::string{to_string(ErrorKind::exhausted)} == "exhausted");
    CHECK(std::string{to_string(ErrorKind::unavailable)} == "unavailable");
    CHECK(std::string{to_string(ErrorKind::corrupt)} == "corrupt");
    CHECK(std::string{to_string(ErrorKind::unknown_outcome)} == "unknown_outcome");
    CHECK(std::string{to_string(ErrorKind::internal)} == "internal");
}

TEST_CASE("a faulty field is named", "[base][error]") {
    auto const error = invalid_field("memories[3].content", "maxLength", "is too long");
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.reason == "VALIDATION_ERROR");
    CHECK(error.message == "is too long");
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields[0].path == "memories[3].content");
    CHECK(error.fields[0].rule == "maxLength");
}

TEST_CASE("the value of an error throws its reason", "[base][error]") {
    Result<int> const failed = invalid_field("a", "type", "must be a number");
    CHECK_FALSE(failed.has_value());
    CHECK_THROWS_WITH(failed.value(), "VALIDATION_ERROR: must be a number");
    Result<int> const good = 3;
    CHECK(good.value() == 3);
}

} // namespace
