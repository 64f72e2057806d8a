#include "http/listen_address.hpp"
#include <catch2/catch.hpp>

using loci::server::parse_listen_address;

TEST_CASE("addresses with ports are read", "[http][listen]") {
    auto const four = parse_listen_address("0.0.0.0:8080").value();
    CHECK(four.host == "0.0.0.0");
    CHECK(four.port == 8080);
    auto const six = parse_listen_address("[::1]:0").value();
    CHECK(six.host == "::1");
    CHECK(six.port == 0);
    CHECK(parse_listen_address("localhost:65535").value().host == "127.0.0.1");
}

TEST_CASE("anything else is refused by name", "[http][listen]") {
    for (auto const* text : {"", ":", ":80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536",
                             "1.2.3.4:-1", "1.2.3.4:80 ", "1.2.3:80", "a.example:80", "::1:80",
                             "[]:80", "[1.2.3.4]:80", "[::1:80", "::1]:80"}) {
        INFO(text);
        auto const parsed = parse_listen_address(text);
        REQUIRE(!parsed);
        CHECK(parsed.error().fields.at(0).path == "listen");
    }
}
