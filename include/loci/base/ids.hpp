#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <loci/base/clock.hpp>
#include <loci/base/random.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace loci {

/// 128 bits of identity; the zero value means "none".
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(Uuid const&) const = default;
    bool is_nil() const noexcept;
};

/// Lower-case RFC 4122 text, 36 characters.
std::string to_string(Uuid const& id);

/// RFC 4122 text in either case, with hyphens. Anything else: nullopt.
std::optional<Uuid> parse_uuid(std::string_view text);

/// `<prefix>_<26 characters of Crockford base 32>`, as ULIDs are printed.
std::string to_prefixed(std::string_view prefix, Uuid const& id);

/// Reverse of `to_prefixed`; nullopt on another prefix or a malformed text. Letter case is ignored.
std::optional<Uuid> parse_prefixed(std::string_view prefix, std::string_view text);

/// Maker of new ids.
///
/// Threads: may be called from any thread at once.
class IdSource {
public:
    virtual ~IdSource() = default;

    /// UUID version 4: 122 random bits. For memories.
    virtual Uuid random() = 0;

    /// UUID version 7 (RFC 9562): a millisecond prefix, then random bits. For every other record.
    virtual Uuid time_ordered() = 0;
};

/// Ids from `random`, with times from `clock`. Both must outlive the source.
std::unique_ptr<IdSource> id_source(Clock const& clock, Random& random);

} // namespace loci

template <>
struct std::hash<loci::Uuid> {
    std::size_t operator()(loci::Uuid const& id) const noexcept;
};
