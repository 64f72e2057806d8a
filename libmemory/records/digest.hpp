#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace loci::memory {

using Hash = std::array<std::byte, 32>;

/// SHA-256 of a text.
Hash sha256(std::string_view text);

/// A sequence of fields, written so that different sequences never read alike: each is marked as
/// present or absent and carries its length. Its SHA-256 tells whether two requests are equal.
class Digest {
public:
    Digest& add(std::string_view text);
    Digest& add(double number);
    Digest& add(Timestamp at);
    Digest& add(Uuid const& id);
    Digest& add(Hash const& hash);

    Digest& add(std::integral auto number) {
        return add_integer(static_cast<std::int64_t>(number));
    }

    template <class T>
    Digest& add(std::optional<T> const& value) {
        add(value.has_value());
        if (value) {
            add(*value);
        }
        return *this;
    }

    Hash finish() const;

private:
    Digest& add_integer(std::int64_t number);
    std::string fields_;
};

} // namespace loci::memory
