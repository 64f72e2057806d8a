#include "api/json_body.hpp"
#include "fuzz_input.hpp"

#include <boost/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const body = loci::server::parse_json_body(loci::fuzz::as_text(data, size));
    if (body) {
        loci::fuzz::require(
            loci::server::parse_json_body(boost::json::serialize(*body)).has_value());
    }
    return 0;
}
