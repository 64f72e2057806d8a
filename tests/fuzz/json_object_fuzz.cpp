#include "fuzz_input.hpp"

#include <loci/base/json_object.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const object = loci::JsonObject::parse(loci::fuzz::as_text(data, size));
    if (object) {
        auto const again = loci::JsonObject::parse(object->text());
        loci::fuzz::require(again.has_value() && again->text() == object->text());
    }
    return 0;
}
