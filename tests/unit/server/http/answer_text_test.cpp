#include "http/answer_text.hpp"
#include <catch2/catch.hpp>

using namespace loci::server;

TEST_CASE("dates are written as HTTP wants them", "[http][answer]") {
    CHECK(http_date(*loci::parse_rfc3339("1994-11-06T08:49:37Z")) ==
          "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(*loci::parse_rfc3339("2028-02-29T23:59:59.999999Z")) ==
          "Tue, 29 Feb 2028 23:59:59 GMT");
    CHECK(http_date(loci::Timestamp{}) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("a head is written whole", "[http][answer]") {
    std::string out;
    append_head(out, {.status = 201, .content_type = "a/b", .headers = {{"Location", "/x"}}},
                {.server = "s", .date = "d", .request_id = "r", .length = 12});
    CHECK(out == "HTTP/1.1 201 Created\r\nServer: s\r\nDate: d\r\nX-Request-Id: r\r\n"
                 "Content-Type: a/b\r\nLocation: /x\r\nContent-Length: 12\r\n\r\n");
    out.clear();
    append_head(out, {.status = 299, .content_type = ""},
                {.date = "d", .request_id = "r", .framing = Framing::chunked, .keep_alive = false});
    CHECK(out == "HTTP/1.1 299 Status\r\nDate: d\r\nX-Request-Id: r\r\n"
                 "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
}

TEST_CASE("chunks carry their size in hexadecimal digits", "[http][answer]") {
    std::string out;
    append_chunk(out, std::string(26, 'x'));
    CHECK(out == "1a\r\n" + std::string(26, 'x') + "\r\n");
}

TEST_CASE("only some answers may have a body", "[http][answer]") {
    for (int const status : {100, 101, 204, 304}) {
        CHECK_FALSE(may_have_body(status));
    }
    for (int const status : {200, 201, 404, 500}) {
        CHECK(may_have_body(status));
    }
}
