#pragma once
#include <loci/base/result.hpp>
#include <string>
#include <string_view>

namespace loci {

/// A JSON object kept as its compact UTF-8 text. Never null, at least `{}`.
class JsonObject {
public:
    JsonObject();

    /// Errors: `invalid` (not JSON, not an object, deeper than 32, a repeated name, bad UTF-8,
    /// U+0000).
    static Result<JsonObject> parse(std::string_view text);

    /// Takes text that is known to be a compact JSON object (from our own storage or serializer).
    static JsonObject trusted(std::string text);

    std::string const& text() const noexcept { return text_; }

    bool operator==(JsonObject const&) const = default;

private:
    explicit JsonObject(std::string text);
    std::string text_;
};

} // namespace loci
