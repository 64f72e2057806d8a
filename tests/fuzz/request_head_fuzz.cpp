#include "fuzz_input.hpp"
#include "http/request_parser.hpp"

// The input arrives in two pieces, as it may from a socket; the first byte says where it is cut.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    auto const text = loci::fuzz::as_text(data, size).substr(1);
    auto const cut = text.empty() ? 0 : data[0] % text.size();
    loci::server::RequestParser parser{{}};
    parser.start();
    loci::server::RequestHead head;
    auto const first = parser.parse_head(text.substr(0, cut), head);
    loci::fuzz::require(first.consumed <= cut);
    if (first.state == loci::server::RequestParser::State::more) {
        auto const rest = text.substr(first.consumed);
        auto const second = parser.parse_head(rest, head);
        loci::fuzz::require(second.consumed <= rest.size());
    }
    return 0;
}
