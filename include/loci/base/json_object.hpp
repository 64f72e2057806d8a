#pragma once
#include <loci/base/result.hpp>
#include <string>
#include <string_view>

namespace loci {

/// A JSON object kept as its compact UTF-8 text. Never null, at least `{}`.
class JsonObject {
public:
    JsonObject();

    /// How far arrays and objects may lie within each other; the outermost object counts as 1.
    static constexpr std::size_t usual_depth = 32;

    /// Errors: `invalid` (not JSON, not an object, too deep, a repeated name, bad UTF-8, U+0000).
    static Result<JsonObject> parse(std::string_view text, std::size_t maximum_depth = usual_depth);

    /// Takes text that is known to be a compact JSON object (from our own storage or serializer).
    static JsonObject trusted(std::string text);

    std::string const& text() const noexcept { return text_; }

    bool operator==(JsonObject const&) const = default;

private:
    explicit JsonObject(std::string text);
    std::string text_;
};

} // namespace loci
