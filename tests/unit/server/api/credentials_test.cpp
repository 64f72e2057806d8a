#include "api/credentials.hpp"

#include "api/memesh/dialect.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <support/result_text.hpp>

using namespace loci;
using namespace loci::server;

namespace {

constexpr std::array<CredentialHeader, 2> relay_headers{CredentialHeader{"authorization", true},
                                                        CredentialHeader{"x-api-key", false}};
constexpr Dialect relay{.name = "relay",
                        .title = "relay",
                        .credentials = relay_headers,
                        .several = SeveralCredentials::first_present};

RequestHead head_with(Headers headers) {
    RequestHead head;
    head.headers = std::move(headers);
    return head;
}

std::string presented(Headers headers, Dialect const& dialect = memesh::dialect()) {
    auto const secret = presented_credential(dialect, head_with(std::move(headers)));
    if (!secret) {
        CHECK(secret.error() == unauthenticated());
        return "refused";
    }
    return *secret;
}

} // namespace

TEST_CASE("a key comes in either header", "[api][credentials]") {
    CHECK(presented({{"x-api-key", "mk_1"}}) == "mk_1");
    CHECK(presented({{"authorization", "Bearer mk_1"}}) == "mk_1");
    CHECK(presented({{"authorization", "bEaReR   mk_1 "}}) == "mk_1");
    CHECK(presented({{"x-api-key", " mk_1\t"}}) == "mk_1");
}

TEST_CASE("what is missing or malformed is refused", "[api][credentials]") {
    CHECK(presented({}) == "refused");
    CHECK(presented({{"x-api-key", ""}}) == "refused");
    CHECK(presented({{"x-api-key", "  "}}) == "refused");
    CHECK(presented({{"authorization", "mk_1"}}) == "refused");
    CHECK(presented({{"authorization", "Basic mk_1"}}) == "refused");
    CHECK(presented({{"authorization", "Bearer"}}) == "refused");
    CHECK(presented({{"authorization", "Bearer "}}) == "refused");
    CHECK(presented({{"authorization", "Bearermk_1"}}) == "refused");
}

TEST_CASE("a credential header sent twice is refused, even with one value", "[api][credentials]") {
    CHECK(presented({{"x-api-key", "mk_1"}, {"x-api-key", "mk_1"}}) == "refused");
    CHECK(presented({{"authorization", "Bearer a"}, {"authorization", "Bearer a"}}) == "refused");
    CHECK(presented({{"authorization", "Bearer a"}, {"x-api-key", "b"}, {"x-api-key", "b"}},
                    relay) == "refused");
}

TEST_CASE("several credentials mean what their dialect says", "[api][credentials]") {
    Headers const equal{{"x-api-key", "a"}, {"authorization", "Bearer a"}};
    Headers const different{{"x-api-key", "a"}, {"authorization", "Bearer b"}};
    CHECK(presented(equal) == "a");
    CHECK(presented(different) == "refused");
    CHECK(presented(different, relay) == "b");
}

TEST_CASE("MemoryRelay's style is recognised in any header", "[api][credentials]") {
    CHECK(presents_relay_credential(head_with({{"x-api-key", "mem_prod_1"}})));
    CHECK(presents_relay_credential(head_with({{"authorization", "Bearer mem_prod_1"}})));
    CHECK_FALSE(presents_relay_credential(head_with({{"x-api-key", "mk_1"}})));
    CHECK_FALSE(presents_relay_credential(head_with({})));
}
